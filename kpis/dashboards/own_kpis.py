"""Organisations' own KPIs: the question as it will be asked, the list of them, and what an adoption will do."""

from collections.abc import Collection as Several
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import refusals
from kpis.catalogue import KpiDefinition, Measure, kpi_from_dict, measure_from_dict
from kpis.catalogue.bespoke import BespokeDetails, Definition, bespoke_count, bespoke_likelihood, bespoke_share
from kpis.dashboards.catalogue import CLASS_WORDS, definition_facts
from kpis.dashboards.return_section import Typed, grid_of
from kpis.models.collections import Collection
from kpis.models.definitions import Kpi
from kpis.selectors.definitions import framework_for, read_kpi
from kpis.selectors.own_kpi_texts import open_to_others, subject_of, texts_of
from organisations.models import Organisation
from organisations.permissions import active_membership, can, organisations_with_right
from organisations.roles import Right

QUARTERS_AHEAD = 6
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Preview:
    """An own KPI before it is stored: its two definitions, the grid of its question and its facts in words."""

    measure: Definition
    kpi: Definition
    title: str
    help: str
    grid: dict[str, Any]
    facts: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class OwnKpi:
    """One own KPI in the list."""

    kpi: Kpi
    definition: KpiDefinition
    state: str
    review: str
    has_pages: bool
    may_adopt: bool
    may_change: bool
    may_ask_again: bool


def quarters_ahead(after: str = "") -> tuple[Quarter, ...]:
    """The quarters from which something new may hold: those whose collection has not opened, all after the period `after`."""
    newest = Collection.objects.opened().order_by("-period").values_list("period", flat=True).first()
    first = Quarter.parse(newest).next() if newest else Quarter.containing(business_today())
    if after and Quarter.parse(after) >= first:
        first = Quarter.parse(after).next()
    found = [first]
    while len(found) < QUARTERS_AHEAD:
        found.append(found[-1].next())
    return tuple(found)


def build_own_kpi(code: str, given: dict[str, Any], *, owner: str, today: date) -> tuple[Definition, Definition]:
    """Measure and KPI from the answers of the form. Raises DefinitionError when they do not fit together."""
    details = BespokeDetails(
        owner=f"EDI lead, {owner}",
        reviewed_on=today,
        next_review_on=today + A_YEAR,
        workstream=given["workstream"],
        domain=given["domain"],
        why_it_matters=given["why"],
        help=given["help"],
        contributor=given["contributor"],
        counts=given["counts"],
        sensitive=given["sensitive"] == "yes",
        flow=given["time"] == "flow",
        direction=given["direction"],
        target=given["target"],
        collected_in=tuple(sorted(int(number) for number in given["quarters"])),
    )
    name, question = given["name"], given["question"]
    if given["shape"] == "count":
        return bespoke_count(code, name, question, counted=given["numerator"], details=details)
    if given["shape"] == "share":
        return bespoke_share(
            code, name, question, numerator=given["numerator"], denominator=given["denominator"], details=details
        )
    return bespoke_likelihood(
        code,
        name,
        question,
        event=given["numerator"],
        base=given["denominator"],
        verb=given["verb"],
        reference=given["reference"],
        comparison=given["comparison"],
        over="reference",
        details=details,
    )


def preview_of(measure: Definition, kpi: Definition) -> Preview:
    """The question as the return will show it, and the definition in words."""
    asked: Measure = measure_from_dict(measure)
    return Preview(
        measure, kpi, asked.question, asked.help, grid_of(asked, {}, {}, Typed()), definition_facts(kpi_from_dict(kpi))
    )


def may_add(request: HttpRequest) -> bool:
    """Whether the role in use adds KPIs of its own organisation."""
    membership = active_membership(request)
    return membership is not None and can(request.user, Right.ADD_BESPOKE_KPI, membership.organisation)


def sees_own_kpis(request: HttpRequest) -> bool:
    """Whether the list of own KPIs is for this reader: those who add, adopt or manage them."""
    return may_add(request) or can(request.user, Right.ADOPT_KPI) or can(request.user, Right.MANAGE_COLLECTIONS)


