"""Rules on what percentages give away, P11, and on counts rebuilt from weighted rates, P12."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpis.validation.examples import comparison, facts, grid
from kpis.validation.facts import Rate, ReturnFacts, sum_at
from kpis.validation.findings import Finding, Level
from kpis.validation.rules import Example, Rule, cells_fingerprint, figure, round_half_up, stated
from kpis.validation.statements import StatedRate, StatedShares, Statement
from kpis.validation.thresholds import Thresholds


def smallest_base(percentages: tuple[Decimal, ...], decimals: int, up_to: int) -> tuple[int, tuple[int, ...]] | None:
    """The smallest base whose counts round to all the percentages of one whole, with the counts; None when none does.

    `percentages` are 0 to 100, printed with `decimals`. Counts add up to the base: the percentages cover the whole.
    """
    for base in range(1, up_to + 1):
        counts = tuple(int(round_half_up(percent * base / 100, 0)) for percent in percentages)
        reproduced = all(
            round_half_up(Decimal(count * 100) / base, decimals) == percent
            for count, percent in zip(counts, percentages, strict=True)
        )
        if reproduced and sum(counts) == base:
            return base, counts
    return None


def count_from_rate(percent: Decimal, base: Decimal, within: Decimal) -> Decimal | None:
    """The whole number that a rate and its base give away; None when they give none (a weighted rate)."""
    exact = percent * base / 100
    nearest = exact.to_integral_value("ROUND_HALF_UP")
    return nearest if abs(exact - nearest) <= within else None


def check_small_survey_groups(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P11 on a return: survey groups below the survey's own threshold are not given at all."""
    seen: set[tuple[tuple[str, str, str], ...]] = set()
    for pair in known.comparisons:
        for rate in (pair.first, pair.second):
            if rate.is_percent and rate.base not in seen:
                seen.add(rate.base)
                yield from _small_group(known, rate, thresholds)


def _small_group(known: ReturnFacts, rate: Rate, thresholds: Thresholds) -> Iterator[Finding]:
    base = sum_at(known.values, rate.base)
    if base is None or not 0 < base < thresholds.survey_least_base:
        return
    yield Finding(
        "P11",
        Level.QUERY,
        f"{rate.label}: a rate of {figure(base)} answers lets people be recognised",
        f"Groups of fewer than {figure(thresholds.survey_least_base)} are not in the survey report. Choose “not available”.",
        rate.base[0][0],
        rate.base[0],
        about=rate.label,
        fingerprint=cells_fingerprint(known, rate.cells()),
    )


def check_recoverable(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P11 on print: percentages from which a small count can be worked out count as the count itself."""
    if isinstance(statement, StatedRate):
        count = count_from_rate(statement.percent, statement.base, thresholds.integer_within)
        if count is not None and 0 < count <= thresholds.small_count:
            message = f"{figure(statement.percent)}% of {figure(statement.base)} is {figure(count)} people"
            yield stated("P11", Level.QUERY, statement.name, message, _HIDE)
    if isinstance(statement, StatedShares):
        found = smallest_base(tuple(value for _, value in statement.parts), statement.decimals, thresholds.recoverable_base)
        if found is not None and any(0 < count <= thresholds.small_count for count in found[1]):
            counts = ", ".join(f"{label} {count}" for (label, _), count in zip(statement.parts, found[1], strict=True))
            yield stated("P11", Level.QUERY, statement.name, f"the percentages give away {counts} of {found[0]}", _HIDE)


_HIDE = "Hide the percentages too, and the change between years."


def check_weighted(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P12: a rate whose product with its base is no whole number is weighted; no count is rebuilt from it."""
    if (
        isinstance(statement, StatedRate)
        and count_from_rate(statement.percent, statement.base, thresholds.integer_within) is None
    ):
        product = round_half_up(statement.percent * statement.base / 100, 3)
        message = f"rate times base is {figure(product)}, no whole number: the rate is weighted"
        yield stated("P12", Level.INFORMATION, statement.name, message, "Keep the rate and the base. Never rebuild a count.")


def _parts(disabled: str, non_disabled: str, unknown: str) -> tuple[tuple[str, Decimal], ...]:
    return (("disabled", Decimal(disabled)), ("non-disabled", Decimal(non_disabled)), ("not known", Decimal(unknown)))


_HARASSED = grid("harassment", ["white", "bme"], ["rate", "base"], window="year", protection="survey", units={"rate": "percent"})
_RATES = (comparison("harassment", "rate", "base", is_percent=True),)

RULES = (
    Rule(
        "P11",
        "Percentages give small counts away",
        "A count of 1 to 7 that can be worked out from percentages, or from a rate and its base, is hidden "
        "like the count itself. "
        "Survey groups under 11 are not given.",
        Level.QUERY,
        (
            Example("3.1, 82.3 and 14.6 fit no base up to 20", StatedShares("All staff", _parts("3.1", "82.3", "14.6")), True),
            Example("16.7 and 83.3 are 1 of 6", StatedShares("VSM", _parts("16.7", "83.3", "0.0")), False),
            Example("3 of 86", StatedRate("Ethnic minority", Decimal("3.48837209302326"), Decimal(86)), False),
            Example("134 of 1,273", StatedRate("Sexual minority", Decimal("10.5263157894737"), Decimal(1273)), True),
            Example("a return with 320 answers", facts((_HARASSED, [["25.0", 1820], ["30.0", 320]]), comparisons=_RATES), True),
            Example("a return with 8 answers", facts((_HARASSED, [["25.0", 1820], ["37.5", 8]]), comparisons=_RATES), False),
        ),
        check_small_survey_groups,
        check_recoverable,
    ),
    Rule(
        "P12",
        "Weighted rates",
        "A rate times its base that is no whole number is weighted. "
        "The rate and the base are kept; no count is rebuilt from them.",
        Level.INFORMATION,
        (
            Example("444 of 5,221", StatedRate("Ethnic minority", Decimal("8.50411798506033"), Decimal(5221)), True),
            Example("316.428 of 5,215", StatedRate("Discrimination", Decimal("6.06765677892986"), Decimal(5215)), False),
        ),
        on_statement=check_weighted,
    ),
)
