"""Definitions, collections, returns and releases. Import from the submodule of the noun (import contracts rely on it)."""

from kpis.models import (
    approvals,
    assignments,
    collections,
    definitions,
    disclosure,
    discussions,
    evidence,
    extracts,
    files,
    notices,
    published,
    release_builds,
    releases,
    returns,
    series,
    waivers,
)

__all__ = [
    "approvals",
    "assignments",
    "collections",
    "definitions",
    "disclosure",
    "discussions",
    "evidence",
    "extracts",
    "files",
    "notices",
    "published",
    "release_builds",
    "releases",
    "returns",
    "series",
    "waivers",
]
