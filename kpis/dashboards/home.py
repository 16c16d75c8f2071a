"""Homes of those who read releases: steering group, board and Healthwatch. Nothing here knows a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.changes import QUARTERS_APART, Change, change_between, quarters_apart
from kpis.dashboards.completeness import LEVEL_RULE, Answered, levels_of
from kpis.dashboards.exceptions import ExceptionRow, exceptions_of
from kpis.dashboards.figure_words import NUMBERLESS_UNITS, SYSTEM, value_text
from kpis.framework import KpiInForce
from kpis.models.releases import Release
from kpis.selectors.definitions import framework_for
from kpis.selectors.releases import (
    Member,
    Reading,
    headlines_of,
    members_of,
    release_of_quarter,
    releases_up_to,
    returned_text,
)
from organisations.models import OrganisationPlace, Place

PATIENT_SIDE = ("patient-participation", "health-inequalities", "quality-risk-assurance")
MOST_LISTED = 7


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One KPI of the whole system: pooled and median side by side, and what became of it within a year."""

    kpi: KpiInForce
    pooled: Reading | None
    median: Reading | None
    change: Change

    @property
    def definition(self) -> KpiDefinition:
        """The KPI's definition."""
        return self.kpi.definition

    @property
    def url(self) -> str:
        """The KPI's page."""
        return reverse("kpis:detail", args=[self.definition.slug])

    @property
    def pooled_text(self) -> str:
        """The pooled figure."""
        return value_text(self.definition, self.pooled)

    @property
    def median_text(self) -> str:
        """The median of organisations."""
        return value_text(self.definition, self.median)

    @property
    def verdict(self) -> str:
        """One mark for the line: to act on before a change, a change before none; too few where no change can be told."""
        if self.pooled is not None and self.pooled.verdict in {"act", "watch"}:
            return self.pooled.verdict
        return self.change.verdict

    @property
    def words(self) -> str:
        """The word beside the mark."""
        own = {"act": "Act", "watch": "Watch", "no_difference": "No real change", "too_few": "Too early to tell"}
        return own.get(self.verdict, self.verdict.capitalize())

    @property
    def before_text(self) -> str:
        """The pooled figure of the window before."""
        return value_text(self.definition, self.change.before)

    @property
    def change_text(self) -> str:
        """Both figures of a claim: "Staff with unknown ethnicity: 7.4% a year earlier, 6.1% now"."""
        when = "a year earlier" if quarters_apart(self.definition) == QUARTERS_APART else "two years earlier"
        return f"{self.definition.short_name}: {self.before_text} {when}, {self.pooled_text} now"


@dataclass(frozen=True, slots=True)
class WorkstreamLine:
    """One workstream: can the data be trusted, and what do they say."""

    slug: str
    title: str
    domain: str
    data: Answered
    verdict: str
    word: str
    finding: str
    url: str


@dataclass(frozen=True, slots=True)
class SteeringHome:
    """What is waiting for a member of the steering group."""

    release: Release
    facts: tuple[dict[str, str], ...]
    exceptions: tuple[dict[str, str], ...]
    exception_count: int
    new_count: int
    better: tuple[SystemLine, ...]
    worse: tuple[SystemLine, ...]
    missing: tuple[str, ...]
    workstreams: tuple[WorkstreamLine, ...]
    releases: tuple[Release, ...]
    rule: str = LEVEL_RULE


@dataclass(frozen=True, slots=True)
class BoardHome:
    """The board's tier on one page."""

    release: Release
    caption: str
    lines: tuple[dict[str, str], ...]
    note: str
    workstreams: tuple[WorkstreamLine, ...]
    system: tuple[SystemLine, ...]
    releases: tuple[Release, ...]
    rule: str = LEVEL_RULE


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One KPI of one organisation of the place."""

    definition: KpiDefinition
    member: Member
    reading: Reading

    @property
    def url(self) -> str:
        """The KPI's page with the organisation marked."""
        return f"{reverse('kpis:detail', args=[self.definition.slug])}?organisation={self.member.slug}"

    @property
    def value(self) -> str:
        """The figure in its unit."""
        return value_text(self.definition, self.reading)


@dataclass(frozen=True, slots=True)
class PlaceHome:
    """The public tier for one place, patients' side first."""

    release: Release
    place: Place
    members: tuple[Member, ...]
    patient_side: tuple[SystemLine, ...]
    others: tuple[SystemLine, ...]
    rows: tuple[PlaceRow, ...]


