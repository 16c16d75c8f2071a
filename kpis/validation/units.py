"""Rules on the unit of a figure: P3 on a return and on print, P9 on counts beside percentages, P15 on names."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpis.validation.examples import facts, grid
from kpis.validation.facts import ReturnFacts, cells_matching
from kpis.validation.findings import Finding, Level
from kpis.validation.rules import Example, Rule, address, cells_fingerprint, figure, round_half_up, rounded, stated
from kpis.validation.statements import (
    CountWithPercent,
    StatedChange,
    StatedCounts,
    StatedHeading,
    StatedPence,
    StatedRatio,
    StatedShares,
    Statement,
)
from kpis.validation.thresholds import Thresholds


def check_fractions_in_return(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P3: percentages typed as fractions of 1 are caught by their sum."""
    for measure in known.answered():
        for check in measure.checks:
            total = known.total(measure, check.cells) if check.sums_to == 100 else None
            if total is None or not thresholds.is_fraction_sum(total):
                continue
            at = [address(measure, cell) for cell in cells_matching(measure, check.cells)]
            message = f"{measure.title} adds up to {figure(total)}: these are fractions, not percentages"
            mend = "Multiply each by 100, and type 12.5 for 12.5%."
            yield Finding("P3", Level.ERROR, message, mend, measure.code, fingerprint=cells_fingerprint(known, at))


