"""Where a rule begins and ends: values just inside and just outside of its limits, and cases that no worked example has."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kpis.validation import RULES, check_return
from kpis.validation.examples import facts, grid
from kpis.validation.facts import Comparison, PayGapMeasures, Rate, ReturnFacts
from kpis.validation.findings import CellAddress, Finding, Level
from kpis.validation.pay_gap import check_quarter_sizes, rises_to_the_top
from kpis.validation.percentages import check_small_survey_groups
from kpis.validation.ratios import events_of
from kpis.validation.registry import _place, check_statement
from kpis.validation.statements import StatedChange, StatedPence, StatedRatio, StatedShares
from kpis.validation.thresholds import DEFAULT_THRESHOLDS
from kpis.validation.waiving import NEVER_WAIVED, may_be_waived

FIRST, SECOND = CellAddress("m", "a", "events"), CellAddress("m", "b", "events")


def rules_of(statement, rule):
    """What one rule says about a printed figure."""
    return [(finding.level, finding.about) for finding in check_statement(statement) if finding.rule == rule]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_leaves_statements_of_other_kinds_alone(rule):
    statements = [each.case for other in RULES.values() for each in other.examples if not isinstance(each.case, ReturnFacts)]
    own = {type(each.case) for each in rule.examples}
    for statement in statements:
        found = list(rule.check(statement, DEFAULT_THRESHOLDS))
        assert not found or type(statement) in own or rule.id in {finding.rule for finding in found}


@pytest.mark.parametrize(("value", "asked"), [("0.19", True), ("0.20", False), ("5", False), ("5.01", True)])
def test_a_ratio_far_from_one(value, asked):
    assert bool(rules_of(StatedRatio("A", Decimal(value), orientation="White over BME"), "V9")) is asked


@pytest.mark.parametrize(("value", "outside"), [("0.79", True), ("0.80", False), ("1.25", False), ("1.26", True)])
def test_a_ratio_outside_the_band(value, outside):
    assert rules_of(StatedRatio("A", Decimal(value)), "P13") == ([(Level.INFORMATION, "A")] if outside else [])


@pytest.mark.parametrize(
    ("parts", "decimals", "asked"),
    [
        (("50", "51.5"), 0, True),
        (("50", "51"), 0, False),
        (("30", "30", "41.5"), 0, False),
        (("30", "30", "42"), 0, True),
        (("50", "50.2"), 1, False),
        (("50", "50.3"), 1, True),
        (("50", "49.7"), 1, True),
    ],
)
def test_printed_percentages_of_one_whole_may_be_off_by_their_rounding(parts, decimals, asked):
    shares = StatedShares("A", tuple((f"part {at}", Decimal(part)) for at, part in enumerate(parts)), decimals)
    assert bool(rules_of(shares, "P16")) is asked


@pytest.mark.parametrize(
    ("women", "gap", "rises"),
    [((20, 23), "0.1", True), ((20, 23), "0", False), ((20, 23), None, False), ((20, 22), "5", False), ((23,), "5", False)],
)
def test_women_rise_to_the_top_although_they_are_paid_less(women, gap, rises):
    mean_gap = None if gap is None else Decimal(gap)
    assert rises_to_the_top([Decimal(each) for each in women], mean_gap, DEFAULT_THRESHOLDS) is rises


@pytest.mark.parametrize(
    ("now", "claims_rise", "words"),
    [
        ("10.5", True, ""),
        ("10.5", False, "it rose by 0.5"),
        ("9.5", True, "it fell by 0.5"),
        ("9.5", False, ""),
        ("10", False, ""),
    ],
)
def test_words_on_a_direction(now, claims_rise, words):
    found = check_statement(StatedChange("A", Decimal(10), Decimal(now), "share", claims_rise=claims_rise))
    said = [finding.message for finding in found if finding.about == "A:direction"]
    assert len(said) == bool(words)
    assert not words or words in said[0]


@pytest.mark.parametrize(
    ("base_unit", "unit", "stated", "about"),
    [
        ("share", "pp", "2.0", set()),
        ("share", "%", "2.0", {"A:unit"}),
        ("count", "%", "20.0", set()),
        ("count", "pp", "2.0", set()),
        ("share", "pp", "2.1", {"A:size"}),
    ],
)
def test_the_unit_of_a_change(base_unit, unit, stated, about):
    change = StatedChange("A", Decimal(10), Decimal(12), base_unit, stated=Decimal(stated), unit=unit)
    assert {each for _, each in rules_of(change, "P3")} == about


def test_pence_in_the_pound_are_those_of_the_gap():
    assert not rules_of(StatedPence("A", Decimal(8), Decimal(-8)), "P3")
    assert rules_of(StatedPence("A", Decimal(8), Decimal(8)), "P3")


@pytest.mark.parametrize(("answers", "asked"), [(0, False), (1, True), (10, True), (11, False)])
def test_survey_groups_below_the_survey_s_own_threshold(answers, asked):
    survey = grid("survey", ["a", "b"], ["rate", "base"], window="year", protection="survey", units={"rate": "percent"})
    groups = [Rate(row, (CellAddress("survey", row, "rate"),), (CellAddress("survey", row, "base"),), True) for row in "ab"]
    known = facts((survey, [["25.0", 400], ["30.0", answers]]), comparisons=(Comparison("X", "A pair", *groups),))
    assert bool(list(check_small_survey_groups(known, DEFAULT_THRESHOLDS))) is asked


def test_events_behind_a_ratio_are_none_while_a_count_is_missing():
    pair = Comparison("X", "A pair", Rate("a", (FIRST,), (FIRST,)), Rate("b", (SECOND,), (SECOND,)))
    assert events_of(pair, {FIRST: Decimal(3), SECOND: Decimal(4)}) == 7
    assert events_of(pair, {FIRST: Decimal(3)}) == events_of(pair, {SECOND: Decimal(3)}) == 0


def test_shares_of_women_need_both_counts_of_every_quarter():
    pay = PayGapMeasures(FIRST, SECOND, women=(FIRST,), men=(SECOND,))
    assert pay.women_shares({FIRST: Decimal(1), SECOND: Decimal(3)}) == (Decimal(25),)
    for values in ({FIRST: Decimal(1)}, {SECOND: Decimal(1)}, {FIRST: Decimal(0), SECOND: Decimal(0)}, {}):
        assert pay.women_shares(values) == ()


QUARTERS = grid("quarters", ["q1", "q2"], ["men", "women"], checks=[{"rule": "V10", "axis": "columns"}])


@pytest.mark.parametrize(
    ("sizes", "level"),
    [
        (((5, 5), (5, 6)), None),
        (((5, 5), (5, 7)), Level.QUERY),
        (((5, 5), (5, 10)), Level.QUERY),
        (((5, 5), (5, 11)), Level.ERROR),
    ],
)
def test_pay_quarters_of_unequal_size(sizes, level):
    found = list(check_quarter_sizes(facts((QUARTERS, sizes)), DEFAULT_THRESHOLDS))
    assert [finding.level for finding in found] == ([] if level is None else [level])


def test_a_pay_quarter_that_is_not_answered_yet_is_not_compared():
    strict = replace(DEFAULT_THRESHOLDS, quarter_difference=Decimal(0))
    assert list(check_quarter_sizes(facts((QUARTERS, [[5, 5], [None, None]])), strict)) == []
    assert list(check_quarter_sizes(facts((QUARTERS, [[5, 5], [5, 6]])), strict)) != []


@pytest.mark.parametrize(("active", "met", "asked"), [(1, 0, True), (1, 1, False), (0, 0, False), (0, 1, False)])
def test_an_active_network_meets(active, met, asked):
    networks = grid(
        "networks",
        ["bame"],
        ["active", "met"],
        unit="yes_no",
        protection="things",
        checks=[{"rule": "V15", "ordered": ["active", "met"]}],
    )
    known = facts((networks, [[active, met]]))
    assert bool([finding for finding in check_return(known) if finding.rule == "V15"]) is asked


def test_an_explanation_of_an_impossible_number_is_for_this_number():
    scores = grid("eds", ["access"], ["service_1"], unit="score")
    prints = {
        finding.fingerprint
        for score in (4, 5)
        for finding in check_return(facts((scores, [[score]])))
        if finding.level is Level.ERROR
    }
    assert len(prints) == 2


def test_what_concerns_the_whole_return_comes_before_its_first_question():
    first, second = grid("first", ["a"], ["x"]), grid("second", ["a"], ["x"])
    known = facts((first, [[1]]), (second, [[1]]))

    def finding(measure):
        return Finding("V1", Level.ERROR, "Wrong.", "Mend it.", measure)

    assert [_place(known, finding(code))[0] for code in ("", "first", "second")] == [-1, 0, 1]


@pytest.mark.parametrize("rule", ["V1", "V4", "V11", "V12", "V14", "V16", "V2", "V5", "V9"])
def test_numbers_that_cannot_be_true_are_never_waived_and_others_may_be(rule):
    query = Finding(rule, Level.QUERY, "Odd.", "Explain it.", "m")
    assert may_be_waived(query) is (rule not in {"V1", "V4", "V11", "V12", "V14", "V16"})
    assert may_be_waived(replace(query, level=Level.INFORMATION)) is False
    assert (rule in NEVER_WAIVED) is not may_be_waived(query)
