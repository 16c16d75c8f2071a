"""What is asked and what is worked out of it: measures, KPIs and their versions.

A reviewed data file (`kpis/definitions/`) becomes a row here; an organisation's bespoke KPI is the same model with an owner.
The definition itself is kept as JSON in the shape that `kpis.catalogue` reads and writes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from edi_portal.periods import Quarter


class Measure(models.Model):
    """One grid of counts asked once in a return and used by many KPIs ("question" on screen)."""

    code = models.SlugField(max_length=60, unique=True)
    owner = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="own_measures"
    )
    position = models.PositiveSmallIntegerField(default=500, help_text="Order in which a return is answered.")
    definition = models.JSONField()
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class Kpi(models.Model):
    """An indicator. Without an owner it belongs to the baseline; with one it is that organisation's own (bespoke)."""

    code = models.CharField(max_length=20, unique=True)
    slug = models.SlugField(max_length=20, unique=True)
    owner = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="own_kpis"
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order inside its workstream.")
    adopted_from = models.CharField(
        max_length=10, blank=True, help_text="Period from which a bespoke KPI belongs to the baseline."
    )
    retired_from = models.CharField(max_length=10, blank=True, help_text="Period from which it is no longer asked.")
    retired_reason = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="Why, for those who may change the KPI."
    )

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code

    @property
    def is_bespoke(self) -> bool:
        """Whether one organisation alone uses it."""
        return self.owner_id is not None and not self.adopted_from

    @property
    def asked_until(self) -> Quarter | None:
        """The last quarter in which it is asked; None while nobody has ended it."""
        return Quarter.parse(self.retired_from).previous() if self.retired_from else None

    @property
    def end_in_words(self) -> str:
        """From when on nobody is asked for it; empty while nobody has ended it."""
        return f"From {Quarter.parse(self.retired_from).label} on, nobody is asked for {self.code}." if self.retired_from else ""


class KpiVersion(models.Model):
    """The definition of a KPI from a period on. A version that a release has used is never edited."""

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    from_period = models.CharField(max_length=10, help_text="First period it applies to, as 2016-17-q1.")
    definition = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True, help_text="What changed and why.")

    class Meta:
        ordering = ["kpi", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "number"],
                name="kpi_version_number_once",
                violation_error_message="This KPI already has that version.",
            ),
            models.UniqueConstraint(
                fields=["kpi", "from_period"],
                name="kpi_version_period_once",
                violation_error_message="This KPI already has a version that starts in that period.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="kpi_version_number_from_1", violation_error_message="Versions count from 1."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi.code} version {self.number}"


class Setting(models.Model):
    """A changeable rule of the portal (for example a threshold of a validation rule or the accepted range), by key."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.key
