"""Rules on relative likelihoods: V9 on a return; P1, P2 and P13 on printed ratios, with V9 as well."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpis.validation.examples import comparison, facts, grid
from kpis.validation.facts import Comparison, ReturnFacts, Values, sum_at
from kpis.validation.findings import Finding, Level
from kpis.validation.rules import Example, Rule, cells_fingerprint, figure, round_half_up, rounded, stated
from kpis.validation.statements import BandCount, RequotedFigure, StatedRatio, Statement
from kpis.validation.thresholds import Thresholds


def check_direction(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V9: a ratio far from 1 asks whether two groups or two columns were exchanged."""
    for pair in known.comparisons:
        ratio = pair.ratio(known.values) if pair.is_ratio else None
        if ratio is None or events_of(pair, known.values) < thresholds.ratio_least_events:
            continue
        if thresholds.ratio_low <= ratio <= thresholds.ratio_high:
            continue
        yield Finding(
            "V9",
            Level.QUERY,
            f"{pair.name}: {pair.first.label} come out {rounded(ratio, 2)} times as likely as {pair.second.label}",
            "Check the direction: are the two groups, or the two counts, in the right place? If they are, say why.",
            pair.first.events[0].measure,
            about=pair.code,
            fingerprint=cells_fingerprint(known, pair.cells()),
        )


