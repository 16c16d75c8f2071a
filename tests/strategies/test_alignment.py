"""Similar objectives, coverage of themes and the states of documents: pure rules, with properties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.alignment.coverage import Line, coverage_of, path_of
from strategies.alignment.similarity import clusters, similar_pairs, stem, stems_of
from strategies.alignment.states import State, state_on

WORDS = st.sampled_from(
    [
        "fair",
        "access",
        "racism",
        "staff",
        "patients",
        "board",
        "data",
        "pay",
        "recruitment",
        "dignity",
        "networks",
        "culture",
        "leaders",
    ]
)
TEXTS = st.dictionaries(st.integers(0, 50), st.lists(WORDS, min_size=1, max_size=8).map(" ".join), max_size=12)


def test_two_that_say_the_same_in_other_words_are_found_with_the_words_they_share() -> None:
    pairs = similar_pairs(
        {1: "Services and information usable by everyone", 2: "Accessible information and services", 3: "Close the pay gap"}
    )
    assert [(pair.first, pair.second) for pair in pairs] == [(1, 2)]
    assert dict(pairs[0].words)["usable"] == "accessible"


def test_objectives_of_one_organisation_are_not_compared() -> None:
    texts = {1: "Dignity for all", 2: "Dignity for everybody"}
    assert similar_pairs(texts) and not similar_pairs(texts, apart={1: "a", 2: "a"})


@pytest.mark.parametrize(("one", "other"), [("recruitment", "recruit"), ("accessibility", "access"), ("networks", "network")])
def test_endings_do_not_keep_words_apart(one: str, other: str) -> None:
    assert stems_of(one).keys() == stems_of(other).keys()
    assert len(stem("the")) >= 3 or stem("the") == "the"


@given(TEXTS)
def test_scores_lie_between_nothing_and_one_and_equal_texts_score_one(texts: dict[int, str]) -> None:
    for pair in similar_pairs(texts, at_least=0.0001):
        assert 0 < pair.score <= 1.0001 and pair.first < pair.second
        if sorted(texts[pair.first].split()) == sorted(texts[pair.second].split()):
            assert pair.score == pytest.approx(1, abs=1e-3)


@given(TEXTS, st.integers(100, 200))
def test_keys_do_not_matter_and_the_same_input_gives_the_same_answer(texts: dict[int, str], shift: int) -> None:
    pairs = similar_pairs(texts)
    moved = similar_pairs({key + shift: text for key, text in texts.items()})
    assert [(pair.first + shift, pair.second + shift, pair.score) for pair in pairs] == [
        (pair.first, pair.second, pair.score) for pair in moved
    ]
    assert similar_pairs(texts) == pairs


def test_confirmed_pairs_join_into_groups() -> None:
    assert clusters([(1, 2), (5, 6), (2, 9)]) == ((1, 2, 9), (5, 6))


LINES = [
    Line(1, "a", "objective", ("access",), has_kpi=True),
    Line(2, "a", "aim", ("culture", "access")),
    Line(3, "b", "objective", ("access",)),
    Line(4, "c", "action", ("access", "unknown")),
    Line(5, "c", "mission", ("pay",)),
]
THEMES = ("access", "culture", "pay", "networks")


def test_the_deepest_line_counts_and_an_aim_is_no_objective() -> None:
    found = coverage_of(LINES, ["a", "b", "c", "d"], THEMES)
    assert [found.cell(owner, "access").depth for owner in "abcd"] == [3, 2, 2, 0]
    assert found.cell("a", "access").lines == (1, 2)
    assert (found.with_objective("culture"), found.only_named("culture")) == ((), ("a",))
    assert found.gaps_of("b") == ("culture", "pay", "networks")
    assert found.shared_candidates() == ("access",)


def test_the_way_to_the_framework_begins_with_what_most_others_have() -> None:
    found = coverage_of(LINES, ["a", "b", "c", "d"], THEMES)
    assert path_of(found, "c") == (
        ("access", "tie the objective to a KPI"),
        ("culture", "write an objective"),
        ("networks", "write an objective"),
        ("pay", "turn the aim into an objective"),
    )
    assert path_of(found, "d")[0] == ("access", "write an objective")


kinds = st.sampled_from(["objective", "action", "aim", "mission"])
lines = st.builds(
    Line, st.integers(0, 99), st.sampled_from("abc"), kinds, st.lists(st.sampled_from(THEMES)).map(tuple), st.booleans()
)


@given(st.lists(lines, max_size=12), lines)
def test_one_more_line_never_makes_coverage_less(some: list[Line], more: Line) -> None:
    before, after = (coverage_of(those, "abc", THEMES) for those in (some, [*some, more]))
    assert all(after.cell(owner, theme).depth >= before.cell(owner, theme).depth for owner in "abc" for theme in THEMES)


DAY = date(2020, 1, 20)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"is_published": False}, State.DRAFT),
        ({"starts_on": date(2019, 1, 1), "ends_on": date(2021, 12, 31)}, State.CURRENT),
        ({"starts_on": date(2019, 1, 1), "ends_on": DAY}, State.CURRENT),
        ({"starts_on": date(2013, 1, 1), "ends_on": date(2020, 1, 19)}, State.EXPIRED),
        ({"starts_on": date(2020, 1, 21)}, State.AHEAD),
        ({"starts_on": date(2019, 1, 1), "has_successor": True}, State.REPLACED),
        ({"starts_on": date(2018, 1, 1), "ended_on": date(2019, 6, 1)}, State.ENDED),
        ({"starts_on": date(2018, 1, 1), "ended_on": date(2020, 6, 1)}, State.CURRENT),
        ({}, State.UNDATED),
    ],
)
def test_the_state_of_a_document_follows_from_its_days(facts: dict[str, object], state: State) -> None:
    known = {"is_published": True, "starts_on": None, "ends_on": None, "has_successor": False, "ended_on": None}
    assert state_on(DAY, **known | facts) is state  # type: ignore[arg-type]
