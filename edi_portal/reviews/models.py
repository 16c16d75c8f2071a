"""`TextReview`: one text as it stood when a reviewer was asked whether a person can be recognised in it.

`ReviewedTexts`: what a model is, some texts of which others than its owner read.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ReviewState(models.TextChoices):
    """Where a review stands."""

    WAITING = "waiting", "Waits for a reviewer"
    PASSED = "passed", "No person can be recognised"
    REFUSED = "refused", "Sent back"
    PUBLISHED = "published", "Published by its organisation"


# Others read a text in one of these states.
CLEARED = (ReviewState.PASSED, ReviewState.PUBLISHED)


class TextReview(models.Model):
    """A text of an organisation that others would read. A changed text is another text and is reviewed again.

    `subject` names the thing the text belongs to, as "kpi:OWN-1"; `fingerprint` is that of the text. `parts` holds the same text
    by field, where the thing has several. What an organisation published on its own page needs no reviewer and names its
    `source`.
    """

    subject = models.CharField(max_length=200)
    about = models.CharField(max_length=200, blank=True, help_text="What the text is, in words.")
    fingerprint = models.CharField(max_length=64)
    organisation = models.CharField(max_length=120, blank=True, help_text="Slug of the organisation it comes from.")
    text = models.TextField()
    parts = models.JSONField(default=dict, blank=True)
    source = models.URLField(max_length=300, blank=True, help_text="Where its organisation published it.")
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.WAITING)
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "fingerprint"],
                name="text_review_once",
                violation_error_message="This text is in the queue.",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.WAITING, decided_by__isnull=True)
                | (Q(state=ReviewState.PUBLISHED, decided_by__isnull=True) & ~Q(source=""))
                | Q(
                    state__in=[ReviewState.PASSED, ReviewState.REFUSED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="text_review_decided_by_somebody",
                violation_error_message="A decided review says who decided, and a published text where it stands.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="text_review_by_somebody_else",
                violation_error_message="Somebody else than its author reviews a text.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class ReviewedTexts(models.Model):
    """A row with texts that others read only as far as they are cleared; `selectors.for_others` makes what they read."""

    # The fields that a person writes and others read.
    REVIEWED: ClassVar[tuple[str, ...]] = ()
    # A row that holds what others read is no longer the row of the database, and is never saved.
    is_as_others_read = False

    class Meta:
        abstract = True

    @property
    def review_subject(self) -> str:
        """The name of its texts in the queue of reviews; the same as long as the row lives, and never another row's."""
        raise NotImplementedError

    @property
    def review_about(self) -> str:
        """What it is, for the reviewer."""
        return str(self._meta.verbose_name).capitalize()

    def texts_to_review(self) -> dict[str, str]:
        """Field → what it says now."""
        return {name: getattr(self, name) for name in self.REVIEWED}

    def show_to_others(self, texts: Mapping[str, str]) -> None:
        """Put the cleared texts in place of its own, for a page that others read."""
        for name in self.REVIEWED:
            setattr(self, name, texts.get(name, ""))
        self.is_as_others_read = True

    def save(self, *arguments: Any, **options: Any) -> None:
        """As every model; refused for what others read, which would overwrite its owner's words."""
        if self.is_as_others_read:
            raise RuntimeError("This row was made for a page that others read. Read it again before you save it.")
        super().save(*arguments, **options)
