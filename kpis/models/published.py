"""Figures that NHS bodies published themselves, each with its year and source. They never enter a collection or a release."""

from django.db import models
from django.db.models import Q


class PublishedSource(models.Model):
    """Where published figures come from, with licence."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200)
    licence = models.CharField(max_length=200)
    address = models.CharField(max_length=500, blank=True)
    caution = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.title


class PublishedFigure(models.Model):
    """One published figure of one organisation (or of England) for one year."""

    source = models.ForeignKey(PublishedSource, on_delete=models.PROTECT, related_name="figures")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="published"
    )
    reported_name = models.CharField(max_length=200, help_text="Name as published.")
    reporting_unit = models.CharField(max_length=200, blank=True)
    year = models.CharField(max_length=12, help_text="As printed by the publisher.")
    indicator = models.SlugField(max_length=60)
    value = models.DecimalField(max_digits=12, decimal_places=4)
    unit = models.CharField(max_length=20)
    base = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["indicator", "year", "reported_name"]
        indexes = [models.Index(fields=["indicator", "year"], name="published_by_indicator")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reported_name", "reporting_unit", "year", "indicator"],
                name="published_figure_once",
                violation_error_message="This published figure is already loaded.",
            ),
            models.CheckConstraint(
                condition=~Q(year=""), name="published_figure_has_a_year", violation_error_message="Say the year."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year} {self.reported_name}"
