"""What an organisation published for a duty, and days that the steering group set in place of the rule's.

The duties themselves are data with their law and source (`steering/data/duties.toml`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from steering.compliance import Publication, duties
from steering.models.texts import Reviewed


class ComplianceRecordQuerySet(models.QuerySet["ComplianceRecord"]):
    """Records by whether they stand."""

    def standing(self) -> "ComplianceRecordQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class ComplianceRecord(models.Model):
    """One publication for one due date. A mistake is withdrawn with a reason, never deleted."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="compliance_records")
    duty = models.SlugField(max_length=40)
    due_on = models.DateField(help_text="The due date as the rule has it.")
    published_on = models.DateField()
    link = models.URLField(max_length=500, help_text="Where everybody can read it.")
    on_public_page = models.BooleanField(default=False, help_text="Chosen by the organisation: everybody reads it on its page.")
    evidence = models.ForeignKey("kpis.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=BusinessNow())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    is_synthetic = models.BooleanField(default=False)

    objects = ComplianceRecordQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "duty", "-due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "duty", "due_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="compliance_once_per_due_date",
                violation_error_message="A publication is on record for this due date.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="compliance_withdrawn_who_when_why",
                violation_error_message="A withdrawn record says by whom, when and why.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.duty}, {self.due_on}"

    @property
    def publication(self) -> Publication:
        """What the rules read."""
        return Publication(self.due_on, self.published_on)

    @property
    def duty_name(self) -> str:
        """The duty in words."""
        return duties()[self.duty].name


class MovedDueDate(Reviewed):
    """Another day than the rule's for one duty and due date, for everybody. The newest row counts; the others are its history."""

    NOUN = "due-date"
    TEXTS = ("reason",)

    duty = models.SlugField(max_length=40)
    due_on = models.DateField(help_text="The due date as the rule has it.")
    day = models.DateField()
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField(db_default=BusinessNow())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="moved_due_date_says_why",
                violation_error_message="Say why the day is another.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty}: {self.due_on} → {self.day}"


class Baseline(Reviewed):
    """From which period a KPI is measured, as the steering group fixed it. The newest row counts; the others are its history."""

    NOUN = "baseline"
    TEXTS = ("reason",)

    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.PROTECT, related_name="baselines")
    period = models.CharField(max_length=12, help_text="A quarter such as 2018-19-q4.")
    reason = models.CharField(max_length=300)
    fixed_at = models.DateTimeField(db_default=BusinessNow())
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["-fixed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__regex=r"^20\d\d-\d\d-q[1-4]$") & ~Q(reason=""),
                name="baseline_period_and_reason",
                violation_error_message="A baseline is a quarter, with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id}: {self.period}"
