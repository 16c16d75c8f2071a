"""The portal's one business clock: the row that `business_now()` adds to the server's time."""

from datetime import timedelta

from django.db import models


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
