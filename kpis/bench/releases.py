"""Building every release of the demonstration: first whether a second build has the same bytes, then how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from edi_portal.bench import BenchResult
from kpis.demonstration.publishing import closed_quarters, publish_period
from kpis.models.releases import Release, ReleasedCount
from kpis.models.returns import ReturnValue
from kpis.services.release_checks import rebuild_matches

Say = Callable[[str], None]


def build_all(*, say: Say) -> float:
    """Build and publish every release, oldest first, because each reads counts of those before it; returns the seconds."""
    began = perf_counter()
    for quarter in closed_quarters():
        publish_period(quarter)
        say(f"release of {quarter.label} built")
    return perf_counter() - began


def measure(build_seconds: float, *, say: Say) -> list[BenchResult]:
    """Rebuild every release from the same returns. `build_seconds`: what the first build, with writing, took."""
    releases = list(Release.objects.current().select_related("collection").order_by("collection__period"))
    began = perf_counter()
    same = []
    for release in releases:
        same.append(rebuild_matches(release))
        say(f"release of {release.quarter.label} rebuilt")
    seconds = perf_counter() - began
    cells, counts = ReturnValue.objects.count(), ReleasedCount.objects.count()
    number = len(releases)
    return [
        BenchResult(f"Releases with the same fingerprint when built again, of {number}", sum(same), "", None, all(same)),
        BenchResult(f"First build of {number} releases, with reading and writing", build_seconds, "s", None, True),
        BenchResult(f"Rebuild of {number} releases, with reading", seconds, "s", None, True),
        BenchResult(f"Rebuild, for 1,000 of {cells:,} returned cells", seconds / cells * 1000, "s", None, True),
        BenchResult(f"Rebuild, for 1,000 of {counts:,} protected counts", seconds / counts * 1000, "s", None, True),
    ]
