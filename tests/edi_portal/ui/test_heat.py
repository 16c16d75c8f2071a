"""Heat table: cells short enough for 61 × 30, words in them, and the same facts for a phone."""

import pytest

from edi_portal.charts.verdicts import verdict_for
from edi_portal.ui import components
from edi_portal.ui.gallery import heat_example
from edi_portal.ui.heat import CELL_BYTES, MARKS, HeatColumn, HeatRow, HeatSection, HeatTable, MarkBar, cells


@pytest.mark.parametrize("code", MARKS)
def test_a_cell_is_at_most_40_bytes_and_says_its_word(code: str) -> None:
    for gap in (frozenset(), frozenset({0})):
        cell = cells([code], gap)
        assert len(cell.encode()) <= CELL_BYTES + (4 if gap else 0)
        assert MARKS[code][1] in cell


def test_every_mark_is_a_verdict_of_the_vocabulary() -> None:
    for code in MARKS:
        assert verdict_for(code)


def test_an_unknown_verdict_is_a_fault() -> None:
    with pytest.raises(KeyError):
        cells(["excellent"])


def test_61_rows_of_30_stay_under_100_kb() -> None:
    columns = tuple(HeatColumn(f"organisation-{n}", f"Organisation {n}", f"/organisations/organisation-{n}/") for n in range(30))
    rows = tuple(
        HeatRow(f"WRES-{n}", "Shortlisting, White vs BME", f"/kpis/wres-{n}/", ("1.26", "8"), ("no_difference",) * 30)
        for n in range(61)
    )
    table = HeatTable("All", "KPI", ("Pooled", "To act on"), columns, (HeatSection("One", rows),))
    assert len(components.render("heat_table", {"table": table}).encode()) < 130_000


def test_a_bar_counts_every_reading_once_and_leaves_out_what_does_not_apply() -> None:
    bar = MarkBar.of(
        ["better", "act", "act", "worse", "watch", "no_difference", "withheld", "too_few", "not_returned", "not_applicable"]
    )
    assert (bar.better, bar.unchanged, bar.worse, bar.to_act_on, bar.no_reading) == (1, 1, 4, 2, 3)
    assert bar.total == 9
    assert bar.words == "1 better, 1 no difference shown, 4 worse (2 to act on), 3 no reading"
    assert [(piece.mark, piece.start, piece.length) for piece in bar.pieces] == [
        ("b", 0, 1),
        ("s", 1, 1),
        ("w", 2, 4),
        ("f", 6, 3),
    ]


def test_a_kpi_that_applies_to_nobody_still_draws() -> None:
    bar = MarkBar.of(["not_applicable"])
    assert bar.total == 1 and bar.pieces == ()


def test_groups_are_set_apart_and_every_column_has_a_cell() -> None:
    table = heat_example()
    assert table.gaps == (4, 6) and table.width == 11
    drawn = components.render("heat_table", {"table": table})
    assert drawn.count("<td class=") >= 16
    assert 'data-organisation="countess-of-chester"' in drawn
