"""A release in parts: groups of measures that any worker protects apart from the others, and the audit that joins them.

A part depends on the release's input alone, so it does not matter who does it, when, or how often. Its result is plain data
that can be stored. Joining checks every proof once more by adding up: a part counts only together with all the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edi_portal.disclosure.certificates import Certificate
from edi_portal.disclosure.measure import MeasureProtection
from edi_portal.disclosure.protection import Hidden, Protected, Shown, Withheld
from edi_portal.disclosure.repair import Uncertified
from edi_portal.disclosure.universe import CellKey
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS
from kpis.release_content.people import PeopleTables, ProtectedTable, ReleaseRefusedError

# Enough parts to keep several workers busy, few enough that reading the input again for each of them costs little.
MOST_MEASURES = 4

Progress = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """Some measures of one workstream. `key` names the part within its release."""

    key: str
    title: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartResult:
    """What came of a part: the protection of each of its measures, or the names of the cells that could not be certified."""

    protections: Mapping[str, MeasureProtection]
    refused: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The form in which it waits to be joined: protected counts and proofs, never an exact count."""
        return {
            "measures": {
                measure: {
                    "cells": [[*key, *_protected_as_data(value)] for key, value in protection.cells.items()],
                    "certificates": [certificate.as_data() for certificate in protection.certificates],
                    "seconds": protection.seconds,
                }
                for measure, protection in self.protections.items()
            },
            "refused": list(self.refused),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PartResult:
        """Read the stored form back."""
        protections = {
            measure: MeasureProtection(
                {CellKey(level, unit, part): _protected_from_data(rest) for level, unit, part, *rest in stored["cells"]},
                tuple(Certificate.from_data(certificate) for certificate in stored["certificates"]),
                stored["seconds"],
            )
            for measure, stored in data["measures"].items()
        }
        return cls(protections, tuple(data["refused"]))


def parts_of(people: PeopleTables) -> tuple[ReleasePart, ...]:
    """The parts of a release: its measures by workstream, a few at a time, always cut in the same way."""
    by_workstream: dict[str, list[str]] = {}
    for table in people.tables:
        code = table.variant.measure
        by_workstream.setdefault(people.given.framework.measures[code].workstream, []).append(code)
    parts = []
    for workstream, measures in sorted(by_workstream.items()):
        groups = [tuple(measures[start : start + MOST_MEASURES]) for start in range(0, len(measures), MOST_MEASURES)]
        for number, group in enumerate(groups, start=1):
            several = f" {number} of {len(groups)}" if len(groups) > 1 else ""
            parts.append(ReleasePart(f"{workstream}-{number}", f"{SHORT_WORKSTREAMS[workstream]}{several}", group))
    return tuple(parts)


def protect_part(
    people: PeopleTables, measures: Sequence[str], *, progress: Progress = lambda percent, doing: None
) -> PartResult:
    """Protect some measures of a release; a measure that cannot be certified does not keep the others from being tried."""
    protections: dict[str, MeasureProtection] = {}
    refused: list[str] = []
    for number, measure in enumerate(measures):
        progress(100 * number // len(measures), f"Protecting {people.given.framework.measures[measure].title}")
        try:
            protections[measure] = people.protect(measure)
        except Uncertified as refusal:
            refused.extend(" ".join(word for word in (measure, key.release, *key.cell) if word) for key in refusal.cells)
    return PartResult(protections, tuple(refused))


def join_parts(people: PeopleTables, results: Iterable[PartResult]) -> tuple[ProtectedTable, ...]:
    """All measures of a release with their proofs, checked together whoever made them.

    Raises `ReleaseRefusedError` when a cell could not be certified, or a proof does not hold for this release's input.
    """
    protections: dict[str, MeasureProtection] = {}
    refused: list[str] = []
    for result in results:
        protections.update(result.protections)
        refused.extend(result.refused)
    if not refused:
        refused = [
            f"{table.variant.measure} {fault}"
            for table in people.tables
            for fault in people.faults_of(table, protections.get(table.variant.measure))
        ]
    if refused:
        raise ReleaseRefusedError(sorted(refused), people.too_few_changed)
    return tuple(ProtectedTable(table.variant, table.parts, protections[table.variant.measure]) for table in people.tables)


def _protected_as_data(value: Protected) -> list[Any]:
    match value:
        case Shown(count):
            return ["shown", count]
        case Hidden(low, high):
            return ["hidden", low, high]
        case Withheld(reason):
            return ["withheld", reason]


def _protected_from_data(data: Sequence[Any]) -> Protected:
    kind, *values = data
    return {"shown": Shown, "hidden": Hidden, "withheld": Withheld}[kind](*values)
