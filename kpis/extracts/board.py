"""The board register, 10 to 18 rows: reduced to what the four measures of the board ask, each apart, and no finer.

For ethnicity and disability only “executive or not” and “voting or not” are kept, never who holds which office.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from kpis.extracts import ethnicity, spellings
from kpis.extracts.aggregate import UNKNOWN, CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Reader, day_of
from kpis.extracts.spellings import NO, YES, normalised
from kpis.extracts.tables import EXECUTIVES, OUT
from kpis.extracts.tally import steps_of

_TAKEN = (
    ("other_organisation", "Members of another board", "The column of organisation codes says so."),
    (OUT, "Not members of the board", "Their role says that they only attend."),
)


_LAY = {"ned", "lay member", "governing body lay member"}


def board_role(raw: str) -> str | None:
    """The role of a member. An associate or a secretary attends and is no member."""
    text = normalised(raw)
    if any(words in text for words in ("secretary", "attend", "observer", "associate")):
        return OUT
    if text.startswith(("vice chair", "deputy chair")) or "non exec" in text or text in _LAY:
        return "non_executive"
    if "chief executive" in text or text in {"ceo", "accountable officer", "chief officer"}:
        return "non_executive" if "deputy" in text and "non" in text else _chief(text)
    if text in {"chair", "chairman", "chairwoman", "chairperson", "trust chair", "clinical chair"}:
        return "chair"
    return "executive" if "executive" in text or "director" in text or text.startswith(("chief ", "medical", "gp ")) else None


def _chief(text: str) -> str:
    return "executive" if "deputy" in text else "chief_executive"


def yes_no(raw: str) -> str | None:
    """Yes or no; a blank is no."""
    text = normalised(raw)
    return "no" if not text else spellings.yes_no(text)


class BoardCounter(Reader):
    """Counts one board register."""

    fields = ("board_role", "voting", "ethnic_origin", "disability", "developed_on", "objective")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._tables: dict[str, Counter[tuple[str, ...]]] = {}

    def add(self, cells: Sequence[str], row: int) -> None:
        """Count one member."""
        raw_role, raw_voting, ethnic, disabled, developed, objective = cells
        role = self.code("board_role", raw_role, board_role, row)
        if role == OUT:
            self.tally.removed[OUT] += 1
            return
        voting = self.code("voting", raw_voting, yes_no, row)
        side = "executive" if role in EXECUTIVES else role if role.startswith(UNKNOWN) else "non_executive"
        codes: dict[str, tuple[str, ...]] = {
            "board_ethnicity": (side, voting, self._group("ethnic_origin", ethnic, row)),
            "board_disability": (side, voting, self._group("disability", disabled, row)),
            "board_development": (side, voting, self._developed(developed, row)),
            "board_objectives": (role, self.code("objective", objective, yes_no, row) if self.has("objective") else "no"),
        }
        for table in self.fills():
            self._tables.setdefault(table, Counter())[codes[table]] += 1

    def _group(self, name: str, raw: str, row: int) -> str:
        if not self.has(name):
            return "missing"
        read = ethnicity.ethnicity if name == "ethnic_origin" else spellings.disability
        return self.code(name, _three_way(raw), read, row)

    def _developed(self, raw: str, row: int) -> str:
        text = normalised(raw)
        if not text or text in NO:
            return "no"
        if text in YES:
            return "yes"
        day = day_of(raw) or self.day("developed_on", raw, row)
        last = self.context.period.last_day
        return "yes" if day and _a_year_before(last) < day <= last else "no"

    def fills(self) -> tuple[str, ...]:
        """The measures whose column is in the register."""
        needed = {
            "board_ethnicity": "ethnic_origin",
            "board_disability": "disability",
            "board_development": "developed_on",
            "board_objectives": "objective",
        }
        return tuple(table for table, name in needed.items() if self.has(name))

    def lines(self) -> list[CountedLine]:
        """Members, for each measure apart."""
        return [line for table, counts in self._tables.items() for line in self.tally.lines(table, counts)]

    def figures(self) -> list[CellFigure]:
        """None: all is counted."""
        return []

    def steps(self, rows: int) -> list[Step]:
        """From rows to members."""
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        return steps_of(rows, "rows", "Rows of the file", taken)

    def notes(self) -> dict[str, str]:
        """None."""
        return {}


def _three_way(raw: str) -> str:
    """Registers write the WRES group itself."""
    text = normalised(raw)
    if text in {"bme", "bame", "black and minority ethnic", "ethnic minority", "global majority"}:
        return "Any other ethnic group"
    return "Disabled" if text == "d" else "Not disabled" if text == "nd" else raw


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
