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
    """One planned outcome. `baseline` is the period it is measured from where the group has not fixed another for a KPI."""

    number: int
    title: str
    statement: str
    kpis: tuple[str, ...]
    baseline: Quarter | None = None
    efficiencies: bool = False
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


def break_between(code: str, baseline: Quarter, now: Quarter) -> str:
    """Why a figure of now is not like for like with its baseline; empty where nothing lies between them."""
    found = (one for one in series_breaks() if code in one.kpis and baseline < one.from_quarter <= now)
    return next((one.words for one in found), "")


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
