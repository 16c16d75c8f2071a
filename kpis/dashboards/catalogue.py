"""The catalogue of KPIs: what is measured, found by words, and what its definition and its versions say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.figure_words import value_text
from kpis.dashboards.sentences import GOOD
from kpis.framework import Framework, KpiInForce
from kpis.models.definitions import KpiVersion
from kpis.models.releases import Release
from kpis.selectors.definitions import framework_for, read_kpi
from kpis.selectors.own_kpi_texts import open_to_others
from kpis.selectors.releases import Reading, readings_of
from organisations.permissions import can, keys_of_organisations_with_right
from organisations.roles import Right

CLASS_WORDS = {"trust": "Trusts", "ccg": "CCGs", "csu": "CSUs"}
APPLIES_WORDS = {"required": "required", "voluntary": "voluntary", "not_applicable": "not applicable"}
RULE_WORDS = {
    "quarter_end": "The last day of the quarter",
    "31_march": "31 March",
    "quarter_flow": "The quarter",
    "twelve_months": "The twelve months that end with the quarter",
    "twenty_four_months": "The twenty-four months that end with the quarter",
    "survey_year": "The survey year",
    "year": "The year",
}
CONFIDENCE_WORDS = {"CONFIRMED": "Confirmed", "PARTIAL": "Partly confirmed", "UNCONFIRMED": "Not confirmed"}


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One KPI in the list, with the newest released figure of the whole system."""

    definition: KpiDefinition
    pooled: str
    median: str
    bespoke: bool

    @property
    def asked(self) -> str:
        """In which quarters it is collected."""
        return collected_words(self.definition.collected_in)

    @property
    def applies(self) -> str:
        """To which kinds of organisation it applies."""
        return ", ".join(CLASS_WORDS[kind] for kind, how in self.definition.applies_to.items() if how != "not_applicable")


@dataclass(frozen=True, slots=True)
class CatalogueSection:
    """The KPIs of one workstream."""

    title: str
    rows: tuple[CatalogueRow, ...]


def quarter_in_force(release: Release | None) -> Quarter:
    """The quarter whose definitions a page shows: that of the release, or today's."""
    return release.quarter if release is not None else Quarter.containing(business_today())


def quarter_of_kpi(slug: str, quarter: Quarter) -> Quarter:
    """The quarter whose definition of a KPI a page shows: of one that begins later the first, of one that has ended the last."""
    rows = KpiVersion.objects.filter(kpi__slug=slug).order_by("number")
    found = rows.values_list("from_period", "kpi__retired_from").first()
    if found is None:
        return quarter
    first, ended = found
    begun = max(quarter, Quarter.parse(first))
    return min(begun, Quarter.parse(ended).previous()) if ended else begun


def visible_kpis(user: Any, framework: Framework) -> tuple[KpiInForce, ...]:
    """The baseline, and bespoke KPIs of the reader's own organisation; for those who may adopt KPIs also reviewed ones."""
    if all(kpi.owner_id is None for kpi in framework.kpis):
        return framework.kpis
    own = keys_of_organisations_with_right(user, Right.VIEW_RETURN)
    others = {kpi.kpi_id for kpi in framework.kpis if kpi.owner_id is not None and kpi.owner_id not in own}
    readable = open_to_others(others) if can(user, Right.ADOPT_KPI) else frozenset()
    return tuple(kpi for kpi in framework.kpis if kpi.owner_id is None or kpi.owner_id in own or kpi.kpi_id in readable)


def get_kpi(user: Any, framework: Framework, slug: str) -> KpiInForce:
    """The KPI of an address, if this person may know of it; Http404 otherwise."""
    for kpi in visible_kpis(user, framework):
        if kpi.definition.slug == slug:
            return kpi
    raise Http404


