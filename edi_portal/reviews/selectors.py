"""The gate: which texts others may read; and the queue of those that wait."""

import hashlib
from collections.abc import Mapping

from django.db.models import QuerySet

from edi_portal.reviews.models import ReviewState, TextReview


def fingerprint(text: str) -> str:
    """SHA-256 of a text, whatever the line ends and blanks around it."""
    return hashlib.sha256("\n".join(text.split()).encode()).hexdigest()


def cleared(texts: Mapping[str, str]) -> frozenset[str]:
    """The gate for every free text: the subjects whose text, exactly as it stands now, a reviewer has passed.

    `texts`: subject → text. An empty text has nothing to review. One query. Whoever is not the owner or a portal admin reads
    only what this function gives back.
    """
    written = {subject: fingerprint(text) for subject, text in texts.items() if text.strip()}
    passed = set(
        TextReview.objects.filter(subject__in=written, state=ReviewState.PASSED).values_list("subject", "fingerprint")
        if written
        else ()
    )
    return frozenset(subject for subject in texts if subject not in written or (subject, written[subject]) in passed)


def waiting() -> QuerySet[TextReview]:
    """Texts that wait for a reviewer, oldest first."""
    return TextReview.objects.filter(state=ReviewState.WAITING).select_related("asked_by").order_by("pk")


def decided(most: int = 50) -> QuerySet[TextReview]:
    """The texts decided last."""
    return TextReview.objects.exclude(state=ReviewState.WAITING).select_related("decided_by").order_by("-decided_at")[:most]


def refusals(texts: Mapping[str, str]) -> dict[str, str]:
    """Subject → why its text, as it stands, was sent back; for its owner."""
    marks = {(subject, fingerprint(text)) for subject, text in texts.items()}
    rows = TextReview.objects.filter(subject__in=texts, state=ReviewState.REFUSED)
    return {row.subject: row.reason for row in rows if (row.subject, row.fingerprint) in marks}
