"""What a rule says about a return: a finding, its place, its level, and whether an explanation settles it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How much a finding matters: an error blocks submission, a query needs an explanation, information is only shown."""

    ERROR = "error"
    QUERY = "query"
    INFORMATION = "information"


class CellAddress(NamedTuple):
    """One cell of a return; as text "measure/row/column". Equal to the plain tuple of its three keys."""

    measure: str
    row: str
    column: str

    def __str__(self) -> str:
        return "/".join(self)

    @classmethod
    def parse(cls, text: str) -> CellAddress:
        """Read "measure/row/column"; raises ValueError for anything else."""
        parts = text.split("/")
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"“{text}” is no cell address; write measure/row/column.")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found. `message` says what and where, `mend` says what to do.

    `about` tells findings of one rule at one place apart. `fingerprint` changes when a value behind the finding changes,
    so an explanation holds only for the figures it was written for.
    """

    rule: str
    level: Level
    message: str
    mend: str
    measure: str = ""
    cell: CellAddress | None = None
    about: str = ""
    fingerprint: str = ""

    @property
    def key(self) -> str:
        """The finding's identity from one run to the next: rule, place and what it is about."""
        place = str(self.cell) if self.cell else self.measure
        return ":".join(part for part in (self.rule, place, self.about) if part)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a person wrote about a query, and the fingerprint of the values it was written for."""

    text: str
    fingerprint: str


def fingerprint(values: Iterable[tuple[str, Decimal | str | None]]) -> str:
    """Return a short digest of named values, the same for 5, 5.0 and 5.00 and in any order."""
    lines = sorted(f"{name}={_plain(value)}" for name, value in values)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _plain(value: Decimal | str | None) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value or ""


def is_settled(finding: Finding, explanations: Mapping[str, Explanation]) -> bool:
    """Whether nothing more is asked of the person: information, or a query explained for these very values."""
    if finding.level is Level.INFORMATION:
        return True
    if finding.level is Level.ERROR:
        return False
    given = explanations.get(finding.key)
    return given is not None and bool(given.text.strip()) and given.fingerprint == finding.fingerprint


def open_findings(findings: Iterable[Finding], explanations: Mapping[str, Explanation]) -> tuple[Finding, ...]:
    """Return what still stands between a return and its submission: every error, and each query not yet explained."""
    return tuple(finding for finding in findings if not is_settled(finding, explanations))
