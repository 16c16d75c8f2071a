"""The 56 published worked examples: each recomputed by the product's calculators, or found by the rule that it teaches.

The numbers are read from the examples, never retyped, so a case fails when its example, its calculator or its rule changes.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from edi_portal.stats.estimate import Estimate
from edi_portal.stats.likelihood import outside_band, relative_likelihood
from edi_portal.stats.pay_gap import gap_percent
from edi_portal.stats.proportions import difference, wilson
from edi_portal.stats.representation import share_gap
from kpis.validation import RULES, check_statement
from kpis.validation.percentages import count_from_rate, smallest_base
from kpis.validation.rules import round_half_up
from kpis.validation.statements import (
    BandCount,
    CountWithPercent,
    Filing,
    Filings,
    PayGapFiling,
    RequotedFigure,
    StatedChange,
    StatedComparator,
    StatedCounts,
    StatedPair,
    StatedPence,
    StatedRate,
    StatedRatio,
    StatedSeries,
    StatedShares,
    StatedSides,
    TwoSources,
)
from kpis.validation.thresholds import DEFAULT_THRESHOLDS
from kpis.validation.units import implied_totals

ROOT = Path(__file__).parents[2]
EXAMPLES = {
    example["id"]: example
    for example in json.loads((ROOT / "tests/data/worked_examples_dev.json").read_text(encoding="utf-8"), parse_float=Decimal)
}
WHITE_OVER_BME = "White over BME"
BME_OVER_WHITE = "BME over White"
NON_DISABLED_OVER_DISABLED = "Non-disabled over disabled"
DISABLED_OVER_NON_DISABLED = "Disabled over non-disabled"
BAND = (DEFAULT_THRESHOLDS.band_low, DEFAULT_THRESHOLDS.band_high)


@dataclass(frozen=True)
class Case:
    """What an example shows: how it is run, the calculator or rule that runs it, and the lesson in words."""

    by: str
    shows: str
    run: Callable[[dict], None]


CASES: dict[str, Case] = {}


def case(*ids, by, shows):
    """Register a function that runs the examples of these ids."""

    def register(function):
        for identity in ids:
            assert identity not in CASES
            CASES[identity] = Case(by, shows, function)
        return function

    return register


def number(value):
    return Decimal(str(value))


def numbers(values):
    return tuple(number(value) for value in values)


def places(value):
    """Decimals with which a value is written."""
    return max(0, -number(value).as_tuple().exponent)


def tolerance_places(example):
    """Decimals of the allowed difference: "2 dp" allows half a unit of the second decimal."""
    return int(re.match(r"(\d+) dp", example["tolerance"]).group(1))


def assert_reproduced(estimate, example, *, published=None, computed=None, scale=1):
    """A calculator's value rounds to what was published within the tolerance, and to our own computed value."""
    assert isinstance(estimate, Estimate)
    value = number(estimate.value) * scale
    if published is not None:
        decimals = tolerance_places(example)
        assert round_half_up(value, decimals) == round_half_up(number(published), decimals)
    if computed is not None:
        assert round_half_up(value, places(computed)) == number(computed)


def findings(rule, statement):
    return RULES[rule].check(statement, DEFAULT_THRESHOLDS)


def assert_found(rule, statement, words=""):
    found = findings(rule, statement)
    assert found, f"{rule} lets {statement} pass"
    assert words in " ".join(finding.message for finding in found)


def assert_passes(rule, statement):
    assert findings(rule, statement) == ()


# Gender pay gap


@case("PUB-077", by="pay_gap.gap_percent", shows="median gap from the two medians")
def pay_gap_from_medians(example):
    given, printed = example["inputs"], example["published"]
    gap = gap_percent(float(given["male_median_hourly"]), float(given["female_median_hourly"]))
    assert_reproduced(gap, example, published=printed["pct"], computed=example["computed"])
    assert given["male_median_hourly"] - given["female_median_hourly"] == printed["difference"]


