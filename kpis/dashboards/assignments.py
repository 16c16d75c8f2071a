"""Who answers what in a return: sections and questions with the person, the progress, and who is there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kpis import permissions
from kpis.catalogue import CONTRIBUTORS, Measure
from kpis.dashboards.return_overview import SectionStatus, overview_of
from kpis.selectors.returns import ReturnContent
from organisations.models import Membership


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question: whose it is, and whether it is answered."""

    measure: Measure
    key: str
    chosen: str
    who: str
    answered: bool


@dataclass(frozen=True, slots=True)
class SectionLine:
    """One section: its progress, the person for the whole of it, and its questions."""

    status: SectionStatus
    key: str
    chosen: str
    questions: tuple[QuestionLine, ...]

    @property
    def apart(self) -> int:
        """How many of its questions are assigned by themselves."""
        return sum(bool(question.chosen) for question in self.questions)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """How far one person is with their questions."""

    name: str
    answered: int
    due: int


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """Everything the page shows."""

    sections: tuple[SectionLine, ...]
    people: tuple[tuple[str, str], ...]
    progress: tuple[PersonLine, ...]
    nobody: int


def section_key(workstream: str) -> str:
    """The name of a section's field."""
    return f"section/{workstream}"


def question_key(measure: str) -> str:
    """The name of a question's field."""
    return f"question/{measure}"


def assignment_page(content: ReturnContent, user: Any, people: list[Membership]) -> AssignmentPage:
    """The page for the lead of a return. `people` are those who can be assigned something."""
    assigned = permissions.assigned_to(content.kpi_return)
    names = {row.user_id: row.user.display_name for row in people}
    by_area = {row.area: row.user_id for row in people if row.area}
    holders: dict[str, int | None] = {}
    for measure in content.measures:
        holder = permissions.answerer_of(measure, assigned)
        holders[measure.code] = holder if holder is not None else by_area.get(measure.contributor)
    sections = []
    for status in overview_of(content, user).sections:
        measures = [measure for measure in content.measures if measure.workstream == status.slug]
        questions = tuple(
            QuestionLine(
                measure,
                question_key(measure.code),
                str(assigned.get(("", measure.code), "")),
                _who(measure, holders[measure.code], names),
                content.is_answered(measure),
            )
            for measure in measures
        )
        sections.append(SectionLine(status, section_key(status.slug), str(assigned.get((status.slug, ""), "")), questions))
    return AssignmentPage(
        tuple(sections),
        tuple((str(row.user_id), _label(row)) for row in people),
        _progress(content, holders, names),
        sum(holder is None for holder in holders.values()),
    )


def _who(measure: Measure, holder: int | None, names: dict[int, str]) -> str:
    if holder in names:
        return names[holder]
    return f"EDI lead (usually {CONTRIBUTORS[measure.contributor].lower()})"


def _label(row: Membership) -> str:
    return f"{row.user.display_name}, {CONTRIBUTORS[row.area].lower()}" if row.area in CONTRIBUTORS else row.user.display_name


def _progress(content: ReturnContent, holders: dict[str, int | None], names: dict[int, str]) -> tuple[PersonLine, ...]:
    lines = []
    for user, name in names.items():
        mine = [measure for measure in content.measures if holders[measure.code] == user]
        if mine:
            lines.append(PersonLine(name, sum(content.is_answered(measure) for measure in mine), len(mine)))
    return tuple(sorted(lines, key=lambda line: (line.answered == line.due, line.name)))
