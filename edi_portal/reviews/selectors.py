"""The gate: which texts others may read; and the queue of those that wait."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from edi_portal.reviews.models import CLEARED, ReviewedTexts, ReviewState, TextReview

Row = TypeVar("Row", bound=ReviewedTexts)

NOT_READ_YET = "Waits for review: others do not read it yet."
READ_AS_BEFORE = "Waits for review: others read it as it was before."


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
        TextReview.objects.filter(subject__in=written, state__in=CLEARED).values_list("subject", "fingerprint") if written else ()
    )
    return frozenset(subject for subject in texts if subject not in written or (subject, written[subject]) in passed)


def together(parts: Mapping[str, str]) -> str:
    """Several texts of one thing as one, field by field; empty ones are left out."""
    return "\n".join(f"{name.replace('_', ' ').capitalize()}: {text.strip()}" for name, text in parts.items() if text.strip())


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the texts of one thing stand. `shown` is what others read: the text of now, the one cleared last, or none."""

    shown: Mapping[str, str] | None
    is_current: bool
    waits: bool = False
    refused: str = ""

    @property
    def words(self) -> str:
        """For its owner; empty when others read it as it stands."""
        if self.is_current:
            return ""
        if self.refused:
            read = "Others do not read it." if self.shown is None else "Others read it as it was before."
            return f"Sent back: {self.refused} {read}"
        return NOT_READ_YET if self.shown is None else READ_AS_BEFORE


def standings(texts: Mapping[str, Mapping[str, str]]) -> dict[str, Standing]:
    """The gate for things with several texts: subject → where they stand. One query."""
    marks = {subject: fingerprint(together(parts)) for subject, parts in texts.items()}
    rows = TextReview.objects.filter(subject__in=texts).order_by("pk")
    found: dict[str, list[tuple[str, str, dict[str, str], str]]] = {subject: [] for subject in texts}
    for subject, *row in rows.values_list("subject", "fingerprint", "state", "parts", "reason"):
        found[subject].append((row[0], row[1], row[2], row[3]))
    return {subject: _standing(parts, marks[subject], found[subject]) for subject, parts in texts.items()}


def _standing(parts: Mapping[str, str], mark: str, reviews: list[tuple[str, str, dict[str, str], str]]) -> Standing:
    if not any(text.strip() for text in parts.values()):
        return Standing(shown=parts, is_current=True)
    last = None
    for review_mark, state, reviewed, _ in reviews:
        if state in CLEARED and review_mark == mark:
            return Standing(shown=parts, is_current=True)
        if state in CLEARED:
            last = reviewed
    now = next(((state, reason) for review_mark, state, _, reason in reviews if review_mark == mark), None)
    return Standing(
        shown=last,
        is_current=False,
        waits=now is not None and now[0] == ReviewState.WAITING,
        refused=now[1] if now is not None and now[0] == ReviewState.REFUSED else "",
    )


def standings_of(rows: Iterable[ReviewedTexts]) -> dict[str, Standing]:
    """The same for rows, by their subjects. One query."""
    return standings({row.review_subject: row.texts_to_review() for row in rows})


def for_others(rows: Iterable[Row]) -> list[Row]:
    """The rows as others read them, in their order: with the texts that are cleared, without those that never were. One query."""
    several = list(rows)
    found = standings_of(several) if several else {}
    read = []
    for row in several:
        if (shown := found[row.review_subject].shown) is not None:
            row.show_to_others(shown)
            read.append(row)
    return read


def waiting() -> QuerySet[TextReview]:
    """Texts that wait for a reviewer, oldest first."""
    return TextReview.objects.filter(state=ReviewState.WAITING).select_related("asked_by").order_by("pk")


def decided(most: int = 50) -> QuerySet[TextReview]:
    """The texts decided last."""
    by_people = TextReview.objects.filter(state__in=[ReviewState.PASSED, ReviewState.REFUSED])
    return by_people.select_related("decided_by").order_by("-decided_at")[:most]


def refusals(texts: Mapping[str, str]) -> dict[str, str]:
    """Subject → why its text, as it stands, was sent back; for its owner."""
    marks = {(subject, fingerprint(text)) for subject, text in texts.items()}
    rows = TextReview.objects.filter(subject__in=texts, state=ReviewState.REFUSED)
    return {row.subject: row.reason for row in rows if (row.subject, row.fingerprint) in marks}
