"""Recruitment: one row for each application, counted for the vacancies whose shortlisting closed in the quarter.

The three counts come from the same vacancies. A vacancy is kept as counts until its shortlisting date is known: the last day on
which somebody was shortlisted for it. Vacancies that are still open, and bank posts, are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kpis.extracts import ethnicity, spellings
from kpis.extracts.aggregate import INFORMATION, QUERY, CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Reader, Remark
from kpis.extracts.spellings import normalised
from kpis.extracts.tables import ABROAD, HOME
from kpis.extracts.tally import steps_of

_OPEN = ("open", "advertised", "shortlisting", "interviewing", "in progress", "live", "offer made")
_APPOINTED = ("appointed", "recruited", "start date", "offer accepted", "accepted offer", "hired", "started", "in post")
_SHORTLISTED = ("shortlisted", "invited", "interview", "offer", "reserve")
_PENDING = ("offered", "conditional offer", "offer made", "unconditional offer")
_APPLIED = (
    "applied",
    "longlist",
    "long listed",
    "withdrawn",
    "withdrew",
    "rejected",
    "not shortlisted",
    "unsuccessful",
    "received",
)
_TAKEN = (
    ("other_organisation", "Applications to another organisation", "The column of organisation codes says so."),
    ("no_vacancy", "Without a vacancy", "They cannot be put with the others of their post."),
    ("bank", "Bank posts", "Bank posts are left out."),
    ("open", "Vacancies still open", "Nobody can be said to have been left out yet."),
    ("not_shortlisted", "Vacancies without a shortlist", "Nobody was shortlisted for them."),
    ("other_period", "Shortlisting closed in another quarter", "They are counted in the quarter of their shortlisting."),
)


def stage(raw: str) -> str | None:
    """How far an application came: applied, shortlisted, appointed. An offer counts as appointed once it is accepted."""
    text = normalised(raw)
    if "not shortlisted" in text or "declined" in text.split()[:1]:
        return "applied"
    for words, code in ((_APPOINTED, "appointed"), (_SHORTLISTED, "shortlisted"), (_APPLIED, "applied")):
        if any(one in text for one in words):
            return code
    return None


@dataclass
class _Vacancy:
    """One vacancy while the file is read."""

    applications: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    closed_on: date | None = None
    bank: bool = False
    open: bool = False
    pending: bool = False
    appointed: bool = False


class RecruitmentCounter(Reader):
    """Counts one recruitment file."""

    fields = (
        "application_key",
        "vacancy_ref",
        "stage",
        "shortlisted_on",
        "vacancy_status",
        "vacancy_type",
        "international",
        "pay_scale",
        "staff_group",
        "ethnic_origin",
        "disability",
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._vacancies: dict[str, _Vacancy] = {}
        self._stages: Counter[str] = Counter()
        self._chosen: list[_Vacancy] | None = None

    def add(self, cells: Sequence[str], row: int) -> None:
        """Count one application."""
        _, reference, reached, shortlisted, status, kind, abroad, scale, group, ethnic, disabled = cells
        key = normalised(reference)
        if not key:
            self.tally.removed["no_vacancy"] += 1
            self.tally.problem(
                "no_vacancy", "vacancy_ref", row, "The cell is blank.", "Fill in the vacancy; the row is not counted."
            )
            return
        vacancy = self._vacancies.get(key)
        if vacancy is None:
            vacancy = self._vacancies[key] = _Vacancy()
        code = self.code("stage", reached, stage, row)
        day = self.day("shortlisted_on", shortlisted, row)
        if day is not None:
            vacancy.closed_on = max(day, vacancy.closed_on or day)
            code = "shortlisted" if code == "applied" else code
        if code == "appointed":
            vacancy.appointed = True
            self._stages[reached.strip()] += 1
            if day is None and self.has("shortlisted_on"):
                self._undated(row)
        vacancy.pending |= any(words in normalised(reached) for words in _PENDING) and code != "appointed"
        vacancy.open |= any(words in normalised(status) for words in _OPEN)
        vacancy.bank |= any("bank" in normalised(cell).split() for cell in (kind, scale, group))
        origin = ABROAD if spellings.yes_no(normalised(abroad)) == "yes" else HOME
        group_codes = (
            self.code("ethnic_origin", ethnic, ethnicity.ethnicity, row) if self.has("ethnic_origin") else "missing",
            self.code("disability", disabled, spellings.disability, row) if self.has("disability") else "missing",
        )
        vacancy.applications[origin, code, *group_codes] += 1

    def _undated(self, row: int) -> None:
        self.tally.problem(
            "no_shortlist_date",
            "shortlisted_on",
            row,
            "Somebody was appointed without a day of shortlisting; counted as shortlisted with the others of the vacancy.",
            "Fill in the day on which the shortlist was made.",
            QUERY,
        )

    def _vacancies_in_period(self) -> list[_Vacancy]:
        if self._chosen is not None:
            return self._chosen
        period, self._chosen = self.context.period, []
        for vacancy in self._vacancies.values():
            size = vacancy.applications.total()
            if vacancy.bank:
                self.tally.removed["bank"] += size
            elif vacancy.open or (vacancy.pending and not vacancy.appointed and not self.has("vacancy_status")):
                self.tally.removed["open"] += size
            elif vacancy.closed_on is None:
                self.tally.removed["not_shortlisted"] += size
            elif not period.first_day <= vacancy.closed_on <= period.last_day:
                self.tally.removed["other_period"] += size
            else:
                self._chosen.append(vacancy)
        return self._chosen

    def fills(self) -> tuple[str, ...]:
        """The measures whose characteristic is in the file."""
        needed = {"recruitment_ethnicity": "ethnic_origin", "recruitment_disability": "disability"}
        return tuple(table for table, name in needed.items() if self.has(name))

    def lines(self) -> list[CountedLine]:
        """Applications by origin, stage and group, for each characteristic apart."""
        tables: dict[str, Counter[tuple[str, ...]]] = {table: Counter() for table in self.fills()}
        for vacancy in self._vacancies_in_period():
            for (origin, code, ethnic, disabled), count in vacancy.applications.items():
                for table, group in (("recruitment_ethnicity", ethnic), ("recruitment_disability", disabled)):
                    if table in tables:
                        tables[table][origin, code, group] += count
        return [line for table, counts in tables.items() for line in self.tally.lines(table, counts)]

    def figures(self) -> list[CellFigure]:
        """None: all is counted."""
        return []

    def steps(self, rows: int) -> list[Step]:
        """From rows of the file to applications of the quarter."""
        chosen = self._vacancies_in_period()
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        found = steps_of(rows, "rows", "Rows of the file", taken)
        return [*found, Step("vacancies", f"Applications to {len(chosen)} vacancies", 0, found[-1].left, "")]

    def remarks(self) -> list[Remark]:
        """International block recruitment, which distorts the ratio."""
        abroad = self.notes().get("international_appointed")
        if not abroad:
            return []
        what = f"{abroad} of those appointed came by international recruitment, which distorts the ratio."
        return [Remark(INFORMATION, "international", what, "Say so in the explanation, and give the ratio without them too.")]

    def notes(self) -> dict[str, str]:
        """The stages that count as appointed, and what international recruitment makes of the counts."""
        stages = ", ".join(self.tally.common(self._stages))[:200]
        found = {"appointed_stages": stages} if stages else {}
        abroad = sum(
            count
            for vacancy in self._vacancies_in_period()
            for (origin, code, *_), count in vacancy.applications.items()
            if origin == ABROAD and code == "appointed"
        )
        return found | ({"international_appointed": str(abroad)} if abroad else {})
