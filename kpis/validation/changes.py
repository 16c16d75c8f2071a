"""Rules that compare with an earlier figure: V7, P4 and P14, and with others' figures, P17."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpis.catalogue.measures import Measure
from kpis.validation.examples import comparison, facts, grid, numbers
from kpis.validation.facts import Comparison, ReturnFacts, Values, total_of
from kpis.validation.findings import Finding, Level, fingerprint
from kpis.validation.ratios import events_of
from kpis.validation.rules import Example, Rule, address, cells_fingerprint, figure, rounded, stated
from kpis.validation.statements import StatedComparator, StatedPair, StatedSeries, Statement, TwoSources
from kpis.validation.thresholds import Thresholds


def check_change(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V7: a large change of the head count, of a group's share or of a ratio since the last signed-off period."""
    if known.previous is None:
        return
    for measure in known.answered():
        if measure.unit == "people" and measure.window.startswith("snapshot") and _leads(measure):
            yield from _headcount_change(known, known.previous, measure, thresholds)
            yield from _share_changes(known, known.previous, measure, thresholds)
    for pair in known.comparisons:
        if pair.is_ratio:
            yield from _ratio_change(known, known.previous, pair, thresholds)


def _leads(measure: Measure) -> bool:
    """A measure tied to another's total is not asked about twice."""
    return not any(check.same_total_as for check in measure.checks)


def _headcount_change(known: ReturnFacts, previous: Values, measure: Measure, thresholds: Thresholds) -> Iterator[Finding]:
    now, then = known.total(measure), total_of(previous, measure)
    if now is None or then is None or max(now, then) < thresholds.share_least_base:
        return
    change = now - then
    many = abs(change) > thresholds.headcount_change_people
    if many or abs(change) * 100 > then * thresholds.headcount_change_percent:
        message = f"{measure.title}: {figure(then)} last time, {figure(now)} now, a change of {figure(change)}"
        yield _query(known, previous, measure, message, "headcount")


def _share_changes(known: ReturnFacts, previous: Values, measure: Measure, thresholds: Thresholds) -> Iterator[Finding]:
    everyone, before = known.total(measure), total_of(previous, measure)
    if len(measure.columns) < 2 or everyone is None or before is None or min(everyone, before) < thresholds.share_least_base:
        return
    for column in measure.columns:
        pattern = [f"*/{column.key}"]
        now, then = known.total(measure, pattern), total_of(previous, measure, pattern)
        if now is None or then is None:
            continue
        share, old_share = now / everyone * 100, then / before * 100
        if abs(share - old_share) > thresholds.share_change_points:
            message = f"{measure.title}: {column.label} was {rounded(old_share, 1)}% last time and is {rounded(share, 1)}% now"
            yield _query(known, previous, measure, message, f"share.{column.key}")


def _ratio_change(known: ReturnFacts, previous: Values, pair: Comparison, thresholds: Thresholds) -> Iterator[Finding]:
    now, then = pair.ratio(known.values), pair.ratio(previous)
    few = min(events_of(pair, known.values), events_of(pair, previous)) < thresholds.ratio_least_events
    if now is None or then is None or few or abs(now - then) <= thresholds.ratio_change:
        return
    yield Finding(
        "V7",
        Level.QUERY,
        f"{pair.name}: the ratio was {rounded(then, 2)} last time and is {rounded(now, 2)} now",
        _EXPLAIN,
        pair.first.events[0].measure,
        about=f"ratio.{pair.code}",
        fingerprint=cells_fingerprint(known, pair.cells(), then=then),
    )


_EXPLAIN = "Check the counts. If they are right, explain what changed."


def _query(known: ReturnFacts, previous: Values, measure: Measure, message: str, about: str) -> Finding:
    at = [address(measure, cell) for cell in measure.cells()]
    before = [(f"then.{'/'.join(cell)}", previous.get(cell)) for cell in at]
    digest = fingerprint([*before, *(("/".join(cell), known.values.get(cell)) for cell in at)])
    return Finding("V7", Level.QUERY, message, _EXPLAIN, measure.code, about=about, fingerprint=digest)


def is_mirrored(now: tuple[Decimal, Decimal], then: tuple[Decimal, Decimal], thresholds: Thresholds) -> bool:
    """Whether a pair of percentages looks like the earlier pair with its labels exchanged."""
    if min(abs(now[0] - now[1]), abs(then[0] - then[1])) < thresholds.swap_least_gap:
        return False
    straight = abs(now[0] - then[0]) + abs(now[1] - then[1])
    swapped = abs(now[0] - then[1]) + abs(now[1] - then[0])
    return (now[0] > now[1]) != (then[0] > then[1]) and swapped <= straight * thresholds.swap_closeness


