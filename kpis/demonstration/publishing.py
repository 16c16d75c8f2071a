"""Releases of the demonstration, published as two portal admins would have done, and numbered by period."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.periods import Quarter, quarters_between
from kpis.demonstration import stories
from kpis.demonstration.footprint import demonstration_accounts
from kpis.demonstration.profile import FIRST_QUARTER
from kpis.demonstration.timetable import published_at
from kpis.models.collections import Collection
from kpis.models.definitions import Kpi
from kpis.models.releases import Release, ReleasedFigure, ReleaseStatus
from kpis.models.returns import KpiReturn
from kpis.services.releases import prepare_release

Say = Callable[[str], None]
Progress = Callable[[int, str], None]


def closed_quarters() -> tuple[Quarter, ...]:
    """The quarters that have a release, oldest first; a release's number is its place among them."""
    return quarters_between(FIRST_QUARTER, stories.NEWEST_CLOSED)


def publish_period(quarter: Quarter, *, progress: Progress = lambda percent, doing: None) -> Release:
    """Prepare the release of a closed quarter and publish it under the number of its period; once."""
    collection = Collection.objects.get(period=quarter.slug)
    published = Release.objects.current().filter(collection=collection).first()
    if published is not None:
        return published
    release = prepare_release(collection=collection, progress=progress)
    progress(95, "Publishing the release")
    return _publish(release, number=closed_quarters().index(quarter) + 1)


@transaction.atomic
def _publish(release: Release, *, number: int) -> Release:
    """As two portal admins would have done it at the time: one proposed, the other confirmed."""
    accounts = demonstration_accounts()
    moment = published_at(release.collection.closes_at)
    release.status, release.number = ReleaseStatus.PUBLISHED, number
    release.proposed_by, release.proposed_at = accounts.admins[0], moment.replace(hour=9)
    release.published_by, release.published_at = accounts.admins[1], moment
    release.save(update_fields=["status", "number", "proposed_by", "proposed_at", "published_by", "published_at"])
    details = {"period": release.collection.period}
    record(action="release.published", by=accounts.admins[1], subject=f"release:{number}", details=details)
    return release


def publish_newest(*, say: Say) -> Release:
    """The newest release, before the first page is shown."""
    return publish_period(stories.NEWEST_CLOSED, progress=lambda percent, doing: say(f"Newest release, {percent}%: {doing}"))


def summary() -> str:
    """One line of what there is, counted from the database."""
    current = Release.objects.current()
    figures = ReleasedFigure.objects.filter(release__in=current)
    shown = figures.filter(status="shown").count()
    withheld = figures.filter(status__in=["withheld", "too_few"]).count()
    organisations = KpiReturn.objects.order_by().values("organisation").distinct().count()
    ready, wanted = current.count(), len(closed_quarters())
    releases = f"{wanted} releases" if ready == wanted else f"{ready} of {wanted} releases ready"
    kpis = Kpi.objects.filter(owner=None).count()
    return f"{organisations} organisations, {kpis} KPIs, {releases}, {shown:,} figures shown, {withheld:,} withheld"
