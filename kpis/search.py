"""What the search finds of KPIs (an organisation's own for those who may read it) and of the figures by ward."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.search.registry import Entry
from kpis.dashboards.catalogue import visible_kpis
from kpis.selectors.definitions import framework_for
from kpis.selectors.ward_packs import shown_indicators


def kpis_found_by(user: Any) -> Iterator[Entry]:
    """KPIs in force today with what they ask, never a figure. At most five queries."""
    page = "kpis:detail" if user.is_authenticated else "compendium:detail"
    reader = user if user.is_authenticated else AnonymousUser()
    for kpi in visible_kpis(reader, framework_for(Quarter.containing(business_today()))):
        one = kpi.definition
        words = f"{one.code.replace('-', ' ')} {one.short_name} {one.standard} {one.groups} {one.why_it_matters}"
        yield Entry(f"{one.code} {one.name}", one.question, reverse(page, args=[one.slug]), words)


def ward_indicators_found_by(user: Any) -> Iterator[Entry]:
    """Indicators of ward packs that are shown, the same for everybody. One query."""
    for one in shown_indicators():
        url = reverse("inequalities:detail", args=[one.code])
        yield Entry(one.title, f"By ward and deprivation, {one.period}", url, f"{one.code.replace('-', ' ')} {one.source}")
