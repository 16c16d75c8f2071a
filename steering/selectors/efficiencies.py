"""Questions about efficiencies: the owner's, those that wait for the group, those offered to others, and totals of years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from edi_portal.periods import Quarter
from organisations.models import Organisation
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from organisations.selectors.people import blocks
from steering.efficiencies import Claim, matching_first
from steering.models.efficiencies import Efficiency, EfficiencyYear, OrganisationChallenges


def efficiencies_of(user: Any) -> QuerySet[Efficiency]:
    """Those of the organisations whose registers this account may see whole, amounts and all. Withdrawn ones included."""
    own = organisations_with_right(user, Right.VIEW_REGISTERS)
    return Efficiency.objects.filter(organisation__in=own).select_related("organisation", "evidence")


def get_efficiency(user: Any, pk: int) -> Efficiency:
    """One of them; Http404 otherwise."""
    return get_object_or_404(efficiencies_of(user), pk=pk)


def for_others() -> QuerySet[Efficiency]:
    """What people outside the organisation may ever read of efficiencies: no hours, no pounds, no basis, no evidence file."""
    return Efficiency.objects.defer("hours", "pounds", "basis").select_related("organisation").exclude(state="withdrawn")


def waiting_for_the_group() -> QuerySet[Efficiency]:
    """Evidenced, and not yet decided."""
    return for_others().filter(state="evidenced").order_by("financial_year", "pk")


def offered_to(organisation: Organisation | None) -> list[Efficiency]:
    """What others did and offer, those of a challenge that this organisation has first. Two queries."""
    rows = for_others().filter(is_offered=True, state="accepted")
    if organisation is not None:
        rows = rows.exclude(organisation=organisation)
    found = {row.pk: row for row in rows}
    own = challenges_of(organisation) if organisation is not None else frozenset()
    return [found[key] for key in matching_first({key: row.challenge for key, row in found.items()}, own)]


def challenges_of(organisation: Organisation) -> frozenset[str]:
    """The challenges that the organisation says it has."""
    row = OrganisationChallenges.objects.filter(organisation=organisation).first()
    return frozenset(row.challenges) if row is not None else frozenset()


def own_totals(rows: Iterable[Efficiency]) -> dict[str, tuple[Decimal, int]]:
    """Financial year → hours and pounds of the own accepted efficiencies."""
    found: dict[str, list[Any]] = defaultdict(lambda: [Decimal(0), 0])
    for row in rows:
        if row.state == "accepted":
            found[row.financial_year][0] += row.hours
            found[row.financial_year][1] += row.pounds
    return {year: (hours, pounds) for year, (hours, pounds) in sorted(found.items(), reverse=True)}


def claims_of_year(year: str) -> list[Claim]:
    """What the accepted efficiencies of a year add; for the protection of totals alone."""
    rows = Efficiency.objects.filter(financial_year=year, state="accepted")
    found = rows.values_list("organisation__slug", "kind", "hours", "pounds")
    return [Claim(organisation, kind, hours, Decimal(pounds)) for organisation, kind, hours, pounds in found]


def readers_of_several() -> tuple[frozenset[str], ...]:
    """Sets of organisations whose amounts one account can read."""
    return blocks()


def frozen_years() -> QuerySet[EfficiencyYear]:
    """The years whose totals everybody may read, newest first."""
    return EfficiencyYear.objects.filter(frozen_at__isnull=False)


def proposed_years() -> QuerySet[EfficiencyYear]:
    """The years that wait for a second person."""
    return EfficiencyYear.objects.filter(frozen_at__isnull=True).select_related("proposed_by")


def years_to_propose(today: date) -> list[str]:
    """Years that are over, have accepted efficiencies, and were not proposed, oldest first. One query."""
    known = EfficiencyYear.objects.filter(financial_year=OuterRef("financial_year"))
    rows = Efficiency.objects.filter(~Exists(known), state="accepted")
    now = Quarter.containing(today).financial_year
    return sorted({year for year in rows.values_list("financial_year", flat=True) if year < now})
