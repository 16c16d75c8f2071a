"""Cases that apps add to `make bench`: measured on the scratch portal with the demonstration's releases published.

The command lies with the app that owns releases, and imports go down only: an app above it adds its cases when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from edi_portal.bench import BenchResult

Measure = Callable[[], list[BenchResult]]
_cases: dict[str, Measure] = {}


def add_case(key: str, measure: Measure) -> None:
    """Add a case; the same key again takes the place of the one before."""
    _cases[key] = measure


def added_cases() -> Mapping[str, Measure]:
    """The cases that apps added, in the order in which they did."""
    return MappingProxyType(_cases)
