"""Mail of the demonstration, kept in the database instead of being sent."""

from django.db import models


class OutboxMessage(models.Model):
    """One message as it would have been sent."""

    recipient = models.EmailField(max_length=254)
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
