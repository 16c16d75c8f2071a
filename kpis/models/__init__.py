"""Definitions, collections, returns and releases. Import from the submodule of the noun (import contracts rely on it)."""

from kpis.models import collections, definitions, files, published, release_builds, releases, returns

__all__ = ["collections", "definitions", "files", "published", "release_builds", "releases", "returns"]