@case("PUB-079", "PUB-081", by="proportions.wilson", shows="share of women and of men in a pay quarter")
def share_of_a_quarter(example):
    women, men = example["inputs"]["female"], example["inputs"]["male"]
    printed = example["published"]
    assert_reproduced(
        wilson(women, women + men), example, published=printed["female_pct"], computed=example["computed"], scale=100
    )
    assert_reproduced(wilson(men, women + men), example, published=printed["male_pct"], scale=100)


@case("PUB-085", by="proportions.difference; rules P7, P5", shows="bonus rates are shares of each sex and do not add up to 100")
def no_bonus_is_the_rest(example):
    given, printed = example["inputs"], example["published"]
    rates = (given["female_bonus_pct"], given["male_bonus_pct"])
    stated = (printed["female_no_bonus_pct"], printed["male_no_bonus_pct"])
    for rate, published, computed in zip(rates, stated, example["computed"], strict=True):
        assert_reproduced(difference(100, 100, float(rate), 100), example, published=published, computed=computed, scale=100)
    filing = PayGapFiling("CHFT", numbers(given["quartile_female"]), bonus_men=number(rates[1]), bonus_women=number(rates[0]))
    assert_passes("P7", filing)
    assert_passes("P5", filing)


@case("PUB-090", by="rule P17", shows="two sources print the same figures")
def press_and_service_agree(example):
    press = tuple((name, number(value)) for name, value in example["inputs"]["press"].items())
    service = tuple((name, number(value)) for name, value in example["published"]["service"].items())
    assert_passes("P17", TwoSources("GPG", press, service))
    wrong = tuple((name, value + 1) for name, value in service)
    assert_found("P17", TwoSources("GPG", press, wrong), "in the other")


@case("PUB-082", by="rule P5", shows="pay quarters filed upside down")
def quarters_upside_down(example):
    page = numbers(example["inputs"]["trust_page_female_pct_lower_to_upper"])
    service = numbers(example["published"]["government_service_female_pct_lower_to_upper"])
    assert_found("P5", PayGapFiling("Cornwall", service, page), "upside down")
    assert_passes("P5", PayGapFiling("Cornwall", page, tuple(reversed(service))))
    assert list(reversed(page)) == list(numbers(example["computed"]))


@case("PUB-100", by="rule P7", shows="bonus shares that add up to 100 are a split of recipients")
def bonus_shares_add_to_100(example):
    men, women = number(example["inputs"]["male"]), number(example["inputs"]["female"])
    assert men + women == number(example["computed"])
    assert_found("P7", PayGapFiling("Yeovil", bonus_men=men, bonus_women=women), "add up to 100")


@case("PUB-099", by="rules P3, P8", shows="a negative gap is women paid more; a closed organisation may file late")
def a_negative_gap_and_a_late_filing(example):
    for gap in (number(example["published"]["mean"]), number(example["published"]["median"])):
        assert gap < 0
        assert_passes("P3", StatedPence("LCH", gap, -gap))
        assert_found("P3", StatedPence("LCH", gap, gap), "more per pound")
    filed, closed = (date.fromisoformat(day) for day in _dates_of(example["comment"], "Filed", "on"))
    late = Filings((Filing(example["organisation"], "Trust", example["year"], 1, filed, closed),))
    assert [finding.level for finding in findings("P8", late)] == ["information"]


def _dates_of(text, *words):
    """The dates after the words, written "29 March 2019", in the order of the words."""
    months = ["January", "February", "March", "April"]
    found = [re.findall(rf"{word}[^.;]*? (\d+) (\w+) (\d{{4}})", text) for word in words]
    return [f"{year}-{months.index(month) + 1:02d}-{int(day):02d}" for (day, month, year), *_ in (item[-1:] for item in found)]


@case("PUB-091", "PUB-095", by="rule P6", shows="a mean gap that moves 12 points or more may be pounds filed as a percentage")
def a_sudden_gap(example):
    last = number(list(example["inputs"].values())[-1])
    now = number(next(value for name, value in example["published"].items() if name.endswith("mean_pct")))
    assert now - last == number(example["computed"])
    assert_found("P6", PayGapFiling(example["organisation"], mean_gap=now, last_mean_gap=last), "mean gap was")
    assert_passes("P6", PayGapFiling(example["organisation"], mean_gap=last - 11, last_mean_gap=last))


