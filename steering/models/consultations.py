"""What the steering group asks all organisations, what each answers, and what the group replied and changed."""

from datetime import date
from zlib import crc32

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from steering.models.texts import Reviewed

POSITIONS = {"agree": "Agree", "changes": "Agree with changes", "disagree": "Do not agree", "no_view": "No view"}


class Consultation(Reviewed):
    """One question to every organisation, open until a day, and closed by the group's reply."""

    NOUN = "consultation"
    TEXTS = ("title", "question", "background", "reply", "changed")

    title = models.CharField(max_length=160)
    question = models.TextField()
    background = models.TextField(blank=True)
    opens_on = models.DateField()
    due_on = models.DateField()
    reply = models.TextField(blank=True, help_text="What the group heard, and what it decided.")
    changed = models.TextField(blank=True, help_text="What changed because of the answers.")
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=BusinessNow())
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="consultation_days_in_order",
                violation_error_message="The last day for answers must not be before the first.",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, replied_by__isnull=True, reply="")
                | (Q(replied_at__isnull=False, replied_by__isnull=False) & ~Q(reply="") & ~Q(changed="")),
                name="consultation_reply_is_whole",
                violation_error_message="A reply says what was heard and what changed.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def state_on(self, day: date) -> str:
        """Not open yet, open, waiting for the group, or replied."""
        if self.replied_at is not None:
            return "Replied"
        if day < self.opens_on:
            return "Opens soon"
        return "Open for answers" if day <= self.due_on else "Waits for the group's reply"


class ConsultationAnswer(Reviewed):
    """What one organisation answered. A later answer takes the place of the earlier one until the group replies."""

    NOUN = "answer"
    TEXTS = ("text",)

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="answers")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="consultation_answers")
    position = models.CharField(max_length=10, choices=list(POSITIONS.items()))
    text = models.TextField(blank=True)
    answered_at = models.DateTimeField(db_default=BusinessNow())
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "organisation"],
                name="consultation_answered_once",
                violation_error_message="Your organisation has answered.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_position_display()}"

    @property
    def mark(self) -> int:
        """What is answered, as a number that travels with a form. Without an answer it is 0."""
        return crc32(f"{self.position} {self.text}".encode()) % 10**9
