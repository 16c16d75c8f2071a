"""Put the free texts of a row into the queue of reviews; the gate itself is `steering.selectors.texts`."""

from typing import Any

from edi_portal.reviews.services import ask_for_review
from steering.models.texts import Reviewed


def ask_for_reviews(row: Reviewed, *, by: Any) -> None:
    """Ask for the review of every text of the row that says something; a text that stands unchanged is asked for once."""
    about = f"{row.NOUN.replace('-', ' ').capitalize()} {row.pk}"
    for subject, text in row.texts().items():
        parts = row.parts() if subject.count(":") == 1 else {}
        ask_for_review(subject=subject, text=text, organisation=row.written_for, by=by, about=about, parts=parts)
