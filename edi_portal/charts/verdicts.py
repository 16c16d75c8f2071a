"""The one vocabulary of readings: code, glyph, word and meaning, the same on every page and in every export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reading. `css` is its class; `short` goes into "Not drawn" lists; `drawn` tells whether a chart may give it a mark."""

    code: str
    glyph: str
    word: str
    short: str
    meaning: str
    drawn: bool

    @property
    def css(self) -> str:
        """The class that draws the mark, for instance `edi-mark--no-difference`."""
        return "edi-mark--" + self.code.replace("_", "-")


_ALL = (
    Verdict("better", "+", "Better", "better", "better than its comparator by more than chance", True),
    Verdict("no_difference", "\u00b7", "No difference shown", "similar", "inside chance", True),
    Verdict("worse", "\u2212", "Worse", "worse", "worse by more than chance", True),
    Verdict("act", "!", "Act", "to act on", "outside the target or accepted range, and more than chance", True),
    Verdict("watch", "~", "Watch", "to watch", "outside the range, may be chance", True),
    Verdict("too_few", "?", "Too few to tell", "too few to tell", "too few people or points for a reading", False),
    Verdict(
        "withheld",
        "c",
        "Withheld to protect people",
        "withheld to protect people",
        "hidden so that no one can be recognised",
        False,
    ),
    Verdict("not_returned", "\u25cb", "Not returned", "not returned", "due, not received", False),
    Verdict("not_applicable", "\u2013", "Not applicable", "not applicable", "does not apply, with the reason on its page", False),
    Verdict("not_available", "", "Not available yet", "not available yet", "not available, with reason and expected date", False),
)

VERDICTS: Mapping[str, Verdict] = MappingProxyType({verdict.code: verdict for verdict in _ALL})

WITHHELD_CELL = "[c]"  # what tables and files print in place of a withheld value


def verdict_for(code: str) -> Verdict:
    """The verdict of a code; raises ValueError for a code outside the vocabulary."""
    if code not in VERDICTS:
        raise ValueError(f"{code!r} is not a reading. Known: {', '.join(VERDICTS)}.")
    return VERDICTS[code]