def check_mirrored(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P4: two groups whose figures look like last year's, exchanged; the last period stands in where last year is missing."""
    for pair in known.comparisons:
        for earlier in (known.last_year, known.previous):
            now, then = _percentages(pair, known.values), _percentages(pair, earlier or {})
            if now is None or then is None:
                continue
            if is_mirrored(now, then, thresholds):
                yield _mirrored(known, pair, now, then)
            break


def _percentages(pair: Comparison, values: Values) -> tuple[Decimal, Decimal] | None:
    first, second = pair.first.share(values), pair.second.share(values)
    return None if first is None or second is None else (first * 100, second * 100)


def _mirrored(known: ReturnFacts, pair: Comparison, now: tuple[Decimal, Decimal], then: tuple[Decimal, Decimal]) -> Finding:
    labels = (pair.first.label, pair.second.label)
    was, is_now = (_pair_in_words(labels, values) for values in (then, now))
    return Finding(
        "P4",
        Level.QUERY,
        f"{pair.name}: {is_now}, the reverse of before ({was})",
        "Check that the two groups are not exchanged. If they are right, explain the change.",
        pair.first.events[0].measure,
        about=pair.code,
        fingerprint=cells_fingerprint(known, pair.cells(), first=then[0], second=then[1]),
    )


def _pair_in_words(labels: tuple[str, str], values: tuple[Decimal, Decimal]) -> str:
    return f"{labels[0]} {rounded(values[0], 1)}%, {labels[1]} {rounded(values[1], 1)}%"


def check_stated_pair(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P4 on print: a pair that mirrors last year's, or that runs against the usual order by far."""
    if not isinstance(statement, StatedPair):
        return
    now = _pair_in_words(statement.labels, statement.now)
    mend = "Check the labels with the publisher. Nothing is exchanged automatically."
    if statement.last_year is not None and is_mirrored(statement.now, statement.last_year, thresholds):
        message = f"{now}, the reverse of the year before ({_pair_in_words(statement.labels, statement.last_year)})"
        yield stated("P4", Level.QUERY, statement.name, message, mend, about="mirror")
    if not statement.usually_higher or abs(statement.now[0] - statement.now[1]) <= thresholds.share_change_points:
        return
    higher = statement.labels[0] if statement.now[0] > statement.now[1] else statement.labels[1]
    if higher != statement.usually_higher:
        message = f"{now}; {statement.usually_higher} is usually the higher"
        yield stated("P4", Level.QUERY, statement.name, message, mend, about="order")


def check_series_break(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P14: figures before and after a change of definition are not compared."""
    for code, reason in known.breaks.items():
        if code in known.measures:
            message = f"{known.measures[code].title}: the series breaks here. {reason}"
            yield Finding("P14", Level.INFORMATION, message, "No line is drawn across the break.", code)


def check_stated_series(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P14 on print: a jump from one year to the next that has no break marked, or a break to be drawn."""
    if not isinstance(statement, StatedSeries):
        return
    for (before_year, before), (year, now) in zip(statement.points, statement.points[1:], strict=False):
        if year in statement.breaks:
            message = f"the definition changed in {year}"
            yield stated("P14", Level.INFORMATION, statement.name, message, "No line is drawn across the break.", about=str(year))
        elif abs(now - before) >= thresholds.series_jump_points:
            message = f"{figure(before)}% in {before_year} and {figure(now)}% in {year} is more than experience changes in a year"
            mend = "Ask whether the question or its base changed. Mark a break if it did."
            yield stated("P14", Level.QUERY, statement.name, message, mend, about=str(year))


def check_comparator(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P17: a comparator has its year and source, the year fits its standard, and two sources agree."""
    if isinstance(statement, StatedComparator):
        if statement.year is None or not statement.source:
            message = f"{figure(statement.value)} has no {'year' if statement.year is None else 'source'}"
            yield stated("P17", Level.ERROR, statement.name, message, "Store each comparator with its year and source.")
        elif statement.year < statement.standard_began:
            message = f"the year {statement.year} is before the standard began in {statement.standard_began}"
            yield stated("P17", Level.QUERY, statement.name, message, "Check the year with the source.")
    if isinstance(statement, TwoSources):
        other = dict(statement.other)
        for label, value in statement.one:
            if label in other and other[label] != value:
                message = f"{label} is {figure(value)} in one source and {figure(other[label])} in the other"
                yield stated(
                    "P17",
                    Level.QUERY,
                    statement.name,
                    message,
                    "Keep both with their sources, and ask which stands.",
                    about=label,
                )


_STAFF = grid("staff_ethnicity", ["all"], ["white", "bme", "not_known"])
_HIRED = grid("recruitment", ["white", "bme"], ["shortlisted", "appointed"], window="quarter")
_HARASSED = grid("harassment", ["white", "bme"], ["rate", "base"], window="year", protection="survey", units={"rate": "percent"})
_PAIR = comparison("recruitment", "appointed", "shortlisted")
_RATES = comparison("harassment", "rate", "base", is_percent=True)
_LAST_STAFF = numbers(_STAFF, [[820, 150, 30]])
_LAST_HIRED = numbers(_HIRED, [[1200, 300], [400, 60]])
_LAST_RATES = numbers(_HARASSED, [["25.0", 1820], ["30.0", 320]])


def _bonus(men: str, women: str) -> StatedPair:
    return StatedPair("Bonus", ("men", "women"), (Decimal(men), Decimal(women)), (Decimal("5.7"), Decimal("0.4")))


RULES = (
    Rule(
        "V7",
        "Large changes",
        "The head count changed by more than 10% or 50 people since last time, a share by more than 5 percentage points, "
        "or a ratio by more than 0.5.",
        Level.QUERY,
        (
            Example("1,000 last time, 1,010 now", facts((_STAFF, [[828, 152, 30]]), previous=_LAST_STAFF), True),
            Example("1,000 last time, 1,060 now", facts((_STAFF, [[869, 159, 32]]), previous=_LAST_STAFF), False),
            Example("BME 15% last time, 21% now", facts((_STAFF, [[760, 210, 30]]), previous=_LAST_STAFF), False),
            Example(
                "ratio 1.67, then 1.50",
                facts((_HIRED, [[1200, 300], [360, 60]]), previous=_LAST_HIRED, comparisons=(_PAIR,)),
                True,
            ),
            Example(
                "ratio 1.67, then 3.00",
                facts((_HIRED, [[1200, 300], [480, 40]]), previous=_LAST_HIRED, comparisons=(_PAIR,)),
                False,
            ),
        ),
        check_change,
    ),
    Rule(
        "P4",
        "Exchanged labels",
        "Two groups whose figures look like last year's with the labels exchanged are asked about. "
        "Nothing is exchanged automatically.",
        Level.QUERY,
        (
            Example("bonus 5.7 and 0.4, then 5.1 and 0.4", _bonus("5.1", "0.4"), True),
            Example("bonus 5.7 and 0.4, then 0.4 and 5.1", _bonus("0.4", "5.1"), False),
            Example(
                "survey 25 and 30, then 26 and 29",
                facts((_HARASSED, [["26.0", 1800], ["29.0", 330]]), last_year=_LAST_RATES, comparisons=(_RATES,)),
                True,
            ),
            Example(
                "survey 25 and 30, then 30 and 25",
                facts((_HARASSED, [["30.1", 1800], ["24.8", 330]]), last_year=_LAST_RATES, comparisons=(_RATES,)),
                False,
            ),
        ),
        check_mirrored,
        check_stated_pair,
    ),
    Rule(
        "P14",
        "Breaks in a series",
        "Where a definition changed, the series breaks and no line is drawn across. "
        "A jump of 20 points in a year without a break is asked about.",
        Level.INFORMATION,
        (
            Example("80% then 78%", StatedSeries("WRES 7", ((2020, Decimal(80)), (2021, Decimal(78)))), True),
            Example("80% then 44.5%", StatedSeries("WRES 7", ((2020, Decimal(80)), (2021, Decimal("44.5")))), False),
            Example("a return without a break", facts((_STAFF, [[828, 152, 30]])), True),
            Example(
                "a return at a break", facts((_STAFF, [[828, 152, 30]]), breaks={"staff_ethnicity": "Two trusts merged."}), False
            ),
        ),
        check_series_break,
        check_stated_series,
    ),
    Rule(
        "P17",
        "Comparators with year and source",
        "A national or peer value is kept with its year and its source. "
        "The year is not before its standard began. Two sources agree.",
        Level.QUERY,
        (
            Example("1.46 of 2019", StatedComparator("WRES 2", Decimal("1.46"), 2019, "Ethnicity facts and figures", 2015), True),
            Example("the year 2003", StatedComparator("WRES 6", Decimal("24.9"), 2003, "NHS Employers", 2015), False),
            Example("no year", StatedComparator("WRES 6", Decimal("24.9"), None, "NHS Employers", 2015), False),
            Example("two sources agree", TwoSources("GPG", (("mean", Decimal("27.1")),), (("mean", Decimal("27.10")),)), True),
            Example("two sources differ", TwoSources("GPG", (("mean", Decimal("27.1")),), (("mean", Decimal("21.7")),)), False),
        ),
        on_statement=check_comparator,
    ),
)
