"""The measurement of extracts: it compares with the truth before it answers, and finds every error."""

import pytest

from kpis.bench import extracts


def test_a_small_run_measures_every_case() -> None:
    found = extracts.measure(rows=300, times=2)
    assert [result.unit for result in found] == ["s", "MB", "s", "MB", "s", "×", "MB", "s", "MB", "s"]
    assert all(result.value > 0 for result in found)
    assert all(result.holds for result in found if result.unit == "MB")


def test_a_cell_that_differs_from_the_truth_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    right = extracts.staff_file

    def wrong(rows: int, **options: object) -> extracts.StaffFile:
        file = right(rows, **options)
        file.truth["staff_ethnicity", "clinical.band_5", "bme"] += 1
        return file

    monkeypatch.setattr(extracts, "staff_file", wrong)
    with pytest.raises(extracts.UnequalCellsError):
        extracts.measure(rows=100, times=1)
