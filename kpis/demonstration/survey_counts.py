"""Answers of the staff survey: a base and a percentage for each group, and engagement scores. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kpis.catalogue import Measure
from kpis.demonstration.draws import DAMPING
from kpis.demonstration.situation import Numbers, Situation

# Share of disabled people among those who answer: far above the share on staff records, as it is everywhere.
DISABLED_IN_SURVEY = 0.18


@dataclass(frozen=True, slots=True)
class Question:
    """A question's usual percentage in the reference group, and how many points the other group differs."""

    reference: float
    gap: float


QUESTIONS = {
    "survey_wres_5": Question(27.0, 2.5),
    "survey_wres_6": Question(23.0, 5.0),
    "survey_wres_7": Question(87.0, -15.0),
    "survey_wres_8": Question(6.0, 8.0),
    "survey_wdes_4a_patients": Question(26.0, 7.0),
    "survey_wdes_4a_managers": Question(11.0, 8.0),
    "survey_wdes_4a_colleagues": Question(17.0, 9.0),
    "survey_wdes_4b": Question(46.0, 2.5),
    "survey_wdes_5": Question(86.0, -8.0),
    "survey_wdes_6": Question(22.0, 10.0),
    "survey_wdes_7": Question(47.0, -11.0),
    "survey_wdes_8": Question(0.0, 73.0),
}
ENGAGEMENT = {"motivation": 7.3, "involvement": 6.8, "advocacy": 7.0}


def _answered(at: Situation) -> int:
    return round(at.headcount * at.lasting(0.40, 0.52, "response"))


def _bases(at: Situation, measure: Measure) -> dict[str, int]:
    """How many answered, by row, the group compared with the rest last or first as the measure has it."""
    everyone = _answered(at)
    rows = {row.key for row in measure.rows}
    if "bme" in rows:
        bme = round(everyone * at.rate("staff.bme") * 0.85)
        return {"white": everyone - bme, "bme": bme}
    disabled = round(everyone * DISABLED_IN_SURVEY)
    bases = {"disabled": disabled, "non_disabled": everyone - disabled, "everyone": everyone}
    return {row: bases[row] for row in bases if row in rows}


def percentages(at: Situation, measure: Measure) -> Numbers:
    """Base and percentage, to one decimal, for each group of one question."""
    question, draw = QUESTIONS[measure.code], at.draw(measure.code)
    level = at.lasting(-3.0, 3.0, measure.code, "level") + 0.15 * at.step * (1 if question.gap < 0 else -1)
    wider = at.lasting(0.75, 1.3, measure.code, "gap")
    numbers: Numbers = {}
    for row, everyone in _bases(at, measure).items():
        base = round(everyone * 0.6) if measure.code == "survey_wdes_8" else everyone
        other = row in ("bme", "disabled")
        percent = question.reference + level + (question.gap * wider if other else 0.0)
        spread = DAMPING * (percent * (100 - percent) / max(base, 1)) ** 0.5
        numbers[row, "base"] = base
        numbers[row, "rate"] = round(min(99.0, max(1.0, percent + draw.gauss(0, spread))), 1)
    return numbers


def survey_engagement(at: Situation, measure: Measure) -> Numbers:
    """Three engagement scores from 0 to 10 for each group."""
    draw = at.draw(measure.code)
    bases = _bases(at, measure)
    numbers: Numbers = {(row, "base"): base for row, base in bases.items()}
    lower = at.lasting(0.35, 0.65, "engagement")
    for column, usual in ENGAGEMENT.items():
        level = usual + at.lasting(-0.25, 0.25, column)
        others = round(level + draw.gauss(0, 0.03), 2)
        disabled = round(others - lower + draw.gauss(0, 0.05), 2)
        everyone = (others * bases["non_disabled"] + disabled * bases["disabled"]) / bases["everyone"]
        numbers |= {("non_disabled", column): others, ("disabled", column): disabled, ("everyone", column): round(everyone, 2)}
    return numbers
