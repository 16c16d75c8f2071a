"""Packs of published figures by ward: a file with its indicators, each of one period with source and licence.

A pack is checked, then shown, and may be withdrawn and brought back. Of an indicator in several packs the one shown last counts,
so withdrawing a pack brings back what it replaced. Nothing is overwritten and nothing here reaches a collection or a release.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from kpis.ward_figures.sheet import BETTER


class PackStatus(models.TextChoices):
    """Where a pack stands."""

    CHECKED = "checked", "Checked, not shown yet"
    SHOWN = "shown", "Shown"
    WITHDRAWN = "withdrawn", "Withdrawn"


class WardPack(models.Model):
    """One imported file."""

    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    status = models.CharField(max_length=10, choices=PackStatus, default=PackStatus.CHECKED)
    synthetic = models.BooleanField(default=False, help_text="Demonstration data that describe nobody.")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    shown_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField(null=True, blank=True, help_text="When it was first shown; a later pack goes before it.")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="checked", shown_at__isnull=True) | (~Q(status="checked") & Q(shown_at__isnull=False)),
                name="ward_pack_shown_once_confirmed",
                violation_error_message="A pack is shown from a moment on.",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="ward_pack_withdrawn_with_reason",
                violation_error_message="Who withdraws a pack says why.",
            ),
        ]

    def __str__(self) -> str:
        return f"Pack {self.pk}"


class WardIndicator(models.Model):
    """One indicator of a pack, with the period, source and licence of its figures."""

    pack = models.ForeignKey(WardPack, on_delete=models.CASCADE, related_name="indicators")
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    better = models.CharField(max_length=10, choices=list(BETTER.items()))
    period = models.CharField(max_length=30)
    source = models.CharField(max_length=200)
    licence = models.CharField(max_length=120)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "code"], name="ward_indicator_once", violation_error_message="The pack has this indicator twice."
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(licence=""),
                name="ward_indicator_has_source",
                violation_error_message="An indicator has its source and licence.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.period}"


class WardFigure(models.Model):
    """An indicator in one ward. Without numbers where the publisher withheld a small count."""

    indicator = models.ForeignKey(WardIndicator, on_delete=models.CASCADE, related_name="figures")
    ward_code = models.CharField(max_length=9)
    numerator = models.PositiveIntegerField(null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["ward_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "ward_code"],
                name="ward_figure_once",
                violation_error_message="The ward stands twice for this indicator.",
            ),
            # Counts of 1 to 7 people are never stored, however the file came.
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | (
                    Q(numerator__isnull=False, denominator__isnull=False, denominator__gt=0)
                    & Q(numerator__lte=F("denominator"))
                    & (Q(numerator=0) | Q(numerator__gt=7))
                    & (Q(numerator=F("denominator")) | Q(numerator__lt=F("denominator") - 7))
                ),
                name="ward_figure_is_no_small_count",
                violation_error_message="A ward's figure is whole and no small count, or withheld.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.ward_code}"
