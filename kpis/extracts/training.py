"""Training: people, not attendances. A person counts once in the quarter with at least one item that is not mandatory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kpis.extracts import ethnicity
from kpis.extracts.aggregate import UNKNOWN, CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Reader
from kpis.extracts.people import person_key
from kpis.extracts.refusals import without_people
from kpis.extracts.spellings import NO, YES, normalised
from kpis.extracts.tables import BAR
from kpis.extracts.tally import steps_of

_BEYOND = ("non mandatory", "nonmandatory", "not mandatory", "cpd", "optional", "continuing prof")
_TAKEN = (
    ("other_organisation", "Rows of another organisation", "The column of organisation codes says so."),
    ("no_key", "Without an employee number", "They cannot be told apart from others."),
    ("mandatory", "Mandatory and statutory training", "Only training beyond it is counted."),
    ("not_completed", "Without a day of completion", "It was not taken up, or not yet."),
    ("other_period", "Completed in another quarter", "They are counted in the quarter of their completion."),
    ("joined_later", "People who joined after the quarter", "They were not yet in post."),
    ("not_in_post", "People who are not in the staff file", "They were not in post on the last day of the quarter."),
    ("again", "Further training of the same people", "People are counted, not attendances."),
)

Taken = tuple[frozenset[str], str]
"""The kinds of training that somebody took, and their group."""


def training_type(raw: str) -> str | None:
    """Whether training is beyond the mandatory; a column named “Mandatory” answers yes or no."""
    text = normalised(raw)
    if text in NO or any(words in text for words in _BEYOND):
        return "non_mandatory"
    if text in YES or "mandatory" in text or "statutory" in text:
        return "mandatory"
    return None


class TrainingCounter(Reader):
    """Counts one file of attendances."""

    fields = ("staff_key", "training_type", "completed_on", "latest_start", "ethnic_origin")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        if not self.has("ethnic_origin") and not context.people:
            raise without_people("Training records")
        self._people: dict[str, int] = {}
        self._numbers: dict[Taken, int] = {}
        self._taken: list[Taken] = []
        self._rows = 0

    def add(self, cells: Sequence[str], row: int) -> None:
        """Count one attendance."""
        key, raw_type, completed, joined, ethnic = cells
        person = person_key(key)
        why = "" if person else "no_key"
        kind = self.code("training_type", raw_type, training_type, row) if person else ""
        why = why or ("mandatory" if kind == "mandatory" else self._outside(completed, joined, row))
        group = self._group(person, ethnic, row) if not why else None
        if not why and group is None:
            why = "not_in_post"
        if why:
            self.tally.removed[why] += 1
            return
        self._rows += 1
        self._note(person, kind, group or "missing")

    def _note(self, person: str, kind: str, group: str) -> None:
        """Who took what: a number for each person, and what it stands for once for all who have it."""
        known = self._people.get(person)
        kinds, first = (frozenset[str](), group) if known is None else self._taken[known]
        if kind not in kinds:
            taken = (kinds | {kind}, first)
            if taken not in self._numbers:
                self._numbers[taken] = len(self._taken)
                self._taken.append(taken)
            self._people[person] = self._numbers[taken]

    def _outside(self, completed: str, joined: str, row: int) -> str:
        period = self.context.period
        day = self.day("completed_on", completed, row)
        if day is None:
            return "not_completed"
        if not period.first_day <= day <= period.last_day:
            return "other_period"
        start = self.day("latest_start", joined, row)
        return "joined_later" if start and start > period.last_day else ""

    def _group(self, person: str, ethnic: str, row: int) -> str | None:
        if self.has("ethnic_origin"):
            return self.code("ethnic_origin", ethnic, ethnicity.ethnicity, row)
        known = self.context.people.codes_of(person) if self.context.people else None
        return known[0] if known else None

    def fills(self) -> tuple[str, ...]:
        """One measure."""
        return ("training_ethnicity",)

    def lines(self) -> list[CountedLine]:
        """People by kind and group. Who has only kinds that are not known carries all of them, joined by bars."""
        found: Counter[tuple[str, ...]] = Counter()
        for number, people in Counter(self._people.values()).items():
            kinds, group = self._taken[number]
            named = sorted(self._kept(kind) for kind in kinds)
            code = "non_mandatory" if "non_mandatory" in kinds else UNKNOWN + BAR.join(kind[1:] for kind in named)
            found[code, group] += people
        plain = {codes: count for codes, count in found.items() if BAR not in codes[0]}
        barred: Counter[tuple[str, ...]] = Counter()
        for (kind, group), count in found.items():
            if BAR in kind:
                barred[kind, self.tally.kept_code(group, "ethnic_origin")] += count
        return [
            *self.tally.lines("training_ethnicity", plain),
            *(CountedLine("training_ethnicity", codes, count) for codes, count in sorted(barred.items())),
        ]

    def _kept(self, kind: str) -> str:
        return self.tally.kept_code(kind, "training_type")

    def figures(self) -> list[CellFigure]:
        """None: all is counted."""
        return []

    def steps(self, rows: int) -> list[Step]:
        """From attendances to people."""
        self.tally.removed["again"] = self._rows - len(self._people)
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        return steps_of(rows, "rows", "Rows of the file", taken)

    def notes(self) -> dict[str, str]:
        """None."""
        return {}
