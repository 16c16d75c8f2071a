"""The wording of planned outcomes where the group chose its own, and the evidence that was linked to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from steering.models.texts import Reviewed


class OutcomeWording(Reviewed):
    """Words that the group put in place of those that came with the portal. The newest row counts; the others are its history."""

    NOUN = "outcome-wording"
    TEXTS = ("title", "statement")

    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    statement = models.TextField()
    source = models.CharField(max_length=200, blank=True, help_text="Where the words stand.")
    worded_at = models.DateTimeField(db_default=BusinessNow())
    worded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-worded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class OutcomeEvidence(Reviewed):
    """Something that shows progress on an outcome: a paper, a decision, a page. Withdrawn with a reason, never deleted."""

    NOUN = "outcome-evidence"
    TEXTS = ("title",)

    number = models.PositiveSmallIntegerField(help_text="Number of the outcome.")
    title = models.CharField(max_length=200, help_text="What it is, and what it shows.")
    dated_on = models.DateField()
    link = models.URLField(max_length=500)
    added_at = models.DateTimeField(db_default=BusinessNow())
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["number", "-dated_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="outcome_evidence_withdrawn_who_and_when",
                violation_error_message="Withdrawn evidence says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
