"""Strategies, objectives, policies and plans of organisations, and the lines that they promise."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from edi_portal.clock import BusinessNow
from edi_portal.reviews.models import ReviewedTexts
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from strategies.alignment.coverage import Line
from strategies.alignment.states import STATE_LABELS, State, span_of, state_on
from strategies.vocabulary import DOCUMENT_KINDS, LINE_KINDS


class StrategyDocumentQuerySet(models.QuerySet["StrategyDocument"]):
    """Documents by who may see them."""

    def visible_to(self, user: Any) -> "StrategyDocumentQuerySet":
        """The own organisation's documents, and those that others share. Their texts still pass the review; see the selectors."""
        return self.filter(Q(is_shared=True) | Q(organisation__in=organisations_with_right(user, Right.VIEW_REGISTERS)))

    def with_state(self) -> "StrategyDocumentQuerySet":
        """With `has_successor`, which the state needs."""
        later = StrategyDocument.objects.filter(replaces=models.OuterRef("pk"))
        return self.annotate(has_successor=models.Exists(later))


class StrategyDocument(ReviewedTexts):
    """One document of an organisation. Its state follows from its days and its successor."""

    REVIEWED: ClassVar[tuple[str, ...]] = (
        "title",
        "period",
        "owner",
        "approved_by",
        "link",
        "vision",
        "mission",
        "aspirations",
        "end_reason",
    )

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="strategy_documents")
    slug = models.SlugField(max_length=160, unique=True)
    kind = models.CharField(max_length=12, choices=list(DOCUMENT_KINDS.items()))
    title = models.CharField(max_length=200)
    period = models.CharField(max_length=80, blank=True, help_text="As its organisation writes it.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    owner = models.CharField(max_length=120, blank=True, help_text="The role that answers for it.")
    approved_on = models.DateField(null=True, blank=True)
    approved_by = models.CharField(max_length=120, blank=True, help_text="The body that approved it, such as the board.")
    link = models.URLField(max_length=300, blank=True)
    vision = models.TextField(blank=True)
    mission = models.TextField(blank=True)
    aspirations = models.TextField(blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    ended_on = models.DateField(null=True, blank=True, help_text="When it ended without a successor.")
    end_reason = models.CharField(max_length=300, blank=True)
    is_shared = models.BooleanField(default=False)
    source_url = models.URLField(max_length=300, blank=True)
    stated_objectives = models.CharField(max_length=80, blank=True, help_text="How many objectives its page says it has.")
    completeness = models.CharField(max_length=120, blank=True, help_text="What is missing from the published list.")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    # Its lines as a reader may read them, put there by the selectors.
    shown_lines: "list[Objective]"

    objects = StrategyDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__short_name", "-starts_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="strategy_days_in_order",
                violation_error_message="A document must not end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(end_reason=""),
                name="strategy_end_says_why",
                violation_error_message="Say why it ended without a successor.",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("pk")),
                name="strategy_replaces_another",
                violation_error_message="A document replaces another one, not itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def review_subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"strategy:{self.pk}"

    @property
    def review_about(self) -> str:
        """What the reviewer reads."""
        return DOCUMENT_KINDS.get(self.kind, "Document")

    @property
    def is_published(self) -> bool:
        """Whether it is in use: approved, or found on the organisation's public page."""
        return self.approved_on is not None or bool(self.source_url)

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day on which it is the current one as far as its own days say; None for a draft or without days."""
        return span_of(is_published=self.is_published, starts_on=self.starts_on, ends_on=self.ends_on, ended_on=self.ended_on)

    def state_on(self, day: date) -> State:
        """Where it stands on a day."""
        known = getattr(self, "has_successor", None)
        return state_on(
            day,
            is_published=self.is_published,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            has_successor=self.successors.exists() if known is None else known,
            ended_on=self.ended_on,
        )

    def state_label_on(self, day: date) -> str:
        """The same in words."""
        return STATE_LABELS[self.state_on(day)]


class Objective(ReviewedTexts):
    """One line of a document: an objective, an action, an aim or a vision."""

    REVIEWED: ClassVar[tuple[str, ...]] = ("text", "owner")

    document = models.ForeignKey(StrategyDocument, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=list(LINE_KINDS.items()), default="objective")
    text = models.TextField()
    themes = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    kpis = ArrayField(models.CharField(max_length=20), default=list, blank=True, help_text="Codes of the KPIs that measure it.")
    is_psed = models.BooleanField(default=False, help_text="One of the four-year objectives of the public sector equality duty.")
    is_partial = models.BooleanField(default=False, help_text="From a published list that leaves lines out.")
    owner = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    published_theme = models.CharField(max_length=60, blank=True)
    shared = models.ForeignKey(
        "strategies.SharedObjective", null=True, blank=True, on_delete=models.PROTECT, related_name="adoptions"
    )
    hours_saved = models.PositiveSmallIntegerField(null=True, blank=True, help_text="As its owner entered them.")
    taken_themes = ArrayField(
        models.SlugField(max_length=40),
        default=list,
        db_default=Value([], output_field=ArrayField(models.SlugField(max_length=40))),
        blank=True,
        help_text="Themes that came with the shared text, and go with it.",
    )
    taken_kpis = ArrayField(
        models.CharField(max_length=20),
        default=list,
        db_default=Value([], output_field=ArrayField(models.CharField(max_length=20))),
        blank=True,
        help_text="KPIs that came with the shared text, and go with it.",
    )
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="line_number_once", violation_error_message="The document has this number."
            ),
            models.CheckConstraint(
                condition=Q(shared__isnull=True, adopted_at__isnull=True, adopted_by__isnull=True)
                | Q(shared__isnull=False, adopted_at__isnull=False, adopted_by__isnull=False),
                name="line_adopted_who_and_when",
                violation_error_message="A shared objective is adopted by somebody on a day.",
            ),
            models.CheckConstraint(
                condition=Q(hours_saved__isnull=True) | Q(shared__isnull=False),
                name="line_hours_belong_to_an_adoption",
                violation_error_message="Hours are saved by adopting a shared objective.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def review_subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"strategy-line:{self.pk}"

    @property
    def review_about(self) -> str:
        """What the reviewer reads."""
        return f"{LINE_KINDS.get(self.kind, 'Line')} {self.number} of “{self.document.title}”"

    @property
    def words(self) -> str:
        """What it says today: the shared text where one was adopted, else the organisation's own."""
        return self.shared.text if self.shared is not None else self.text

    def as_line(self) -> Line:
        """What the coverage rules read; `document` should be selected."""
        owner = self.document.organisation.slug
        return Line(self.pk, owner, self.kind, tuple(self.themes), bool(self.kpis))
