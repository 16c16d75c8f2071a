"""Rebases: where a named person decided that a series of figures starts anew, with the reason, and how that was undone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from edi_portal.periods import Quarter
from edi_portal.reviews.models import ReviewedTexts
from organisations.roles import ROLES, Role


class RebaseQuerySet(models.QuerySet["SeriesRebase"]):
    """Rebases by whether they hold."""

    def in_force(self) -> "RebaseQuerySet":
        """Those that nobody has undone."""
        return self.filter(undone_at__isnull=True)


class SeriesRebase(ReviewedTexts):
    """The usual range of a KPI starts anew with a quarter: for one organisation, or for all together when there is none.

    It takes effect with the next release that is prepared; what was released before keeps its reading.
    The chart gives the reason to every reader once a reviewer has read it.
    """

    REVIEWED: ClassVar[tuple[str, ...]] = ("reason",)

    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.PROTECT, related_name="rebases")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    before = models.CharField(max_length=10, help_text="The first quarter of the new range.")
    reason = models.CharField(max_length=120)
    role = models.CharField(max_length=20, help_text="The role in which it was decided.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=120, blank=True)

    objects = RebaseQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "before"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "organisation", "before"],
                condition=Q(undone_at__isnull=True),
                nulls_distinct=False,
                name="series_rebase_once",
                violation_error_message="This series already starts anew with that quarter.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undone_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason="")),
                name="series_rebase_undone_by_somebody",
                violation_error_message="Who undoes a rebase says why.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="series_rebase_has_reason", violation_error_message="A rebase has its reason."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} from {self.before}"

    @property
    def review_subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"rebase:{self.pk}"

    @property
    def review_about(self) -> str:
        """What the reviewer reads."""
        return f"Why {self.kpi.code} starts anew with {self.quarter.label}"

    @property
    def quarter(self) -> Quarter:
        """The first quarter of the new range."""
        return Quarter.parse(self.before)

    @property
    def role_label(self) -> str:
        """The role in words, as it stands in the chart."""
        return ROLES[Role(self.role)].label.lower()
