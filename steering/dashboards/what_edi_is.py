"""The figures on the page "What EDI is": what the reader's own organisation, or the whole system, gains by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from kpis.selectors.releases import MARK_FIELDS, ReleaseAsSeen
from organisations.models import Organisation
from steering.models.efficiencies import Efficiency
from steering.selectors.efficiencies import frozen_years, own_totals
from steering.selectors.practice import adopted_counts, own_adoptions
from workforce.selectors.networks import network_counts
from workforce.selectors.posts import capacity_register


@dataclass(frozen=True, slots=True)
class Gain:
    """One figure with what it means and where it comes from."""

    label: str
    value: str
    note: str
    url: str


def gains_of(organisation: Organisation, seen: ReleaseAsSeen | None) -> tuple[Gain, ...]:
    """The own organisation's figures: released marks, and what its own registers say today."""
    return (*_released(seen, organisation.pk), *_registers(organisation))


def gains_of_system(seen: ReleaseAsSeen | None) -> tuple[Gain, ...]:
    """The same for the whole system: released marks, frozen efficiencies, practice taken up."""
    year = next(iter(frozen_years()), None)
    hours = year.content["hours"]["all"] if year is not None and year.content else None
    value = f"{Decimal(hours):,.0f} hours" if hours else "withheld" if year is not None else "not frozen yet"
    note = f"saved in {year.financial_year}, accepted by the group" if year is not None else "the first year waits for the group"
    return (
        *_released(seen, None),
        Gain("Effort no longer doubled", value, note, reverse("efficiencies:list")),
        Gain(
            "Practices taken up", f"{sum(adopted_counts().values())}", "notes adopted by organisations", reverse("practice:list")
        ),
    )


def _released(seen: ReleaseAsSeen | None, organisation: int | None) -> tuple[Gain, ...]:
    if seen is None:
        return ()
    level: dict[str, object] = {"level": "system", "statistic": "pooled"}
    if organisation is not None:
        level = {"organisation_id": organisation}
    rows = seen.headlines(columns=MARK_FIELDS, **level)
    better = sum(row.over_time == "better" for row in rows)
    act = sum(row.verdict == "act" for row in rows)
    url = reverse("kpis:list")
    return (
        Gain("Getting better", str(better), "KPIs, by more than chance, in the newest release", url),
        Gain("To act on", str(act), "KPIs outside their target or range, by more than chance", url),
    )


def _registers(organisation: Organisation) -> tuple[Gain, ...]:
    quarter = Quarter.containing(business_today())
    networks = network_counts(organisation, quarter)
    register = capacity_register(organisation)
    posts = register.counts(quarter).in_post if register.posts else None
    totals = own_totals(Efficiency.objects.filter(organisation=organisation, state="accepted"))
    hours = sum((hours for hours, _ in totals.values()), Decimal(0))
    pounds = sum(pounds for _, pounds in totals.values())
    adopted = sum(row.state == "adopted" for row in own_adoptions(organisation).values())
    return (
        Gain(
            "EDI staff in post",
            f"{posts:.2f} WTE" if posts is not None else "not in your register",
            "whole-time equivalents, from your register",
            reverse("edi-posts:list"),
        ),
        Gain(
            "Staff networks running",
            str(networks.running) if networks is not None else "not in your register",
            "with terms, chair and meetings, from your register",
            reverse("networks:list"),
        ),
        Gain("Efficiencies accepted", f"{hours:,.0f} hours, £{pounds:,}", "only you read this", reverse("efficiencies:list")),
        Gain("Practices taken up", str(adopted), "from other organisations and reviews", reverse("practice:list")),
    )
