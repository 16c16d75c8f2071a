"""Rules on single cells and on cells that must not exceed each other: V1, V4, V11 and V14."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpis.catalogue.measures import CellKey, Check, Measure
from kpis.typed_numbers import NUMBER_UNITS
from kpis.validation.examples import facts, grid
from kpis.validation.facts import Comparison, Rate, ReturnFacts, sum_at
from kpis.validation.findings import CellAddress, Finding, Level
from kpis.validation.rules import Example, Rule, address, cell_name, cells_fingerprint, figure
from kpis.validation.thresholds import Thresholds


def check_numbers(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V1: every number is possible in its unit, and a part is never more than its whole."""
    for measure in known.answered():
        for cell in measure.cells():
            value = known.value(measure.code, cell)
            if value is not None and measure.unit_of(cell) != "score":
                yield from _impossible(known, measure, cell, value, "V1")
    yield from _out_of_bounds(known)
    yield from _ordered(known, "V1")
    yield from _more_events_than_people(known)


def check_recruitment_order(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V4: appointed is at most shortlisted, shortlisted at most applied, in each group."""
    yield from _ordered(known, "V4")


def check_whole_time_equivalents(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V14: whole time equivalents never exceed the head count of the same group."""
    yield from _ordered(known, "V14")


def check_scores(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V11: a score is 0, 1, 2 or 3, and no service is left out once another is scored."""
    for measure in known.answered():
        for cell in measure.cells():
            value = known.value(measure.code, cell)
            if value is not None and measure.unit_of(cell) == "score":
                yield from _impossible(known, measure, cell, value, "V11")
        for check in measure.checks:
            if check.rule == "V11":
                yield from _services_left_out(known, measure, check)


def _impossible(known: ReturnFacts, measure: Measure, cell: CellKey, value: Decimal, rule: str) -> Iterator[Finding]:
    mend = _how_to_mend(measure, cell, value)
    if mend:
        at = address(measure, cell)
        message = f"{cell_name(measure, cell)} {mend[0]}"
        yield Finding(rule, Level.ERROR, message, mend[1], measure.code, at, fingerprint=cells_fingerprint(known, [at]))


def _how_to_mend(measure: Measure, cell: CellKey, value: Decimal) -> tuple[str, str] | None:
    """What is impossible about a number, and what to type instead; None when nothing is."""
    unit = measure.unit_of(cell)
    if unit == "yes_no":
        return None if value in (0, 1) else ("must be yes or no", "Answer yes or no.")
    if unit == "choice":
        options = measure.options_of(cell)
        possible = value == value.to_integral_value() and 1 <= value <= len(options)
        return None if possible else ("must be one of the options", f"Choose one of {len(options)} options.")
    kind = NUMBER_UNITS[unit]
    if value < 0 and unit != "points":
        return "must be 0 or more", f"Type {kind.thing}."
    if value != round(value, kind.places):
        wanted = "a whole number" if kind.places == 0 else f"a number with at most {kind.places} decimal{'s'[: kind.places - 1]}"
        return f"must be {wanted}", f"Type {kind.thing}, for example {kind.example}."
    if abs(value) > kind.highest:
        return f"must be {figure(kind.highest)} or less", f"Type {kind.thing}."
    return None


def _out_of_bounds(known: ReturnFacts) -> Iterator[Finding]:
    """Bounds that a definition sets beyond those of the unit; a number impossible in its unit is not named twice."""
    for measure in known.answered():
        for check in measure.checks:
            cells = [cell for pattern in check.cells for cell in measure.match(pattern)] if check.rule == "V1" else []
            for cell in cells:
                value = known.value(measure.code, cell)
                if value is None or _how_to_mend(measure, cell, value):
                    continue
                at, name = address(measure, cell), cell_name(measure, cell)
                digest = cells_fingerprint(known, [at])
                if check.low is not None and value < check.low:
                    message, mend = f"{name} must be {figure(check.low)} or more", "Correct the number."
                    yield Finding("V1", Level.ERROR, message, mend, measure.code, at, "low", digest)
                if check.high is not None and value > check.high:
                    message, mend = f"{name} must be {figure(check.high)} or less", "Correct the number."
                    yield Finding("V1", Level.ERROR, message, mend, measure.code, at, "high", digest)


def _more_events_than_people(known: ReturnFacts) -> Iterator[Finding]:
    """Events counted in one measure are at most the people counted in another: cases among the staff of a group."""
    rates = {rate.events: rate for pair in known.comparisons for rate in (pair.first, pair.second) if not rate.is_percent}
    for rate in rates.values():
        measure = known.measures.get(rate.events[0].measure)
        events, base = sum_at(known.values, rate.events), sum_at(known.values, rate.base)
        if measure is None or events is None or base is None or events <= base or rate.base[0].measure == measure.code:
            continue
        at = rate.events[0]
        name = cell_name(measure, CellKey(at.row, at.column))
        message = f"{name} must be {figure(base)} or less"
        mend = f"There are {figure(base)} people in this group. Correct one of the two counts."
        yield Finding("V1", Level.ERROR, message, mend, measure.code, at, "people", cells_fingerprint(known, rate.cells()))


def _ordered(known: ReturnFacts, rule: str) -> Iterator[Finding]:
    for measure in known.answered():
        for check in measure.checks:
            if check.rule == rule and check.ordered:
                yield from _ordered_lines(known, measure, check)


def _ordered_lines(known: ReturnFacts, measure: Measure, check: Check) -> Iterator[Finding]:
    lines = measure.rows if check.axis == "columns" else measure.columns
    for line in lines:
        cells = [CellKey(line.key, key) if check.axis == "columns" else CellKey(key, line.key) for key in check.ordered]
        answered = [(cell, value) for cell in cells if (value := known.value(measure.code, cell)) is not None]
        for (small, less), (large, more) in zip(answered, answered[1:], strict=False):
            if less > more:
                yield _too_small(known, measure, check.rule, (small, less), (large, more))


def _too_small(
    known: ReturnFacts, measure: Measure, rule: str, small: tuple[CellKey, Decimal], large: tuple[CellKey, Decimal]
) -> Finding:
    name = _people if rule == "V4" else cell_name
    smaller, larger = name(measure, small[0]), name(measure, large[0])
    both = [address(measure, small[0]), address(measure, large[0])]
    return Finding(
        rule,
        Level.ERROR,
        f"{larger} must be {figure(small[1])} or more",
        f"{smaller}: {figure(small[1])}. {larger}: {figure(large[1])}. Correct one of them.",
        measure.code,
        both[1],
        fingerprint=cells_fingerprint(known, both),
    )


def _people(measure: Measure, cell: CellKey) -> str:
    """People at a stage of recruitment: "BME people who applied", "BME people shortlisted"."""
    stage = measure.column(cell.column).short.lower()
    return f"{measure.row(cell.row).short} people {'who ' if cell.column == 'applied' else ''}{stage}"


def _services_left_out(known: ReturnFacts, measure: Measure, check: Check) -> Iterator[Finding]:
    """Services stand on the axis of the check; one without any score beside one fully scored was left out."""
    on_columns = check.axis == "columns"
    services = measure.columns if on_columns else measure.rows
    scores = {service.key: _scores_of(known, measure, service.key, on_columns) for service in services}
    if not any(None not in given for given in scores.values()):
        return
    for service in services:
        if not service.optional and set(scores[service.key]) == {None}:
            message = f"{service.label} has no scores"
            mend = f"Score all {len(services)} services, each outcome 0, 1, 2 or 3."
            digest = cells_fingerprint(known, [address(measure, cell) for cell in measure.cells()])
            yield Finding("V11", Level.ERROR, message, mend, measure.code, about=service.key, fingerprint=digest)


def _scores_of(known: ReturnFacts, measure: Measure, service: str, on_columns: bool) -> list[Decimal | None]:
    cells = (cell for cell in measure.cells() if (cell.column if on_columns else cell.row) == service)
    return [known.value(measure.code, cell) for cell in cells]


_RECRUITED = ["applied", "shortlisted", "appointed"]
_ORDER = {"rule": "V4", "ordered": ["appointed", "shortlisted", "applied"]}
_ASKED = grid("asked", ["bme"], ["counted", "answered"], checks=[{"rule": "V1", "ordered": ["counted", "answered"]}])
_STAFF = grid("staff_ethnicity", ["white", "bme"], ["staff"])
_CASES = grid("cases", ["white", "bme"], ["entered"], window="quarter")
_MEMBERS = grid("members", ["voting"], ["members"], checks=[{"rule": "V1", "cells": ["*/members"], "low": 4, "high": 30}])
_POSTS = grid("posts", ["funded"], ["wte"], unit="wte")
_HIRED = grid("recruitment", ["white", "bme"], _RECRUITED, checks=[_ORDER], window="quarter")


def _group(row: str) -> Rate:
    return Rate(row, (CellAddress("cases", row, "entered"),), (CellAddress("staff_ethnicity", row, "staff"),))


_DISCIPLINED = (Comparison("WRES-3", "Entry to formal disciplinary process", _group("bme"), _group("white")),)
_SCORED = grid("eds", ["access", "needs"], ["service_1", "service_2", "service_3"], unit="score", checks=[{"rule": "V11"}])
_PRACTITIONERS = grid(
    "practitioners",
    ["band_7"],
    ["wte", "headcount"],
    units={"wte": "wte"},
    checks=[{"rule": "V14", "ordered": ["wte", "headcount"]}],
)

RULES = (
    Rule(
        "V1",
        "Numbers that can be true",
        "A count is a whole number, 0 or more. Whole time equivalents have at most 2 decimals. "
        "A part is never more than its whole.",
        Level.ERROR,
        (
            Example("96 of 320 gave the answer", facts((_ASKED, [[96, 320]])), True),
            Example("320 of 96 gave the answer", facts((_ASKED, [[320, 96]])), False),
            Example("half a person answered", facts((_ASKED, [["0.5", 320]])), False),
            Example("a negative count", facts((_ASKED, [[-3, 320]])), False),
            Example("12.25 whole time equivalents", facts((_POSTS, [["12.25"]])), True),
            Example("12.255 whole time equivalents", facts((_POSTS, [["12.255"]])), False),
            Example(
                "9 cases among 620 staff", facts((_STAFF, [[3400], [620]]), (_CASES, [[30], [9]]), comparisons=_DISCIPLINED), True
            ),
            Example(
                "9 cases among 8 staff", facts((_STAFF, [[3400], [8]]), (_CASES, [[30], [9]]), comparisons=_DISCIPLINED), False
            ),
            Example("5 members of a board of 4 to 30", facts((_MEMBERS, [[5]])), True),
            Example("3 members of a board of 4 to 30", facts((_MEMBERS, [[3]])), False),
        ),
        check_numbers,
    ),
    Rule(
        "V4",
        "Applied, shortlisted, appointed",
        "In each group, people appointed are at most those shortlisted, and people shortlisted are at most those who applied.",
        Level.ERROR,
        (
            Example("300 of 1,200 White and 60 of 400 BME", facts((_HIRED, [[2600, 1200, 300], [1104, 400, 60]])), True),
            Example("104 BME shortlisted of 82 who applied", facts((_HIRED, [[2600, 1200, 300], [82, 104, 60]])), False),
        ),
        check_recruitment_order,
    ),
    Rule(
        "V11",
        "EDS scores",
        "Each outcome scores 0, 1, 2 or 3. Domain 1 needs scores for every service. The portal works out the totals.",
        Level.ERROR,
        (
            Example("three services scored", facts((_SCORED, [[2, 2, 1], [3, 2, 1]])), True),
            Example("a score of 4", facts((_SCORED, [[4, 2, 1], [3, 2, 1]])), False),
            Example("the third service left out", facts((_SCORED, [[2, 2, None], [3, 2, None]])), False),
        ),
        check_scores,
    ),
    Rule(
        "V14",
        "Whole time equivalents and head count",
        "Whole time equivalents are at most the head count of the same group.",
        Level.ERROR,
        (
            Example("1.6 whole time equivalents, 2 people", facts((_PRACTITIONERS, [["1.6", 2]])), True),
            Example("2.4 whole time equivalents, 2 people", facts((_PRACTITIONERS, [["2.4", 2]])), False),
        ),
        check_whole_time_equivalents,
    ),
)
