"""What a person wants to hear about returns: reminders, a weekly digest, and a calendar with the dates."""

from django.conf import settings
from django.db import models


class NoticeChoice(models.Model):
    """One person's choices. Somebody without a row gets reminders and no digest."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_choice")
    reminders = models.BooleanField(default=True)
    digest = models.BooleanField(default=False)
    calendar_number = models.PositiveIntegerField(
        default=0, help_text="Which secret address of the calendar is valid; 0: none was asked for. A new one rises by 1."
    )

    def __str__(self) -> str:
        return f"notices of {self.user}"