def own_kpis(user: Any) -> tuple[OwnKpi, ...]:
    """Own KPIs that the reader may know of: those of the own organisation; all for those who adopt or manage them."""
    rows = Kpi.objects.filter(owner__isnull=False).select_related("owner").prefetch_related("versions").order_by("code")
    if not can(user, Right.ADOPT_KPI) and not can(user, Right.MANAGE_COLLECTIONS):
        rows = rows.filter(owner__in=organisations_with_right(user, Right.ADD_BESPOKE_KPI))
    found = list(rows)
    readable, refused = open_to_others([kpi.pk for kpi in found]), refusals(texts_of(found))
    if not can(user, Right.MANAGE_COLLECTIONS):
        found = [kpi for kpi in found if kpi.pk in readable or can(user, Right.ADD_BESPOKE_KPI, kpi.owner)]
    adopts, first = can(user, Right.ADOPT_KPI), quarters_ahead()[0]
    return tuple(
        OwnKpi(
            kpi,
            read_kpi(list(kpi.versions.all())[-1]),
            _state(kpi),
            _review(kpi, readable, refused),
            _was_asked(kpi),
            adopts and kpi.is_bespoke and not kpi.retired_from,
            may_change(user, kpi),
            may_ask_again(user, kpi, first),
        )
        for kpi in found
    )


def _review(kpi: Kpi, readable: Several[int], refused: Mapping[str, str]) -> str:
    """What keeps others from reading of it: the review of its text; empty when nothing does."""
    if kpi.pk in readable:
        return ""
    if (reason := refused.get(subject_of(kpi.code))) is not None:
        return f"Sent back by the reviewer: {reason}"
    return "Others read of it when its text is reviewed"


def _state(kpi: Kpi) -> str:
    if kpi.asked_until is not None:
        return f"Asked until {kpi.asked_until.label}" if _was_asked(kpi) else "Ended before it was asked"
    if kpi.adopted_from:
        return f"In the baseline from {Quarter.parse(kpi.adopted_from).label} on"
    return f"Asked from {Quarter.parse(list(kpi.versions.all())[0].from_period).label} on, of its owner alone"


def _was_asked(kpi: Kpi) -> bool:
    """Whether there is a quarter in which it is asked; only then it has pages."""
    return not kpi.retired_from or list(kpi.versions.all())[0].from_period < kpi.retired_from


def may_change(user: Any, kpi: Kpi) -> bool:
    """Whether the reader may add a version: the owner's lead while it is the owner's, a portal admin afterwards."""
    return can(user, Right.ADD_BESPOKE_KPI, kpi.owner) if kpi.is_bespoke else can(user, Right.MANAGE_COLLECTIONS)


def may_ask_again(user: Any, kpi: Kpi, first: Quarter) -> bool:
    """Whether the reader may undo its end. `first` is the first quarter whose collection has not opened."""
    return bool(kpi.retired_from) and Quarter.parse(kpi.retired_from) >= first and may_change(user, kpi)


def questions_ended(definition: KpiDefinition, quarter: Quarter) -> tuple[str, ...]:
    """The questions of a return that nobody is asked any more once this KPI has ended: no other is worked out from them."""
    framework, own = framework_for(quarter), {definition.code}
    users = {code: {one.definition.code for one in framework.kpis_of_measure(code)} for code in definition.measures()}
    return tuple(framework.measures[code].question for code, codes in users.items() if codes <= own)


def asked_of(definition: KpiDefinition, on: date) -> list[dict[str, str]]:
    """Of how many organisations of each kind a KPI is asked once it belongs to the baseline."""
    counts = {name: 0 for name in CLASS_WORDS}
    for organisation in Organisation.objects.in_footprint(on=on):
        counts[organisation.applicability_class] += 1
    words = {"required": "must answer", "voluntary": "may answer", "not_applicable": "are not asked"}
    return [{"key": CLASS_WORDS[name], "value": f"{counts[name]} {words[how]}"} for name, how in definition.applies_to.items()]
