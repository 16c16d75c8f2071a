"""What a sponsor approved section by section, and for which content; kept when another section goes back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from edi_portal.scope import GuardedQuerySet, OfAnOrganisation


class SectionApproval(OfAnOrganisation):
    """A section as somebody approved it. It holds while the section's content has this digest."""

    kpi_return = models.ForeignKey("kpis.KpiReturn", on_delete=models.PROTECT, related_name="approvals")
    workstream = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the section's cells, answers, explanations and evidence.")
    approved_at = models.DateTimeField(db_default=BusinessNow())
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi_return", "workstream"],
                name="approval_once_per_section",
                violation_error_message="This section is approved.",
            ),
            models.CheckConstraint(
                condition=~Q(digest=""),
                name="approval_is_bound",
                violation_error_message="An approval is bound to what was approved.",
            ),
        ]

    def __str__(self) -> str:
        return self.workstream
