"""The chapters of the assurance report, each from the release in the board's tier: what moved, what is missing, who owns it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from edi_portal.charts.numbers import plural
from edi_portal.charts.verdicts import verdict_for
from edi_portal.disclosure.policy import Policy
from edi_portal.papers.content import Block, Bullets, Heading, Paragraph, Table
from edi_portal.papers.figures import figure_of_chart
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.changes import icons_in_words
from kpis.dashboards.exceptions import ExceptionRow, alarms_expected
from kpis.dashboards.figure_words import DASH, counts_of, interval_words, target_words
from kpis.dashboards.home import SystemLine, WorkstreamLine
from kpis.dashboards.kpi_page import page_of
from kpis.selectors.releases import MARK_FIELDS, ReleaseAsSeen
from steering.dashboards.outcomes import NO_FIGURE, Progress, ProgressLine
from steering.reports.inputs import EVERYWHERE, OutcomeSaid, WaiverSaid

NOBODY = "Nobody yet"
CHARTS_OF_EXCEPTIONS, CHARTS_OVER_TIME = 2, 2


def _claims(lines: Iterable[SystemLine], verdict: str) -> list[SystemLine]:
    return sorted((line for line in lines if line.change.verdict == verdict), key=lambda line: -line.change.size)


def _moved(lines: Iterable[SystemLine], caption: str) -> Table:
    rows = tuple((_named(line.definition), line.before_text, line.pooled_text, line.change_word) for line in lines)
    columns = ("KPI, all organisations together", "Window before", "Now", "Verdict over time")
    return Table(caption, columns, rows, (1, 2), name=caption, widths=(6, 2, 2, 3))


def highlights(lines: Sequence[SystemLine]) -> list[Block]:
    """What got better by more than chance, by the stored verdict and no other."""
    better = _claims(lines, "better")
    start: list[Block] = [Heading("Highlights")]
    if not better:
        return [*start, Paragraph("No figure of the whole system got better by more than chance.")]
    return [*start, _moved(better, "Better, by more than chance")]


def concerns(lines: Sequence[SystemLine]) -> list[Block]:
    """What got worse by more than chance, and what lies outside its target."""
    worse, outside = _claims(lines, "worse"), [line for line in lines if line.reading == "act"]
    blocks: list[Block] = [Heading("Concerns")]
    blocks.append(
        _moved(worse, "Worse, by more than chance")
        if worse
        else Paragraph("No figure of the whole system got worse by more than chance.")
    )
    if outside:
        rows = tuple(
            (
                _named(line.definition),
                line.pooled_text,
                interval_words(line.definition, line.pooled) or DASH,
                target_words(line.definition),
            )
            for line in outside
        )
        columns = ("KPI, all organisations together", "Figure", "95% interval", "Target or accepted range")
        blocks.append(
            Table("Outside target or range, by more than chance", columns, rows, (1, 2), "Outside target", (5, 2, 3, 3))
        )
    else:
        blocks.append(Paragraph("No figure of the whole system lies outside its target or range by more than chance."))
    return blocks


def movers(seen: ReleaseAsSeen) -> list[Block]:
    """Organisations whose figure moved and passed the test that is stored with it; nothing else counts as a move."""
    names = {member.pk: member.name for member in seen.members}
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: {"better": [], "worse": []})
    for reading in seen.headlines(columns=MARK_FIELDS, level="organisation", over_time__in=["better", "worse"]):
        if reading.organisation_id in names:
            found[reading.kpi_id][reading.over_time].append(names[reading.organisation_id])
    rows = tuple(
        (
            _named(kpi.definition),
            *_sides(found[kpi.kpi_id]),
        )
        for kpi in seen.framework.kpis
        if kpi.kpi_id in found
    )
    start: list[Block] = [Heading("Organisations that moved")]
    if not rows:
        return [*start, Paragraph("No organisation's figure in the board's tier moved by more than chance.")]
    say = "Only moves that the stored test calls more than chance. Organisations stand by name, not by size of the move."
    return [
        *start,
        Paragraph(say),
        Table("Organisations whose figures moved", ("KPI", "Better", "Worse"), rows, name="Movers", widths=(4, 4, 4)),
    ]


def _named(definition: KpiDefinition) -> str:
    return f"{definition.code} {definition.short_name}"


def _sides(names: Mapping[str, list[str]]) -> tuple[str, str]:
    return _listed(names["better"]), _listed(names["worse"])


def _listed(names: list[str]) -> str:
    return ", ".join(sorted(names, key=str.casefold)) or DASH


def gaps(seen: ReleaseAsSeen, workstreams: Iterable[WorkstreamLine]) -> list[Block]:
    """What is not known: who did not return, which data cannot be relied on, what is withheld and why."""
    tally = Counter(one.verdict for one in seen.headlines(columns=MARK_FIELDS, level="organisation") if one.value is None)
    missing = ", ".join(seen.missing)
    weak = [line.title for line in workstreams if line.data.level != "full"]
    old = [line.title for line in workstreams if line.data.outdated]
    items = [f"Did not return: {missing}." if missing else "Every organisation returned."]
    items.append(f"Data not full: {'; '.join(weak)}." if weak else "The data of every workstream are full.")
    if old:
        items.append(f"Figures older than one period: {'; '.join(old)}.")
    items += [
        f"{verdict_for(code).word}: {plural(tally[code], 'figure')} of organisations ({verdict_for(code).meaning})."
        for code in ("withheld", "too_few", "not_returned", "not_available")
        if tally[code]
    ]
    return [Heading("Gaps in the data"), Bullets(tuple(items))]


def exceptions(seen: ReleaseAsSeen, rows: Sequence[ExceptionRow], owners: Mapping[str, str]) -> list[Block]:
    """Readings to act on with who answers for them; by KPI, then by name."""
    start: list[Block] = [Heading("Exceptions and who owns them")]
    if not rows:
        return [*start, Paragraph("No reading of an organisation in the board's tier needs action.")]
    owned = [_owner(row, owners) for row in rows]
    without = owned.count(NOBODY)
    body = tuple(
        (
            _named(row.definition),
            row.member.name,
            f"{row.value} ({row.interval})" if row.interval else row.value,
            row.against,
            row.since_text,
            owner,
        )
        for row, owner in zip(rows, owned, strict=True)
    )
    said = f"{plural(len(rows), 'reading needs', 'readings need')} action. " + (
        f"{plural(without, 'reading has', 'readings have')} no owner yet." if without else "Every one has an owner."
    )
    columns = ("KPI", "Organisation", "Figure (95% interval)", "Against", "Since", "Owner")
    table = Table("Readings that need action", columns, body, name="Exceptions", widths=(4, 4, 4, 4, 3, 4))
    alarms = alarms_expected(seen)
    return [*start, Paragraph(said), *([Paragraph(alarms)] if alarms else []), table]


def _owner(row: ExceptionRow, owners: Mapping[str, str]) -> str:
    code = row.definition.code.upper()
    return owners.get(f"{code}/{row.member.slug}") or owners.get(f"{code}/{EVERYWHERE}") or NOBODY


def charts(seen: ReleaseAsSeen, lines: Sequence[SystemLine], rows: Sequence[ExceptionRow]) -> list[Block]:
    """The charts of the pages behind the main findings: who differs where most are to act on, and what changed over time."""
    kpis = {kpi.definition.code: kpi for kpi in seen.framework.kpis}
    counted = Counter(row.definition.code for row in rows)
    differ = [code for code, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))][:CHARTS_OF_EXCEPTIONS]
    moved = [line.definition.code for line in (*_claims(lines, "worse"), *_claims(lines, "better"))][:CHARTS_OVER_TIME]
    blocks: list[Block] = []
    for code in dict.fromkeys((*differ, *moved)):
        page = page_of(seen, kpis[code].kpi_id, kpis[code].definition)
        drawn = [] if page is None else [page.organisations if code in differ else None, page.time if code in moved else None]
        found = [chart for chart in drawn if chart is not None and chart.sentence.strip()]
        if found:
            blocks.append(Heading(f"{code} {kpis[code].definition.short_name}", 2))
            blocks += [figure_of_chart(chart) for chart in found]
    return [Heading("The main findings as charts"), *blocks] if blocks else []


def outcomes(found: Sequence[Progress], said: Mapping[str, OutcomeSaid]) -> list[Block]:
    """The five planned outcomes as on their page: progress by stored verdicts alone, or why it is too early to tell."""
    rows = []
    for one in found:
        words = said.get(str(one.plan.number), OutcomeSaid(one.plan.title))
        figures = [_measured(line) for line in one.lines if line.now is not None]
        told = [*([words.fact] if words.fact else []), "; ".join(figures)]
        measured = " ".join(text for text in told if text) or "No released figure measures it yet."
        rows.append((f"{one.plan.number}. {words.title}", one.verdict[1], measured))
    return [
        Heading("Planned outcomes"),
        Paragraph("Progress is the stored verdict over time of the figures named. It says “too early to tell” where it is."),
        Table("The five planned outcomes", ("Outcome", "Progress", "Measured by"), tuple(rows), (), "Outcomes", (4, 2, 6)),
        *_breaks(found),
    ]


def _measured(line: ProgressLine) -> str:
    start = (
        f", {line.before_text} in {line.baseline.label}" if line.baseline is not None and line.before_text != NO_FIGURE else ""
    )
    when = f" in {line.now.label}" if line.now is not None else ""
    return f"{line.definition.short_name} {line.now_text}{when}{start} ({line.definition.code})"


def _breaks(found: Sequence[Progress]) -> list[Block]:
    """Where a method changed after the baseline: each sentence once, with the KPIs that it is about."""
    notes: dict[str, list[str]] = {}
    for one in found:
        for line in one.lines:
            if line.broken:
                notes.setdefault(line.broken, []).append(line.definition.code)
    return [Paragraph(f"{words} ({', '.join(codes)})") for words, codes in notes.items()]


def efficiencies(lines: Sequence[str]) -> list[Block]:
    """What working together saved, where it is accepted and frozen."""
    if not lines:
        return [
            Heading("Efficiencies"),
            Paragraph("No efficiencies of a whole year are accepted and frozen yet."),
        ]
    return [Heading("Efficiencies"), Bullets(tuple(lines))]


def duties(lines: Sequence[str]) -> list[Block]:
    """What law and contract ask to publish: how many organisations are late, none named. Older reports have no such chapter."""
    return [Heading("Duties to publish"), Bullets(tuple(lines))] if lines else []


def waivers(rows: Sequence[WaiverSaid]) -> list[Block]:
    """Rules that are set aside: openly, with the reason and the last day."""
    if not rows:
        return [Heading("Waivers in force"), Paragraph("No rule of a return is set aside anywhere.")]
    body = tuple((row.organisation, f"{row.rule}: {row.question}", row.reason, row.until) for row in rows)
    columns = ("Organisation", "Rule and question", "Reason", "Until")
    return [
        Heading("Waivers in force"),
        Table("Rules of a return that are set aside", columns, body, name="Waivers", widths=(3, 4, 5, 2)),
    ]


def method(seen: ReleaseAsSeen) -> list[Block]:
    """How the figures were made, in plain words, with the settings of the release."""
    policy = Policy(**seen.release.policy)
    return [
        Heading("How the figures were made"),
        Bullets(
            (
                "Every figure comes from returns that an executive sponsor signed. A return without a signature is not in it.",
                f"Counts of people from 1 to {policy.threshold} are not shown. Others are rounded to the nearest {policy.base}. "
                "Every percentage and ratio is worked out from the rounded counts, so totals may not add up.",
                f"A survey result is shown when at least {policy.survey_respondents} people answered.",
                "The pooled figure adds up the counts of all organisations. The median is the organisation in the middle.",
                "A 95% interval says how far chance alone could move a figure. “To act on” means outside the target or the "
                "accepted range by more than chance. Some are false alarms; the report says how many to expect.",
                "“Better” and “worse” are verdicts over time, made once, with the release. The report adds none of its own.",
                "A dash stands where there is no figure. [c] stands where a figure is withheld to protect people.",
            )
        ),
    ]


def appendix(seen: ReleaseAsSeen, lines: Sequence[SystemLine]) -> list[Block]:
    """Every figure of the whole system with the counts behind it and its interval."""
    blocks: list[Block] = [Heading("Appendix: figures of all organisations together")]
    columns = ("KPI", "Pooled", "95% interval", "Counts behind it", "Median", "Target or range", "Reading", "Over time")
    for slug, title in WORKSTREAMS.items():
        rows = tuple(
            (
                _named(line.definition),
                line.pooled_text,
                interval_words(line.definition, line.pooled) or DASH,
                _counts(line),
                line.median_text,
                target_words(line.definition) if line.definition.target.kind != "none" else DASH,
                line.reading_word,
                (icons_in_words(line.pooled) if line.pooled is not None else "") or line.change_word,
            )
            for line in lines
            if line.definition.workstream == slug
        )
        if rows:
            caption = "Pooled figures with counts and intervals, and the median"
            table = Table(caption, columns, rows, (1, 2, 3, 4), name=f"Figures {title}", widths=(5, 2, 3, 4, 2, 3, 3, 3))
            blocks += [Heading(title, 2), table]
    return (
        blocks if len(blocks) > 1 else [*blocks, Paragraph(f"Release {seen.release.number} holds no figure of the whole system.")]
    )


def _counts(line: SystemLine) -> str:
    pooled = line.pooled
    if pooled is None or pooled.value is None:
        return DASH
    return " against ".join(counts_of(line.definition, pooled)) or DASH