@case("PUB-093", by="rule P4", shows="a pair that mirrors the years either side: columns exchanged")
def a_mirrored_pair(example):
    def pair(year):
        return number(year["male"]), number(year["female"])

    before, now, after = (
        pair(example["inputs"]["2017-18"]),
        pair(example["published"]["2018-19"]),
        pair(example["inputs"]["2021-22"]),
    )
    assert_found("P4", StatedPair("Bonus", ("men", "women"), now, before), "reverse")
    assert_found("P4", StatedPair("Bonus", ("men", "women"), after, now), "reverse")
    assert_passes("P4", StatedPair("Bonus", ("men", "women"), after, before))


# Sums of percentages


def parts_of(example):
    return tuple((name.removesuffix("_pct"), number(value)) for name, value in example["inputs"].items() if name.endswith("_pct"))


@case(
    "PUB-026",
    "PUB-029",
    "PUB-066",
    "PUB-068",
    "PUB-089",
    by="rule P16",
    shows="percentages of one whole add up to 100 within 0.2",
)
def percentages_add_up(example):
    parts = parts_of(example)
    assert sum(value for _, value in parts) == number(example["computed"])
    assert_passes("P16", StatedShares(example["indicator"], parts))
    wrong = ((parts[0][0], parts[0][1] + 1), *parts[1:])
    assert_found("P16", StatedShares(example["indicator"], wrong), "add up to")


@case("PUB-071", by="rule P3", shows="fractions pasted into a column of percentages")
def fractions_for_percentages(example):
    parts = parts_of(example)
    assert sum(value for _, value in parts) == number(example["computed"])
    assert_found("P3", StatedShares(example["indicator"], parts), "fractions")


# Survey rates, counts and disclosure


@case(
    "PUB-102",
    "PUB-104",
    "PUB-106",
    "PUB-108",
    by="rules P12, P11; proportions.wilson",
    shows="an unweighted rate gives its count away",
)
def an_unweighted_rate(example):
    count, base, rate = example["inputs"]["count"], number(example["inputs"]["base"]), number(example["published"]["pct"])
    assert count_from_rate(rate, base, DEFAULT_THRESHOLDS.integer_within) == count
    assert_passes("P12", StatedRate(example["indicator"], rate, base))
    assert_reproduced(wilson(count, int(base)), example, published=rate, computed=example["computed"], scale=100)
    disclosive = findings("P11", StatedRate(example["indicator"], rate, base))
    assert bool(disclosive) == (count <= DEFAULT_THRESHOLDS.small_count)


@case("PUB-110", "PUB-112", by="rule P12", shows="a weighted rate: no count may be rebuilt")
def a_weighted_rate(example):
    base, rate = number(example["inputs"]["base"]), number(example["published"]["pct"])
    assert round_half_up(base * rate / 100, 3) == number(example["computed"])
    assert count_from_rate(rate, base, DEFAULT_THRESHOLDS.integer_within) is None
    assert_found("P12", StatedRate(example["indicator"], rate, base), str(example["computed"]))


@case("PUB-053", by="proportions.wilson", shows="survey declaration rate from its counts")
def a_declaration_rate(example):
    given = example["inputs"]
    share = wilson(given["disabled_respondents"], given["respondents"])
    assert_reproduced(share, example, published=example["published"]["pct"], computed=example["computed"], scale=100)


@case("PUB-058", by="rule P11", shows="percentages of a board of 5 give each member away")
def a_board_of_five(example):
    printed, executives = example["published"], example["inputs"]["exec"]
    parts = tuple((group, number(printed[f"exec_{group}_pct"])) for group in ("non_disabled", "unspecified", "disabled"))
    base, counts = smallest_base(tuple(value for _, value in parts), 0, DEFAULT_THRESHOLDS.recoverable_base)
    assert base == executives and list(counts[:2]) == example["computed"]
    assert_found("P11", StatedShares("Executives", parts, decimals=0), "give away")


