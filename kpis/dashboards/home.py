"""Homes of the steering group and the board, made from a release alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from edi_portal.clock import LONDON
from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.changes import CHANGE_WORDS, QUARTERS_APART, Change, change_of, detail_of, quarters_apart
from kpis.dashboards.completeness import Answered, level_rule, levels_of
from kpis.dashboards.exceptions import ExceptionRow, exceptions_of
from kpis.dashboards.figure_words import SYSTEM, is_total, value_text
from kpis.framework import KpiInForce
from kpis.models.releases import Release
from kpis.selectors.releases import Reading, ReleaseAsSeen, releases_up_to, returned_text

MOST_LISTED = 7


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One KPI of the whole system: pooled and median side by side, and what became of it."""

    kpi: KpiInForce
    pooled: Reading | None
    median: Reading | None
    change: Change

    @property
    def definition(self) -> KpiDefinition:
        """The KPI's definition."""
        return self.kpi.definition

    @property
    def workstream(self) -> str:
        """The title of its workstream; all lines of one stand together."""
        return WORKSTREAMS[self.definition.workstream]

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
    def reading(self) -> str:
        """The pooled figure against its target or accepted range."""
        if self.pooled is None or self.pooled.value is None:
            return "too_few"
        return "no_difference" if is_total(self.definition) else self.pooled.verdict

    @property
    def reading_word(self) -> str:
        """The word beside that mark."""
        if self.reading == "too_few" and self.pooled is not None and self.pooled.status == "incomplete_year":
            return "Incomplete year"
        if self.reading == "too_few":
            return "No pooled figure" if self.pooled is None else "Too few to tell"
        if self.reading == "no_difference":
            no_target = self.definition.target.kind == "none" or is_total(self.definition)
            return "No target" if no_target else "Inside its target"
        return self.reading.capitalize()

    @property
    def change_word(self) -> str:
        """The word beside the mark of the change."""
        return self.change.word

    @property
    def before_text(self) -> str:
        """The pooled figure of the window before."""
        return value_text(self.definition, self.change.before)

    @property
    def change_text(self) -> str:
        """Both figures of a claim: "Staff with unknown ethnicity: 7.4% a year earlier, 6.1% now"."""
        return f"{self.definition.short_name}: {self.change_levels}"

    @property
    def change_levels(self) -> str:
        """The figure of the window before, where there is one, and the figure now."""
        detail = detail_of(self.pooled)
        if self.before_text == self.pooled_text and {"since", "side"} <= detail.keys():
            # Rounded they look alike: the claim rests on a run of quarters, so that is what is said.
            return f"{self.pooled_text} now, {detail['side']} its mean since {Quarter.parse(detail['since']).label}"
        if self.change.before is None:
            return f"{self.pooled_text} now"
        when = "a year earlier" if quarters_apart(self.definition) == QUARTERS_APART else "two years earlier"
        return f"{self.before_text} {when}, {self.pooled_text} now"


@dataclass(frozen=True, slots=True)
class WorkstreamLine:
    """One workstream: can the data be trusted, and what do they say."""

    slug: str
    title: str
    domain: str
    data: Answered
    to_act_on: int
    figures: int
    change: str
    finding: str
    url: str

    @property
    def act_word(self) -> str:
        """How many of its figures are to act on."""
        return f"{self.to_act_on} of {self.figures}"

    @property
    def change_word(self) -> str:
        """The word beside the mark of the change."""
        return CHANGE_WORDS[self.change]


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
    rule: str


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
    rule: str


def system_lines(seen: ReleaseAsSeen) -> tuple[SystemLine, ...]:
    """The whole system on every KPI with a figure, each with its stored verdict over time. Two queries."""
    now = {(one.kpi_id, one.statistic): one for one in seen.headlines(level="system")}
    lines = []
    for kpi in seen.framework.kpis:
        pooled, median = now.get((kpi.kpi_id, "pooled")), now.get((kpi.kpi_id, "median"))
        if pooled is not None or median is not None:
            lines.append(SystemLine(kpi, pooled, median, change_of(pooled)))
    return tuple(lines)


def _claims(lines: Sequence[SystemLine], verdict: str) -> tuple[SystemLine, ...]:
    """The claims of one direction, the clearest first."""
    return tuple(sorted((line for line in lines if line.change.verdict == verdict), key=lambda line: -line.change.size))


def workstream_lines(seen: ReleaseAsSeen, lines: Sequence[SystemLine]) -> tuple[WorkstreamLine, ...]:
    """Of each workstream: can its data be trusted, how many figures are to act on, did they get better or worse."""
    levels = levels_of(seen)
    domains: dict[str, set[str]] = {}
    for kpi in seen.framework.kpis:
        domains.setdefault(kpi.definition.workstream, set()).add(kpi.definition.domain)
    found = []
    for slug, title in WORKSTREAMS.items():
        own = [line for line in lines if line.definition.workstream == slug]
        change, finding = _result(own)
        found.append(
            WorkstreamLine(
                slug,
                title,
                " and ".join(sorted(domains.get(slug, ()), reverse=True)).capitalize(),
                levels.get(slug, Answered()),
                sum(line.reading == "act" for line in own),
                sum(line.pooled is not None for line in own),
                change,
                finding,
                f"{reverse('kpis:list')}?workstream={slug}",
            )
        )
    return tuple(found)


