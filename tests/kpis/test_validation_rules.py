"""Every rule by its own examples, and the register of rules as a whole."""

from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.validation import RULES, check_return
from kpis.validation.facts import ReturnFacts
from kpis.validation.findings import Level
from kpis.validation.registry import GRAVER, check_errors, rules_table
from kpis.validation.statements import PayGapFiling
from kpis.validation.thresholds import DEFAULT_THRESHOLDS, Thresholds
from tests.kpis.validation_sentences import sentences

ROOT = Path(__file__).parents[2]
EXAMPLES = [pytest.param(rule, example, id=f"{rule.id}: {example.note}") for rule in RULES.values() for example in rule.examples]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_each_example_passes_or_fails_as_it_says(rule, example):
    found = rule.check(example.case, DEFAULT_THRESHOLDS)
    assert (not found) == example.passes
    for finding in found:
        assert finding.rule == rule.id
        assert finding.message and not finding.message.endswith(".") or finding.message.count(".") > 1 or rule.id == "P14"
        assert finding.mend.endswith(".")


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_findings_of_a_case_have_different_keys(rule, example):
    keys = [finding.key for finding in rule.check(example.case, DEFAULT_THRESHOLDS)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.id}: {example.note}")
        for rule in RULES.values()
        for example in rule.examples
        if example.passes
    ],
)
def test_a_passing_return_gives_no_error_in_any_other_rule(rule, example):
    if isinstance(example.case, ReturnFacts):
        assert [finding.key for finding in check_return(example.case) if finding.level is Level.ERROR] == []


def test_each_rule_says_what_it_said_word_for_word():
    """These sentences are read by the people who must act: a changed one is looked at, then written anew as the module says."""
    assert sentences() == (ROOT / "tests" / "data" / "validation_sentences.txt").read_text()


def test_a_filing_upside_down_is_asked_about_whatever_the_gap():
    upright, turned = ((Decimal(first), Decimal(60), Decimal(70), Decimal(last)) for first, last in ((40, 80), (80, 40)))
    found = list(RULES["P5"].check(PayGapFiling("A filing", turned, upright, mean_gap=Decimal(5)), DEFAULT_THRESHOLDS))
    assert [finding.about for finding in found] == ["A filing:reversed"]
    assert not list(RULES["P5"].check(PayGapFiling("A filing", turned, turned, mean_gap=Decimal(5)), DEFAULT_THRESHOLDS))


def test_the_rules_that_can_refuse_are_known():
    cases = [example.case for rule in RULES.values() for example in rule.examples if isinstance(example.case, ReturnFacts)]
    refused = {finding.rule for case in cases for finding in check_errors(case)}
    assert refused >= GRAVER
    for case in cases:
        errors = [finding for finding in check_return(case) if finding.level is Level.ERROR]
        assert sorted(one.key for one in check_errors(case)) == sorted(one.key for one in errors)


def test_the_register_holds_v1_to_v16_and_p1_to_p17_in_order():
    assert list(RULES) == [f"V{number}" for number in range(1, 17)] + [f"P{number}" for number in range(1, 18)]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_each_rule_has_words_and_a_passing_and_a_failing_example(rule):
    assert rule.title and rule.text.endswith(".")
    assert rule.on_return or rule.on_statement
    assert {example.passes for example in rule.examples} == {True, False}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_each_door_of_a_rule_has_a_failing_example(rule):
    failing = [example.case for example in rule.examples if not example.passes]
    if rule.on_return:
        assert any(isinstance(case, ReturnFacts) for case in failing)
    if rule.on_statement:
        assert any(not isinstance(case, ReturnFacts) for case in failing)


def test_the_levels_are_those_of_the_agreed_list():
    errors = {"V1", "V2", "V3", "V4", "V11", "V12", "V14"}
    for number in range(1, 17):
        expected = Level.ERROR if f"V{number}" in errors else Level.QUERY
        assert RULES[f"V{number}"].level is expected


def test_the_level_of_a_finding_is_the_level_of_its_rule_but_for_named_exceptions():
    graver = {"V10", "P2", "P3", "P8", "P13", "P14", "P17"}
    for rule in RULES.values():
        levels = {finding.level for example in rule.examples for finding in rule.check(example.case, DEFAULT_THRESHOLDS)}
        assert levels == {rule.level} or (rule.id in graver and rule.level in levels)


def test_quarters_more_than_five_people_apart_are_an_error_and_fewer_a_query():
    levels = [
        finding.level for example in RULES["V10"].examples for finding in RULES["V10"].check(example.case, DEFAULT_THRESHOLDS)
    ]
    assert levels == [Level.QUERY, Level.ERROR]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("V7", {"headcount_change_percent": Decimal(99), "headcount_change_people": Decimal(99)}),
        ("V8", {"unknown_percent": (("ethnicity", Decimal(99)),)}),
        ("V9", {"ratio_high": Decimal(99)}),
        ("P6", {"pay_gap_change_points": Decimal(99)}),
        ("P11", {"survey_least_base": Decimal(1)}),
        ("P14", {"series_jump_points": Decimal(99)}),
    ],
)
def test_a_threshold_is_a_setting_and_not_written_into_the_rule(rule, change):
    def found(thresholds):
        return sum(len(RULES[rule].check(example.case, thresholds)) for example in RULES[rule].examples)

    assert found(Thresholds(**change)) < found(DEFAULT_THRESHOLDS)


def test_the_agreed_numbers_stand_in_the_thresholds():
    agreed = DEFAULT_THRESHOLDS
    assert (agreed.headcount_change_percent, agreed.headcount_change_people, agreed.share_change_points) == (10, 50, 5)
    assert (agreed.ratio_low, agreed.ratio_high, agreed.ratio_change) == (Decimal("0.2"), 5, Decimal("0.5"))
    assert dict(agreed.unknown_percent) == {"ethnicity": 10, "disability": 20}
    assert (agreed.band_low, agreed.band_high, agreed.pay_gap_change_points) == (Decimal("0.80"), Decimal("1.25"), 12)
    assert (agreed.quarter_difference, agreed.quarter_error, agreed.board_least, agreed.board_most) == (1, 5, 5, 30)
    assert len(fields(Thresholds)) > 20


def test_the_table_in_the_documentation_is_the_register():
    page = Path(__file__).parents[2] / "docs" / "validation-rules.md"
    assert rules_table() in page.read_text(encoding="utf-8")