@case("PUB-072", "PUB-074", by="rule P11", shows="percentages to 1 decimal give a single person away")
def percentages_give_counts_away(example):
    parts = parts_of(example)
    base, counts = smallest_base(tuple(value for _, value in parts), 1, DEFAULT_THRESHOLDS.recoverable_base)
    wanted = [int(text) for text in re.findall(r"\d+", str(example["computed"]))]
    assert wanted[-1] == base
    assert wanted[:-1] == [count for count in counts if count][: len(wanted) - 1]
    assert_found("P11", StatedShares(example["indicator"], parts), f"of {base}")


@case("PUB-055", by="rule P9", shows="a count with its percentage implies the whole, within rounding")
def one_implied_total(example):
    given = example["inputs"]
    item = CountWithPercent("disabled", number(given["disabled"]), number(given["disabled_pct"]), 2)
    low, high = implied_totals(item)
    allowed = [number(text.replace(",", "")) for text in re.findall(r"\d[\d,]+", example["tolerance"])]
    assert allowed[0] <= low <= number(example["computed"]) <= high <= allowed[1]
    for total in (low, high):
        assert round_half_up(item.count * 100 / total, 2) == item.percent
    for total in (low - 1, high + 1):
        assert round_half_up(item.count * 100 / total, 2) != item.percent
    assert_found("P9", StatedCounts(example["indicator"], (item,)), f"of {low:,} to {high:,}")


@case("PUB-063", by="rules P9, P13", shows="implied wholes of two years; a parity band other than the national one")
def two_implied_totals(example):
    given = example["inputs"]
    for year, computed in zip(("2022", "2021"), example["computed"], strict=True):
        item = CountWithPercent(year, number(given[f"declared_{year}"]), number(given[f"pct_{year}"]), 2)
        low, high = implied_totals(item)
        assert low <= number(computed) <= high
    band = numbers(re.search(r"band of ([\d.]+) to ([\d.]+) where", example["comment"]).groups())
    ratio = StatedRatio("WDES 2", Decimal("1.1"), 2, NON_DISABLED_OVER_DISABLED, band=band)
    assert_found("P13", ratio, "the band in force is 0.80 to 1.25")


@case("PUB-032", by="rule P9", shows="no whole number of people gives the printed percentage")
def no_whole_fits(example):
    count, percent = number(example["inputs"]["bme"]), number(example["inputs"]["bme_pct"])
    assert round_half_up(count * 100 / percent, 0) == number(example["computed"])
    item = CountWithPercent("BME", count, percent, places(percent))
    assert_found("P9", StatedCounts(example["indicator"], (item,)), "no whole number")


@case("PUB-034", "PUB-036", by="rule P9", shows="a count and a percentage without the whole: ask for it")
def a_missing_denominator(example):
    given = example["inputs"]
    item = CountWithPercent("BME", number(given["bme"]), number(given["bme_pct"]), places(given["bme_pct"]))
    low, high = implied_totals(item)
    assert low <= number(example["computed"]) <= high
    assert_found("P9", StatedCounts(example["indicator"], (item,)), "does not say of how many")
    stated = CountWithPercent("BME", item.count, item.percent, item.decimals, number(example["computed"]))
    assert_passes("P9", StatedCounts(example["indicator"], (stated,)))


# WRES and WDES ratios


@case("PUB-001", by="likelihood.relative_likelihood; rule P1", shows="BME over White from counts: 1.8, not 1.7")
def disciplinary_from_counts(example):
    given, printed = example["inputs"], number(example["published"]["relative_likelihood_information_page"])
    staff = {group: given["total_staff"] * given[f"{group}_pct"] / 100 for group in ("bme", "white")}
    ratio = relative_likelihood(given["bme_entering"], staff["bme"], given["white_entering"], staff["white"])
    assert abs(number(ratio.value) - printed) <= Decimal("0.1")
    assert_reproduced(ratio, example, computed=example["computed"])
    shares = [number(given[f"{group}_entering"]) / number(staff[group]) for group in ("bme", "white")]
    assert_passes("P1", StatedRatio("WRES 3", printed, 1, BME_OVER_WHITE, first_share=shares[0], second_share=shares[1]))
    assert_found(
        "P1", StatedRatio("WRES 3", Decimal("1.7"), 1, BME_OVER_WHITE, first_share=shares[0], second_share=shares[1]), "give 1.8"
    )


