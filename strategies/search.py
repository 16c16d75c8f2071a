"""What the search finds of strategies: the own ones as they stand, those of others as far as their texts passed a review."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from edi_portal.search.registry import Entry
from strategies.selectors.documents import documents_shown_to


def strategies_found_by(user: Any) -> Iterator[Entry]:
    """Documents by their title and their lines. Five queries."""
    for one in documents_shown_to(user):
        words = " ".join([one.vision, one.mission, one.aspirations, *(line.text for line in one.shown_lines)])
        line = f"{one.review_about} of {one.organisation.short_name}"
        yield Entry(one.title or one.review_about, line, reverse("strategies:document", args=[one.slug]), words)
