"""The marks of a heat table: short cells, the word as text, the glyph by style sheet."""

from collections.abc import Sequence

# Verdict code → (class of one letter, word in the cell). Each cell stays within 40 bytes.
MARKS = {
    "better": ("b", "Better"),
    "no_difference": ("s", "No difference shown"),
    "worse": ("w", "Worse"),
    "act": ("a", "Act"),
    "watch": ("t", "Watch"),
    "too_few": ("f", "Too few to tell"),
    "withheld": ("c", "Withheld"),
    "not_returned": ("n", "Not returned"),
    "not_applicable": ("x", "Not applicable"),
    "not_available": ("y", "Not available yet"),
}
_CELLS = {code: f"<td class={letter}>{word}" for code, (letter, word) in MARKS.items()}
_CELLS_AFTER_GAP = {code: f'<td class="{letter} g">{word}' for code, (letter, word) in MARKS.items()}


def cells(codes: Sequence[str], gaps: frozenset[int] = frozenset()) -> str:
    """HTML of one row's cells; `gaps` are the places (from 0) of the first column of each further group."""
    return "".join((_CELLS_AFTER_GAP if place in gaps else _CELLS)[code] for place, code in enumerate(codes))