@case("PUB-004", by="likelihood.relative_likelihood; rule P1", shows="White over BME from the two appointment rates")
def shortlisting_from_rates(example):
    given, printed = example["inputs"], example["published"]["relative_likelihood"]
    rates = [given[f"{group}_appointed_pct_of_shortlisted"] for group in ("white", "bme")]
    ratio = relative_likelihood(float(rates[0]), 100, float(rates[1]), 100)
    assert_reproduced(ratio, example, published=printed, computed=example["computed"])
    stated = StatedRatio("WRES 2", number(printed), 1, WHITE_OVER_BME, first_share=rates[0] / 100, second_share=rates[1] / 100)
    assert_passes("P1", stated)
    assert_passes("P2", stated)


@case("PUB-064", by="likelihood.relative_likelihood", shows="non-disabled over disabled from rates; the not disclosed left out")
def recruitment_of_disabled_people(example):
    given = example["inputs"]
    ratio = relative_likelihood(float(given["non_disabled_appointed_pct"]), 100, float(given["disabled_appointed_pct"]), 100)
    assert_reproduced(ratio, example, computed=example["computed"])
    with_undisclosed = relative_likelihood(float(given["total_appointed_pct"]), 100, float(given["disabled_appointed_pct"]), 100)
    assert with_undisclosed.value > ratio.value


@case("PUB-011", by="likelihood.relative_likelihood", shows="White over BME from the two rates of access to training")
def access_to_training(example):
    given = example["inputs"]
    ratio = relative_likelihood(float(given["white_accessing_pct"]), 100, float(given["bme_accessing_pct"]), 100)
    assert_reproduced(ratio, example, computed=example["computed"])
    assert outside_band(ratio.value)


@case("PUB-040", by="proportions.wilson; rule P13", shows="55 of 231 trusts inside 0.80 to 1.25")
def trusts_inside_the_band(example):
    above, below = example["inputs"]["trusts_above_1.25"], example["inputs"]["trusts_below_0.8"]
    printed = number(example["published"]["pct_within_0.8_to_1.25"])
    everyone = round((above + below) / (1 - float(printed) / 100))
    inside = everyone - above - below
    assert (inside, everyone) == tuple(int(text) for text in example["formula"].split("/"))
    assert_reproduced(wilson(inside, everyone), example, published=printed, computed=example["computed"], scale=100)
    assert_passes("P13", BandCount(example["indicator"], above, below, inside, printed))
    assert_found("P13", BandCount(example["indicator"], above, below, inside + 10, printed), "inside the band")


@case("PUB-005", by="rule P3", shows="a ratio with a percent sign, beyond belief for a ratio")
def a_percentage_for_a_ratio(example):
    value = number(example["published"]["ncic_2023_pct"])
    assert_found("P3", StatedRatio("WRES 2", value, 2, WHITE_OVER_BME, has_percent_sign=True), "percentage where a ratio belongs")
    assert_found("P3", StatedRatio("WRES 2", value, 2, WHITE_OVER_BME), "more than a ratio can believably be")
    for before in example["inputs"].values():
        assert_passes("P3", StatedRatio("WRES 2", number(before), 2, WHITE_OVER_BME))


@case(
    "PUB-007",
    "PUB-009",
    by="rules P13, P17, P2",
    shows="a ratio alone: kept with orientation, year and source, and outside the band",
)
def a_published_ratio(example):
    value = number(example["published"]["relative_likelihood"])
    assert_found("P13", StatedRatio("WRES 2", value, 2, WHITE_OVER_BME), "lies outside 0.80 to 1.25")
    assert_found("P2", StatedRatio("WRES 2", value), "bare ratio")
    year = int(example["year"][:4])
    assert_passes("P17", StatedComparator("WRES 2", value, year, example["url"], 2015))
    assert_found("P17", StatedComparator("WRES 2", value, None, example["url"], 2015), "no year")


