"""EDS scores that a Healthwatch gives beside the organisation's own, its comments, and what the organisation answers.

Rows are only added: a database trigger refuses to change or delete them. A changed mind is the next version, with its day.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from steering.models.proposals import healthwatch_name
from steering.models.texts import Reviewed
from steering.panels import OUTCOMES, difference_words


class Between(Reviewed):
    """Words between the Healthwatch of a place and one organisation: both read them at once, everybody else after a review."""

    class Meta:
        abstract = True

    @property
    def parties(self) -> frozenset[str]:
        """The two."""
        place, organisation = self.between
        return frozenset({f"place:{place}", f"organisation:{organisation}"})

    @property
    def between(self) -> tuple[int, int]:
        """Keys of the place and of the organisation."""
        raise NotImplementedError


class PanelScore(Between):
    """One version of a Healthwatch's score of one outcome of one organisation. The newest version is in force."""

    NOUN = "panel-score"
    TEXTS = ("reason",)

    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="panel_scores")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="panel_scores")
    financial_year = models.CharField(max_length=7, help_text="The year that was scored, as 2018-19.")
    outcome = models.CharField(max_length=20, choices=[(key, one.name) for key, one in OUTCOMES.items()])
    version = models.PositiveSmallIntegerField(help_text="1 for the first score; the highest is in force.")
    score = models.PositiveSmallIntegerField(help_text="0 undeveloped to 3 excelling.")
    own_score = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The organisation's own released score that stood beside it then."
    )
    release = models.ForeignKey("kpis.Release", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, help_text="What people told the Healthwatch, where the two scores differ.")
    scored_at = models.DateTimeField(db_default=BusinessNow())
    scored_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["organisation", "financial_year", "place", "outcome", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "place", "financial_year", "outcome", "version"],
                name="panel_score_version_once",
                violation_error_message="Somebody has scored this outcome meanwhile.",
            ),
            models.CheckConstraint(
                condition=Q(score__lte=3) & (Q(own_score__isnull=True) | Q(own_score__lte=3)),
                name="panel_score_from_0_to_3",
                violation_error_message="A score is 0, 1, 2 or 3.",
            ),
            models.CheckConstraint(
                condition=Q(own_score__isnull=True) | Q(own_score=F("score")) | ~Q(reason=""),
                name="panel_score_says_why_it_differs",
                violation_error_message="Say why your score differs.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}, {self.get_outcome_display()}: {self.score}"

    @property
    def body(self) -> str:
        """Whose score it is."""
        return healthwatch_name(self.place)

    @property
    def side(self) -> str:
        """Who wrote the reason."""
        return f"place:{self.place_id}"

    @property
    def between(self) -> tuple[int, int]:
        """See the base."""
        return self.place_id, self.organisation_id

    @property
    def difference(self) -> str:
        """How it stood to the organisation's own score when it was given."""
        return difference_words(self.score, self.own_score)


class PanelComment(Between):
    """What a Healthwatch says of an organisation's scores or figures, and until when it expects an answer."""

    NOUN = "panel-comment"
    TEXTS = ("text",)

    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="panel_comments")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="panel_comments")
    about = models.CharField(
        max_length=40, blank=True, help_text="An outcome as eds:2a, a KPI as kpi:PAT-1; empty is the organisation as a whole."
    )
    text = models.TextField()
    answer_due_on = models.DateField()
    made_at = models.DateTimeField(db_default=BusinessNow())
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Comment {self.pk} of {self.body}"

    @property
    def body(self) -> str:
        """Who commented."""
        return healthwatch_name(self.place)

    @property
    def side(self) -> str:
        """Who wrote it."""
        return f"place:{self.place_id}"

    @property
    def between(self) -> tuple[int, int]:
        """See the base."""
        return self.place_id, self.organisation_id


class PanelAnswer(Between):
    """An organisation's answer to a comment. A later one is added below; the first stays."""

    NOUN = "panel-answer"
    TEXTS = ("text",)

    comment = models.ForeignKey(PanelComment, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    promised_on = models.DateField(null=True, blank=True, help_text="When what the organisation promises is done.")
    answered_at = models.DateTimeField(db_default=BusinessNow())
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["answered_at", "pk"]

    def __str__(self) -> str:
        return f"Answer to comment {self.comment_id}"

    @property
    def between(self) -> tuple[int, int]:
        """See the base."""
        return self.comment.between
