"""What the owner of a text of the operating model is told while others do not read it."""

from collections.abc import Mapping

from edi_portal.reviews.selectors import NOT_READ_YET, cleared, refusals


def review_words(texts: Mapping[str, str]) -> str:
    """Empty when others read it as it stands; else that it waits, or why it was sent back. Two queries."""
    if cleared(texts).issuperset(texts):
        return ""
    reasons = " ".join(refusals(texts).values())
    return f"Sent back: {reasons} Others do not read it." if reasons else NOT_READ_YET
