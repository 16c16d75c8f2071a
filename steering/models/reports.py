"""Assurance reports: a draft from a release, words beside its figures, and once published a frozen, numbered, hashed paper."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from edi_portal.periods import Quarter


class ReportStatus(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Proposed"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded by a revision"
    DISCARDED = "discarded", "Discarded"


class ReportQuerySet(models.QuerySet["AssuranceReport"]):
    """Reports by where they stand."""

    def published(self) -> "ReportQuerySet":
        """Frozen, superseded ones included: old addresses stay valid."""
        return self.filter(status__in=[ReportStatus.PUBLISHED, ReportStatus.SUPERSEDED])

    def being_written(self) -> "ReportQuerySet":
        """Drafts and those that wait for a second person."""
        return self.filter(status__in=[ReportStatus.DRAFT, ReportStatus.PROPOSED])


class AssuranceReport(models.Model):
    """A report of one period. Content and PDF are kept as published; a trigger refuses any later change of them."""

    release = models.ForeignKey("kpis.Release", on_delete=models.PROTECT, related_name="+")
    period = models.SlugField(max_length=10)
    number = models.PositiveIntegerField(null=True, blank=True, unique=True, help_text="Given when it is published.")
    revises = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="revisions")
    status = models.CharField(max_length=12, choices=ReportStatus, default=ReportStatus.DRAFT)
    beside = models.JSONField(default=dict, help_text="What stood beside the figures when it was frozen, to make it again.")
    content = models.JSONField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    pdf = models.BinaryField(null=True, blank=True)
    pdf_fingerprint = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    day = models.DateField(null=True, blank=True, help_text="The day it is frozen on, and the only date in its files.")
    drafted_at = models.DateTimeField(db_default=BusinessNow())
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    discard_reason = models.CharField(max_length=300, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(status__in=["draft", "proposed"]),
                name="report_one_draft_a_period",
                violation_error_message="A report of this period is being written.",
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(status="published"),
                name="report_one_current_a_period",
                violation_error_message="This period has a published report: publish a revision.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["published", "superseded"])
                | Q(
                    number__isnull=False,
                    content__isnull=False,
                    pdf__isnull=False,
                    day__isnull=False,
                    published_at__isnull=False,
                    published_by__isnull=False,
                    proposed_by__isnull=False,
                ),
                name="report_published_is_whole",
                violation_error_message="A published report has a number, its content, its file, and two people.",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="report_needs_two_people",
                violation_error_message="Somebody else than the person who proposed it publishes a report.",
            ),
            models.CheckConstraint(
                condition=~Q(status="discarded") | ~Q(discard_reason=""),
                name="report_discarded_says_why",
                violation_error_message="Say why the report is discarded.",
            ),
        ]

    def __str__(self) -> str:
        return f"Assurance report {self.number}" if self.number else f"Draft report of {self.quarter.label}"

    @property
    def quarter(self) -> Quarter:
        """The period it is of."""
        return Quarter.parse(self.period)

    @property
    def is_frozen(self) -> bool:
        """Published once: nothing in it changes."""
        return self.number is not None

    @property
    def is_draft(self) -> bool:
        """Words may still change."""
        return self.status == ReportStatus.DRAFT


class ReportText(models.Model):
    """What the steering group writes at one place of a report; reviewed before the report is published."""

    report = models.ForeignKey(AssuranceReport, on_delete=models.CASCADE, related_name="texts")
    place = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    written_at = models.DateTimeField(db_default=BusinessNow())
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "place"],
                name="report_text_once_a_place",
                violation_error_message="This place of the report has its text.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"report-text:{self.report_id}:{self.place}"


class ReportLevel(models.Model):
    """A level of assurance set against the rule, for one workstream of one report, with its reason. Ended, never deleted."""

    report = models.ForeignKey(AssuranceReport, on_delete=models.CASCADE, related_name="levels")
    workstream = models.CharField(max_length=40)
    level = models.CharField(max_length=8, choices=[("full", "Full"), ("partial", "Partial"), ("none", "None")])
    rule_said = models.CharField(max_length=8)
    reason = models.CharField(max_length=500)
    set_at = models.DateTimeField(db_default=BusinessNow())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "workstream"],
                condition=Q(ended_at__isnull=True),
                name="report_level_one_at_a_time",
                violation_error_message="One level is set against the rule at a time.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="report_level_has_a_reason",
                violation_error_message="Say why the rule is wrong here.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workstream}: {self.level}"

    @property
    def subject(self) -> str:
        """The name of its reason in the queue of reviews."""
        return f"report-level:{self.pk}"


class PackArchive(models.Model):
    """The released packs of all organisations of one release as one archive with a signed manifest; made once by a job."""

    release = models.OneToOneField("kpis.Release", on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    packs = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(db_default=BusinessNow())
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"packs of {self.release}"
