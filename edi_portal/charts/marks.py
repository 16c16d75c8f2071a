"""From a reading to a mark: which style a verdict has in a plot, and the key that explains the marks used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from edi_portal.charts import palette
from edi_portal.charts.chart import Entry, KeyEntry
from edi_portal.charts.palette import MarkStyle

Reading = Literal["range", "comparison"]
"""What the marks say: figures against an accepted range (act, watch, no flag), or against a comparator."""

_RANGE: Mapping[str, tuple[MarkStyle, str, str]] = MappingProxyType(
    {
        "act": (palette.ACT, "edi-mark--act", "Act: outside the range, more than chance"),
        "watch": (palette.WATCH, "edi-mark--watch", "Watch: outside, may be chance"),
        "no_difference": (palette.DISC, "edi-mark--disc", "No flag"),
    }
)
_COMPARISON: Mapping[str, tuple[MarkStyle, str, str]] = MappingProxyType(
    {
        "act": (palette.ACT, "edi-mark--act", "Act: outside the target, more than chance"),
        "worse": (palette.WORSE, "edi-mark--worse", "Worse by more than chance"),
        "watch": (palette.WATCH, "edi-mark--watch", "Watch: outside, may be chance"),
        "no_difference": (palette.QUIET, "edi-mark--quiet", "No difference shown"),
        "better": (palette.DISC, "edi-mark--disc", "Better by more than chance"),
    }
)


def styles(reading: Reading) -> Mapping[str, tuple[MarkStyle, str, str]]:
    """Style, class and words by verdict code, in the order of the key."""
    return _RANGE if reading == "range" else _COMPARISON


def style_groups(entries: Iterable[Entry], reading: Reading) -> list[tuple[MarkStyle, str, list[Entry]]]:
    """Drawn entries grouped by style: (style, words, entries). Raises ValueError for a verdict the chart has no mark for."""
    known = styles(reading)
    groups: dict[str, list[Entry]] = {code: [] for code in known}
    for entry in entries:
        if entry.verdict not in groups:
            raise ValueError(f"{entry.label}: {entry.verdict!r} has no mark in a chart of readings against a {reading}.")
        groups[entry.verdict].append(entry)
    found = []
    for code, members in groups.items():
        style, _css, words = known[code]
        firm = [entry for entry in members if not entry.provisional]
        if firm:
            found.append((style, words, firm))
        hollow = [entry for entry in members if entry.provisional]
        if hollow:
            open_style = MarkStyle(
                style.symbol, palette.WHITE, palette.INK if style.fill != palette.BLUE else style.edge, 2, style.size
            )
            found.append((open_style, f"{words} (provisional)", hollow))
    return found


def key_of(entries: Iterable[Entry], reading: Reading) -> tuple[KeyEntry, ...]:
    """The key: only what is drawn."""
    drawn = [entry for entry in entries if entry.drawn]
    used = {entry.verdict for entry in drawn}
    key = [KeyEntry(css, words) for code, (_style, css, words) in styles(reading).items() if code in used]
    if any(entry.provisional for entry in drawn):
        key.append(KeyEntry("edi-mark--hollow", "Provisional"))
    if any(entry.own for entry in drawn):
        key.append(KeyEntry("edi-mark--ring", "Your organisation"))
    return tuple(key)