def check_unit(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P3: each kind of printed figure carries its own unit."""
    if isinstance(statement, StatedRatio):
        yield from _ratio_unit(statement, thresholds)
    elif isinstance(statement, StatedShares):
        total = sum((value for _, value in statement.parts), Decimal(0))
        if thresholds.is_fraction_sum(total):
            message = f"the parts add up to {figure(total)}: fractions stand in a column of percentages"
            yield stated("P3", Level.ERROR, statement.name, message, "Multiply the row by 100 before it is stored.")
    elif isinstance(statement, StatedChange):
        yield from _change(statement)
    elif isinstance(statement, StatedPence) and statement.stated_pence_more != -statement.gap_percent:
        exact = -statement.gap_percent
        words = f"{figure(abs(exact))}p {'more' if exact > 0 else 'less'}"
        message = (
            f"a gap of {figure(statement.gap_percent)}% is {words} per pound, not {figure(statement.stated_pence_more)}p more"
        )
        yield stated("P3", Level.QUERY, statement.name, message, "Write the sentence from the figure.")


def _ratio_unit(statement: StatedRatio, thresholds: Thresholds) -> Iterator[Finding]:
    mend = "Give the counts of both groups. A ratio has no unit."
    if statement.has_percent_sign:
        message = f"{figure(statement.value)}% is a percentage where a ratio belongs"
        yield stated("P3", Level.ERROR, statement.name, message, mend, about="sign")
    if statement.value > thresholds.ratio_ceiling:
        message = f"{figure(statement.value)} is above {figure(thresholds.ratio_ceiling)}, more than a ratio can believably be"
        yield stated("P3", Level.ERROR, statement.name, message, mend, about="ceiling")


def _change(statement: StatedChange) -> Iterator[Finding]:
    change = statement.now - statement.before
    if statement.claims_rise is not None and change != 0 and statement.claims_rise != (change > 0):
        message = f"it {'rose' if change > 0 else 'fell'} by {figure(abs(change))}; the words say the opposite"
        yield stated("P3", Level.QUERY, statement.name, message, "Write the sentence from the figures.", about="direction")
    if statement.stated is None:
        return
    if statement.base_unit == "share" and statement.unit == "%":
        message = f"a change between percentages is in percentage points, not {figure(statement.stated)}%"
        yield stated("P3", Level.QUERY, statement.name, message, "Label it pp.", about="unit")
    if statement.base_unit == "count" and statement.unit == "%":
        change = change / statement.before * 100
    if round_half_up(change, statement.decimals) != statement.stated:
        exact = rounded(change, statement.decimals)
        message = (
            f"from {figure(statement.before)} to {figure(statement.now)} is {exact}, the page says {figure(statement.stated)}"
        )
        mend = "Check the unit: per cent of a count and percentage points of a share differ."
        yield stated("P3", Level.QUERY, statement.name, message, mend, about="size")


def implied_totals(item: CountWithPercent) -> tuple[Decimal, Decimal]:
    """The lowest and highest whole of which a count can be the printed percentage, given its rounding.

    The lowest is above the highest when no whole number of people gives that percentage.
    """
    half = Decimal(1).scaleb(-item.decimals) / 2
    low = item.count * 100 / (item.percent + half)
    high = item.count * 100 / max(item.percent - half, Decimal("0.000001"))
    return low.to_integral_value("ROUND_CEILING"), high.to_integral_value("ROUND_FLOOR")


def check_denominators(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P9: counts with percentages of one whole imply the same whole, and the printed one."""
    if not isinstance(statement, StatedCounts):
        return
    ranges = [(item, *implied_totals(item)) for item in statement.items]
    for item, low, high in ranges:
        if low > high:
            message = f"{item.label}: no whole number has {figure(item.count)} as {figure(item.percent)}%"
            yield stated("P9", Level.QUERY, statement.name, message, _WHICH_WAY, item.label)
        elif item.total is None and len(ranges) == 1:
            of = f"{figure(item.count)} is {figure(item.percent)}% of {_range(low, high)}"
            mend = "Ask for the total, and whether it includes those not known."
            yield stated("P9", Level.QUERY, statement.name, f"{item.label} does not say of how many; {of}", mend, item.label)
        elif item.total is not None and not low <= item.total <= high:
            message = f"{item.label}: {figure(item.count)} is not {figure(item.percent)}% of {figure(item.total)}"
            yield stated("P9", Level.QUERY, statement.name, message, _WHICH_WAY, item.label)
    ranges = [(item, low, high) for item, low, high in ranges if low <= high]
    if len(ranges) > 1 and max(low for _, low, _ in ranges) > min(high for _, _, high in ranges):
        wholes = "; ".join(f"{item.label} implies {_range(low, high)}" for item, low, high in ranges)
        yield stated(
            "P9", Level.QUERY, statement.name, f"the wholes differ: {wholes}", "Ask for the total behind each percentage."
        )


_WHICH_WAY = "Ask for the total, and which way the percentage runs: of the row or of the column."


def _range(low: Decimal, high: Decimal) -> str:
    return figure(low) if low == high else f"{figure(low)} to {figure(high)}"


def check_heading(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P15: a figure takes its name from the definition; a heading that names another process is shown."""
    if isinstance(statement, StatedHeading) and statement.heading.casefold() != statement.definition.casefold():
        message = f"printed under “{statement.heading}”; its definition is “{statement.definition}”"
        yield stated("P15", Level.INFORMATION, statement.kpi, message, "Store it under the name in the definition.")


_ROW = grid(
    "declared", ["all"], ["disabled", "non_disabled", "not_known"], unit="percent", checks=[{"rule": "V2", "sums_to": 100}]
)
_BAND_9 = (("disabled", Decimal("0.0")), ("non-disabled", Decimal("1.0")), ("not known", Decimal("0.0")))


def _counts(*items: CountWithPercent) -> StatedCounts:
    return StatedCounts("Staff, March 2021", items)


RULES = (
    Rule(
        "P3",
        "The unit belongs to the value",
        "A ratio has no percent sign. Percentages of one whole add up to 100, not to 1. "
        "A change of a share is in percentage points. "
        "The sentence is written from the figure.",
        Level.ERROR,
        (
            Example("1.54", StatedRatio("WRES 2", Decimal("1.54"), 2, "White over BME"), True),
            Example("17.16%", StatedRatio("WRES 2", Decimal("17.16"), 2, "White over BME", has_percent_sign=True), False),
            Example("a row of fractions", StatedShares("Band 9", _BAND_9), False),
            Example(
                "190 to 222 is +16.8%", StatedChange("BME staff", Decimal(190), Decimal(222), "count", Decimal("16.8"), "%"), True
            ),
            Example(
                "190 to 222 is not +0.7%",
                StatedChange("BME staff", Decimal(190), Decimal(222), "count", Decimal("0.7"), "%"),
                False,
            ),
            Example("−1.8% is 1.8p more", StatedPence("Median gap", Decimal("-1.8"), Decimal("1.8")), True),
            Example("−1.8% is not 8p more", StatedPence("Median gap", Decimal("-1.8"), Decimal(8)), False),
            Example("a return in percent", facts((_ROW, [["4.0", "87.3", "8.7"]])), True),
            Example("a return in fractions", facts((_ROW, [["0", "1.0", "0"]])), False),
        ),
        check_fractions_in_return,
        check_unit,
    ),
    Rule(
        "P9",
        "Always ask for the denominator",
        "Counts and percentages of one whole imply the same total. "
        "Otherwise row and column percentages were mixed up, or the not known left out.",
        Level.QUERY,
        (
            Example(
                "241 is 6.84% of 3,523",
                _counts(CountWithPercent("disabled", Decimal(241), Decimal("6.84"), 2, Decimal(3523))),
                True,
            ),
            Example("no number has 188 as 58.5%", _counts(CountWithPercent("medical", Decimal(188), Decimal("58.5"), 1)), False),
            Example("180 is 55% of what?", _counts(CountWithPercent("band 2", Decimal(180), Decimal(55), 0)), False),
            Example(
                "two wholes",
                _counts(
                    CountWithPercent("BME", Decimal(809), Decimal("22.0"), 1),
                    CountWithPercent("disabled", Decimal(236), Decimal("6.8"), 1),
                ),
                False,
            ),
        ),
        on_statement=check_denominators,
    ),
    Rule(
        "P15",
        "The name comes from the definition",
        "A figure takes its name from the definition of its KPI, never from a heading in a file or on a page.",
        Level.INFORMATION,
        (
            Example("capability", StatedHeading("WDES-3", "Formal capability process", "Formal capability process"), True),
            Example("disciplinary", StatedHeading("WDES-3", "Formal disciplinary process", "Formal capability process"), False),
        ),
        on_statement=check_heading,
    ),
)
