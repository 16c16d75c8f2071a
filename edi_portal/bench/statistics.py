"""Speed of the statistics on the work that published peers were timed on (tests/vectors/peers_timings.csv, 2 cores).

Before anything is timed, arrays are compared with single calls; a difference stops the measurement. Times of peers are printed
as ratios for information: the limits are fixed numbers of seconds, except where the peer runs in the same process.
"""

from __future__ import annotations

import numpy as np

from edi_portal.bench import BenchResult, fastest, within
from edi_portal.stats.distribution import quantiles, ranks
from edi_portal.stats.distribution_many import within_groups
from edi_portal.stats.estimate import NotCalculable
from edi_portal.stats.funnel import CLASSES, dispersion, funnel_many, overdispersed_class_of
from edi_portal.stats.proportions import wilson_limits, wilson_many
from edi_portal.stats.spc import Improvement, xmr
from edi_portal.stats.spc_many import codes_of, xmr_many

ROWS = 1_000_000
LEVELS = (0.95, 0.998)


class UnequalError(AssertionError):
    """Two engines disagree, so a comparison of their speed would mean nothing."""


def measure() -> list[BenchResult]:
    """All cases of this module."""
    return [*spc_verdicts(), *quartiles_and_ranks(), *wilson_limits_of_rows(), *overdispersed_funnel()]


def spc_verdicts(series: int = 5000) -> list[BenchResult]:
    """XmR limits, rules and both icons of series of 36 points; the peer (NHSRplotthedots) took 14.98 s for 5,000."""
    random = np.random.default_rng(1)
    values = np.round(random.normal(50, 5, (series, 36)), 2)
    values[::3, 24:] += 6
    improvement: list[Improvement] = [("increase", "decrease", "neutral")[index % 3] for index in range(series)]  # type: ignore[misc]
    targets: list[float | None] = [50.0 if index % 4 else None for index in range(series)]
    found = xmr_many(values, improvement=improvement, target=targets)
    for index in range(0, series, 10):
        codes = codes_of(xmr(values[index].tolist(), improvement=improvement[index], target=targets[index]))
        here = found.special[index].tolist(), found.variation[index], found.assurance[index]
        _same("SPC verdicts", here == (codes.special, codes.variation, codes.assurance))
    seconds = fastest(lambda: xmr_many(values, improvement=improvement, target=targets))
    return _against_peer(f"SPC verdicts, {series:,} series of 36 points", seconds, 0.15, 14.983 * series / 5000)


def quartiles_and_ranks(rows: int = ROWS) -> list[BenchResult]:
    """Type-7 quartiles and ranks with ties in groups of 30; the peers took 6.13 s (R) and 0.35 s (pandas) for a million."""
    random = np.random.default_rng(2)
    values = np.round(random.normal(0, 1, rows), 2)
    groups = np.arange(rows) // 30
    found = within_groups(values, groups)
    for group in range(0, int(groups[-1]) + 1, 97):
        own = values[group * 30 : group * 30 + 30].tolist()
        same = found.ranks[group * 30 : group * 30 + 30].tolist() == ranks(own)
        _same("Quartiles and ranks", same and found.quantiles[group].tolist() == quantiles(own, (0.25, 0.5, 0.75)))
    seconds = fastest(lambda: within_groups(values, groups))
    return _against_peer(f"Quartiles and ranks in groups of 30, {rows:,} rows", seconds, 0.2, 0.3542 * rows / ROWS)


def wilson_limits_of_rows(rows: int = ROWS) -> list[BenchResult]:
    """Wilson limits at two levels, no slower than statsmodels in the same process (a development dependency)."""
    from statsmodels.stats.proportion import proportion_confint

    random = np.random.default_rng(3)
    bases = random.integers(1, 5000, rows)
    events = random.binomial(bases, 0.2)

    def peer() -> list[tuple[np.ndarray, np.ndarray]]:
        return [proportion_confint(events, bases, 1 - level, method="wilson") for level in LEVELS]

    _, limits = wilson_many(events, bases, LEVELS)
    for level, ours, theirs in zip(LEVELS, limits, peer(), strict=True):
        _same("Wilson limits and statsmodels", all(np.allclose(a, b, atol=1e-9) for a, b in zip(ours, theirs, strict=True)))
        for index in range(0, rows, 1999):
            one = wilson_limits(int(events[index]), int(bases[index]), level)
            _same("Wilson limits", np.allclose((ours[0][index], ours[1][index]), one, rtol=1e-13, atol=1e-15))
    seconds, others = fastest(lambda: wilson_many(events, bases, LEVELS)), fastest(peer)
    return [
        within(f"Wilson limits at two levels, {rows:,} rows", seconds, "s", others),
        BenchResult("Wilson limits: times as fast as statsmodels", others / seconds, "×", None, True),
    ]


def overdispersed_funnel(units: int = 100_000) -> list[BenchResult]:
    """Dispersion, widened limits and class of many units; the peer (FunnelPlotR) took 1.155 s for 100,000."""
    random = np.random.default_rng(4)
    bases = random.integers(20, 3000, units)
    events = random.binomial(bases, np.clip(random.normal(0.2, 0.03, units), 0.01, 0.99))
    found = funnel_many(events, bases)
    one = dispersion(list(zip(events.tolist(), bases.tolist(), strict=True)))
    if isinstance(one, NotCalculable):
        raise UnequalError("The funnel of the measurement has no dispersion.")
    _same("Dispersion", bool(np.allclose((found.dispersion.phi, found.dispersion.tau2), (one.phi, one.tau2), rtol=1e-9)))
    for index in range(0, units, 499):
        alone = overdispersed_class_of(int(events[index]), int(bases[index]), found.average, found.dispersion.widening)
        _same("Funnel classes", CLASSES[found.classes[index]] == alone)
    seconds = fastest(lambda: funnel_many(events, bases))
    return _against_peer(f"Over-dispersed funnel, {units:,} units", seconds, 0.05, 1.155 * units / 100_000)


def _against_peer(name: str, seconds: float, limit: float, peer_seconds: float) -> list[BenchResult]:
    """The time within its limit, and for information how many times as fast as the peer's published timing."""
    return [
        within(name, seconds, "s", limit),
        BenchResult(f"{name}: times as fast as the peer", peer_seconds / seconds, "×", None, True),
    ]


def _same(what: str, agrees: bool) -> None:
    if not agrees:
        raise UnequalError(f"{what}: arrays and single calls disagree.")