def check_stated_direction(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """V9 on a printed ratio."""
    if isinstance(statement, StatedRatio) and not thresholds.ratio_low <= statement.value <= thresholds.ratio_high:
        few = f" It rests on {figure(statement.events)} cases." if statement.events is not None else ""
        yield stated(
            "V9",
            Level.QUERY,
            statement.name,
            f"a ratio of {figure(statement.value)} is far from 1.{few}",
            "Check the direction, and whether a rate was printed for a ratio.",
        )


def check_rounding(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P1: a printed ratio is the ratio of the unrounded rates, rounded once; a later page quotes it unchanged."""
    if isinstance(statement, StatedRatio) and statement.first_share is not None and statement.second_share:
        exact = round_half_up(statement.first_share / statement.second_share, statement.decimals)
        if exact != statement.value:
            message = f"the counts give {exact}, the page prints {statement.value}"
            yield stated("P1", Level.QUERY, statement.name, message, "Compute from the counts and round once, at the end.")
    if isinstance(statement, RequotedFigure):
        expected = round_half_up(statement.first, statement.quoted_decimals)
        if expected != statement.quoted:
            message = f"printed as {statement.first}, quoted later as {statement.quoted}; it rounds to {expected}"
            yield stated("P1", Level.QUERY, statement.name, message, "Keep the counts, and round the first figure once.")


def check_orientation(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P2: a ratio without its orientation is refused; words must agree with it."""
    if not isinstance(statement, StatedRatio):
        return
    if not statement.orientation:
        message = f"{figure(statement.value)} is a bare ratio: it does not say which group is above the line"
        yield stated(
            "P2", Level.ERROR, statement.name, message, "Give the counts of both groups, or name the group above the line."
        )
    claim = statement.says_first_more_likely
    if claim is not None and statement.value != 1 and claim != (statement.value > 1):
        first = statement.orientation.partition(" over ")[0]
        truth = "more" if statement.value > 1 else "less"
        message = f"the words contradict {figure(statement.value)}, which means {first} {truth} likely"
        yield stated(
            "P2", Level.QUERY, statement.name, message, "Write the sentence from the figure.", about=f"says_{claim}".lower()
        )


def check_band(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P13: the acceptable band is a setting: say which band judged a ratio, and whether another was used."""
    if isinstance(statement, StatedRatio):
        yield from _outside_band(statement, thresholds)
    if isinstance(statement, BandCount):
        everyone = statement.above + statement.below + statement.inside
        percent = round_half_up(Decimal(statement.inside) / everyone * 100, statement.decimals)
        if percent != statement.stated_inside_percent:
            message = f"{statement.inside} of {everyone} inside the band is {percent}%, not {statement.stated_inside_percent}%"
            yield stated("P13", Level.QUERY, statement.name, message, "Check the band and the counts with the publisher.")


def _outside_band(statement: StatedRatio, thresholds: Thresholds) -> Iterator[Finding]:
    band = f"{thresholds.band_low} to {thresholds.band_high}"
    if statement.band is not None and statement.band != (thresholds.band_low, thresholds.band_high):
        theirs = f"{statement.band[0]} to {statement.band[1]}"
        message = f"judged against {theirs}; the band in force is {band}"
        yield stated("P13", Level.INFORMATION, statement.name, message, "Show the band with the verdict.", about="band")
    if not thresholds.band_low <= statement.value <= thresholds.band_high:
        few = statement.events is not None and statement.events < thresholds.ratio_least_events
        mend = "Show it with its counts, as too few to tell." if few else "Show it with its counts and its interval."
        yield stated("P13", Level.INFORMATION, statement.name, f"{figure(statement.value)} lies outside {band}", mend)


def events_of(pair: Comparison, values: Values) -> Decimal:
    """Cases behind a ratio in both groups together; 0 while one of the counts is missing."""
    first, second = sum_at(values, pair.first.events), sum_at(values, pair.second.events)
    return Decimal(0) if first is None or second is None else first + second


_HIRED = grid("recruitment", ["white", "bme"], ["shortlisted", "appointed"], window="quarter")
_PAIR = (comparison("recruitment", "appointed", "shortlisted"),)


def _disciplined(printed: str) -> StatedRatio:
    return StatedRatio(
        "WRES 3", Decimal(printed), 1, "BME over White", first_share=Decimal("0.0145"), second_share=Decimal("0.0080")
    )


RULES = (
    Rule(
        "V9",
        "Check the direction",
        "A ratio above 5 or below 0.2 is rare. It often means that two groups or two columns were exchanged.",
        Level.QUERY,
        (
            Example("300 of 1,200 against 60 of 400", facts((_HIRED, [[1200, 300], [400, 60]]), comparisons=_PAIR), True),
            Example("300 of 400 against 60 of 1,200", facts((_HIRED, [[400, 300], [1200, 60]]), comparisons=_PAIR), False),
            Example("3 of 5 against 1 of 20: too few to ask", facts((_HIRED, [[5, 3], [20, 1]]), comparisons=_PAIR), True),
            Example("a printed 0.05", StatedRatio("WDES 3", Decimal("0.05"), orientation="Disabled over non-disabled"), False),
            Example("a printed 1.37", StatedRatio("WDES 3", Decimal("1.37"), orientation="Disabled over non-disabled"), True),
        ),
        check_direction,
        check_stated_direction,
    ),
    Rule(
        "P1",
        "Round once, at the end",
        "A ratio is computed from counts and rounded once. A figure quoted later is the same figure.",
        Level.QUERY,
        (
            Example("1.8 from the counts", _disciplined("1.8"), True),
            Example("1.7 from rounded rates", _disciplined("1.7"), False),
            Example("1.37 quoted as 1.4", RequotedFigure("WDES 3", Decimal("1.37"), Decimal("1.4"), 1), True),
            Example("1.37 quoted as 1.3", RequotedFigure("WDES 3", Decimal("1.37"), Decimal("1.3"), 1), False),
        ),
        on_statement=check_rounding,
    ),
    Rule(
        "P2",
        "No ratio without its orientation",
        "A ratio says which group is above the line, and the words agree with it. A bare ratio is refused.",
        Level.ERROR,
        (
            Example(
                "0.98, non-disabled over disabled", StatedRatio("WDES 2", Decimal("0.98"), 2, "Non-disabled over disabled"), True
            ),
            Example("a bare 0.98", StatedRatio("WDES 2", Decimal("0.98")), False),
            Example(
                "0.79 called more likely",
                StatedRatio("WDES 2", Decimal("0.79"), 2, "Non-disabled over disabled", says_first_more_likely=True),
                False,
            ),
        ),
        on_statement=check_orientation,
    ),
    Rule(
        "P13",
        "The acceptable band is a setting",
        "A verdict names the band that it used. The national band is 0.80 to 1.25; some bodies use another.",
        Level.INFORMATION,
        (
            Example("1.09 is inside", StatedRatio("WRES 4", Decimal("1.09"), 2, "White over BME"), True),
            Example("4.15 is outside", StatedRatio("WRES 2", Decimal("4.15"), 2, "White over BME"), False),
            Example(
                "judged against 0.8 to 1.2",
                StatedRatio("WDES 2", Decimal("1.1"), 2, "Non-disabled over disabled", band=(Decimal("0.8"), Decimal("1.2"))),
                False,
            ),
            Example("55 of 231 inside is 23.8%", BandCount("WRES 3", 135, 41, 55, Decimal("23.8")), True),
            Example("55 of 231 inside is not 28.3%", BandCount("WRES 3", 135, 41, 55, Decimal("28.3")), False),
        ),
        on_statement=check_band,
    ),
)