@case("PUB-050", by="rule P2", shows="below 1 favours disabled applicants, once the orientation is known")
def below_one(example):
    value = number(example["published"]["relative_likelihood"])
    assert_found("P2", StatedRatio("WDES 2", value), "bare ratio")
    assert_passes("P2", StatedRatio("WDES 2", value, 2, NON_DISABLED_OVER_DISABLED, says_first_more_likely=False))
    assert_passes("P13", StatedRatio("WDES 2", value, 2, NON_DISABLED_OVER_DISABLED))


@case("PUB-061", by="rule P2", shows="two sentences contradict each other on 0.79")
def contradicting_sentences(example):
    value = number(example["published"]["2021"])
    claims = {key: "more likely" in example["published"][key] for key in ("narrative_1", "narrative_2")}
    results = {
        key: findings("P2", StatedRatio("WDES 2", value, 2, NON_DISABLED_OVER_DISABLED, says_first_more_likely=claim))
        for key, claim in claims.items()
    }
    assert results["narrative_1"] and not results["narrative_2"]


@case("PUB-046", by="rules P3, P13", shows="the stated direction of change agrees; an increase is away from parity")
def a_stated_increase(example):
    before, now = number(example["inputs"]["previous_year"]), number(example["published"]["relative_likelihood"])
    claims_rise = example["published"]["stated_change"] == "increase"
    assert_passes("P3", StatedChange("WDES 2", before, now, "ratio", claims_rise=claims_rise))
    assert_found("P3", StatedChange("WDES 2", before, now, "ratio", claims_rise=not claims_rise), "opposite")
    assert_passes("P13", StatedRatio("WDES 2", before, 2, NON_DISABLED_OVER_DISABLED))
    assert_found("P13", StatedRatio("WDES 2", now, 2, NON_DISABLED_OVER_DISABLED), "outside")


@case("PUB-048", by="rules P1, V9", shows="last year's figure requoted wrongly; a rate printed for a ratio")
def a_requoted_figure(example):
    first, quoted = (
        number(value)
        for value in (example["inputs"]["previous_year_as_published_then"], example["published"]["previous_year_as_quoted_now"])
    )
    assert_found("P1", RequotedFigure("WDES 3", first, quoted, places(quoted)), "it rounds to 1.4")
    now = number(example["published"]["relative_likelihood"])
    assert_found("V9", StatedRatio("WDES 3", now, 2, DISABLED_OVER_NON_DISABLED), "far from 1")


@case("PUB-041", by="rules V9, P13", shows="nine cases: shown as too few to tell, not ranked")
def nine_cases(example):
    value, events = number(example["published"]["relative_likelihood"]), number(example["inputs"]["total_entering"])
    ratio = StatedRatio("WRES 3", value, 1, BME_OVER_WHITE, events=events)
    assert_found("V9", ratio, f"rests on {events} cases")
    assert "too few to tell" in findings("P13", ratio)[0].mend
    many = StatedRatio("WRES 3", value, 1, BME_OVER_WHITE, events=events * 10)
    assert "too few" not in findings("P13", many)[0].mend


@case("PUB-044", by="rules P2, P13, P17", shows="a ratio needs its orientation before it meets a national value")
def a_ratio_beside_a_national_value(example):
    value, national = number(example["published"]["relative_likelihood"]), number(example["inputs"]["national"])
    assert_found("P2", StatedRatio("WRES 3", value), "bare ratio")
    assert_found("P13", StatedRatio("WRES 3", value, 2, BME_OVER_WHITE), "outside")
    assert_passes("P13", StatedRatio("WRES 3", national, 2, BME_OVER_WHITE))
    assert_passes("P17", StatedComparator("WRES 3, England", national, int(example["year"]), example["url"], 2015))


# Shares, gaps and changes


