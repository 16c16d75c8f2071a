"""The portal's one business clock, and the forms that were sent a moment ago."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class BusinessClock(models.Model):
    """How far the business clock stands from the real one; exactly one row, zero outside the demonstration."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1), name="business_clock_is_one_row", violation_error_message="There is one business clock."
            ),
        ]

    def __str__(self) -> str:
        return f"business clock, offset {self.offset}"


class SentForm(models.Model):
    """What a person sent last from one shown form, and where that led: the same once more is not done again.

    Written in the transaction of what the form did: either both stand or neither. Holds digests, never what was typed.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=64, help_text="Digest of the token that this showing of the page gave its forms.")
    content = models.CharField(
        max_length=64, default="", db_default="", help_text="Digest of address and fields; empty until done."
    )
    led_to = models.CharField(max_length=500, default="", db_default="")
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "form"], name="sent_form_once", violation_error_message="This form was sent before."
            ),
        ]
        indexes = [models.Index(fields=["sent_at"], name="sent_form_age")]

    def __str__(self) -> str:
        return self.form