def sections_of(
    user: Any, release: Release | None, tiers: Sequence[str], *, words: str = "", workstream: str = "", domain: str = ""
) -> tuple[CatalogueSection, ...]:
    """The list by workstream, narrowed by words, workstream and domain."""
    framework = framework_for(quarter_in_force(release))
    wanted = [
        kpi
        for kpi in visible_kpis(user, framework)
        if matches(kpi.definition, words)
        and (not workstream or kpi.definition.workstream == workstream)
        and (not domain or kpi.definition.domain == domain)
    ]
    system: dict[tuple[int, str], Reading] = {}
    if release is not None:
        system = {(one.kpi_id, one.statistic): one for one in readings_of(release, tiers, component="", level="system")}
    sections = []
    for slug, title in WORKSTREAMS.items():
        rows = tuple(_row(kpi, system) for kpi in wanted if kpi.definition.workstream == slug)
        if rows:
            sections.append(CatalogueSection(title, rows))
    return tuple(sections)


def _row(kpi: KpiInForce, system: Mapping[tuple[int, str], Reading]) -> CatalogueRow:
    pooled, median = (system.get((kpi.kpi_id, statistic)) for statistic in ("pooled", "median"))
    return CatalogueRow(
        kpi.definition, value_text(kpi.definition, pooled), value_text(kpi.definition, median), kpi.owner_id is not None
    )


def matches(definition: KpiDefinition, words: str) -> bool:
    """Whether every word stands somewhere in the KPI's code, names, question, standard or groups."""
    text = " ".join(
        (definition.code, definition.name, definition.short_name, definition.question, definition.standard, definition.groups)
    ).casefold()
    return all(word in text for word in words.casefold().split())


def collected_words(quarters: Iterable[int]) -> str:
    """In which quarters something is collected: "every quarter", "Q4"."""
    found = tuple(quarters)
    return "every quarter" if found == (1, 2, 3, 4) else " and ".join(f"Q{number}" for number in found)


def definition_facts(definition: KpiDefinition) -> list[dict[str, str]]:
    """The definition as rows of a summary list."""
    applies = "; ".join(f"{CLASS_WORDS[kind]}: {APPLIES_WORDS[how]}" for kind, how in definition.applies_to.items())
    rows = [
        ("Question", definition.question),
        ("Why it matters", definition.why_it_matters),
        ("Standard", definition.standard),
        ("Workstream", f"{WORKSTREAMS[definition.workstream]} ({definition.domain})"),
        ("Numerator", definition.numerator),
        ("Denominator", definition.denominator),
        ("Groups", definition.groups),
        ("How to read it", definition.orientation),
        ("Direction of good", GOOD[definition.direction] or "Neither side is better."),
        ("Target", definition.target.text),
        ("Applies to", f"{applies}. {definition.applies_note}".strip() if definition.applies_note else applies),
        ("Collected in", collected_words(definition.collected_in).capitalize()),
        ("What a figure covers", RULE_WORDS[definition.snapshot_rule]),
        ("Parts shown beside it", ", ".join(component.label for component in definition.components)),
        ("Source of the definition", definition.source),
        ("Where the data comes from", definition.data_source),
        ("How sure we are of the definition", f"{CONFIDENCE_WORDS[definition.confidence]}. {definition.confidence_note}"),
        ("Owner", definition.owner),
        ("Reviewed", f"{definition.reviewed_on:%-d %B %Y}"),
        ("Next review", f"{definition.next_review_on:%-d %B %Y}"),
        ("Notes", definition.notes),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a definition and what it changed."""

    number: int
    from_period: str
    note: str
    changed: tuple[dict[str, str], ...]


def versions_of(kpi_id: int) -> tuple[VersionRow, ...]:
    """Every version, newest first, with the lines that differ from the one before."""
    rows = []
    before: dict[str, str] | None = None
    for version in KpiVersion.objects.filter(kpi=kpi_id).order_by("number"):
        facts = {fact["key"]: fact["value"] for fact in definition_facts(read_kpi(version))}
        changed = () if before is None else tuple(_changes(before, facts))
        rows.append(VersionRow(version.number, Quarter.parse(version.from_period).label, version.note, changed))
        before = facts
    return tuple(reversed(rows))


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[dict[str, str]]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key, "") != after.get(key, ""):
            yield {"key": key, "was": before.get(key, "") or "not said", "now": after.get(key, "") or "not said"}