@case("PUB-024", by="proportions.wilson; rule P16", shows="shares of the workforce, the not declared inside the whole")
def shares_with_the_unknown_inside(example):
    given, printed = example["inputs"], example["published"]
    groups = ("bme", "white", "not_declared")
    assert sum(given[group] for group in groups) == given["total"]
    for group, computed in zip(groups, example["computed"], strict=True):
        share = wilson(given[group], given["total"])
        assert_reproduced(share, example, published=printed[f"{group}_pct"], computed=computed, scale=100)
    assert_passes("P16", StatedShares("WRES 1", tuple((group, number(printed[f"{group}_pct"])) for group in groups), decimals=0))


@case(
    "PUB-021", by="representation.share_gap; rule P10", shows="board minus workforce is -4 points; the two sides are a year apart"
)
def board_minus_workforce(example):
    given = example["inputs"]
    gap = share_gap(given["board_bme_pct"], 100, given["workforce_bme_pct"], 100)
    assert_reproduced(gap, example, computed=example["computed"], scale=100)
    earlier = next(other for other in EXAMPLES.values() if other["id"] == "PUB-026")
    assert given["workforce_bme_pct"] == earlier["inputs"]["bme_pct"]
    sides = (date(int(example["year"]), 3, 31), date(int(earlier["year"]), 3, 31))
    assert_found("P10", StatedSides("WRES 9", "the board", sides[0], "the workforce", sides[1]), "31 March 2019")


@case("PUB-052", by="proportions.difference", shows="gaps of disabled minus non-disabled staff in percentage points")
def survey_gaps(example):
    for pair, computed in zip(example["inputs"].values(), example["computed"], strict=True):
        gap = difference(float(pair["dis"]), 100, float(pair["non"]), 100)
        assert_reproduced(gap, example, computed=computed, scale=100)


@case("PUB-013", by="proportions.difference; rule P3", shows="both levels fell while the gap grew: level and gap are shown apart")
def levels_and_gap(example):
    given = example["inputs"]
    years = (given, given["previous"])
    gaps = [difference(float(year["bme_pct"]), 100, float(year["white_pct"]), 100) for year in years]
    for gap, computed in zip(gaps, example["computed"], strict=True):
        assert_reproduced(gap, example, computed=computed, scale=100)
    for group in ("bme_pct", "white_pct"):
        change = StatedChange(group, number(given["previous"][group]), number(given[group]), "share", claims_rise=False)
        assert_passes("P3", change)
    assert gaps[0].value > gaps[1].value


@case("PUB-014", by="rule P14; proportions.difference", shows="a fall of 30 points in a year: mark a break in the series")
def a_break_in_the_series(example):
    given, year = example["inputs"], int(example["year"][:4])
    for gap, computed in zip((given, given["previous"]), example["computed"], strict=True):
        assert_reproduced(
            difference(float(gap["bme_pct"]), 100, float(gap["white_pct"]), 100), example, computed=computed, scale=100
        )
    for group in ("bme_pct", "white_pct"):
        points = ((year - 1, number(given["previous"][group])), (year, number(given[group])))
        assert_found("P14", StatedSeries("WRES 7", points), "more than experience changes")
        assert [finding.level for finding in findings("P14", StatedSeries("WRES 7", points, (year,)))] == ["information"]


@case("PUB-018", by="rule P4", shows="a pair against the usual order: labels may be exchanged")
def a_pair_against_the_usual_order(example):
    now = (number(example["inputs"]["white_pct"]), number(example["inputs"]["bme_pct"]))
    assert_found("P4", StatedPair("WRES 5", ("White", "BME"), now, usually_higher="BME"), "usually the higher")
    assert_found("P4", StatedPair("WRES 5", ("White", "BME"), now, (now[1], now[0])), "reverse")
    assert_passes("P4", StatedPair("WRES 5", ("BME", "White"), now, usually_higher="BME"))


@case("PUB-020", by="rule P3", shows="board minus workforce: a gap that decreases moves towards 0 from below")
def a_gap_that_decreased(example):
    before, now = number(example["inputs"]["previous_difference_pp"]), number(example["published"]["difference_pp"])
    assert before < now < 0
    shrank = example["published"]["stated_change"] == "gap decreased"
    assert_passes("P3", StatedChange("WRES 9, size of the gap", abs(before), abs(now), "share", claims_rise=not shrank))
    assert_found("P3", StatedChange("WRES 9, signed", before, now, "share", claims_rise=not shrank), "opposite")


