"""`TextReview`: one text as it stood when a reviewer was asked whether a person can be recognised in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ReviewState(models.TextChoices):
    """Where a review stands."""

    WAITING = "waiting", "Waits for a reviewer"
    PASSED = "passed", "No person can be recognised"
    REFUSED = "refused", "Sent back"


class TextReview(models.Model):
    """A text of an organisation that others would read. A changed text is another text and is reviewed again.

    `subject` names the thing the text belongs to, as "kpi:OWN-1"; `fingerprint` is that of the text.
    """

    subject = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    organisation = models.CharField(max_length=120, blank=True, help_text="Slug of the organisation it comes from.")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.WAITING)
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "fingerprint"],
                name="text_review_once",
                violation_error_message="This text is in the queue.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.WAITING, decided_by__isnull=True)
                | (~Q(state=ReviewState.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="text_review_decided_by_somebody",
                violation_error_message="A decided review says who decided.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="text_review_by_somebody_else",
                violation_error_message="Somebody else than its author reviews a text.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
