"""The files of strategy documents, and what the portal proposes from their text.

The bytes lie under a random key, apart from their description, so that lists never load them. A newer file stands beside the
earlier ones. A proposal is no objective: only a person makes it one, and then it says from which page it came.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from edi_portal.clock import BusinessNow
from edi_portal.reviews.models import ReviewedTexts
from strategies.vocabulary import LINE_KINDS


class FileContent(models.Model):
    """The bytes of one file under a random key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")

    def __str__(self) -> str:
        return str(self.id)


class StrategyFile(ReviewedTexts):
    """One file of a document, with what its text says of the document as a whole. Its bytes never change.

    Others take it out once a reviewer has passed how it begins and looked at the file itself.
    """

    REVIEWED: ClassVar[tuple[str, ...]] = ("file_name", "opening")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey("strategies.StrategyDocument", on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    content = models.OneToOneField(FileContent, on_delete=models.PROTECT, related_name="described")
    file_name = models.CharField(max_length=140, help_text="Made safe; for the download only.")
    file_type = models.CharField(max_length=10, help_text="What the content is, by its first bytes.")
    file_size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Where the file says how many.")
    has_text = models.BooleanField(help_text="A scan has none.")
    is_whole = models.BooleanField(default=True, help_text="Whether every page was read.")
    opening = models.TextField(blank=True, help_text="How its text begins, for the reviewer.")
    found = models.JSONField(default=dict, blank=True, help_text="Period, vision and mission with their pages.")
    uploaded_at = models.DateTimeField(db_default=BusinessNow())
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="strategy_file_number_once", violation_error_message="This file is there."
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def review_subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"strategy-file:{self.pk}"

    @property
    def review_about(self) -> str:
        """What the reviewer reads, and where the whole of it is."""
        whole = reverse("strategies:file", args=[self.document.slug, self.number])
        return f"File of a strategy, {self.pages or 'some'} pages. Look at the whole of it: {whole}"


class ProposedLine(models.Model):
    """A line of a file that may be an objective, and what a person decided."""

    class State(models.TextChoices):
        """Where a proposal stands."""

        WAITING = "waiting", "Waits for you"
        TAKEN = "taken", "In the document"
        ASIDE = "aside", "Put aside"

    file = models.ForeignKey(StrategyFile, on_delete=models.CASCADE, related_name="proposals")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=list(LINE_KINDS.items()))
    text = models.TextField()
    page = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    line = models.ForeignKey("strategies.Objective", null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["file", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "number"], name="proposal_number_once", violation_error_message="This proposal is there."
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True) | (~Q(state="waiting") & Q(decided_by__isnull=False)),
                name="proposal_decided_by_somebody",
                violation_error_message="A decided proposal says who decided.",
            ),
        ]

    def __str__(self) -> str:
        return self.text
