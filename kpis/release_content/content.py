"""The whole content of a release, and its fingerprint: the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from edi_portal.disclosure.certificates import certificate_hash
from edi_portal.garbage import cycles_searched_later
from kpis.release_content.figures import Circle, due_figures, own_rows, pooled_rows
from kpis.release_content.inputs import ReleaseInput
from kpis.release_content.over_time import with_time
from kpis.release_content.parts import PartResult, Progress, join_parts, parts_of, protect_part
from kpis.release_content.people import PeopleTables, ProtectedTable
from kpis.release_content.protected_counts import count_tables, people_tables
from kpis.release_content.rows import CountRow, FigureRow
from kpis.release_content.standing import with_standing


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """What a release holds, with the proof that it hides. `problems` name inputs that were left out, for portal admins only."""

    counts: tuple[CountRow, ...]
    figures: tuple[FigureRow, ...]
    due: tuple[str, ...]
    returned: tuple[str, ...]
    problems: tuple[dict[str, str], ...]
    proofs: tuple[ProtectedTable, ...]
    certificate_hash: str
    audit_seconds: float
    fingerprint: str

    def tally(self, status: str) -> int:
        """How many protected counts are shown, hidden or withheld."""
        return sum(row.status == status for row in self.counts)


def build_content(given: ReleaseInput, *, progress: Progress = lambda percent, doing: None) -> ReleaseContent:
    """The whole release in one go: part after part, then all joined. Pure and deterministic.

    Raises `ReleaseRefusedError` when a hidden number could not be shown to be safe.
    """
    people = people_tables(given)
    parts, results = parts_of(people), []
    for number, part in enumerate(parts):
        progress(10 + 45 * number // len(parts), f"Protecting {part.title}")
        results.append(protect_part(people, part.measures))
    return join_content(people, results, progress=progress)


def join_content(
    people: PeopleTables, results: Iterable[PartResult], *, progress: Progress = lambda percent, doing: None
) -> ReleaseContent:
    """Audit the parts together, then compute every figure from the protected counts.

    Raises `ReleaseRefusedError` when a hidden number could not be shown to be safe.
    """
    progress(55, "Checking the proofs of all parts together")
    proofs = join_parts(people, results)
    progress(60, "Computing the figures")
    return content_of(people, proofs)


@cycles_searched_later()
def content_of(people: PeopleTables, proofs: tuple[ProtectedTable, ...]) -> ReleaseContent:
    """Every figure from the protected counts, and the fingerprint of it all."""
    given, tables = people.given, count_tables(people, proofs)
    circle = Circle.of(given)
    figures: list[FigureRow] = []
    for due in due_figures(given):
        placed = with_standing(due, own_rows(due, circle, tables), pooled_rows(due, circle, tables), circle.units)
        figures.extend(with_time(row, due.definition, given.quarter, given.past) for row in placed)
    counts = tuple(sorted(tables.rows, key=lambda row: (row.measure, row.part, row.source, row.unit)))
    ordered = tuple(sorted(figures, key=lambda row: (row.code, row.component, row.unit, row.statistic)))
    due_slugs = tuple(sorted(org.slug for org in given.organisations))
    returned = tuple(sorted(circle.returned))
    content: dict[str, object] = {
        "period": given.quarter.slug,
        "revises": given.previous.name if given.previous else "",
        "policy": asdict(given.policy),
        "due": due_slugs,
        "returned": returned,
        "counts": [row.canonical() for row in counts],
        "figures": [row.canonical() for row in ordered],
    }
    return ReleaseContent(
        counts=counts,
        figures=ordered,
        due=due_slugs,
        returned=returned,
        problems=tuple(asdict(problem) for problem in tables.problems),
        proofs=tables.proofs,
        certificate_hash=certificate_hash(certificate for proof in tables.proofs for certificate in proof.certificates),
        audit_seconds=tables.audit_seconds,
        fingerprint=hashlib.sha256(canonical_bytes(content)).hexdigest(),
    )


def canonical_bytes(content: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
