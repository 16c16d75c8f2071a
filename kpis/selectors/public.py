"""What everybody may read: the public tier of published releases and KPIs of the baseline, whoever asks.

Somebody with a wider role reads no more here: a public page, a file and what cites them say the same to all.
"""

from django.http import Http404

from kpis.framework import Framework, KpiInForce
from kpis.models.releases import Release
from kpis.selectors.releases import TIERS_OF, ReleaseAsSeen
from organisations.roles import Tier

EVERYBODY = TIERS_OF[Tier.PUBLIC]


def as_everybody_sees(release: Release) -> ReleaseAsSeen:
    """The release within the public tier."""
    return ReleaseAsSeen(release, EVERYBODY)


def baseline(framework: Framework) -> tuple[KpiInForce, ...]:
    """The KPIs that all organisations share; an organisation's own stay with it."""
    return tuple(kpi for kpi in framework.kpis if kpi.owner_id is None)


def public_kpi(framework: Framework, slug: str) -> KpiInForce:
    """The KPI of an address; Http404 when there is none in the baseline."""
    for kpi in baseline(framework):
        if kpi.definition.slug == slug:
            return kpi
    raise Http404
