"""The rules of the shared operating model on plain values."""

from datetime import date
from fractions import Fraction

import pytest

from strategies.shared_model.appraisal import first_of, moved, sensitivity_in_words, shifts, total_of
from strategies.shared_model.levels import change_between, change_in_words, counts_per_level, needs_evidence, who_could_help
from strategies.shared_model.plan import StepState, step_state
from strategies.shared_model.replies import BOARD, RATIFY, RETURN, standing


def test_change_since_last_time_is_counted_only_where_both_times_have_a_level() -> None:
    change = change_between({"a": 3, "b": 2, "c": 1, "new": 5}, {"a": 2, "b": 2, "c": 2, "gone": 4})
    assert (change.up, change.same, change.down) == (1, 1, 1)
    assert change.words == "1 up, 1 as last time, 1 down"
    assert change_between({"a": 3}, {}).words == ""
    assert [change_in_words(3, 2), change_in_words(3, 3), change_in_words(2, 3), change_in_words(2, None)] == [
        "up from 2",
        "as last time",
        "down from 3",
        "new",
    ]


def test_evidence_is_needed_above_level_1() -> None:
    assert [needs_evidence(level) for level in (1, 2, 5)] == [False, True, True]


def test_counts_per_level_name_every_level() -> None:
    assert counts_per_level([1, 3, 3, 5]) == (1, 0, 2, 0, 1)


def test_those_at_4_and_5_are_offered_to_those_at_1_and_2() -> None:
    standing = {"far": {"a": 4, "b": 5, "c": 3}, "near": {"a": 2, "b": 4, "c": 1}, "half": {"a": 3}}
    assert [(one.criterion, one.helpers, one.helped) for one in who_could_help(standing, ["a", "b", "c"])] == [
        ("a", ("far",), ("near",))
    ]


OPTIONS = {"alone": "Each alone", "lead": "A lead provider", "team": "A shared team"}
CRITERIA = {"cost": "Cost", "reach": "Reach"}


def test_totals_are_exact_and_a_tie_is_a_tie() -> None:
    scores = {"alone": {"cost": 4, "reach": 1}, "lead": {"cost": 1, "reach": 3}, "team": {"cost": 1, "reach": 3}}
    weights = {"cost": 40, "reach": 60}
    assert [total_of(scores[key], weights) for key in scores] == [Fraction(11, 5), Fraction(11, 5), Fraction(11, 5)]
    assert first_of(scores, weights) == ("alone", "lead", "team")
    assert "A lead provider and A shared team share the first place" in sensitivity_in_words(
        scores, {"cost": 10, "reach": 90}, OPTIONS, CRITERIA
    )


def test_moving_one_weight_keeps_the_sum_and_the_others_proportions() -> None:
    weights = {"a": 50, "b": 30, "c": 20}
    after = moved(weights, "a", 60)
    assert sum(after.values()) == 100 and after["b"] / after["c"] == Fraction(3, 2)
    assert moved({"a": 100, "b": 0, "c": 0}, "a", 90) == {"a": 90, "b": 5, "c": 5}


def test_the_sentence_says_whether_the_first_place_hangs_on_one_weight() -> None:
    safe = {"alone": {"cost": 1, "reach": 1}, "team": {"cost": 4, "reach": 4}}
    assert shifts(safe, {"cost": 50, "reach": 50}) == ()
    assert sensitivity_in_words(safe, {"cost": 50, "reach": 50}, OPTIONS, CRITERIA) == (
        "A shared team stays first whichever weight moves by 10 points, up or down."
    )
    close = {"alone": {"cost": 4, "reach": 1}, "team": {"cost": 1, "reach": 4}}
    assert sensitivity_in_words(close, {"cost": 45, "reach": 55}, OPTIONS, CRITERIA) == (
        "A shared team comes first, but not safely: if “Cost” weighed 55 in place of 45, Each alone would come first; "
        "if “Reach” weighed 45 in place of 55, Each alone would come first."
    )


def test_no_weight_leaves_0_to_100() -> None:
    scores = {"alone": {"cost": 5, "reach": 0}, "team": {"cost": 0, "reach": 5}}
    assert all(0 <= one.to <= 100 for one in shifts(scores, {"cost": 95, "reach": 5}))
    assert shifts({"alone": {"cost": 1}}, {"cost": 100}) == ()


TODAY = date(2020, 1, 20)


@pytest.mark.parametrize(
    ("due_on", "done_on", "left_out_on", "state"),
    [
        (date(2020, 1, 19), None, None, StepState.OVERDUE),
        (date(2020, 1, 20), None, None, StepState.DUE),
        (date(2020, 2, 19), None, None, StepState.DUE),
        (date(2020, 2, 20), None, None, StepState.LATER),
        (date(2019, 1, 1), date(2019, 6, 1), None, StepState.DONE),
        (date(2019, 1, 1), None, date(2019, 1, 1), StepState.LEFT_OUT),
    ],
)
def test_the_state_of_a_step_follows_from_its_days(
    due_on: date, done_on: date | None, left_out_on: date | None, state: StepState
) -> None:
    assert step_state(TODAY, due_on=due_on, done_on=done_on, left_out_on=left_out_on) is state


def test_one_return_is_enough_and_all_must_agree() -> None:
    asked = [BOARD, "wirral", "sefton"]
    assert standing({}, asked) == standing({BOARD: RATIFY, "wirral": RATIFY}, asked) == "proposed"
    assert standing({BOARD: RATIFY, "wirral": RETURN}, asked) == "returned"
    assert standing(dict.fromkeys(asked, RATIFY), asked) == "ratified"
