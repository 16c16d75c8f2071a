"""Rules at work on whole returns of the real definitions: partial answers, states, order, blocks, explanations."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi_portal.periods import Quarter
from kpis.catalogue.loading import load_catalogue
from kpis.validation import RULES, check_measures, check_return
from kpis.validation.facts import AnswerState, CollectionFacts, ReturnFacts, cells_matching, sum_at, unanswered_cells
from kpis.validation.findings import Level
from kpis.validation.subjects import comparisons_of, pay_gap_of

CATALOGUE = load_catalogue()
MEASURES = CATALOGUE.measures
KPIS = tuple(CATALOGUE.kpis.values())
BY_MEASURE = [pytest.param(measure, id=measure.code) for measure in MEASURES.values()]


def cells(measure, line, **values):
    return {(measure, line, column): Decimal(str(value)) for column, value in values.items()}


RECRUITED = (
    cells("recruitment_ethnicity", "white", applied=2600, shortlisted=1200, appointed=300)
    | cells("recruitment_ethnicity", "bme", applied=1104, shortlisted=400, appointed=60)
    | cells("recruitment_ethnicity", "unknown", applied=90, shortlisted=40, appointed=9)
)


def a_return(values, *codes, **others):
    measures = {code: MEASURES[code] for code in codes}
    others.setdefault("comparisons", comparisons_of(KPIS, measures))
    return ReturnFacts(period=Quarter(2019, 3), measures=measures, values=values, **others)


def test_a_good_block_has_no_finding():
    assert check_return(a_return(RECRUITED, "recruitment_ethnicity")) == ()


def test_the_error_names_the_people_and_the_number_to_reach():
    wrong = RECRUITED | cells("recruitment_ethnicity", "bme", applied=82, shortlisted=104, appointed=60)
    (finding,) = check_return(a_return(wrong, "recruitment_ethnicity"))
    assert finding.level is Level.ERROR
    assert finding.message == "BME people who applied must be 104 or more"
    assert str(finding.cell) == "recruitment_ethnicity/bme/applied"


def test_equal_stages_pass_and_a_half_filled_row_is_compared_as_far_as_it_goes():
    equal = cells("recruitment_ethnicity", "bme", applied=60, shortlisted=60, appointed=60)
    assert check_return(a_return(equal, "recruitment_ethnicity")) == ()
    gap = cells("recruitment_ethnicity", "bme", applied=50, appointed=60)
    assert [finding.rule for finding in check_return(a_return(gap, "recruitment_ethnicity"))] == ["V4"]


def test_a_measure_answered_with_a_reason_is_not_checked():
    wrong = RECRUITED | cells("recruitment_ethnicity", "bme", applied=1, shortlisted=104, appointed=60)
    without = a_return(
        wrong, "recruitment_ethnicity", states={"recruitment_ethnicity": AnswerState("not_available", "Late", date(2020, 2, 1))}
    )
    assert check_return(without) == ()


def test_findings_of_a_block_are_those_at_its_measures_and_both_runs_agree():
    wrong = RECRUITED | cells("recruitment_ethnicity", "bme", applied=82, shortlisted=104, appointed=160)
    wrong |= cells("eia_actions", "due", value=3) | cells("eia_actions", "closed", value=5)
    known = a_return(wrong, "recruitment_ethnicity", "eia_actions")
    everything = check_return(known)
    assert {finding.measure for finding in everything} == {"recruitment_ethnicity", "eia_actions"}
    for code in known.measures:
        assert check_measures(known, {code}) == tuple(finding for finding in everything if finding.measure == code)


def test_the_order_is_that_of_the_return_however_the_values_came():
    wrong = {(measure, row, column): Decimal(-1) for measure, row, column in RECRUITED}
    backwards = dict(reversed(wrong.items()))
    first, second = (check_return(a_return(values, "recruitment_ethnicity")) for values in (wrong, backwards))
    assert first == second
    rows = [str(finding.cell) for finding in first]
    assert rows == [f"recruitment_ethnicity/{cell.row}/{cell.column}" for cell in MEASURES["recruitment_ethnicity"].cells()]


def test_swapped_groups_are_asked_about_by_the_direction_and_by_the_mirror():
    swapped = {
        (measure, {"white": "bme", "bme": "white"}.get(row, row), column): value
        for (measure, row, column), value in RECRUITED.items()
    }
    found = check_return(a_return(swapped, "recruitment_ethnicity", previous=RECRUITED))
    assert {finding.rule for finding in found} == {"V7", "P4"}
    assert all(finding.level is Level.QUERY for finding in found)


def test_a_query_changes_its_fingerprint_with_the_values_but_not_its_key():
    changed = RECRUITED | cells("recruitment_ethnicity", "bme", applied=1104, shortlisted=480, appointed=40)
    again = changed | cells("recruitment_ethnicity", "bme", applied=1104, shortlisted=480, appointed=41)
    one, two = (check_return(a_return(values, "recruitment_ethnicity", previous=RECRUITED))[0] for values in (changed, again))
    assert one.rule == two.rule == "V7"
    assert one.key == two.key
    assert one.fingerprint != two.fingerprint


def test_no_previous_period_means_no_question_about_change():
    assert check_return(a_return(RECRUITED, "recruitment_ethnicity", previous=None)) == ()


def test_a_query_has_the_values_of_the_earlier_period_in_its_fingerprint():
    changed = RECRUITED | cells("recruitment_ethnicity", "bme", applied=1104, shortlisted=480, appointed=40)
    other = RECRUITED | cells("recruitment_ethnicity", "bme", applied=1104, shortlisted=400, appointed=61)
    one, two = (check_return(a_return(changed, "recruitment_ethnicity", previous=values))[0] for values in (RECRUITED, other))
    assert one.fingerprint != two.fingerprint


def test_cases_cannot_outnumber_the_staff_of_their_group():
    staff = {("staff_ethnicity", cell.row, cell.column): Decimal(0) for cell in MEASURES["staff_ethnicity"].cells()}
    staff |= cells("staff_ethnicity", "clinical.band_5", white=3400, bme=8)
    entered = MEASURES["disciplinary_ethnicity"].cells_of("entered.bme")[0]
    values = staff | {("disciplinary_ethnicity", entered.row, entered.column): Decimal(9)}
    found = check_return(a_return(values, "staff_ethnicity", "disciplinary_ethnicity"))
    assert [(finding.rule, finding.level) for finding in found if finding.measure == "disciplinary_ethnicity"] == [
        ("V1", Level.ERROR)
    ]
    assert "must be 8 or less" in found[-1].message


def test_unanswered_cells_are_listed_in_order_and_optional_ones_left_out():
    known = a_return(cells("recruitment_ethnicity", "white", applied=5), "recruitment_ethnicity")
    missing = unanswered_cells(known)
    assert len(missing) == 8
    assert missing[0][0] == "recruitment_ethnicity" and str(missing[0][1]) == "white/shortlisted"
    state = {"recruitment_ethnicity": AnswerState("not_applicable", "No posts")}
    assert unanswered_cells(replace(known, states=state)) == ()


def test_a_sum_is_missing_while_one_of_its_cells_is():
    white = [("recruitment_ethnicity", "white", stage) for stage in ("applied", "shortlisted")]
    assert sum_at(RECRUITED, white) == 3800
    assert sum_at(RECRUITED, [*white, ("recruitment_ethnicity", "white", "interviewed")]) is None
    assert sum_at(RECRUITED, []) is None


def test_the_pay_gap_is_found_in_the_definitions_and_its_gap_computed():
    where = pay_gap_of(KPIS, MEASURES)
    assert where is not None
    assert [address.row for address in where.women] == ["lower", "lower_middle", "upper_middle", "upper"]
    assert where.mean_gap({where.mean_men: Decimal("18.50"), where.mean_women: Decimal("14.40")}).quantize(
        Decimal("0.01")
    ) == Decimal("22.16")
    assert where.mean_gap({}) is None
    assert pay_gap_of(KPIS, {}) is None


def test_the_two_ratios_of_race_stand_on_opposite_feet():
    names = {pair.code: (pair.first.label, pair.second.label) for pair in comparisons_of(KPIS, MEASURES) if pair.is_ratio}
    assert names["WRES-2"][0].startswith("White") and names["WRES-2"][1].startswith("BME")
    assert names["WRES-3"][0].startswith("BME") and names["WRES-3"][1].startswith("White")


@pytest.mark.parametrize("measure", BY_MEASURE)
def test_an_empty_and_an_all_zero_block_raise_no_error(measure):
    zeros = {
        (measure.code, cell.row, cell.column): Decimal(1 if measure.unit_of(cell) == "choice" else 0) for cell in measure.cells()
    }
    for values in ({}, zeros):
        errors = [finding.message for finding in check_return(a_return(values, measure.code)) if finding.level is Level.ERROR]
        assert errors == []


@pytest.mark.parametrize("measure", BY_MEASURE)
def test_every_declared_order_is_held_on_every_line(measure):
    for check in measure.checks:
        if check.rule not in ("V1", "V4", "V14") or not check.ordered:
            continue
        lines = measure.rows if check.axis == "columns" else measure.columns
        for line in lines:
            keys = [(line.key, key) if check.axis == "columns" else (key, line.key) for key in check.ordered]
            values = {(measure.code, *key): Decimal(len(keys) - place) for place, key in enumerate(keys)}
            found = [finding for finding in check_return(a_return(values, measure.code)) if finding.rule == check.rule]
            assert len(found) >= len(keys) - 1


@pytest.mark.parametrize("measure", BY_MEASURE)
def test_every_declared_check_names_a_rule_that_reads_it(measure):
    read_by_shape = {"V1", "V4", "V14"}
    for check in measure.checks:
        assert check.rule in RULES
        assert check.ordered or check.cells or check.same_total_as or check.rule not in read_by_shape


@pytest.mark.parametrize("measure", BY_MEASURE)
def test_a_number_impossible_in_its_unit_is_an_error_at_its_cell(measure):
    for cell in measure.cells():
        values = {(measure.code, cell.row, cell.column): Decimal("-1.234")}
        errors = [finding for finding in check_return(a_return(values, measure.code)) if finding.level is Level.ERROR]
        assert [(finding.cell.row, finding.cell.column) for finding in errors] == [(cell.row, cell.column)]


@pytest.mark.parametrize(("now", "then"), [(3, 3), (3, 1), (1, 60), (0, 9), ("-2.5", 4), (20, 3)])
def test_findings_of_a_whole_return_have_different_keys_and_stand_in_its_order(now, then):
    def filled(value):
        return {
            (code, cell.row, cell.column): Decimal(str(value)) for code, measure in MEASURES.items() for cell in measure.cells()
        }

    earlier = filled(then)
    known = a_return(filled(now), *MEASURES, previous=earlier, last_year=earlier, pay_gap=pay_gap_of(KPIS, MEASURES))
    found = check_return(known)
    keys = [finding.key for finding in found]
    assert found and len(set(keys)) == len(keys)
    codes = [finding.measure for finding in found]
    assert codes == sorted(codes, key=list(MEASURES).index)
    assert all(len(finding.key) <= 200 for finding in found)


def test_one_query_asks_for_the_evidence_of_a_whole_measure():
    yes = {("publications", cell.row, cell.column): Decimal(1) for cell in MEASURES["publications"].cells()}
    (finding,) = check_return(a_return(yes, "publications"))
    assert (finding.rule, finding.level) == ("V13", Level.QUERY)
    assert finding.message.endswith("and 4 more")
    assert check_return(a_return(yes, "publications", texts={("publications", "evidence"): "Our page"})) == ()


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(RECRUITED)), st.decimals(-9, 9999, places=1), max_size=9),
    st.one_of(st.none(), st.dictionaries(st.sampled_from(sorted(RECRUITED)), st.decimals(0, 999, places=0), max_size=9)),
)
def test_any_values_give_findings_with_different_keys_and_without_a_crash(values, previous):
    known = a_return(values, "recruitment_ethnicity", previous=previous, last_year=previous, collection=CollectionFacts(True))
    keys = [finding.key for finding in check_return(known)]
    assert len(set(keys)) == len(keys)


COMPARED = [
    pytest.param(measure, check, id=f"{measure.code}: {check.rule} {'+'.join(check.cells)}")
    for measure in MEASURES.values()
    for check in measure.checks
    if check.same_total_as is not None
]


@pytest.mark.parametrize(("measure", "check"), COMPARED)
def test_every_declared_total_is_held_against_the_measure_it_names(measure, check):
    other = MEASURES[check.same_total_as]
    here, there = cells_matching(measure, check.cells), cells_matching(other, check.other_cells)
    values = {(measure.code, cell.row, cell.column): Decimal(len(there) * 10) for cell in here}
    values |= {(other.code, cell.row, cell.column): Decimal(len(here) * 10) for cell in there}

    def found(amounts):
        known = a_return(amounts, measure.code, other.code, comparisons=())
        return [finding for finding in check_return(known) if finding.rule == check.rule and finding.measure == measure.code]

    assert found(values) == []
    address = (measure.code, here[0].row, here[0].column)
    (finding,) = found(values | {address: values[address] * 2})
    assert finding.level is (Level.QUERY if check.rule == "V5" else Level.ERROR)
    assert finding.message.startswith(measure.title)


def test_a_total_that_differs_is_named_in_words():
    staff = {("staff_ethnicity", cell.row, cell.column): Decimal(10) for cell in MEASURES["staff_ethnicity"].cells()}
    by_disability = {("staff_disability", row, column): number for (_, row, column), number in _by_disability(staff).items()}
    wrong = staff | by_disability | {("staff_disability", "medical.consultant", "disabled"): Decimal(13)}
    known = a_return(wrong, "staff_ethnicity", "staff_disability", comparisons=())
    (finding,) = [finding for finding in check_return(known) if finding.level is Level.ERROR]
    assert finding.rule == "V3"
    assert finding.message == (
        "Staff in post by band and disability, all medical, counts 163, "
        "but staff in post by band and ethnicity, all medical, counts 160"
    )


def _by_disability(staff):
    columns = {"white": "non_disabled", "bme": "disabled"}
    return {(code, row, columns.get(column, column)): number for (code, row, column), number in staff.items()}
