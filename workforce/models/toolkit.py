"""The communications and engagement toolkit: resources and messages, who uses them, steps of the Merseyside model, outreach."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow, business_today
from edi_portal.reviews.models import ReviewedTexts
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from workforce.engagement import (
    AUDIENCES,
    FORMATS,
    LANGUAGES,
    OUTREACH_GROUPS,
    PATIENT_KPIS,
    REACH_BANDS,
    REVIEW_WORDS,
    STEP_NAMES,
    STEP_STATES,
    TOPICS,
    ReviewState,
    review_state,
)
from workforce.models.posts import RegisterQuerySet, RegisterRow


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Resources by who may see them."""

    def visible_to(self, user: Any) -> "ResourceQuerySet":
        """The partnership's own, those of the own organisation, and what other organisations share."""
        own = organisations_with_right(user, Right.VIEW_REGISTERS)
        return self.filter(Q(organisation__isnull=True) | Q(is_shared=True) | Q(organisation__in=own))


class Resource(ReviewedTexts):
    """Something to use with boards, staff, patients, carers or the public; without an organisation the partnership's own."""

    REVIEWED: ClassVar[tuple[str, ...]] = ("title", "summary", "link", "body")

    class Kind(models.TextChoices):
        """Whether it is a thing to link to or words to copy."""

        RESOURCE = "resource", "Resource"
        MESSAGE = "message", "Message template"

    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="resources"
    )
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RESOURCE)
    title = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True, help_text="The words to copy, of a message template.")
    link = models.URLField(max_length=300, blank=True)
    audiences = ArrayField(models.CharField(max_length=20), default=list)
    topic = models.CharField(max_length=30, choices=list(TOPICS.items()))
    format = models.CharField(max_length=20, choices=list(FORMATS.items()))
    language = models.CharField(max_length=10, choices=list(LANGUAGES.items()), default="en")
    review_on = models.DateField(help_text="When its owner looks at it again.")
    withdrawn_on = models.DateField(null=True, blank=True)
    is_shared = models.BooleanField(default=False, help_text="Others may find and use it.")
    is_synthetic = models.BooleanField(default=False, help_text="Made up for the demonstration.")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title", "language"],
                name="resource_once_per_title_and_language",
                nulls_distinct=False,
                violation_error_message="There is an entry of that title in that language.",
            ),
            models.CheckConstraint(
                condition=Q(audiences__contained_by=list(AUDIENCES)) & Q(audiences__len__gt=0),
                name="resource_audiences_known",
                violation_error_message="Choose whom it is for.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="message", body="") & ~Q(kind="resource", link=""),
                name="resource_has_its_content",
                violation_error_message="A resource has a link, a message template has its words.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def review_subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"resource:{self.pk}"

    @property
    def review_about(self) -> str:
        """What it is, for the reviewer."""
        return f"Toolkit: {self.get_kind_display().lower()}"

    @property
    def owner_name(self) -> str:
        """Who keeps it."""
        return self.organisation.short_name if self.organisation is not None else "the partnership"

    @property
    def audience_words(self) -> str:
        """Whom it is for, in words."""
        return ", ".join(label for key, label in AUDIENCES.items() if key in self.audiences)

    @property
    def state(self) -> ReviewState:
        """Whether it is in date today."""
        return review_state(review_on=self.review_on, withdrawn_on=self.withdrawn_on, today=business_today())

    @property
    def state_words(self) -> str:
        """The same in words."""
        return REVIEW_WORDS[self.state]


class ResourceUse(models.Model):
    """That an organisation uses an entry of the toolkit. Others may know that; nothing else is noted."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="uses")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="resource_uses")
    since = models.DateField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["organisation__short_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "organisation"],
                name="resource_use_once",
                violation_error_message="The organisation uses it already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} uses {self.resource}"


class StepProgress(RegisterRow):
    """How far an organisation is with one step of the Merseyside model. The state may be known; the note is its own."""

    step = models.CharField(max_length=20, choices=list(STEP_NAMES.items()))
    state = models.CharField(max_length=12, choices=list(STEP_STATES.items()), default="not_started")
    since = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="Read by the own organisation alone.")
    is_synthetic = models.BooleanField(default=False, help_text="Made up for the demonstration.")

    class Meta:
        ordering = ["organisation__short_name", "step"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "step"],
                name="step_progress_once",
                violation_error_message="This step has its entry. Change that one.",
            ),
            models.CheckConstraint(
                condition=Q(state="not_started") | Q(since__isnull=False),
                name="step_progress_has_a_day",
                violation_error_message="Enter the day since when, for a step that is begun or adopted.",
            ),
        ]

    def __str__(self) -> str:
        return STEP_NAMES[self.step]


class OutreachQuerySet(RegisterQuerySet):
    """Outreach by who may know of it."""

    def known_to(self, user: Any) -> "OutreachQuerySet":
        """The own organisation's, and what other organisations share."""
        return self.filter(Q(is_shared=True) | Q(organisation__in=organisations_with_right(user, Right.VIEW_REGISTERS)))


class OutreachAction(ReviewedTexts, RegisterRow):
    """Something done with BME or disabled people outside the organisation. How many it reached is the owner's to know."""

    REVIEWED: ClassVar[tuple[str, ...]] = ("title", "what")

    title = models.CharField(max_length=120)
    what = models.TextField(blank=True)
    group = models.CharField(max_length=10, choices=list(OUTREACH_GROUPS.items()))
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    reach = models.CharField(max_length=10, choices=list(REACH_BANDS.items()), blank=True)
    aims_at = models.CharField(max_length=10, choices=list(PATIENT_KPIS.items()), blank=True)
    is_shared = models.BooleanField(default=False)
    is_synthetic = models.BooleanField(default=False, help_text="Made up for the demonstration.")

    objects = OutreachQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-started_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="outreach_days_in_order",
                violation_error_message="An action does not end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def review_subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"outreach:{self.pk}"
