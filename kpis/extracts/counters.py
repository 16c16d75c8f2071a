"""Which counter reads which kind of file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpis.extracts import ethnicity, grades
from kpis.extracts.board import BoardCounter
from kpis.extracts.counting import Context, Counter
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.patients import FEEDS
from kpis.extracts.pay import PayCounter
from kpis.extracts.recruitment import RecruitmentCounter
from kpis.extracts.relations import RelationsCounter
from kpis.extracts.staff import StaffCounter
from kpis.extracts.survey import SurveyCounter
from kpis.extracts.training import TrainingCounter

COUNTERS: Mapping[ExtractKind, Callable[[Context], Counter]] = {
    ExtractKind.STAFF_IN_POST: StaffCounter,
    ExtractKind.RECRUITMENT: RecruitmentCounter,
    ExtractKind.EMPLOYEE_RELATIONS: RelationsCounter,
    ExtractKind.TRAINING: TrainingCounter,
    ExtractKind.PAY_GAP: PayCounter,
    ExtractKind.BOARD_REGISTER: BoardCounter,
    ExtractKind.STAFF_SURVEY: SurveyCounter,
    **FEEDS,
}
MAY_BE_EMPTY = {ExtractKind.RECRUITMENT, ExtractKind.EMPLOYEE_RELATIONS, ExtractKind.TRAINING}
"""Kinds of which a quarter may hold nothing: a file with headings alone says 0."""
MANY_SHEETS = {ExtractKind.STAFF_SURVEY, ExtractKind.PAY_GAP}
"""Kinds that lie on several sheets, which belong together."""
SUGGESTIONS: Mapping[str, Callable[[str], str]] = {
    "pay_scale": grades.suggestion,
    "ethnic_origin": ethnicity.suggestion,
}
