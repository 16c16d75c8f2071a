"""Uploaded return workbooks: kept for the dry run and the commit, owned by who uploaded them."""

import uuid

from django.conf import settings
from django.db import models

from edi_portal.clock import BusinessNow
from edi_portal.scope import GuardedQuerySet, OfAnOrganisation


class UploadStatus(models.TextChoices):
    """Where an uploaded workbook stands."""

    REFUSED = "refused", "Could not be read"
    CHECKED = "checked", "Checked, nothing saved yet"
    SAVED = "saved", "Saved"
    VOID = "void", "Out of date"


class WorkbookUpload(OfAnOrganisation):
    """One uploaded workbook and what the dry run found. The file is stored under a random key, never under its own name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kpi_return = models.ForeignKey("kpis.KpiReturn", on_delete=models.PROTECT, related_name="uploads")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=BusinessNow())
    file_name = models.CharField(max_length=120, help_text="As shown to the user, made safe.")
    digest = models.CharField(max_length=64)
    content = models.BinaryField(help_text="The file as uploaded, to hand it back with comments.")
    status = models.CharField(max_length=10, choices=UploadStatus)
    refusal = models.TextField(blank=True, help_text="One sentence and what to do, when it could not be read.")
    return_version = models.PositiveIntegerField(default=0, help_text="The return's version that it was compared with.")
    outcome = models.JSONField(default=dict, help_text="Changes, findings and what was ignored.")
    saved_at = models.DateTimeField(null=True, blank=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"
