"""Which items of which national and local frameworks the KPIs answer, read from reviewed files. Pure.

An organisation enters a count once; these files say everything that it answers. They are kept apart from the KPIs' own
definitions, because a framework is renewed on its own days: a new edition changes a file here and no figure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from kpis.catalogue.loading import DEFINITIONS
from kpis.catalogue.reading import DefinitionError, Fields

FOLDER = DEFINITIONS / "frameworks"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a framework asks for, and the KPIs that answer it; none where the portal has no figure for it."""

    code: str
    title: str
    kpis: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class FrameworkOfItems:
    """A framework with its edition, source and review."""

    code: str
    short: str
    title: str
    edition: str
    source: str
    reviewed_on: date
    items: tuple[Item, ...]

    def answered_by(self, kpis: Iterable[str]) -> tuple[Item, ...]:
        """The items that any of the KPIs answers, in the framework's order."""
        wanted = set(kpis)
        return tuple(item for item in self.items if wanted & set(item.kpis))


@dataclass(frozen=True, slots=True)
class Answered:
    """An item of a framework that a measure's counts answer."""

    framework: FrameworkOfItems
    item: Item

    def __str__(self) -> str:
        return f"{self.framework.short} {self.item.code}"


@cache
def load_frameworks(folder: Path = FOLDER) -> tuple[FrameworkOfItems, ...]:
    """Every framework, in the order of the file names' numbers. Raises `DefinitionError` that names file and field."""
    return tuple(_framework(path) for path in sorted(folder.glob("*.toml")))


def _framework(path: Path) -> FrameworkOfItems:
    fields = Fields(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    found = FrameworkOfItems(
        code=fields.text("code"),
        short=fields.text("short"),
        title=fields.text("title"),
        edition=fields.text("edition"),
        source=fields.text("source"),
        reviewed_on=fields.day("reviewed_on"),
        items=tuple(_item(table) for table in fields.tables("items", required=True)),
    )
    fields.finish()
    codes = [item.code for item in found.items]
    if len(set(codes)) != len(codes):
        raise DefinitionError(path.name, "items", "two items have the same code; give each its own.")
    return found


def _item(table: Fields) -> Item:
    item = Item(
        table.text("code"),
        table.text("title"),
        table.texts("kpis", required=False),
        table.optional_text("note") or "",
    )
    table.finish()
    return item


def answered_by_measure(
    measures: Iterable[str], kpis_of: Mapping[str, Iterable[str]], frameworks: Iterable[FrameworkOfItems]
) -> dict[str, tuple[Answered, ...]]:
    """Measure → the items its counts answer, through the KPIs computed from it (`kpis_of`)."""
    frameworks = tuple(frameworks)
    return {
        measure: tuple(
            Answered(framework, item) for framework in frameworks for item in framework.answered_by(kpis_of.get(measure, ()))
        )
        for measure in measures
    }
