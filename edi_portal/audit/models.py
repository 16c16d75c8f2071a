"""`AuditEvent`: one row for each change, written in the same transaction as the change.

A trigger refuses UPDATE, DELETE and TRUNCATE; `AuditLink` ties each event to those before.
Details never hold figures, names or free text: they say which thing, not what it contains.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class AuditEvent(models.Model):
    """Something that somebody did, at a time, to a thing, perhaps of an organisation."""

    at = models.DateTimeField(db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty when the portal itself acted.",
    )
    action = models.CharField(max_length=60)
    organisation = models.CharField(max_length=80, blank=True, help_text="Slug of the organisation whose data it was.")
    subject = models.CharField(max_length=120, blank=True, help_text="The thing, as 'return:countess-of-chester/2019-20-q3'.")
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="audit_by_organisation"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditLink(models.Model):
    """The place of an event in the chain, and a fingerprint over it and everything before it. Written by the database alone."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link")
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.fingerprint[:12]}"
