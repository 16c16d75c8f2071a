"""Published releases as values for open data: the public tier alone. Never reads a return."""

from __future__ import annotations

from django.conf import settings

from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.catalogue.formulas import CountGroup, Share
from kpis.framework import KpiInForce
from kpis.models.releases import Release, ReleaseStatus
from kpis.open_data.catalogue import Listed
from kpis.open_data.packages import description
from kpis.open_data.tables import Definition, Due, Figure, OpenRelease
from kpis.selectors.public import as_everybody_sees, baseline
from kpis.selectors.releases import Member, Reading, readings_of, releases_of_readers


def open_release(release: Release, *, home: str, figures: bool = True) -> OpenRelease:
    """The release as open data; `home` is the portal's address without a slash at the end. Four queries.

    Without `figures` it only says what it is, for catalogues: no query at all.
    """
    seen = as_everybody_sees(release)
    kpis = {kpi.kpi_id: kpi for kpi in baseline(seen.framework)} if figures else {}
    members = seen.members if figures else ()
    slugs = {member.pk: member.slug for member in members}
    readings = readings_of(release, seen.tiers, kpi__in=list(kpis)) if figures else []
    quarter = release.quarter
    assert release.published_at is not None  # only published releases are read here
    return OpenRelease(
        number=release.number or 0,
        period=quarter.slug,
        label=quarter.label,
        first_day=quarter.first_day,
        last_day=quarter.last_day,
        revision=release.revision,
        current=release.status == ReleaseStatus.PUBLISHED,
        published_at=release.published_at,
        fingerprint=release.fingerprint,
        synthetic=release.synthetic,
        publisher=settings.PARTNERSHIP_NAME,
        home=home,
        figures=tuple(_figure(one, kpis[one.kpi_id], slugs) for one in readings),
        kpis=tuple(_definition(kpi) for kpi in kpis.values()),
        organisations=tuple(_due(member) for member in members),
    )


def listed_releases(*, home: str) -> list[Listed]:
    """Every published release as the catalogue names it, newest first. One query."""
    found = list(releases_of_readers())
    numbers = {release.pk: release.number for release in found}
    return [_listed(open_release(one, home=home, figures=False), numbers.get(one.revises_id or 0)) for one in found]


def _listed(one: OpenRelease, replaces: int | None) -> Listed:
    return Listed(
        one.number, one.title, description(one), one.base, one.first_day, one.last_day, one.published_at, replaces=replaces
    )


def _figure(one: Reading, kpi: KpiInForce, slugs: dict[int, str]) -> Figure:
    return Figure(
        kpi=kpi.definition.code,
        kpi_version=kpi.version_number,
        component=one.component,
        level=one.level,
        organisation=slugs.get(one.organisation_id or 0, ""),
        peer_group=one.peer_group,
        statistic=one.statistic,
        status=one.status,
        value=one.value,
        unit=kpi.definition.unit_of(one.component or None),
        low=one.low,
        high=one.high,
        numerator=one.numerator,
        denominator=one.denominator,
        reference_numerator=one.reference_numerator,
        reference_denominator=one.reference_denominator,
        word=one.word,
        reason=one.reason,
        verdict=one.verdict,
        over_time=one.over_time,
        contributing=one.contributing,
    )


def _definition(kpi: KpiInForce) -> Definition:
    one = kpi.definition
    return Definition(
        code=one.code,
        slug=one.slug,
        version=kpi.version_number,
        name=one.name,
        question=one.question,
        workstream=WORKSTREAMS[one.workstream],
        unit=one.unit,
        direction=one.direction,
        numerator=one.numerator,
        denominator=one.denominator,
        groups=one.groups,
        target=one.target.text,
        how_to_read=one.orientation,
        standard=one.standard,
        source=one.source,
        is_share=_counts_people(one),
        components={component.key: component.label for component in one.components},
        reviewed_on=one.reviewed_on,
    )


def _counts_people(one: KpiDefinition) -> bool:
    """Whether the headline and all parts are shares of counts."""
    formulas = (one.formula, *(component.formula for component in one.components))
    return all(isinstance(formula, Share) and isinstance(formula.group, CountGroup) for formula in formulas)


def _due(member: Member) -> Due:
    return Due(member.slug, member.name, member.kind, member.group, member.returned)
