"""The demonstration's mail: a Django mail backend that keeps every message in the database."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from organisations.models import OutboxMessage


class OutboxBackend(BaseEmailBackend):
    """Stores one row for each recipient; nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; the number kept."""
        rows = [
            OutboxMessage(
                recipient=recipient,
                sender=message.from_email,
                subject=str(message.subject),
                body=str(message.body),
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        OutboxMessage.objects.bulk_create(rows)
        return len(email_messages)
