"""Evidence of an organisation: a link or a file, kept once and used by any number of questions.

A file lies in the database under a random key, apart from its description, so that lists never load it. It is never served
by name or shown in the browser, and nobody outside the organisation can ask for it (import contract "released only").
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from edi_portal.scope import GuardedQuerySet, OfAnOrganisation
from organisations.permissions import organisations_with_right
from organisations.roles import Right


class EvidenceFile(models.Model):
    """The bytes of one file under a random key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")

    def __str__(self) -> str:
        return str(self.id)


class EvidenceQuerySet(GuardedQuerySet["Evidence"]):
    """Evidence by whose it is and whether it is still offered."""

    def visible_to(self, user: object) -> "EvidenceQuerySet":
        """Evidence of the organisations whose returns this user may see."""
        return self.filter(organisation__in=organisations_with_right(user, Right.VIEW_RETURN)).by_right()

    def offered(self) -> "EvidenceQuerySet":
        """What can be chosen: not taken out of the library."""
        return self.filter(retired_at__isnull=True)


class Evidence(OfAnOrganisation):
    """One item of an organisation's library."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    dated_on = models.DateField(null=True, blank=True)
    link = models.URLField(max_length=500, blank=True)
    file = models.OneToOneField(EvidenceFile, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    file_name = models.CharField(max_length=140, blank=True, help_text="Made safe; for the download only.")
    file_type = models.CharField(max_length=10, blank=True, help_text="What the content is, by its first bytes.")
    file_size = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(db_default=BusinessNow())
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "title"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(link="") & Q(file__isnull=False)) | (~Q(link="") & Q(file__isnull=True)),
                name="evidence_is_a_link_or_a_file",
                violation_error_message="Evidence is a link or a file.",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True) | (~Q(file_name="") & ~Q(file_type="") & Q(file_size__gt=0)),
                name="evidence_file_is_described",
                violation_error_message="A file has a name, a type and a size.",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="evidence_retired_who_and_when",
                violation_error_message="What was taken out of the library says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceUse(OfAnOrganisation):
    """A question of a return rests on this item."""

    kpi_return = models.ForeignKey("kpis.KpiReturn", on_delete=models.PROTECT, related_name="evidence_uses")
    measure = models.CharField(max_length=60)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    used_at = models.DateTimeField(db_default=BusinessNow())
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi_return", "measure", "evidence"],
                name="evidence_use_once",
                violation_error_message="This question uses the item already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.evidence}"