def system_lines(release: Release, tiers: Sequence[str]) -> tuple[SystemLine, ...]:
    """The whole system on every KPI with a figure, each with its change within a year. Four queries."""
    framework = framework_for(release.quarter)
    now = {(one.kpi_id, one.statistic): one for one in headlines_of(release, tiers, level="system")}
    before: dict[int, dict[tuple[int, str], Reading]] = {}
    for apart in (QUARTERS_APART, 2 * QUARTERS_APART):
        earlier = release_of_quarter(release.quarter.previous(apart))
        found = headlines_of(earlier, tiers, level="system") if earlier is not None else []
        before[apart] = {(one.kpi_id, one.statistic): one for one in found}
    lines = []
    for kpi in framework.kpis:
        pooled, median = now.get((kpi.kpi_id, "pooled")), now.get((kpi.kpi_id, "median"))
        if pooled is None and median is None:
            continue
        was = before[quarters_apart(kpi.definition)].get((kpi.kpi_id, "pooled"))
        lines.append(SystemLine(kpi, pooled, median, change_between(kpi.definition, was, pooled)))
    return tuple(lines)


def _claims(lines: Sequence[SystemLine], verdict: str) -> tuple[SystemLine, ...]:
    """The claims of one direction, the clearest first."""
    return tuple(sorted((line for line in lines if line.change.verdict == verdict), key=lambda line: -line.change.size))


def workstream_lines(release: Release, lines: Sequence[SystemLine]) -> tuple[WorkstreamLine, ...]:
    """Data and result of each workstream: to act on before worse, worse before better, better before no real change."""
    levels = levels_of(release)
    found = []
    for slug, title in WORKSTREAMS.items():
        own = [line for line in lines if line.definition.workstream == slug]
        verdict, word, finding = _result(own)
        domains = sorted(
            {kpi.definition.domain for kpi in framework_for(release.quarter).kpis if kpi.definition.workstream == slug}
        )
        found.append(
            WorkstreamLine(
                slug,
                title,
                " and ".join(domains).capitalize(),
                levels.get(slug, Answered()),
                verdict,
                word,
                finding,
                f"{reverse('kpis:list')}?workstream={slug}",
            )
        )
    return tuple(found)


def _result(lines: Sequence[SystemLine]) -> tuple[str, str, str]:
    for verdict in ("act", "worse", "better"):
        for line in sorted(lines, key=lambda one: -one.change.size):
            if line.verdict == verdict:
                text = line.change_text if line.change.is_claim else f"{line.definition.short_name}: {line.pooled_text}"
                return verdict, line.words, f"{text} ({line.definition.code})"
    known = next((line for line in lines if line.definition.unit not in NUMBERLESS_UNITS), None)
    if known is None:
        return "too_few", "Too early to tell", "No figure of the whole system yet"
    shown = f"{known.pooled_text} pooled" if known.pooled is not None else f"median {known.median_text}"
    text = f"{known.definition.short_name}: {shown} ({known.definition.code})"
    can_tell = any(line.change.verdict == "no_difference" for line in lines)
    return ("no_difference", "No real change", text) if can_tell else ("too_few", "Too early to tell", text)


def steering_home(release: Release, tiers: Sequence[str]) -> SteeringHome:
    """Exceptions first, then who is missing, then what changed."""
    rows = exceptions_of(release, tiers)
    lines = system_lines(release, tiers)
    missing = tuple(member.name for member in members_of(release) if not member.returned)
    better, worse = _claims(lines, "better"), _claims(lines, "worse")
    new = sum(row.first for row in rows)
    facts = (
        {"label": "To act on", "value": str(len(rows)), "note": f"{new} new in this release"},
        {
            "label": "Returned",
            "value": returned_text(release).removesuffix(" returned"),
            "note": "none missing" if not missing else f"missing: {', '.join(missing[:2])}",
        },
        {"label": "Better than a year ago", "value": str(len(better)), "note": f"KPIs of all {SYSTEM}, more than chance"},
        {"label": "Worse than a year ago", "value": str(len(worse)), "note": f"KPIs of all {SYSTEM}, more than chance"},
        {
            "label": "Release",
            "value": str(release.number),
            "note": f"{release.quarter.label}, {'provisional' if missing else 'final'}",
        },
    )
    return SteeringHome(
        release,
        facts,
        _by_kpi(rows),
        len(rows),
        new,
        better,
        worse,
        missing,
        workstream_lines(release, lines),
        tuple(releases_up_to(release)[1:4]),
    )


def _by_kpi(rows: Sequence[ExceptionRow]) -> tuple[dict[str, str], ...]:
    """The KPIs with most readings to act on as rows of a task list; within the same number in the order of the workstreams."""
    tally: dict[str, list[ExceptionRow]] = {}
    for row in rows:
        tally.setdefault(row.definition.code, []).append(row)
    ordered = sorted(tally.values(), key=len, reverse=True)[:MOST_LISTED]
    tasks = []
    for found in ordered:
        definition = found[0].definition
        new = sum(row.first for row in found)
        names = ", ".join(row.member.name for row in found[:3])
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        task = {
            "title": f"{definition.short_name} ({definition.code})",
            "url": reverse("kpis:detail", args=[definition.slug]),
            "hint": f"{names}{more}",
            "status": f"{len(found)} to act on",
        }
        tasks.append(task | ({"tag": f"{len(found)} to act on, {new} new", "colour": "orange"} if new else {}))
    return tuple(tasks)


