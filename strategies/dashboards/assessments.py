"""A self-assessment as a page: criteria by domain with levels, change since last time and targets, narrowed by a filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from strategies.models import Criterion, CriterionAnswer, SelfAssessment
from strategies.selectors.assessments import criteria_of, levels_of
from strategies.shared_model.levels import change_between, change_in_words
from strategies.shared_model.vocabulary import LEVELS, MODEL_DOMAINS


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion of an assessment."""

    criterion: Criterion
    answer: CriterionAnswer | None
    level: str
    description: str
    change: str
    target: str
    is_late: bool

    @property
    def is_below_target(self) -> bool:
        """Whether its target is not reached."""
        answer = self.answer
        return answer is not None and answer.target_level is not None and answer.level < answer.target_level


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """Everything that the page of an assessment shows."""

    sections: tuple[tuple[str, tuple[CriterionRow, ...]], ...]
    shown: int
    answered: int
    of: int
    change: str
    next_open: Criterion | None

    @property
    def is_whole(self) -> bool:
        """Whether every criterion is answered."""
        return self.answered == self.of


def assessment_page(
    assessment: SelfAssessment, previous: SelfAssessment | None, today: date, filters: Mapping[str, str], *, whole: bool
) -> AssessmentPage:
    """`whole`: the reader may know targets and search in what was written."""
    answers = {answer.criterion_id: answer for answer in assessment.answers.all()}
    before = levels_of(previous) if previous is not None else {}
    criteria = criteria_of(assessment.criteria)
    rows = [_row(one, answers.get(one.pk), before, today, whole=whole) for one in criteria]
    shown = [row for row in rows if _is_shown(row, filters, whole=whole)]
    return AssessmentPage(
        sections=tuple(
            (label, found)
            for key, label in MODEL_DOMAINS.items()
            if (found := tuple(row for row in shown if row.criterion.domain == key))
        ),
        shown=len(shown),
        answered=len(answers),
        of=len(criteria),
        change=change_between(levels_of(assessment), before).words,
        next_open=next((one for one in criteria if one.pk not in answers), None),
    )


def level_in_words(level: int) -> str:
    """As "3, in place"."""
    return f"{level}, {LEVELS[level].lower()}"


def _row(
    criterion: Criterion, answer: CriterionAnswer | None, before: Mapping[str, int], today: date, *, whole: bool
) -> CriterionRow:
    target, late = "", False
    if whole and answer is not None and answer.target_level is not None and answer.target_by is not None:
        late = answer.level < answer.target_level and answer.target_by < today
        reached = answer.level >= answer.target_level
        target = f"Level {answer.target_level} by {answer.target_by:%-d %B %Y}" + (", reached" if reached else "")
    return CriterionRow(
        criterion=criterion,
        answer=answer,
        level=level_in_words(answer.level) if answer is not None else "",
        description=criterion.levels[answer.level - 1] if answer is not None else "",
        change=change_in_words(answer.level, before.get(criterion.key)) if answer is not None and before else "",
        target=target,
        is_late=late,
    )


def _is_shown(row: CriterionRow, filters: Mapping[str, str], *, whole: bool) -> bool:
    wanted, domain, show = filters.get("q", "").strip().lower(), filters.get("domain", ""), filters.get("show", "")
    if domain and row.criterion.domain != domain:
        return False
    written = (row.answer.evidence_text, row.answer.note) if whole and row.answer is not None else ()
    if wanted and not any(wanted in text.lower() for text in (row.criterion.name, row.criterion.question, *written)):
        return False
    kept = {
        "open": row.answer is None,
        "answered": row.answer is not None,
        "target": whole and row.is_below_target,
        "late": row.is_late,
    }
    return kept.get(show, True)
