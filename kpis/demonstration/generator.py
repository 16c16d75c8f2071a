"""The counts of one return: a generator for every measure, and everything that is due. Pure, and the same for ever.

Amounts are Decimals in the units of the measures. Counts add up across bands, groups and measures, and pass the rules of a
return: faults are planted by `stories` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from edi_portal.periods import Quarter
from kpis.catalogue import Measure
from kpis.demonstration import governance_counts, patient_counts, pay_counts, people_counts, survey_counts
from kpis.demonstration.profile import Profile
from kpis.demonstration.situation import Numbers, Situation
from kpis.validation.facts import AnswerState

Generator = Callable[[Situation, Measure], Numbers]
Address = tuple[str, str, str]
Cells = dict[Address, Decimal]

GENERATORS: dict[str, Generator] = {
    **{
        code: getattr(people_counts, code)
        for code in (
            "staff_ethnicity",
            "staff_disability",
            "staff_orientation_religion",
            "recruitment_ethnicity",
            "recruitment_disability",
            "disciplinary_ethnicity",
            "capability_disability",
            "training_ethnicity",
        )
    },
    **{code: getattr(pay_counts, code) for code in ("hourly_pay", "bonus_pay", "bonus_receipt", "pay_quarters")},
    **dict.fromkeys(survey_counts.QUESTIONS, survey_counts.percentages),
    "survey_engagement": survey_counts.survey_engagement,
    **{
        code: getattr(patient_counts, code)
        for code in ("patient_ethnicity", "accessible_information", "interpreters", "complaints_recording")
    },
    **dict.fromkeys(
        ("eds_domain_1", "eds_domain_2", "eds_domain_3", "health_inequalities", "strategy_alignment"), patient_counts.eds_scores
    ),
    **{
        code: getattr(governance_counts, code)
        for code in (
            "board_ethnicity",
            "board_disability",
            "board_development",
            "board_objectives",
            "board_governance",
            "networks_core",
            "networks",
            "network_members",
            "network_time",
            "network_budget",
            "edi_posts",
            "apprenticeships",
            "survey_leadership",
            "eia",
            "eia_actions",
            "disabled_voices",
            "publications",
        )
    },
    "own_ah_1": patient_counts.own_interpreters_offered,
}

NOT_COLLECTED = "not_collected"
NOT_APPLICABLE = "not_applicable"


def state_of(profile: Profile, measure: Measure) -> AnswerState:
    """What the organisation says about a measure: figures, or why it has none."""
    if measure.protection == "survey" and profile.applicability_class != "trust":
        return AnswerState(NOT_COLLECTED, "Too few of our staff answer the survey for its results to be split by group.")
    if measure.code == "accessible_information" and profile.applicability_class == "ccg":
        return AnswerState(NOT_COLLECTED, "The providers we commission hold these records.")
    if measure.code == "bonus_pay" and profile.kind not in pay_counts.BONUS_KINDS:
        return AnswerState(NOT_APPLICABLE, "No bonus was paid in the year.")
    return AnswerState()


def generate(
    profile: Profile, quarter: Quarter, measures: Iterable[Measure], rows: tuple[str, ...], planted: Mapping[Address, Decimal]
) -> tuple[Cells, Mapping[str, AnswerState]]:
    """The cells and the states of one return. `measures` are those due, `rows` the rows of the staff grids, `planted` cells
    that a story sets.

    Raises KeyError for a measure without a generator.
    """
    situation = Situation(profile, quarter, rows, planted)
    cells: Cells = {}
    states: dict[str, AnswerState] = {}
    for measure in measures:
        generator = GENERATORS[measure.code]
        state = state_of(profile, measure)
        if state.state != "value":
            states[measure.code] = state
            continue
        for (row, column), number in generator(situation, measure).items():
            address = measure.code, row, column
            cells[address] = planted.get(address, Decimal(str(number)))
    return cells, states


def together(first: Cells, second: Cells, measures: Mapping[str, Measure]) -> Cells:
    """One return for two organisations that became one: counts added up, boards, scores and answers those of the first."""
    return {
        (code, row, column): number + second.get((code, row, column), Decimal(0)) if _adds_up(measures[code]) else number
        for (code, row, column), number in first.items()
    }


def _adds_up(measure: Measure) -> bool:
    return measure.unit in {"people", "records", "items", "wte", "hours"} and not measure.code.startswith("board_")