def _result(lines: Sequence[SystemLine]) -> tuple[str, str]:
    """The change of a workstream and its clearest finding: worse before better, then what is to act on, then any figure."""
    for verdict in ("worse", "better"):
        claims = _claims(lines, verdict)
        if claims:
            return verdict, f"{claims[0].change_text} ({claims[0].definition.code})"
    change = "no_difference" if any(line.change.verdict == "no_difference" for line in lines) else "too_few"
    for line in sorted(lines, key=lambda one: one.reading != "act"):
        if line.pooled is not None and line.pooled.value is not None:
            return change, f"{line.definition.short_name}: {line.pooled_text} ({line.definition.code})"
    return change, "No figure of the whole system yet"


def steering_home(seen: ReleaseAsSeen) -> SteeringHome:
    """Exceptions first, then who is missing, then what changed."""
    release, missing = seen.release, seen.missing
    rows = exceptions_of(seen)
    lines = system_lines(seen)
    better, worse = _claims(lines, "better"), _claims(lines, "worse")
    new = sum(row.first for row in rows)
    facts = (
        {"label": "To act on", "value": str(len(rows)), "note": f"{new} new in this release"},
        {
            "label": "Returned",
            "value": returned_text(release).removesuffix(" returned"),
            "note": "none missing" if not missing else f"missing: {', '.join(missing[:2])}",
        },
        {"label": "Getting better", "value": str(len(better)), "note": f"KPIs of all {SYSTEM}, more than chance"},
        {"label": "Getting worse", "value": str(len(worse)), "note": f"KPIs of all {SYSTEM}, more than chance"},
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
        workstream_lines(seen, lines),
        tuple(releases_up_to(release)[1:4]),
        level_rule(),
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


def board_home(seen: ReleaseAsSeen, asked: Sequence[str] = ()) -> BoardHome:
    """The cover of six lines, then the workstreams, within the board's tier. `asked` is what waits for the board."""
    release, missing = seen.release, seen.missing
    lines = system_lines(seen)
    rows = exceptions_of(seen)
    workstreams = workstream_lines(seen, lines)
    full = sum(line.data.level == "full" for line in workstreams)
    overall = f"{len(release.returned)} of {len(release.due)} organisations returned and signed. "
    overall += f"{full} of {len(workstreams)} workstreams have full data."
    cover = (
        {"label": "Overall", "text": overall},
        {"label": "Better", "text": _claims_text(_claims(lines, "better"), "better")},
        {"label": "Worse", "text": _claims_text(_claims(lines, "worse"), "worse")},
        {"label": "To act on", "text": _act_text(lines, rows)},
        {"label": "Not known", "text": _not_known(missing, workstreams)},
        {"label": "Asked of you", "text": _asked_text(asked)},
    )
    published = f" · published {release.published_at.astimezone(LONDON):%-d %B %Y}" if release.published_at else ""
    return BoardHome(
        release,
        f"Release {release.number} · {release.quarter.months}{published}",
        cover,
        f"Signed by {len(release.returned)} executive sponsors. Published by two portal admins. "
        f"Fingerprint {release.fingerprint[:4]} {release.fingerprint[4:8]} {release.fingerprint[8:12]}.",
        workstreams,
        lines,
        tuple(releases_up_to(release)[1:4]),
        level_rule(),
    )


def _asked_text(asked: Sequence[str]) -> str:
    if not asked:
        return "Nothing is asked of the board at present."
    return f"{asked[0]}." + (f" And {len(asked) - 1} more." if len(asked) > 1 else "")


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
    system = [line.definition.code for line in lines if line.reading == "act"]
    said = []
    if system:
        are = "figures of the whole system are" if len(system) != 1 else "figure of the whole system is"
        said.append(f"{len(system)} {are} outside target or range: {_listed(system)}.")
    counted: dict[str, list[ExceptionRow]] = {}
    for row in rows:
        counted.setdefault(row.definition.short_name, []).append(row)
    if counted:
        name, most = max(counted.items(), key=lambda pair: len(pair[1]))
        said.append(f"{len(rows)} reading{'s' if len(rows) != 1 else ''} of organisations, most in {name} ({len(most)}).")
    return " ".join(said) or "Nothing outside its target by more than chance."


def _not_known(missing: Sequence[str], workstreams: Sequence[WorkstreamLine]) -> str:
    weak = [line.title for line in workstreams if line.data.level == "none"]
    said = []
    if missing:
        said.append(f"{_listed(missing)} did not return.")
    if weak:
        said.append(f"{_listed(weak, 2)}: no assured data yet.")
    return " ".join(said) or "Every organisation returned, and every workstream has data."
