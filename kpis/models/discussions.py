"""What people of an organisation ask each other about a cell or question of their return. Open ones block the sign-off.

Rows of the organisation alone, like the return itself (import contract "released only").
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from edi_portal.scope import GuardedQuerySet, OfAnOrganisation


class DiscussionQuerySet(GuardedQuerySet["Discussion"]):
    """Discussions by whether they are settled."""

    def still_open(self) -> "DiscussionQuerySet":
        """Those that nobody has closed."""
        return self.filter(closed_at__isnull=True)


class Discussion(OfAnOrganisation):
    """One thing asked about a question of the return, or about one of its cells."""

    kpi_return = models.ForeignKey("kpis.KpiReturn", on_delete=models.PROTECT, related_name="discussions")
    measure = models.CharField(max_length=60)
    row = models.CharField(max_length=60, blank=True)
    column = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField(db_default=BusinessNow())
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(row="", column="") | (~Q(row="") & ~Q(column="")),
                name="discussion_of_a_cell_or_a_question",
                violation_error_message="Ask about one cell, or about the question as a whole.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="discussion_closed_who_and_when",
                violation_error_message="A closed discussion says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}/{self.row}/{self.column}" if self.row else self.measure

    @property
    def last_remark(self) -> "Remark | None":
        """The newest thing said; reads what is prefetched."""
        remarks = list(self.remarks.all())
        return remarks[-1] if remarks else None


class Remark(OfAnOrganisation):
    """What one person said in a discussion; the first one is what was asked."""

    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField()
    written_at = models.DateTimeField(db_default=BusinessNow())
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="remark_is_not_empty", violation_error_message="Write what you want to say."
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
