"""The rules of the shared operating model on plain values."""

from strategies.shared_model.levels import change_between, change_in_words, counts_per_level, needs_evidence, who_could_help


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
