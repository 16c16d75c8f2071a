"""What stands beside the figures of a file, in words: its day, what counts as appointed, a ratio with and without. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from edi_portal.charts.numbers import format_figure
from kpis.catalogue import KpiDefinition, Measure
from kpis.extracts import Cell, ExtractAggregate, cells_of, without_international
from kpis.indicators import Absent, Known, compute
from kpis.indicators import Cell as Amount

INTERNATIONAL = "international_appointed"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about the figures of a file."""

    key: str
    value: str


def notes_in_words(
    counts: ExtractAggregate,
    kpis: Iterable[KpiDefinition],
    measures: Mapping[str, Measure],
    meanings: Mapping[tuple[str, str], str],
) -> tuple[Note, ...]:
    """The notes of a file, in a fixed order; `kpis` are those whose ratio may be shown with and without block recruitment."""
    found = [Note(label, words) for key, label, say in _WORDS if (words := say(counts.notes.get(key, "")))]
    if INTERNATIONAL in counts.notes:
        found += _beside_international(counts, kpis, measures, meanings)
    return tuple(found)


def _day(note: str) -> str:
    try:
        return f"{date.fromisoformat(note):%-d %B %Y}, as its first lines say"
    except ValueError:
        return ""


def _quarters(note: str) -> str:
    if note == "of the file":
        return "as the file gives them"
    reason = note.partition(": ")[2]
    if not note.startswith("computed"):
        return ""
    return "worked out here from the hourly rates" + (f", because {reason}" if reason else "")


def _without_rate(note: str) -> str:
    return f"{_people(note)} without an hourly rate: in no quarter and in no average" if _number(note) else ""


def _left_out(note: str) -> str:
    return f"{_people(note)} whose gender is not understood: in no average" if _number(note) else ""


def _stages(note: str) -> str:
    return f"the stages {note}" if note else ""


def _abroad(note: str) -> str:
    count = _number(note)
    return f"{count:,} of those appointed; such recruitment distorts the ratio" if count else ""


def _characteristics(note: str) -> str:
    known = {"staff file": "of the staff file, as the file itself has none", "this file": "of this file, at entry"}
    return known.get(note, "")


def _weighted(note: str) -> str:
    words = {"yes": "weighted, as in the benchmark report", "no": "not weighted", "not said": "not said by the file"}
    return words.get(note, "weighted in part: explain which" if "no" in note.split(", ") else "")


def _number(note: str) -> int:
    return int(note) if note.isascii() and note.isdigit() else 0


def _people(note: str) -> str:
    count = _number(note)
    return "1 employee" if count == 1 else f"{count:,} employees"


_WORDS = (
    ("as_at", "The list stands on", _day),
    ("characteristics", "Ethnic origin and disability", _characteristics),
    ("appointed_stages", "Counted as appointed", _stages),
    (INTERNATIONAL, "International recruitment", _abroad),
    ("quarters", "Quarters of pay", _quarters),
    ("without_rate", "Left out", _without_rate),
    ("left_out_of_means", "Left out", _left_out),
    ("weighted", "Survey figures", _weighted),
)


@dataclass(frozen=True, slots=True)
class _FileCounts:
    """The counts of one file alone, of whatever months it is about."""

    measures: Mapping[str, Measure]
    cells: Mapping[Cell, Decimal]

    def part(self, measure: str, part: str) -> Amount:
        """The sum over a part's cells."""
        amounts = [self.cells.get((measure, cell.row, cell.column)) for cell in self.measures[measure].cells_of(part)]
        known = [amount for amount in amounts if amount is not None]
        return Known(sum(known, Decimal(0))) if len(known) == len(amounts) else Absent("not_available")


def _beside_international(
    counts: ExtractAggregate,
    kpis: Iterable[KpiDefinition],
    measures: Mapping[str, Measure],
    meanings: Mapping[tuple[str, str], str],
) -> list[Note]:
    """Each ratio of this file with and without them: both may be given in the explanation."""
    with_them = _FileCounts(measures, cells_of([counts], measures, meanings))
    without = _FileCounts(measures, cells_of([without_international(counts)], measures, meanings))
    found = []
    for kpi in kpis:
        figures = [compute(kpi, one) for one in (with_them, without)]
        values = [None if one.value is None else format_figure(one.value, kpi.unit) for one in figures]
        if values[0] != values[1]:
            said = [value or "not calculable" for value in values]
            found.append(Note(kpi.code, f"{said[0]} in this file with international recruitment, {said[1]} without it"))
    return found
