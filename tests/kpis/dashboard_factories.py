"""Published releases for tests of dashboards, written row by row: every figure is what the test says."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from edi_portal.periods import Quarter
from kpis.models.collections import Collection
from kpis.models.definitions import Kpi, KpiVersion
from kpis.models.releases import Release, ReleasedFigure, ReleaseStatus
from organisations.models import Organisation


def published_release(
    period: str, number: int, due: Sequence[Organisation], *, missing: Sequence[Organisation] = (), synthetic: bool = True
) -> Release:
    """A published release of a closed collection."""
    quarter = Quarter.parse(period)
    now = timezone.now()
    collection, _ = Collection.objects.get_or_create(
        period=period,
        defaults={
            "opens_on": quarter.last_day + timedelta(days=1),
            "due_on": quarter.last_day + timedelta(days=31),
            "closes_at": now - timedelta(days=1),
        },
    )
    gone = {organisation.slug for organisation in missing}
    return Release.objects.create(
        collection=collection,
        number=number,
        status=ReleaseStatus.PUBLISHED,
        input_digest=f"{number:064d}",
        fingerprint=f"{number:064d}",
        policy={},
        catalogue_version="test",
        due=sorted(organisation.slug for organisation in due),
        returned=sorted(organisation.slug for organisation in due if organisation.slug not in gone),
        published_at=now,
        synthetic=synthetic,
    )


def number(value: float | str | None) -> Decimal | None:
    """A number as the database stores it."""
    return None if value is None else Decimal(str(value))


def figure(
    release: Release,
    code: str,
    where: Organisation | str | None = None,
    *,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
    verdict: str = "no_difference",
    status: str = "",
    tier: str = "public",
    statistic: str = "own",
    **fields: object,
) -> ReleasedFigure:
    """One figure: of an organisation, of a kind (its slug), or of the whole system."""
    kpi = Kpi.objects.get(code=code)
    version = KpiVersion.objects.filter(kpi=kpi).order_by("number").last()
    if isinstance(where, Organisation):
        subject: dict[str, object] = {"level": "organisation", "organisation": where}
    elif where:
        subject = {"level": "type", "peer_group": where}
    else:
        subject = {"level": "system"}
    return ReleasedFigure(
        release=release,
        kpi=kpi,
        kpi_version=version,
        tier=tier,
        statistic=statistic,
        status=status or ("shown" if value is not None else verdict),
        verdict=verdict,
        value=number(value),
        low=number(low),
        high=number(high),
        **subject,
        **fields,
    )


def write(*figures: ReleasedFigure) -> None:
    """Store figures."""
    ReleasedFigure.objects.bulk_create(figures)