@case("PUB-028", by="rule P3", shows="a stated rise of 2 points is a fall of 2")
def a_stated_rise_is_a_fall(example):
    given, printed = example["inputs"], example["published"]
    for group, computed in zip(("white", "bme"), example["computed"], strict=True):
        before, now = number(given[f"{group}_pct_2019"]), number(given[f"{group}_pct_2020"])
        assert now - before == computed
        stated = StatedChange(group, before, now, "share", number(printed[f"stated_{group}_change_pp"]), "pp", decimals=0)
        assert bool(findings("P3", stated)) == (computed != printed[f"stated_{group}_change_pp"])
    assert example["consistent"] is False


@case("PUB-038", by="rule P3", shows="a stated 0.7% can only be percentage points: the count rose by 16.8%")
def per_cent_or_points(example):
    before, now = number(example["inputs"]["bme_previous"]), number(example["inputs"]["bme"])
    stated = number(example["published"]["stated_increase"].removesuffix("%"))
    assert_found("P3", StatedChange("BME staff", before, now, "count", stated, "%"), str(example["computed"]))
    assert_passes("P3", StatedChange("BME staff", before, now, "count", number(example["computed"]), "%"))
    assert_found("P3", StatedChange("BME share", Decimal(0), stated, "share", stated, "%"), "in percentage points")


@case("PUB-088", by="rule P3", shows="a gap of -1.8% is 1.8p more per pound, not 8p")
def pence_per_pound(example):
    gap = number(example["inputs"]["median_gap_pct"])
    said = number(re.match(r"([\d.]+)p", example["published"]["statement"]).group(1))
    assert_found("P3", StatedPence("Median gap", gap, said), "1.8p more per pound")
    assert_passes("P3", StatedPence("Median gap", gap, number(example["computed"])))


# The whole set


@pytest.mark.parametrize("identity", EXAMPLES)
def test_worked_example(identity):
    CASES[identity].run(EXAMPLES[identity])


def test_all_56_examples_have_one_case_each():
    assert len(EXAMPLES) == 56
    assert set(CASES) == set(EXAMPLES)


def test_consistent_recomputations_with_a_value_are_reproduced_by_a_calculator():
    strict = [
        example["id"]
        for example in EXAMPLES.values()
        if example["kind"] == "recompute" and example["consistent"] is True and example["computed"] is not None
    ]
    assert len(strict) == 9
    calculators = ("pay_gap.", "proportions.", "likelihood.", "representation.")
    assert all(CASES[identity].by.startswith(calculators) for identity in strict)


def test_every_other_example_is_run_by_a_rule_or_a_calculator_that_exists():
    for entry in CASES.values():
        for rule in re.findall(r"\b[VP]\d+\b", entry.by):
            assert rule in RULES
        assert re.search(r"\b[VP]\d+\b|\.", entry.by)


def test_running_all_rules_on_a_statement_finds_what_its_own_rule_finds():
    statement = StatedRatio("WRES 2", Decimal("17.16"), 2, has_percent_sign=True)
    assert [finding.rule for finding in check_statement(statement)] == ["V9", "P2", "P3", "P3", "P13"]


def worked_examples_table():
    """The table of `docs/worked-examples.md`."""
    lines = ["| Example | Organisation | Year | Figure | Kind | Run by | What it shows |", "|-|-|-|-|-|-|-|"]
    for example in sorted(EXAMPLES.values(), key=lambda example: example["id"]):
        entry = CASES[example["id"]]
        words = [
            example["id"],
            example["organisation"],
            example["year"],
            example["indicator"],
            example["kind"],
            entry.by,
            entry.shows,
        ]
        lines.append(f"| {' | '.join(words)} |")
    return "\n".join(lines) + "\n"


def test_the_table_in_the_documentation_names_the_calculator_or_rule_of_each():
    assert worked_examples_table() in (ROOT / "docs/worked-examples.md").read_text(encoding="utf-8")
