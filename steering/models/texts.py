"""What rows with free text share: whose words they are, and under which names the words stand in the queue of reviews."""

from typing import ClassVar

from django.db import models


class Reviewed(models.Model):
    """A row whose free text others than its writers read only after a reviewer passed it (`steering.selectors.texts`)."""

    NOUN: ClassVar[str] = ""
    TEXTS: ClassVar[tuple[str, ...]] = ()

    written_for = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose words these are; empty stands for the steering group.",
    )

    class Meta:
        abstract = True

    def subject(self, field: str) -> str:
        """The name of one text in the queue of reviews, such as `action:28:title`."""
        return f"{self.NOUN}:{self.pk}:{field}"

    def texts(self) -> dict[str, str]:
        """Name in the queue → text, for every free text of the row."""
        return {self.subject(field): getattr(self, field) for field in self.TEXTS}
