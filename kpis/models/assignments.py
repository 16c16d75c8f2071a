"""Who answers which questions of an organisation's returns, and who was at a section when.

An assignment belongs to the organisation and not to one return, so it carries over to the next period by itself.
Like the rows of a return, these rows belong to the organisation alone (import contract "released only").
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Assignments by whether they still hold."""

    def standing(self) -> "AssignmentQuerySet":
        """Those that nobody has ended."""
        return self.filter(ended_at__isnull=True)


class Assignment(models.Model):
    """One person answers a section (workstream) or a single question (measure). A question goes before its section."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    workstream = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    assigned_at = models.DateTimeField(db_default=BusinessNow())
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(workstream="") & ~Q(measure="")) | (~Q(workstream="") & Q(measure="")),
                name="assignment_of_section_or_question",
                violation_error_message="Assign a whole section or one question.",
            ),
            models.UniqueConstraint(
                fields=["organisation", "workstream", "measure"],
                condition=Q(ended_at__isnull=True),
                name="assignment_to_one_person",
                violation_error_message="This is assigned to somebody already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="assignment_ended_who_and_when",
                violation_error_message="An assignment that ended says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure or self.workstream}: {self.user}"


class SectionVisit(models.Model):
    """Somebody at work in a section of a return: since when, and seen last. "Is here" while the last time is minutes ago."""

    kpi_return = models.ForeignKey("kpis.KpiReturn", on_delete=models.CASCADE, related_name="visits")
    workstream = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(db_default=BusinessNow())
    last_at = models.DateTimeField(db_default=BusinessNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi_return", "workstream", "user"],
                name="visit_once_per_person",
                violation_error_message="This person was here already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.workstream}"
