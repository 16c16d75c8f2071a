"""For portal admins: releases that are being made, part by part, and what a release had to leave out."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from edi_portal.jobs.models import Job, JobStatus
from edi_portal.periods import Quarter
from kpis.models.definitions import Measure
from kpis.models.release_builds import ReleaseBuild
from kpis.models.releases import Release
from kpis.selectors.definitions import read_measure
from organisations.models import Organisation

# Keys of the jobs of a build begin so, with the build's own key after it.
KINDS = ("release_part", "join_release")


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """A release on its way. `now` is what the workers do, in words; `stopped` says why it cannot go on by itself."""

    heading: str
    done: int
    total: int
    now: str
    stopped: str


def builds_under_way() -> list[BuildProgress]:
    """Every release that is being made, oldest first. Joining the parts is the last step, so a build is never full before."""
    builds = (
        ReleaseBuild.objects.unfinished()
        .annotate(parts_total=Count("parts"), parts_done=Count("parts", filter=Q(parts__done_at__isnull=False)))
        .order_by("id")
        .values_list("pk", "collection__period", "parts_done", "parts_total")
    )
    doing: dict[int, list[str]] = defaultdict(list)
    failed: dict[int, list[str]] = defaultdict(list)
    jobs = Job.objects.filter(kind__in=KINDS, status__in=[JobStatus.RUNNING, JobStatus.FAILED]).order_by("id")
    for key, status, now, error in jobs.values_list("key", "status", "doing", "error"):
        build = int(key.split(":")[1])
        if status == JobStatus.FAILED:
            failed[build].append(error)
        elif now:
            doing[build].append(now)
    return [
        BuildProgress(
            heading=f"The release of {Quarter.parse(period).months} is being prepared",
            done=done,
            total=total + 1,
            now="; ".join(doing[pk]) or "Waiting for its turn",
            stopped=f"{failed[pk][0]} Try the job again on the page Jobs." if failed[pk] else "",
        )
        for pk, period, done, total in builds
    ]


def problems_of(release: Release) -> list[str]:
    """What was left out of a release because it could not be counted: whose, which answer, and why. Never an amount."""
    names = dict(
        Organisation.objects.filter(slug__in={one["organisation"] for one in release.problems}).values_list("slug", "short_name")
    )
    codes = {one["measure"] for one in release.problems}
    titles = {row.code: read_measure(row).title for row in Measure.objects.filter(code__in=codes)}
    return [
        f"{names.get(one['organisation'], one['organisation'])}: {titles.get(one['measure'], one['measure'])}, "
        f"{one['cell']} of {Quarter.parse(one['quarter']).label}, {one['why']}"
        for one in release.problems
    ]
