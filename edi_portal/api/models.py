"""What was answered to a request that carried an idempotency key, so that the same request sent twice is done once."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Replay(models.Model):
    """One answered request. Written in the transaction of what it did: either both stand or neither."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64, help_text="Of method, address and body.")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    tag = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="replay_once_per_key", violation_error_message="This key was used before."
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="replay_age")]

    def __str__(self) -> str:
        return self.key
