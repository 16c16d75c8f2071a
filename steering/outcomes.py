"""The planned outcomes as data: what shows progress, from which period, and where a figure stopped being like for like. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edi_portal.periods import Quarter

FILE = Path(__file__).resolve().parent / "data" / "outcomes.toml"


@dataclass(frozen=True, slots=True)
class Plan:
    """One planned outcome. `baseline` is the period it is measured from where the group has not fixed another for a KPI.

    `efficiencies` and `operating_model`: what else shows progress, beside the figures.
    """

    number: int
    title: str
    statement: str
    kpis: tuple[str, ...]
    baseline: Quarter | None = None
    efficiencies: bool = False
    operating_model: bool = False
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """A change of method from a quarter on."""

    kpis: frozenset[str]
    from_quarter: Quarter
    words: str


@cache
def plans() -> tuple[Plan, ...]:
    """The planned outcomes in their order."""
    return tuple(_plan(row) for row in _file()["outcomes"])


@cache
def series_breaks() -> tuple[SeriesBreak, ...]:
    """The known changes of method."""
    return tuple(
        SeriesBreak(frozenset(row["kpis"]), Quarter.parse(row["from_quarter"]), row["words"]) for row in _file()["breaks"]
    )


@dataclass(frozen=True, slots=True)
class Start:
    """From which quarter a figure is measured now. After a break that is the first quarter of the new method."""

    quarter: Quarter
    broken: SeriesBreak | None = None


def start_of(code: str, baseline: Quarter, now: Quarter) -> Start:
    """The baseline, or the newest change of method since: figures on its two sides are never compared."""
    found = [one for one in series_breaks() if code in one.kpis and baseline < one.from_quarter <= now]
    if not found:
        return Start(baseline)
    newest = max(found, key=lambda one: one.from_quarter)
    return Start(newest.from_quarter, newest)


def is_too_early(start: Start, now: Quarter, quarters_apart: int) -> bool:
    """Whether a stored verdict says nothing about progress yet.

    It compares a figure with that of `quarters_apart` quarters before; progress needs a figure after the start, and both figures
    of the comparison made by one method.
    """
    if now <= start.quarter:
        return True
    return start.broken is not None and now.previous(quarters_apart) < start.quarter


def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _plan(row: Mapping[str, Any]) -> Plan:
    baseline = row.get("baseline")
    return Plan(
        **{
            **row,
            "kpis": tuple(row["kpis"]),
            "context": tuple(row.get("context", ())),
            "baseline": Quarter.parse(baseline) if baseline else None,
        }
    )
