"""XmR charts: limits, rules and icons of Making Data Count."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from peer_numbers import Near, cases

from edi_portal.stats.spc import Improvement, Xmr, xmr
from edi_portal.stats.spc_many import codes_of, xmr_many

near = Near("spc_xmr")
WHOLE = st.integers(0, 20).map(float)
SERIES = st.lists(WHOLE, min_size=1, max_size=40)
# The peer's words for why a point is special, and for what that means.
SPECIALS = {
    "Common": "common_cause",
    "Above UCL": "outside",
    "Below LCL": "outside",
    "7 Point Trend": "trend",
    "2 in 3": "two_of_three",
    "7 Points": "run",
}
IMPROVEMENTS = st.sampled_from(["increase", "decrease", "neutral"])


def chart_of(case: dict[str, Any]) -> Xmr:
    """The case in order of time, with rebase dates turned into places."""
    order = sorted(range(len(case["dates"])), key=case["dates"].__getitem__)
    dates = [case["dates"][index] for index in order]
    return xmr(
        [case["values"][index] for index in order],
        improvement=case["improvement_direction"],
        target=case["target"],
        starts=[dates.index(date) for date in case["rebase_dates"] if date in dates],
        screen=case["screen_outliers"],
        fix_after=case["fix_after_n_points"],
    )


def special_of(words: str) -> str:
    """The portal's code of a peer's words; longer names first, as "7 Point Trend" before "7 Points"."""
    return next(code for start, code in SPECIALS.items() if words.startswith(start))


@pytest.mark.parametrize("case", cases("spc_xmr"))
def test_limits_agree_with_the_peer(case: dict[str, Any]) -> None:
    found, expected = chart_of(case), case["expected"]
    for stretch in found.stretches:
        for index in range(stretch.start, stretch.stop):
            assert near(stretch.mean, expected["mean"][index])
            if expected["lower"][index] is None:
                assert case["undefined_limits"]
                assert stretch.low in {None, stretch.mean} and stretch.high in {None, stretch.mean}
            else:
                assert near(stretch.low, expected["lower"][index]) and near(stretch.high, expected["upper"][index])
    if not case["undefined_limits"]:
        assert near(found.stretches[-1].average_range, expected["average_moving_range_last_group"])


@pytest.mark.parametrize("case", cases("spc_xmr"))
def test_points_agree_with_the_peer(case: dict[str, Any]) -> None:
    found, expected = chart_of(case), case["expected"]
    for index, point in enumerate(found.points):
        assert (point is None) == (expected["values"][index] is None)
        if point is None or index in case["fragile_points"]:
            continue
        assert point.side == expected["relative_to_mean"][index]
        assert point.special == special_of(expected["special_cause_type"][index])
        assert point.outside == bool(expected["outside_limits"][index])
        assert point.close == bool(expected["close_to_limits"][index])
        kind = expected["point_type"][index].removeprefix("special_cause_")
        assert point.variation == kind if kind.startswith(("common", "neutral")) else point.variation.startswith(kind)


@pytest.mark.parametrize("case", cases("spc_xmr"))
def test_icons_agree_with_the_peer(case: dict[str, Any]) -> None:
    found, expected = chart_of(case), case["expected"]
    assert found.variation == expected["variation_icon"]
    if not case["undefined_limits"]:
        assert found.assurance == expected["assurance_icon"]


def test_worked_example_of_a_chart_by_hand() -> None:
    """Values 5, 6, 5, 8, 6: mean 6, moving ranges 1, 1, 3, 2, average 1.75, limits 6 ∓ 4.655."""
    found = xmr([5, 6, 5, 8, 6], improvement="increase", target=1, screen=False)
    stretch = found.stretches[0]
    assert (stretch.mean, stretch.average_range) == (6, 1.75)
    assert (stretch.low, stretch.high) == pytest.approx((1.345, 10.655))
    assert (found.variation, found.assurance) == ("common_cause", "pass")


@pytest.mark.parametrize(
    ("level", "improvement", "target", "expected"),
    [
        (100.0, "increase", 100.0, "pass"),
        (100.0, "increase", 95.0, "pass"),
        (90.0, "increase", 95.0, "fail"),
        (0.0, "decrease", 0.0, "pass"),
        (2.0, "decrease", 1.0, "fail"),
        (2.0, "neutral", 1.0, None),
        (2.0, "increase", None, None),
    ],
)
def test_a_flat_series_is_judged_by_its_value(
    level: float, improvement: Improvement, target: float | None, expected: str | None
) -> None:
    found = xmr([level] * 14, improvement=improvement, target=target)
    assert (found.stretches[0].low, found.stretches[0].high) == (level, level)
    assert (found.variation, found.assurance) == ("common_cause", expected)


def test_a_missing_last_point_leaves_the_verdict_to_the_last_known_one() -> None:
    series = [10.0, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 40]
    assert xmr(series, improvement="increase").variation == "improvement_high"
    assert xmr([*series, None], improvement="increase").variation == "improvement_high"


def test_missing_points_break_runs_and_two_in_a_row_are_no_error() -> None:
    wide, high = [1.0, 20.0] * 5, [13.0, 14.0] * 3
    last = xmr([*wide, *high, 13.0], improvement="increase").points[-1]
    assert last is not None and last.special == "run"
    found = xmr([*wide, *high[:3], None, None, *high[:4]], improvement="increase")
    assert all(point is None or point.special != "run" for point in found.points[10:])


def test_nothing_and_nothing_known() -> None:
    assert xmr([], improvement="increase", target=1) == Xmr((), (), "common_cause", None)
    found = xmr([None, None], improvement="increase", target=1)
    assert (found.points, found.variation, found.assurance) == ((None, None), "common_cause", None)
    with pytest.raises(ValueError, match="starts at a point"):
        xmr([1.0, 2.0], improvement="increase", starts=[3])


@given(SERIES, st.sampled_from([0.5, 2.0, 1024.0]), IMPROVEMENTS)
def test_unit_of_the_values_does_not_matter(values: list[float], times: float, improvement: Improvement) -> None:
    one = xmr(values, improvement=improvement)
    other = xmr([value * times for value in values], improvement=improvement)
    assert one.points == other.points and one.variation == other.variation


@given(SERIES, st.floats(0, 20))
def test_turned_upside_down_the_verdict_is_the_mirror(values: list[float], target: float) -> None:
    one = xmr(values, improvement="increase", target=target)
    other = xmr([-value for value in values], improvement="decrease", target=-target)
    assert other.variation == one.variation.replace("high", "x").replace("low", "high").replace("x", "low")
    assert other.assurance == one.assurance
    assert [point.special for point in one.points if point] == [point.special for point in other.points if point]


@given(st.lists(st.integers(0, 3), min_size=12, max_size=30))
def test_rules_by_a_plain_reading_of_their_words(values: list[int]) -> None:
    found = xmr([float(value) for value in values], improvement="increase")
    mean = sum(values) / len(values)
    for index, point in enumerate(found.points):
        assert point is not None
        windows = [values[start : start + 7] for start in range(max(0, index - 6), index + 1) if start + 7 <= len(values)]
        on_a_side = any(
            all(value > mean + 1e-9 for value in window) or all(value < mean - 1e-9 for value in window) for window in windows
        )
        rising = any(window == sorted(set(window)) or window == sorted(set(window), reverse=True) for window in windows)
        assert (point.special == "run") == (on_a_side and not point.outside and not rising and point.special != "two_of_three")
        if point.special == "trend":
            assert rising


@pytest.mark.parametrize("gaps", [0, 1, 3])
def test_periods_without_a_figure_at_the_end_leave_the_verdict_of_the_last_figure(gaps: int) -> None:
    values = [5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 14.0]
    row = np.array([[*values, *[0.0] * gaps]])
    known = np.array([[True] * len(values) + [False] * gaps])
    found = xmr_many(row, improvement=["increase"], target=[None], known=known)
    alone = codes_of(xmr(values, improvement="increase"))
    assert found.special[0].tolist() == [*alone.special, *[0] * gaps]
    assert found.variation[0] == alone.variation != 0


@given(st.lists(st.tuples(SERIES, IMPROVEMENTS, st.none() | st.floats(0, 20)), min_size=1, max_size=6), st.data())
def test_arrays_give_what_single_calls_give(rows: list[tuple[list[float], Improvement, float | None]], data: Any) -> None:
    width = max(len(values) for values, _, _ in rows)
    series: list[list[float | None]] = []
    starts: list[list[int]] = []
    for values, _, _ in rows:
        gaps = data.draw(st.sets(st.integers(0, width - 1), max_size=3))
        padded: list[float | None] = [*values, *[None] * (width - len(values))]
        series.append([None if index in gaps else value for index, value in enumerate(padded)])
        starts.append(sorted(data.draw(st.sets(st.integers(1, width), max_size=2))))
    screen = data.draw(st.booleans())
    known = np.array([[value is not None for value in row] for row in series])
    stretch = np.array([[sum(start <= index for start in row) for index in range(width)] for row in starts])
    found = xmr_many(
        np.array([[0.0 if value is None else value for value in row] for row in series]),
        improvement=[improvement for _, improvement, _ in rows],
        target=[target for _, _, target in rows],
        known=known,
        stretch=stretch,
        screen=screen,
    )
    for index, (_, improvement, target) in enumerate(rows):
        one = xmr(
            series[index], improvement=improvement, target=target, starts=[s for s in starts[index] if s < width], screen=screen
        )
        codes = codes_of(one)
        assume(known[index].any())
        assert (found.variation[index], found.assurance[index]) == (codes.variation, codes.assurance)
        assert found.special[index].tolist() == codes.special
        last = one.stretches[-1]
        for ours, theirs in ((found.mean, last.mean), (found.low, last.low), (found.high, last.high)):
            shown = found.has_mean[index] if ours is found.mean else found.has_limits[index]
            assert shown == (theirs is not None)
            assert theirs is None or ours[index] == pytest.approx(theirs, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("case", cases("spc_xmr"))
def test_arrays_agree_with_the_peer(case: dict[str, Any]) -> None:
    order = sorted(range(len(case["dates"])), key=case["dates"].__getitem__)
    values = [case["values"][index] for index in order]
    found = xmr_many(
        np.array([[0.0 if value is None else value for value in values]]),
        improvement=[case["improvement_direction"]],
        target=[case["target"]],
        known=np.array([[value is not None for value in values]]),
        stretch=np.array([case["expected"]["rebase_group"]]),
        screen=case["screen_outliers"],
        fix_after=case["fix_after_n_points"],
    )
    codes = codes_of(chart_of(case))
    assert (found.variation[0], found.assurance[0], found.special[0].tolist()) == (
        codes.variation,
        codes.assurance,
        codes.special,
    )
