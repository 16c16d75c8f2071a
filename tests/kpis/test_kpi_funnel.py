"""The funnel of a KPI's page and what parity would take: the tested statistics, from released numbers alone."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from edi_portal.stats.funnel import Dispersion, arcsine_limits_at, dispersion, limits_at
from edi_portal.stats.funnel_ratios import overdispersed_ratio_limits_at
from kpis.catalogue import load_catalogue
from kpis.dashboards.kpi_funnel import _limits, dispersion_of_ratios, dispersion_of_shares, dispersion_words
from kpis.dashboards.parity import needed_for_parity, parity_words
from kpis.selectors.releases import Reading

DEFINITIONS = load_catalogue().kpis
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "funnel_proportions.json").read_text(encoding="utf-8"))["cases"]
BLANK = Reading(1, "organisation", 1, "own", "shown", "", None, None, None, None, "")


def share(events: int, base: int) -> Reading:
    return replace(BLANK, value=Decimal(events) / base * 100, numerator=Decimal(events), denominator=Decimal(base))


def ratio(value: str, low: str, high: str) -> Reading:
    return replace(BLANK, value=Decimal(value), low=Decimal(low), high=Decimal(high))


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["id"])
def test_over_dispersion_of_the_page_is_the_one_checked_against_the_peer(case: dict) -> None:
    units = [(unit["x"], unit["n"]) for unit in case["orgs"] if unit["n"]]
    found = dispersion_of_shares([share(*unit) for unit in units])
    if len(units) < 5:
        assert found is None
        return
    expected = dispersion(units)
    assert found is not None and isinstance(expected, Dispersion)
    assert found.phi == pytest.approx(expected.phi, rel=1e-6) and found.tau2 == pytest.approx(expected.tau2, rel=1e-6, abs=1e-12)


def test_one_far_away_does_not_make_all_others_over_dispersed() -> None:
    """The mean of squared scores without drawing in would be above 2."""
    quiet = [share(100 + step % 3, 1000) for step in range(20)]
    found = dispersion_of_shares([*quiet, share(190, 1000)])
    assert found is not None and not found.is_over


def test_the_lines_are_wider_only_where_figures_scatter_more_than_chance() -> None:
    apart = Dispersion(2.4, 0.003)
    for scatter, expected in ((None, limits_at(0.2, 400)), (Dispersion(0.8, 0.0), limits_at(0.2, 400))):
        drawn = next(one for one in _limits(20.0, [400, 400], scatter, ratio=False) if one.size >= 400)
        assert float(drawn.low95) >= expected.low95 * 100 - 0.01
    wide = _limits(20.0, [400, 900], apart, ratio=False)[0]
    limits = arcsine_limits_at(0.2, wide.size, 0.003)
    assert [float(wide.low95), float(wide.high998)] == pytest.approx([limits.low95 * 100, limits.high998 * 100], abs=1e-6)
    ratios = _limits(1.5, [40, 90], apart, ratio=True)[0]
    around = overdispersed_ratio_limits_at(ratios.size, 0.003)
    assert [float(ratios.low998), float(ratios.high95)] == pytest.approx([1.5 * around.low998, 1.5 * around.high95], abs=1e-6)


def test_words_say_how_much_and_what_became_of_the_lines() -> None:
    assert dispersion_words(None) == ""
    assert "no more than chance alone" in dispersion_words(Dispersion(0.9, 0.0))
    assert "over-dispersion 2.4" in (words := dispersion_words(Dispersion(2.4, 0.003))) and "The lines are wider" in words


def test_ratios_without_an_interval_or_too_few_of_them_say_nothing() -> None:
    five = [ratio("1.2", "1.0", "1.44")] * 5
    assert dispersion_of_ratios(1.2, five) is not None
    assert dispersion_of_ratios(1.2, five[:4]) is None and dispersion_of_ratios(1.2, [BLANK] * 9) is None


def test_headcount_to_parity_of_one_organisation_from_released_counts() -> None:
    """WRES-2 by hand: 200 of 700 white candidates appointed is 2 in 7; of 105 others 30 at that rate, 20 were: 10 more."""
    counts = {"numerator": 20, "denominator": 105, "reference_numerator": 200, "reference_denominator": 700}
    one = replace(BLANK, value=Decimal("1.5"), **{name: Decimal(count) for name, count in counts.items()})
    wres = DEFINITIONS["WRES-2"]
    assert needed_for_parity(wres, one) == 10
    assert parity_words(wres, one, at="Countess of Chester").startswith("For parity at Countess of Chester: about 10 more among ")
    for hidden in counts:
        assert parity_words(wres, replace(one, **{hidden: None}), at="Here") == "", "a count that is not released tells nothing"
    assert parity_words(wres, replace(one, value=None), at="Here") == ""
    assert parity_words(wres, replace(one, numerator=Decimal(30)), at="Here") == "", "at parity there is nothing to say"
    assert needed_for_parity(DEFINITIONS["DQ-1"], one) is None
