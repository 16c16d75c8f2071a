"""Employee relations: entries into a formal stage in the quarter, one for each person and case.

Capability counts on performance grounds only, and a case without a formal stage is informal: it is left out. Characteristics
come from the file, as they were at entry, or from the staff file that was read before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpis.extracts import ethnicity, spellings
from kpis.extracts.aggregate import UNKNOWN, CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Reader
from kpis.extracts.people import person_key
from kpis.extracts.refusals import without_people
from kpis.extracts.spellings import normalised
from kpis.extracts.tally import steps_of

_TABLES = ("disciplinary_ethnicity", "capability_disability")
_OTHER = (
    "grievance",
    "harassment",
    "bullying",
    "flexible",
    "sickness",
    "absence",
    "ill health",
    "whistle",
    "dignity",
    "probation",
)
_TAKEN = (
    ("other_organisation", "Cases of another organisation", "The column of organisation codes says so."),
    ("other_type", "Other kinds of case", "Only discipline, and capability about performance, are counted."),
    ("informal", "Without a formal stage", "Informal steps are not counted."),
    ("no_date", "Without a day that can be read", "It cannot be told whether they belong to the quarter."),
    ("other_period", "Formal stage began in another quarter", "They are counted in the quarter of their start."),
    ("again", "The same person and case again", "Each person counts once for a case."),
)


def case_type(raw: str) -> str | None:
    """Whether a case counts, and as what. Plain “capability” is a question: it may be about ill health."""
    text = normalised(raw)
    if any(words in text for words in _OTHER):
        return "other"
    if "disciplin" in text or text in {"conduct", "misconduct", "gross misconduct"}:
        return "disciplinary"
    return "capability_performance" if "performance" in text else None


class RelationsCounter(Reader):
    """Counts one file of cases."""

    fields = ("case_key", "staff_key", "case_type", "formal_start", "ethnic_origin", "disability")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._seen: set[tuple[str, str, str]] = set()
        self._entries: dict[str, Counter[tuple[str, ...]]] = {
            "disciplinary_ethnicity": Counter(),
            "capability_disability": Counter(),
        }
        self._joined = not self.has("ethnic_origin", "disability")
        if self._joined and not (context.people and self.has("staff_key")):
            raise without_people("Employee relations cases")
        self._strangers = 0

    def add(self, cells: Sequence[str], row: int) -> None:
        """Count one case."""
        case, staff, raw_type, start, ethnic, disabled = cells
        kind = self.code("case_type", raw_type, case_type, row)
        if kind == "other":
            self.tally.removed["other_type"] += 1
            return
        if not start.strip():
            self.tally.removed["informal"] += 1
            return
        day = self.day("formal_start", start, row)
        period = self.context.period
        if day is None:
            self.tally.removed["no_date"] += 1
            return
        if not period.first_day <= day <= period.last_day:
            self.tally.removed["other_period"] += 1
            return
        entry = (normalised(case) or str(day), person_key(staff), kind)
        if entry in self._seen:
            self.tally.removed["again"] += 1
            return
        self._seen.add(entry)
        ethnic_code, disability_code = self._groups(person_key(staff), ethnic, disabled, row)
        if kind == "disciplinary" or kind.startswith(UNKNOWN):
            self._entries["disciplinary_ethnicity"][kind, ethnic_code] += 1
        if kind != "disciplinary":
            self._entries["capability_disability"][kind, disability_code] += 1

    def _groups(self, person: str, ethnic: str, disabled: str, row: int) -> tuple[str, str]:
        """The groups at entry: what the file says, else what the staff file says."""
        people = self.context.people
        known = people.codes_of(person) if people and person else None
        if self._joined and known is None:
            self.tally.problem(
                "not_in_staff_file",
                "staff_key",
                row,
                "This person is not in the staff file; counted as not known.",
                "Add ethnic origin and disability at entry to the file of cases.",
            )
        silent = known or ("missing", "missing")
        return (
            self.code("ethnic_origin", ethnic, ethnicity.ethnicity, row) if self.has("ethnic_origin") else silent[0],
            self.code("disability", disabled, spellings.disability, row) if self.has("disability") else silent[1],
        )

    def fills(self) -> tuple[str, ...]:
        """The measures whose characteristic is known."""
        needed = {"disciplinary_ethnicity": "ethnic_origin", "capability_disability": "disability"}
        return tuple(table for table, name in needed.items() if self._joined or self.context.people or self.has(name))

    def lines(self) -> list[CountedLine]:
        """Entries by kind and group."""
        return [line for table in self.fills() for line in self.tally.lines(table, self._entries[table])]

    def figures(self) -> list[CellFigure]:
        """None: all is counted."""
        return []

    def steps(self, rows: int) -> list[Step]:
        """From rows of the file to entries in the quarter."""
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        return steps_of(rows, "rows", "Rows of the file", taken)

    def notes(self) -> dict[str, str]:
        """Where the characteristics came from."""
        return {"characteristics": "staff file" if self._joined else "this file"}
