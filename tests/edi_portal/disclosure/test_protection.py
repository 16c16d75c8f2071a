"""The primary rules and the words of protected values."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from edi_portal.disclosure.policy import DEFAULT_POLICY, FLOOR, Policy, PolicyError, check_floor
from edi_portal.disclosure.protection import (
    HIDDEN,
    Hidden,
    Published,
    Shown,
    Withheld,
    as_csv,
    as_text,
    is_class_disclosing,
    is_primary,
    protect_count,
    protect_magnitude,
    protect_survey,
    round_half_up,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "disclosure_two_way.json"


@pytest.mark.parametrize(
    ("count", "released"),
    [(0, Shown(0)), (1, Hidden(1, 7)), (7, Hidden(1, 7)), (8, Shown(10)), (12, Shown(10)), (13, Shown(15)), (17, Shown(15))],
)
def test_p10_thresholds_of_ordinary_counts(count, released):
    assert protect_count(count, sensitive=False, policy=DEFAULT_POLICY) == released


def test_a_sensitive_zero_is_hidden_with_the_small_counts():
    assert protect_count(0, sensitive=True, policy=DEFAULT_POLICY) == Hidden(0, 7)
    assert protect_count(7, sensitive=True, policy=DEFAULT_POLICY) == Hidden(0, 7)
    assert protect_count(8, sensitive=True, policy=DEFAULT_POLICY) == Shown(10)


@pytest.mark.parametrize("base", [2, 3, 5, 10, 16])
def test_rounding_is_to_the_nearest_multiple_with_halves_upwards(base):
    for count in range(200):
        rounded = round_half_up(count, base)
        assert rounded % base == 0
        assert 2 * abs(rounded - count) <= base
        if 2 * abs(rounded - count) == base:
            assert rounded > count


@pytest.mark.parametrize("count", [-1, 3.0, True, Decimal(4)])
def test_only_whole_numbers_are_counts(count):
    with pytest.raises(TypeError):
        protect_count(count, sensitive=False, policy=DEFAULT_POLICY)


def test_protected_values_take_no_fraction():
    with pytest.raises(TypeError):
        Shown(10.0)
    with pytest.raises(TypeError):
        Hidden(1, 7.0)
    with pytest.raises(ValueError, match="not a range"):
        Hidden(5, 3)
    with pytest.raises(ValueError, match="not a reason"):
        Withheld("because")


@pytest.mark.parametrize(
    "setting",
    [
        {"threshold": 6},
        {"base": 1},
        {"base": 17},
        {"width": 0},
        {"width": 7},
        {"survey_respondents": 10},
        {"collude": 0},
        {"fewest_contributors": 2},
        {"dominance_percent": 0},
    ],
)
def test_a_policy_that_protects_nobody_is_refused(setting):
    with pytest.raises(PolicyError):
        Policy(**setting)


@pytest.mark.parametrize(
    "setting",
    [
        {"width": 2},
        {"base": 6},
        {"survey_respondents": 10},
        {"small_organisation": 799},
        {"class_disclosure_below": 19},
        {"dominance_percent": 9},
    ],
)
def test_a_stored_policy_shows_no_more_than_the_default(setting):
    with pytest.raises(PolicyError):
        check_floor(Policy(**setting))


@pytest.mark.parametrize("setting", [{}, {"threshold": 8}, {"base": 10}, {"base": 15}, {"width": 4, "collude": 2}])
def test_a_stored_policy_may_protect_more(setting):
    policy = Policy(**setting)
    assert check_floor(policy) is policy


def test_what_may_be_set_at_all_and_what_may_be_stored():
    assert FLOOR == {
        "width": 3,
        "collude": 1,
        "threshold": 7,
        "base": 5,
        "survey_respondents": 11,
        "small_organisation": 800,
        "fewest_organisations": 3,
        "fewest_contributors": 3,
        "dominance_percent": 10,
        "class_disclosure_below": 20,
    }
    least = {"width": 1, "collude": 1, "base": 2, "small_organisation": 0, "dominance_percent": 1, "class_disclosure_below": 0}
    assert Policy(**least).width == 1
    for name, value in least.items():
        with pytest.raises(PolicyError):
            Policy(**{name: value - 1})


def test_no_policy_rounds_a_shown_count_down_to_nothing():
    policy = Policy(threshold=9, base=20)
    assert protect_count(10, sensitive=False, policy=policy) == Shown(20)


def test_p10_survey_needs_eleven_respondents_on_both_sides():
    rate = Decimal("24.6")
    assert protect_survey(rate, 10, policy=DEFAULT_POLICY) == Withheld("too_few_respondents")
    assert protect_survey(rate, 11, policy=DEFAULT_POLICY) == Published(rate)
    assert protect_survey(rate, 400, policy=DEFAULT_POLICY, complement_base=10) == Withheld("too_few_respondents")
    assert protect_survey(rate, 400, policy=DEFAULT_POLICY, complement_base=11) == Published(rate)
    assert protect_survey(rate, 400, policy=DEFAULT_POLICY, complement_base=0) == Published(rate)


def test_magnitudes_follow_the_p_percent_rule():
    def total(*amounts):
        return protect_magnitude(dict(zip("abcde", map(Decimal, amounts), strict=False)), policy=DEFAULT_POLICY)

    assert total(100, 50, 10) == Published(Decimal(160))  # 10 left over is exactly a tenth of 100
    assert total(100, 50, 9) == Withheld("dominated")
    assert total(10, 100, 50, 0) == Published(Decimal(160))
    assert total(100, 100, 0) == Withheld("too_few_contributors")
    assert total() == Withheld("too_few_contributors")
    with pytest.raises(ValueError, match="0 or more"):
        total(5, 5, -5)


@pytest.mark.parametrize(
    ("groups", "disclosing"),
    [([19, 0], True), ([0, 4, 5], True), ([20, 0], False), ([10, 9], False), ([0, 0], False), ([12], False)],
)
def test_class_disclosure(groups, disclosing):
    assert is_class_disclosing(groups, sum(groups), policy=DEFAULT_POLICY) is disclosing


def test_words_and_machine_forms():
    assert as_text(Shown(1485)) == "1,485"
    assert as_text(Hidden(1, 7)) == "1 to 7"
    assert as_text(Hidden(0, 7)) == "7 or fewer"
    assert as_text(HIDDEN) == "[c] withheld to protect small numbers"
    assert as_text(Withheld("level")) == "not shown at this level"
    assert as_text(Published(Decimal("1024.5"))) == "1,024.5"
    assert as_csv(Shown(1485)) == ("1485", "")
    assert as_csv(Published(Decimal("24.6"))) == ("24.6", "")
    assert as_csv(Withheld("level")) == ("[c]", "not shown at this level")
    with pytest.raises(TypeError):
        as_text(3)
    with pytest.raises(TypeError):
        as_csv("3")


def test_machine_forms_do_not_tell_primary_from_secondary():
    assert as_csv(Hidden(1, 7)) == as_csv(Hidden(0, 7)) == as_csv(HIDDEN)


def _cases():
    for case in json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]:
        for rule in case["rules"]:
            name = f"{case['id']}-{rule['threshold_max_unsafe']}-{rule['zeros_unsafe']}"
            yield pytest.param(case["with_margins"], rule, id=name)


@pytest.mark.parametrize(("table", "rule"), list(_cases()))
def test_primary_cells_agree_with_independent_software(table, rule):
    found = [
        [row, column]
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        if is_primary(count, threshold=rule["threshold_max_unsafe"], zeros_unsafe=rule["zeros_unsafe"])
    ]
    assert found == rule["primary"]
