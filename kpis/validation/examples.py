"""Small returns for the examples that stand next to each rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from edi_portal.periods import Quarter
from kpis.catalogue.measures import Measure, measure_from_dict
from kpis.validation.facts import Comparison, PayGapMeasures, Rate, ReturnFacts
from kpis.validation.findings import CellAddress

PERIOD = Quarter(2019, 3)


def _label(key: str) -> str:
    words = key.replace("_", " ")
    return {"bme": "BME", "wte": "WTE"}.get(words, words[:1].upper() + words[1:])


def _own_unit(key: str, units: Mapping[str, str]) -> dict[str, str]:
    return {"unit": units[key]} if key in units else {}


def grid(
    code: str,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    unit: str = "people",
    checks: Sequence[Mapping[str, object]] = (),
    window: str = "snapshot",
    protection: str = "people",
    options: Sequence[str] = (),
    units: Mapping[str, str] | None = None,
) -> Measure:
    """A measure of plain rows and columns; labels are the keys in words. `units` gives single columns their own unit."""
    content: dict[str, object] = {
        "code": code,
        "title": _label(code),
        "question": "How many?",
        "help": "Head count.",
        "workstream": "workforce-standards",
        "contributor": "workforce-information",
        "source": "ESR",
        "unit": unit,
        "protection": protection,
        "window": window,
        "applies_to": ["trust", "ccg", "csu"],
        "collected_in": [1, 2, 3, 4],
        "rows": [{"key": key, "label": _label(key)} | ({"options": list(options)} if options else {}) for key in rows],
        "columns": [{"key": key, "label": _label(key)} | _own_unit(key, units or {}) for key in columns],
        "parts": [{"key": "all", "cells": ["*/*"]}],
        "checks": [dict(check) for check in checks],
    }
    return measure_from_dict(content, f"{code}.toml")


def facts(*filled: tuple[Measure, Sequence[Sequence[object]]], **others: Any) -> ReturnFacts:
    """A return of Q3 2019-20: each measure with its numbers, row by row; None is "not answered"."""
    others.setdefault("period", PERIOD)
    values: dict[tuple[str, str, str], Decimal] = {}
    for measure, rows in filled:
        values |= numbers(measure, rows)
    return ReturnFacts(measures={measure.code: measure for measure, _ in filled}, values=values, **others)


def numbers(measure: Measure, rows: Sequence[Sequence[object]]) -> dict[tuple[str, str, str], Decimal]:
    """The values of a measure, row by row; None leaves a cell out."""
    return {
        (measure.code, row.key, column.key): Decimal(str(value))
        for row, line in zip(measure.rows, rows, strict=True)
        for column, value in zip(measure.columns, line, strict=True)
        if value is not None
    }


def comparison(
    measure: str, events: str, base: str, *, first: str = "white", second: str = "bme", is_percent: bool = False
) -> Comparison:
    """Two rows of a measure compared by the rate of `events` in `base`."""

    def rate(row: str) -> Rate:
        return Rate(_label(row), (CellAddress(measure, row, events),), (CellAddress(measure, row, base),), is_percent)

    return Comparison("WRES-2", "Shortlisting to appointment", rate(first), rate(second), is_ratio=not is_percent)


PAY = grid("mean_pay", ["men", "women"], ["mean"], unit="pounds", protection="magnitude", window="snapshot_31_march")
QUARTERS = grid(
    "pay_quarters",
    ["lower", "lower_middle", "upper_middle", "upper"],
    ["women", "men"],
    window="snapshot_31_march",
    checks=[{"rule": "V10"}],
)
PAY_GAP = PayGapMeasures(
    mean_men=CellAddress("mean_pay", "men", "mean"),
    mean_women=CellAddress("mean_pay", "women", "mean"),
    women=tuple(CellAddress("pay_quarters", row.key, "women") for row in QUARTERS.rows),
    men=tuple(CellAddress("pay_quarters", row.key, "men") for row in QUARTERS.rows),
)
