"""Whether the time for a cell stays the same from 30 to 300 organisations: a release's input with nine copies of each.

Without the audit, which is measured apart: the counts of both are protected by the primary rules alone. Pure but for the input.
"""

from __future__ import annotations

from dataclasses import replace

from edi_portal.bench import BenchResult, fastest, within
from edi_portal.disclosure.measure import MeasureProtection
from edi_portal.disclosure.release_table import protect_table
from edi_portal.disclosure.universe import build_universe
from kpis.release_content import ReleaseInput
from kpis.release_content.content import content_of
from kpis.release_content.people import PeopleTables, ProtectedTable
from kpis.release_content.protected_counts import people_tables

TIMES = 10
MOST_GROWTH = 1.25


class UnequalGrowth(AssertionError):
    """The copies do not have the figures of their originals, so the times cannot be compared."""


def multiplied(given: ReleaseInput, times: int) -> ReleaseInput:
    """The same release with `times` as many organisations, each `times` times, and no release before it."""
    organisations = tuple(
        replace(one, slug=f"{one.slug}-{number}" if number else one.slug, pk=one.pk + number * 1_000_000)
        for number in range(times)
        for one in given.organisations
    )
    return replace(given, organisations=organisations, accounts=(), previous=None, kept=())


def unaudited(people: PeopleTables) -> tuple[ProtectedTable, ...]:
    """Every table under the primary rules alone: enough to measure with, never enough to release."""
    policy = people.given.policy
    return tuple(
        ProtectedTable(
            table.variant,
            table.parts,
            MeasureProtection(
                protect_table(table.atoms, build_universe(table.atoms, table.parts, people.structure, policy), policy), (), 0
            ),
        )
        for table in people.tables
    )


def measure(given: ReleaseInput, times: int = TIMES) -> list[BenchResult]:
    """Seconds for a returned cell at both sizes, and the ratio."""
    seconds, sizes = [], []
    own: list[set[tuple[object, ...]]] = []
    for many in (1, times):
        grown = multiplied(given, many)
        people = people_tables(grown)
        proofs = unaudited(people)
        content = content_of(people, proofs)
        originals = {one.slug for one in given.organisations}
        own.append(
            {(row.code, row.component, row.unit, row.status, row.value) for row in content.figures if row.unit.name in originals}
        )
        cells = sum(len(one.values) for organisation in grown.organisations for one in organisation.quarters.values())
        seconds.append(fastest(lambda grown=grown, proofs=proofs: content_of(people_tables(grown), proofs), 3) / cells)  # type: ignore[misc]
        sizes.append(len(grown.organisations))
    if own[0] != own[1]:
        raise UnequalGrowth(f"{len(own[0] ^ own[1])} figures of the first {sizes[0]} organisations differ.")
    few, many_more = sizes
    return [
        BenchResult(f"W2: time for 1,000 cells, {few} organisations", seconds[0] * 1e6, "ms", None, True),
        BenchResult(f"W2: time for 1,000 cells, {many_more} organisations", seconds[1] * 1e6, "ms", None, True),
        within(f"W2: time for a cell, {many_more} over {few} organisations", seconds[1] / seconds[0], "×", MOST_GROWTH),
    ]
