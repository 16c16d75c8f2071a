"""Changes of the disclosure settings by two people, and facts about counts that are public elsewhere."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from edi_portal.disclosure.policy import LOWEST_THRESHOLD


class ChangeStatus(models.TextChoices):
    """Where a change of the settings stands."""

    PROPOSED = "proposed", "Waits for a second admin"
    CONFIRMED = "confirmed", "In force for releases made after it"
    DROPPED = "dropped", "Dropped"


class DisclosureChange(models.Model):
    """One proposed set of disclosure settings: who proposed it and why, who confirmed or dropped it. The log of all changes."""

    version = models.PositiveIntegerField(null=True, unique=True, help_text="Number of the settings, given when confirmed.")
    before = models.JSONField(help_text="The settings that were in force when this was proposed.")
    values = models.JSONField(help_text="Every setting as it would be.")
    reason = models.TextField()
    status = models.CharField(max_length=10, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    proposed_at = models.DateTimeField(db_default=Now())
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=ChangeStatus.PROPOSED),
                name="disclosure_change_one_at_a_time",
                violation_error_message="A change of the settings waits already.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ChangeStatus.CONFIRMED)
                | (Q(version__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="disclosure_change_needs_two_people",
                violation_error_message="Another portal admin than the one who proposed it confirms a change.",
            ),
            models.CheckConstraint(
                condition=Q(values__threshold__gte=LOWEST_THRESHOLD, values__survey_respondents__gte=11),
                name="disclosure_change_keeps_the_floor",
                violation_error_message="The settings may be made stricter than the NHS rule, never looser.",
            ),
        ]

    def __str__(self) -> str:
        return f"settings {self.version}" if self.version else "proposed settings"


class KnownFactQuerySet(models.QuerySet["KnownFact"]):
    """Facts by whether the audit counts on them."""

    def in_force(self) -> "KnownFactQuerySet":
        """Those that are not retired."""
        return self.filter(retired_at__isnull=True)


class KnownFact(models.Model):
    """A sum of counts that anyone can read elsewhere, such as a headcount in national statistics.

    The audit of every release made after it takes the sum as known exactly to every reader. The number itself is not kept.
    A row never changes but for its retirement, so a release names the facts it was audited with by their keys.
    """

    measure = models.CharField(max_length=60)
    part = models.CharField(max_length=80, blank=True, help_text="Empty for everybody the measure counts.")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    period = models.CharField(max_length=10, blank=True, help_text="The quarter it speaks of; empty for every quarter.")
    source = models.CharField(max_length=200)
    address = models.URLField(blank=True)
    year = models.PositiveSmallIntegerField(help_text="When it was published.")
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retired_reason = models.TextField(blank=True)

    objects = KnownFactQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "part", "organisation", "period"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="known_fact_once",
                violation_error_message="This fact is entered already.",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="known_fact_retired_by_somebody",
                violation_error_message="A retired fact says who retired it.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}/{self.part or 'everybody'}"
