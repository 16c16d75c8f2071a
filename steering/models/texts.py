"""What rows with free text share: whose words they are, and under which names the words stand in the queue of reviews."""

from typing import ClassVar

from django.db import models


class Reviewed(models.Model):
    """A row whose free text others than its writers read only after a reviewer passed it (`steering.selectors.texts`)."""

    NOUN: ClassVar[str] = ""
    TEXTS: ClassVar[tuple[str, ...]] = ()
    LATER: ClassVar[tuple[str, ...]] = ()

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

    @property
    def side(self) -> str:
        """Who wrote it, as a key that `selectors.texts` knows of its readers."""
        return "group" if self.written_for_id is None else f"organisation:{self.written_for_id}"

    @property
    def parties(self) -> frozenset[str]:
        """The sides that read it at once: who wrote it, and whomever it is addressed to."""
        return frozenset({self.side})

    def subject(self, field: str) -> str:
        """The name of a text in the queue of reviews: `action:28` for what is written together, one more for each later word."""
        return f"{self.NOUN}:{self.pk}:{field}" if field in self.LATER else f"{self.NOUN}:{self.pk}"

    def parts(self) -> dict[str, str]:
        """What is written together, part by part in words."""
        return {field.replace("_", " ").capitalize(): getattr(self, field) for field in self.TEXTS if getattr(self, field)}

    def texts(self) -> dict[str, str]:
        """Name in the queue → text, for all that the row says."""
        together = {f"{self.NOUN}:{self.pk}": "\n\n".join(self.parts().values())}
        return together | {self.subject(field): getattr(self, field) for field in self.LATER}