def board_home(release: Release, tiers: Sequence[str]) -> BoardHome:
    """The cover of six lines, then the workstreams, within the board's tier."""
    lines = system_lines(release, tiers)
    rows = exceptions_of(release, tiers)
    workstreams = workstream_lines(release, lines)
    missing = [member.name for member in members_of(release) if not member.returned]
    full = sum(line.data.level == "full" for line in workstreams)
    overall = f"{len(release.returned)} of {len(release.due)} organisations returned and signed. "
    overall += f"{full} of {len(workstreams)} workstreams have full data."
    cover = (
        {"label": "Overall", "text": overall},
        {"label": "Better", "text": _claims_text(_claims(lines, "better"), "better")},
        {"label": "Worse", "text": _claims_text(_claims(lines, "worse"), "worse")},
        {"label": "To act on", "text": _act_text(lines, rows)},
        {"label": "Not known", "text": _not_known(missing, workstreams)},
        {"label": "Asked of you", "text": "Nothing is asked of the board in this release."},
    )
    published = f" · published {release.published_at:%-d %B %Y}" if release.published_at else ""
    return BoardHome(
        release,
        f"Release {release.number} · {release.quarter.months}{published}",
        cover,
        f"Signed by {len(release.returned)} executive sponsors. Published by two portal admins. "
        f"Fingerprint {release.fingerprint[:4]} {release.fingerprint[4:8]} {release.fingerprint[8:12]}.",
        workstreams,
        lines,
        tuple(releases_up_to(release)[1:4]),
    )


def _claims_text(lines: Sequence[SystemLine], word: str) -> str:
    if not lines:
        return "Nothing by more than chance."
    text = f"{lines[0].change_text}, {word} by more than chance."
    others = [line.definition.code for line in lines[1:]]
    return f"{text} Also {_listed(others)}." if others else text


def _listed(codes: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(codes[:most])
    return f"{shown} and {len(codes) - most} more" if len(codes) > most else shown


def _act_text(lines: Sequence[SystemLine], rows: Sequence[ExceptionRow]) -> str:
    system = [line for line in lines if line.verdict == "act"]
    counted: dict[str, list[ExceptionRow]] = {}
    for row in rows:
        counted.setdefault(row.definition.code, []).append(row)
    said = []
    if system:
        text = f"{system[0].definition.short_name}: {system[0].pooled_text} across {SYSTEM}, outside its target or range."
        others = [line.definition.code for line in system[1:]]
        said.append(f"{text} Also {_listed(others)}." if others else text)
    if counted:
        most = max(counted.values(), key=len)
        definition = most[0].definition
        number = f"{len(most)} organisation{'s' if len(most) != 1 else ''}"
        said.append(f"{definition.short_name}: {number} to act on, most of all KPIs that name organisations to you.")
    return " ".join(said) or "Nothing outside its target by more than chance."


def _not_known(missing: Sequence[str], workstreams: Sequence[WorkstreamLine]) -> str:
    weak = [line.title for line in workstreams if line.data.level == "none"]
    said = []
    if missing:
        said.append(f"{_listed(missing)} did not return.")
    if weak:
        said.append(f"{_listed(weak, 2)}: no assured data yet.")
    return " ".join(said) or "Every organisation returned, and every workstream has data."


def place_home(release: Release, tiers: Sequence[str], place: Place) -> PlaceHome:
    """The organisations of a place and what the public tier says of them; rows of the patients' side come first."""
    pks = set(OrganisationPlace.objects.filter(place=place).values_list("organisation_id", flat=True))
    members = tuple(member for member in members_of(release) if member.pk in pks)
    by_pk = {member.pk: member for member in members}
    lines = system_lines(release, tiers)
    definitions = {kpi.kpi_id: kpi.definition for kpi in framework_for(release.quarter).kpis}
    rows = [
        PlaceRow(definitions[one.kpi_id], by_pk[one.organisation_id], one)
        for one in headlines_of(release, tiers, level="organisation", organisation__in=list(by_pk))
        if one.organisation_id in by_pk and one.kpi_id in definitions and one.verdict != "not_applicable"
    ]
    order = {slug: place for place, slug in enumerate((*PATIENT_SIDE, *WORKSTREAMS))}
    rows.sort(key=lambda row: (order[row.definition.workstream], row.definition.code, row.member.name.casefold()))
    return PlaceHome(
        release,
        place,
        members,
        tuple(line for line in lines if line.definition.workstream in PATIENT_SIDE),
        tuple(line for line in lines if line.definition.workstream not in PATIENT_SIDE),
        tuple(rows),
    )
