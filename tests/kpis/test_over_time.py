"""The verdict over time that is frozen with a release: charts from 12 points, run charts below, windows for rolling years."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition, load_catalogue
from kpis.release_content.over_time import Past, PastFigure, SeriesBreak, stands_alone, with_time
from kpis.release_content.rows import SYSTEM, FigureRow, Unit

NOW = Quarter(2019, 2)
TRUST = Unit("organisation", "mersey-care")


@cache
def definition(code: str) -> KpiDefinition:
    return load_catalogue().kpis[code]


@cache
def quarterly(direction: str = "lower") -> KpiDefinition:
    """A share of every quarter on its own."""
    found = next(
        one
        for one in load_catalogue().kpis.values()
        if stands_alone(one) and one.unit == "percent" and one.direction == direction
    )
    return found


def row(code: str, value: float, unit: Unit = SYSTEM, *, low: float | None = None, high: float | None = None) -> FigureRow:
    return FigureRow(
        1, 7, code, "", unit, "pooled", "public", "shown", "no_difference",
        value=Decimal(str(value)), low=dec(low), high=dec(high),
    )  # fmt: skip


def dec(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def past(values: list[float | None], unit: Unit = SYSTEM, *breaks: SeriesBreak, version: int = 7, **more: Any) -> Past:
    """Earlier figures, the last of them one quarter before now."""
    start = NOW.previous(len(values))
    found = {
        start.next(place): PastFigure(Decimal(str(value)), None, None, version)
        for place, value in enumerate(values)
        if value is not None
    }
    return Past({(1, unit, "pooled"): found}, breaks, **more)


def read(values: list[float | None], *breaks: SeriesBreak, kpi: KpiDefinition | None = None, unit: Unit = SYSTEM) -> FigureRow:
    kpi = kpi or quarterly()
    last = values[-1]
    assert last is not None
    return with_time(row(kpi.code, last, unit), kpi, NOW, past(values[:-1], unit, *breaks))


WAVE: list[float | None] = [5, 6, 5.5, 6.2, 5.1, 5.8, 6, 5.2, 5.9, 5.4, 6.1, 5.6]


def test_twelve_quarters_inside_their_range_do_not_change() -> None:
    found = read(WAVE)
    assert (found.over_time, found.variation, found.time_points) == ("no_difference", "common_cause", 12)
    detail = json.loads(found.time_detail)
    assert detail["basis"] == "limits" and detail["all_inside"]
    ((first, last, mean, low, high, current),) = detail["stretches"]
    assert (first, last, current) == (NOW.previous(11).slug, NOW.slug, True)
    assert float(low) < float(mean) < float(high)


def test_seven_below_the_mean_of_a_figure_that_should_be_low_is_better() -> None:
    found = read([9, 9.4, 9.1, 9.3, 9.2, 9.5, 9.1, 7.2, 7.0, 7.3, 7.1, 7.2, 7.3, 7.0])
    detail = json.loads(found.time_detail)
    assert (found.over_time, found.variation) == ("better", "improvement_low")
    assert (detail["side"], detail["run"], detail["since"]) == ("below", 7, NOW.previous(6).slug)


def test_the_same_figures_are_worse_where_high_is_good() -> None:
    values: list[float | None] = [9, 9.4, 9.1, 9.3, 9.2, 9.5, 9.1, 7.2, 7.0, 7.3, 7.1, 7.2, 7.3, 7.0]
    found = read(values, kpi=replace(quarterly(), direction="higher"))
    assert (found.over_time, found.variation) == ("worse", "concern_low")


def test_eleven_points_have_no_limits() -> None:
    found = read(WAVE[:11])
    detail = json.loads(found.time_detail)
    assert (found.time_points, detail["basis"], detail["stretches"], found.assurance) == (11, "run", [], "")


def test_under_six_points_nothing_is_said() -> None:
    found = read(WAVE[:5])
    assert (found.over_time, found.variation, found.time_points) == ("too_few", "", 5)


def test_a_missing_quarter_keeps_its_place_and_is_no_point() -> None:
    gap: list[float | None] = [*WAVE[:4], None, *WAVE[4:]]
    found = read(gap)
    assert found.time_points == 12 and json.loads(found.time_detail)["stretches"][0][0] == NOW.previous(12).slug


def rebase(unit: Unit = SYSTEM, back: int = 11) -> SeriesBreak:
    return SeriesBreak(NOW.previous(back), "rebase", unit, "a new system counts leavers", quarterly().code, "portal admin")


def test_a_rebase_starts_the_limits_anew_and_keeps_the_old_ones() -> None:
    found = read([*(one + 4 for one in WAVE if one), *WAVE], rebase())
    stretches = json.loads(found.time_detail)["stretches"]
    assert [one[-1] for one in stretches] == [False, True]
    assert found.over_time == "no_difference"
    assert read([*(one + 4 for one in WAVE if one), *WAVE]).over_time == "better", "without it the fall is a change"
    marks = json.loads(found.time_detail)["breaks"]
    assert marks == [[NOW.previous(11).slug, "rebase", "Rebased by portal admin, a new system counts leavers"]]


def test_a_rebase_of_another_series_changes_nothing() -> None:
    values = [*(one + 4 for one in WAVE if one), *WAVE]
    assert read(values, rebase(TRUST)) == read(values)
    other = replace(rebase(), kpi="XYZ-9")
    assert read(values, other) == read(values)


def merger(unit: Unit) -> SeriesBreak:
    return SeriesBreak(NOW.previous(2), "merger", unit, "April 2018: taken over, A into B")


def test_a_merger_starts_an_organisation_anew_and_is_only_drawn_for_the_system() -> None:
    own, whole = read(WAVE, merger(TRUST), unit=TRUST), read(WAVE, merger(SYSTEM))
    assert (own.over_time, own.time_points) == ("too_few", 3)
    assert (whole.over_time, whole.time_points) == ("no_difference", 12)
    assert json.loads(whole.time_detail)["breaks"] == [[NOW.previous(2).slug, "merger", "April 2018: taken over, A into B"]]


def test_another_formula_is_a_break_and_another_word_is_none() -> None:
    kpi = quarterly()
    other = next(one for one in load_catalogue().kpis.values() if one.formula != kpi.formula)
    reworded = replace(kpi, name="Other words")
    figures = past(WAVE[:-1], version=3).figures
    now = row(kpi.code, 5.6)
    changed = with_time(now, kpi, NOW, Past(figures, (), {3: other}))
    same = with_time(now, kpi, NOW, Past(figures, (), {3: reworded}))
    assert (changed.over_time, changed.time_points) == ("too_few", 1)
    assert json.loads(changed.time_detail)["breaks"][0][1:] == ["definition", f"{NOW.label}: the definition changed"]
    assert (same.over_time, same.time_points) == ("no_difference", 12)


def windows(before: tuple[float, float, float], now: tuple[float, float, float], *breaks: SeriesBreak) -> FigureRow:
    kpi = definition("WRES-2")
    figure = PastFigure(*(Decimal(str(number)) for number in before), 7)
    found = {NOW.previous(4): figure, NOW.previous(1): figure._replace(value=Decimal("9"))}
    value, low, high = now
    return with_time(row(kpi.code, value, low=low, high=high), kpi, NOW, Past({(1, SYSTEM, "pooled"): found}, breaks))


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        ((1.6, 1.4, 1.83), (1.1, 0.98, 1.23), "better"),
        ((1.1, 0.98, 1.23), (1.6, 1.4, 1.83), "worse"),
        ((1.3, 1.1, 1.54), (1.2, 1.02, 1.41), "no_difference"),
        ((0.625, 0.546, 0.714), (1.6, 1.4, 1.83), "no_difference"),
    ],
)
def test_a_rolling_year_is_judged_against_the_one_that_it_does_not_overlap(
    before: tuple[float, float, float], now: tuple[float, float, float], verdict: str
) -> None:
    found = windows(before, now)
    detail = json.loads(found.time_detail)
    assert (found.over_time, found.variation, found.assurance) == (verdict, "", "")
    assert (detail["basis"], detail["earlier"]) == ("windows", NOW.previous(4).slug)
    assert Decimal(detail["before"]) == Decimal(str(before[0]))


def test_a_break_within_either_window_leaves_nothing_to_compare() -> None:
    for back in (0, 3, 6):
        mark = SeriesBreak(NOW.previous(back), "rebase", SYSTEM, "another way of counting", "WRES-2", "portal admin")
        if back <= 4:
            assert windows((1.6, 1.4, 1.83), (1.1, 0.98, 1.23), mark).over_time == "too_few"


def test_figures_without_an_interval_carry_no_claim() -> None:
    kpi = definition("WRES-2")
    figures = {NOW.previous(4): PastFigure(Decimal("1.6"), None, None, 7)}
    assert with_time(row("WRES-2", 1.1), kpi, NOW, Past({(1, SYSTEM, "pooled"): figures})).over_time == "too_few"


def test_towards_parity_is_better_from_either_side_and_past_it_is_none() -> None:
    kpi = replace(quarterly(), direction="closer_to_0", unit="points")
    high, low = [9.0, 9.4, 9.1, 9.3, 9.2, 9.5, 9.1], [7.2, 7.0, 7.3, 7.1, 7.2, 7.3, 7.0]
    assert read([*high, *low], kpi=kpi).over_time == "better"
    assert read([*(-one for one in high), *(-one for one in low)], kpi=kpi).over_time == "better"
    assert read([*low, *high], kpi=kpi).over_time == "worse"
    assert read([*high, *high, *(-one for one in low)], kpi=kpi).over_time == "changed"


def test_the_verdict_does_not_depend_on_the_order_of_what_was_read() -> None:
    kpi = quarterly()
    given = past(WAVE[:-1])
    turned = Past({key: dict(reversed(found.items())) for key, found in given.figures.items()}, given.breaks)
    assert with_time(row(kpi.code, 5.6), kpi, NOW, given) == with_time(row(kpi.code, 5.6), kpi, NOW, turned)


def test_a_component_or_a_figure_without_value_has_no_verdict() -> None:
    kpi = quarterly()
    part = row(kpi.code, 5.6)._replace(component="x")
    gone = row(kpi.code, 5.6)._replace(value=None, status="withheld")
    assert [with_time(one, kpi, NOW, past(WAVE[:-1])) for one in (part, gone)] == [part, gone]
