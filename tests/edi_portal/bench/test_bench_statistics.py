"""The measurements of the statistics run, check equality first, and report their limits."""

import pytest

from edi_portal.bench import BenchResult, statistics, within


def test_small_runs_of_all_cases() -> None:
    found = [
        *statistics.spc_verdicts(60),
        *statistics.quartiles_and_ranks(3001),
        *statistics.wilson_limits_of_rows(4000),
        *statistics.overdispersed_funnel(500),
    ]
    assert [result.unit for result in found] == ["s", "×"] * 4
    assert all(result.value > 0 for result in found)


def test_a_limit_is_held_or_not() -> None:
    assert within("a", 0.1, "s", 0.1) == BenchResult("a", 0.1, "s", 0.1, True)
    assert not within("a", 0.11, "s", 0.1).holds


def test_unequal_engines_stop_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "ranks", lambda values: [0] * len(values))
    with pytest.raises(statistics.UnequalError, match="disagree"):
        statistics.quartiles_and_ranks(300)
