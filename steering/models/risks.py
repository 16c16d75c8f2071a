"""Risks of the programme: what could happen, what is done about it, and the scores it was given over time."""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from edi_portal.clock import BusinessNow
from steering.models.texts import Reviewed
from steering.models.workstreams import Workstream
from steering.scores import band_of
from steering.vocabulary import GROUP, IMPACT, LIKELIHOOD


class RiskQuerySet(models.QuerySet["Risk"]):
    """Risks with their newest score."""

    def scored(self) -> "RiskQuerySet":
        """With `likelihood` and `impact`, the newest ones."""
        newest = RiskScore.objects.filter(risk=OuterRef("pk")).order_by("-scored_at", "-pk")
        return self.annotate(likelihood=Subquery(newest.values("likelihood")[:1]), impact=Subquery(newest.values("impact")[:1]))

    def open_now(self) -> "RiskQuerySet":
        """Not closed."""
        return self.filter(closed_on__isnull=True)


class Risk(Reviewed):
    """One risk. Closed or reopened, never deleted."""

    NOUN = "risk"
    TEXTS = ("title", "cause", "mitigation", "owner_role")
    LATER = ("close_reason",)

    workstream = models.ForeignKey(Workstream, null=True, blank=True, on_delete=models.PROTECT, related_name="risks")
    kpi = models.CharField(max_length=20, blank=True, help_text="Code of the KPI that it touches.")
    title = models.CharField(max_length=160)
    cause = models.TextField(help_text="What could bring it about, and what would follow.")
    mitigation = models.TextField(help_text="What is done to make it less likely or less harmful.")
    owner_organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_role = models.CharField(max_length=120)
    raised_on = models.DateField()
    review_on = models.DateField(help_text="When the group looks at it again.")
    closed_on = models.DateField(null=True, blank=True)
    close_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")

    objects = RiskQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ~Q(close_reason=""),
                name="risk_closed_says_why",
                violation_error_message="Say why the risk is closed.",
            ),
            models.CheckConstraint(
                condition=Q(review_on__gte=F("raised_on")),
                name="risk_reviewed_after_it_was_raised",
                violation_error_message="A risk is looked at again on or after the day on which it is raised.",
            ),
        ]

    def __str__(self) -> str:
        return f"Risk {self.pk}"

    @property
    def owner(self) -> str:
        """Who looks after it."""
        return str(self.owner_organisation) if self.owner_organisation is not None else GROUP

    @property
    def score(self) -> int:
        """Likelihood times impact; for rows that came with `scored()`."""
        return int(getattr(self, "likelihood", 0) or 0) * int(getattr(self, "impact", 0) or 0)

    @property
    def band(self) -> str:
        """The band of the score."""
        return band_of(self.score) if self.score else "Not scored"


class RiskScore(models.Model):
    """A score that a risk was given. The newest one counts; the others are its history."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="scores")
    likelihood = models.PositiveSmallIntegerField(choices=list(LIKELIHOOD.items()))
    impact = models.PositiveSmallIntegerField(choices=list(IMPACT.items()))
    scored_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    scored_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-scored_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5)) & Q(impact__range=(1, 5)),
                name="risk_score_in_five_steps",
                violation_error_message="Likelihood and impact have five steps each.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk}: {self.likelihood} × {self.impact}"

    @property
    def score(self) -> int:
        """Likelihood times impact."""
        return self.likelihood * self.impact

    @property
    def band(self) -> str:
        """The band of the score."""
        return band_of(self.score)
