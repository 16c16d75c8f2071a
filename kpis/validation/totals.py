"""Rules on sums: V2, V3, V5, V6 and V8 on a return, and sums of percentages, P16."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpis.catalogue.measures import Check, Measure
from kpis.validation.examples import facts, grid
from kpis.validation.facts import ReturnFacts, cells_matching
from kpis.validation.findings import CellAddress, Finding, Level
from kpis.validation.rules import Example, Rule, address, cells_fingerprint, figure, rounded, stated, within_sentence
from kpis.validation.statements import StatedShares, Statement
from kpis.validation.thresholds import Thresholds


def check_groups_add_up(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V2: the groups with those not known add up to the total given elsewhere."""
    yield from _same_totals(known, "V2", Level.ERROR)


def check_bands_add_up(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V3: the bands or clusters add up to the workforce."""
    yield from _same_totals(known, "V3", Level.ERROR)


def check_same_headcount(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V5: measures that count the same people have the same head count; pay-gap measures within some percent."""
    yield from _same_totals(known, "V5", Level.QUERY)


def check_board(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V6: executive members are at most voting members, voting members at most the board, and the board has 5 to 30."""
    for measure, check in _checks(known, "V6"):
        yield from _board_order(known, measure, check)
        if not check.ordered or check.cells:
            yield from _board_size(known, measure, check, thresholds)


def check_unknown(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V8: many people whose characteristic is not known."""
    for measure, check in _checks(known, "V8"):
        limit = thresholds.unknown_limit(measure.code) or check.high
        unknown, everyone = known.total(measure, check.cells), known.total(measure)
        if limit is None or unknown is None or not everyone or unknown / everyone * 100 <= limit:
            continue
        yield Finding(
            "V8",
            Level.QUERY,
            f"{measure.title}: {rounded(unknown / everyone * 100, 1)}% are not known, more than {figure(limit)}%",
            "Check the count. If it is right, say what you do to record more. The figure is shown with a quality mark.",
            measure.code,
            about=_about("", check),
            fingerprint=cells_fingerprint(known, _addresses(measure, ())),
        )


def check_percentages_in_return(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P16: percentages of one whole typed in a return add up to 100, within what rounding allows. P3 has fractions."""
    for measure, check in _checks(known, None):
        total = known.total(measure, check.cells) if check.sums_to is not None else None
        if total is None or check.sums_to is None:
            continue
        within = check.within if check.within is not None else thresholds.sum_within
        if abs(total - check.sums_to) > within and not thresholds.is_fraction_sum(total):
            message = f"{measure.title} adds up to {figure(total)}, not {figure(check.sums_to)}"
            mend = "Check each percentage, or explain the difference."
            at = _addresses(measure, check.cells)
            about = _about("", check)
            yield Finding("P16", Level.QUERY, message, mend, measure.code, about=about, fingerprint=cells_fingerprint(known, at))


def check_stated_percentages(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P16: printed percentages of one whole add up to 100, within what rounding allows."""
    if not isinstance(statement, StatedShares):
        return
    total = sum((value for _, value in statement.parts), Decimal(0))
    # Whole percentages may be off by half a point each; with 1 decimal the tolerance is the agreed one.
    within = thresholds.sum_within if statement.decimals else Decimal(len(statement.parts)) / 2
    if abs(total - 100) > within and not thresholds.is_fraction_sum(total):
        message, mend = f"the parts add up to {figure(total)}%", "Check each percentage with the publisher."
        yield stated("P16", Level.QUERY, statement.name, message, mend)


def _checks(known: ReturnFacts, rule: str | None) -> Iterator[tuple[Measure, Check]]:
    for measure in known.answered():
        for check in measure.checks:
            if rule is None or check.rule == rule:
                yield measure, check


def _same_totals(known: ReturnFacts, rule: str, level: Level) -> Iterator[Finding]:
    for measure, check in _checks(known, rule):
        other = known.measures.get(check.same_total_as or "")
        if other is None or not known.has_values(other.code):
            continue
        here, there = known.total(measure, check.cells), known.total(other, check.other_cells)
        if here is None or there is None:
            continue
        # The definition says how many percent apart two bases may be: a pay-gap base leaves out part-year staff.
        if abs(here - there) <= there * (check.within or 0) / 100:
            continue
        yield Finding(
            rule,
            level,
            f"{_counted(measure, check.cells)} counts {figure(here)}, "
            f"but {within_sentence(_counted(other, check.other_cells))} counts {figure(there)}",
            f"Correct one of them: the difference is {figure(abs(here - there))}."
            + (" Explain it if both are right." if level is Level.QUERY else ""),
            measure.code,
            about=_about(other.code, check),
            fingerprint=cells_fingerprint(known, (*_addresses(measure, check.cells), *_addresses(other, check.other_cells))),
        )


def _board_order(known: ReturnFacts, measure: Measure, check: Check) -> Iterator[Finding]:
    """Compare the totals of the ordered lines: who is in which part of the board, whatever the group."""
    keys = check.ordered
    for small, large in zip(keys, keys[1:], strict=False):
        patterns = [f"*/{key}" if check.axis == "columns" else f"{key}/*" for key in (small, large)]
        less, more = (known.total(measure, [pattern]) for pattern in patterns)
        if less is None or more is None or less <= more:
            continue
        labels = [(measure.column(key) if check.axis == "columns" else measure.row(key)).label for key in (small, large)]
        yield Finding(
            "V6",
            Level.QUERY,
            f"{labels[0]} ({figure(less)}) are more than {within_sentence(labels[1])} ({figure(more)})",
            "Correct the counts, or explain how your board is made up.",
            measure.code,
            about=small,
            fingerprint=cells_fingerprint(known, _addresses(measure, patterns)),
        )


def _board_size(known: ReturnFacts, measure: Measure, check: Check, thresholds: Thresholds) -> Iterator[Finding]:
    size = known.total(measure, check.cells)
    low = check.low if check.low is not None else thresholds.board_least
    high = check.high if check.high is not None else thresholds.board_most
    if size is None or low <= size <= high:
        return
    yield Finding(
        "V6",
        Level.QUERY,
        f"{measure.title} counts {figure(size)} members; a board usually has {figure(low)} to {figure(high)}",
        "Correct the counts, or explain the size of your board.",
        measure.code,
        about=_about("size", check),
        fingerprint=cells_fingerprint(known, _addresses(measure, check.cells)),
    )


def _counted(measure: Measure, patterns: tuple[str, ...]) -> str:
    """What is added up, in words: the title, and the computed total or the one line that the patterns name."""
    rows, columns = ({getattr(cell, side) for cell in cells_matching(measure, patterns)} for side in ("row", "column"))
    named = [
        total.label for total in measure.totals if patterns and set(total.keys) == (rows if total.axis == "rows" else columns)
    ]
    if patterns and len(rows) == 1 < len(measure.rows):
        named = [measure.row(*rows).label]
    if patterns and len(columns) == 1 < len(measure.columns):
        named = [measure.column(*columns).label]
    return f"{measure.title}, {within_sentence(named[0])}," if named else measure.title


def _about(subject: str, check: Check) -> str:
    """What keeps findings of one measure apart when several checks look at different cells of it."""
    return ":".join(text for text in (subject, "+".join(check.cells)) if text)


def _addresses(measure: Measure, patterns: tuple[str, ...] | list[str]) -> tuple[CellAddress, ...]:
    return tuple(address(measure, cell) for cell in cells_matching(measure, patterns))


_GROUPS = ["white", "bme", "not_known"]
_STAFF = grid("staff_ethnicity", ["band_5", "band_6"], _GROUPS, checks=[{"rule": "V8", "cells": ["*/not_known"]}])
_DISABILITY = grid(
    "staff_disability",
    ["all"],
    ["disabled", "non_disabled", "not_known"],
    checks=[{"rule": "V2", "same_total_as": "staff_ethnicity"}],
)
_CLUSTERS = grid(
    "staff_clusters",
    ["non_clinical", "clinical", "medical"],
    ["staff"],
    checks=[{"rule": "V3", "same_total_as": "staff_ethnicity"}],
)
_TRAINED = grid("training_base", ["all"], ["staff"], checks=[{"rule": "V5", "same_total_as": "staff_ethnicity"}])
_PAID = grid(
    "pay_base", ["all"], ["staff"], window="year", checks=[{"rule": "V5", "same_total_as": "staff_ethnicity", "within": 2}]
)
_BOARD = grid(
    "board",
    ["white", "bme"],
    ["executive", "voting", "board"],
    checks=[
        {"rule": "V6", "ordered": ["executive", "voting", "board"]},
        {"rule": "V6", "cells": ["*/board"], "low": 5, "high": 30},
    ],
)
_DECLARED = grid(
    "declared", ["all"], ["disabled", "non_disabled", "not_known"], unit="percent", checks=[{"rule": "V2", "sums_to": 100}]
)
_BAND_6 = (("disabled", Decimal("7.9")), ("non-disabled", Decimal("84.1")), ("not known", Decimal("7.9")))
_WORKFORCE = [[500, 120, 20], [300, 50, 10]]

RULES = (
    Rule(
        "V2",
        "Groups add up to the total",
        "White, BME and not known add up to the total. So do disabled, non-disabled and not known.",
        Level.ERROR,
        (
            Example("1,000 by ethnicity and by disability", facts((_STAFF, _WORKFORCE), (_DISABILITY, [[40, 900, 60]])), True),
            Example("1,000 by ethnicity, 990 by disability", facts((_STAFF, _WORKFORCE), (_DISABILITY, [[40, 900, 50]])), False),
        ),
        check_groups_add_up,
    ),
    Rule(
        "V3",
        "Bands add up to the workforce",
        "Bands or clusters add up to the workforce total, and so do non-clinical, clinical and medical staff.",
        Level.ERROR,
        (
            Example("clusters add up to 1,000", facts((_STAFF, _WORKFORCE), (_CLUSTERS, [[300], [600], [100]])), True),
            Example("clusters add up to 1,100", facts((_STAFF, _WORKFORCE), (_CLUSTERS, [[300], [700], [100]])), False),
        ),
        check_bands_add_up,
    ),
    Rule(
        "V5",
        "One head count",
        "Measures that count the same staff use the same head count. The base of the pay gap may differ by 2%.",
        Level.QUERY,
        (
            Example("training counts the same 1,000", facts((_STAFF, _WORKFORCE), (_TRAINED, [[1000]])), True),
            Example("training counts 940", facts((_STAFF, _WORKFORCE), (_TRAINED, [[940]])), False),
            Example("the pay gap counts 985", facts((_STAFF, _WORKFORCE), (_PAID, [[985]])), True),
            Example("the pay gap counts 970", facts((_STAFF, _WORKFORCE), (_PAID, [[970]])), False),
        ),
        check_same_headcount,
    ),
    Rule(
        "V6",
        "The board",
        "Executive members are usually at most the voting members, and voting members at most the board. "
        "A board has 5 to 30 members.",
        Level.QUERY,
        (
            Example("5 executive, 12 voting, 14 in all", facts((_BOARD, [[4, 11, 13], [1, 1, 1]])), True),
            Example("6 executive, 5 voting", facts((_BOARD, [[5, 4, 13], [1, 1, 1]])), False),
            Example("a board of 3", facts((_BOARD, [[1, 2, 2], [1, 1, 1]])), False),
        ),
        check_board,
    ),
    Rule(
        "V8",
        "Characteristic not known",
        "Ethnicity is not known for more than 10% of staff, or disability for more than 20%. "
        "The value is shown with a quality mark.",
        Level.QUERY,
        (
            Example("3% not known", facts((_STAFF, _WORKFORCE)), True),
            Example("12% not known", facts((_STAFF, [[500, 120, 60], [230, 30, 60]])), False),
        ),
        check_unknown,
    ),
    Rule(
        "P16",
        "Percentages of one whole add up to 100",
        "Percentages of one whole add up to 100. A difference of 0.2 is normal when each is rounded to 1 decimal.",
        Level.QUERY,
        (
            Example("99.9 from rounding", StatedShares("Band 6", _BAND_6), True),
            Example("97.6 is no rounding", StatedShares("Band 6", (*_BAND_6[:2], ("U", Decimal("5.6")))), False),
            Example("a return with 100.0", facts((_DECLARED, [["4.0", "87.3", "8.7"]])), True),
            Example("a return with 91.3", facts((_DECLARED, [["4.0", "87.3", "0"]])), False),
        ),
        check_percentages_in_return,
        check_stated_percentages,
    ),
)
