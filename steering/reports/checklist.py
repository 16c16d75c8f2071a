"""What boards are advised to ask of equality data, each answered with figures, or with why it cannot be answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edi_portal.papers.content import Block, Heading, Paragraph, Table
from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.dashboards.changes import CHANGE_WORDS
from kpis.dashboards.figure_words import DASH, value_text
from kpis.framework import KpiInForce
from kpis.selectors.releases import Reading, ReleaseAsSeen, last_headlines_before, readings_of, series_of

BY_BAND = ("WRES-1", "WDES-1", "REP-BME-8V", "REP-DIS-8V")
OVER_YEARS = ("WRES-2", "WDES-2", "WRES-3", "WDES-3", "REP-BME-8V", "REP-DIS-8V")
SURVEY = ("WRES-5", "WRES-6", "WRES-7", "WRES-8", "WDES-4a", "WDES-4b", "WDES-5", "WDES-6", "WDES-7", "WDES-8")
# What the same question is called for ethnicity and for disability, and in the staff survey.
SIDE_BY_SIDE = (
    ("Appointment from shortlist", "WRES-2", "WDES-2"),
    ("Formal process", "WRES-3", "WDES-3"),
    ("Senior posts", "REP-BME-8V", "REP-DIS-8V"),
    ("Seats on the board", "WRES-9", "WDES-10"),
    ("Survey: harassment by staff", "WRES-6", "WDES-4a"),
    ("Survey: equal chances of a career", "WRES-7", "WDES-5"),
)
YEARS = 3
QUARTERS = 4 * YEARS
STAFF_KINDS = ("nonclinical", "clinical")
CANNOT = "Cannot be answered because"


def questions(seen: ReleaseAsSeen) -> list[Block]:
    """Six questions with their answers."""
    newest = _newest(seen)
    kpis = {kpi.definition.code: kpi for kpi in seen.framework.kpis}
    return [
        Heading("What boards are advised to ask"),
        Paragraph("Each question is answered with released figures of all organisations together, or with why it cannot be."),
        *_by_band(seen, kpis),
        *_over_years(seen, kpis),
        *_survey(kpis, newest),
        Heading("Are internationally recruited staff shown apart?", 2),
        Paragraph(f"{CANNOT} no return asks for internationally recruited staff apart from others, so no release holds them."),
        *_side_by_side(kpis, newest),
    ]


Newest = dict[tuple[int, str], tuple[Quarter, Reading]]


def _newest(seen: ReleaseAsSeen) -> Newest:
    """(KPI, statistic) → the newest figure of the whole system within a year, with its quarter. Two queries."""
    found: Newest = {(one.kpi_id, one.statistic): (seen.quarter, one) for one in seen.headlines(level="system")}
    absent = [kpi.kpi_id for kpi in seen.framework.kpis if not any(key[0] == kpi.kpi_id for key in found)]
    for quarter, reading in last_headlines_before(seen.release, seen.tiers, kpi_ids=absent):
        if reading.level == "system":
            found.setdefault((reading.kpi_id, reading.statistic), (quarter, reading))
    return found


def _by_band(seen: ReleaseAsSeen, kpis: dict[str, KpiInForce]) -> list[Block]:
    wanted = [kpis[code] for code in BY_BAND if code in kpis]
    at, readings = _components(seen, wanted)
    rows = [
        (kpi.definition, component.key, component.label, reading)
        for kpi in wanted
        for component in kpi.definition.components
        if (reading := readings.get((kpi.kpi_id, component.key))) is not None
    ]
    bands = [row for row in rows if not row[1].startswith(STAFF_KINDS)]
    kinds = [row for row in rows if row[1].startswith(STAFF_KINDS)]
    why = "no release of the last year holds figures of pay bands"
    return [
        Heading("Are the figures shown by pay band?", 2),
        *_component_table("By pay band", bands, at, why),
        Heading("Are clinical and non-clinical staff shown apart?", 2),
        *_component_table("Clinical and non-clinical", kinds, at, "no release of the last year holds figures of the two apart"),
    ]


def _components(seen: ReleaseAsSeen, wanted: Sequence[KpiInForce]) -> tuple[dict[int, Quarter], dict[tuple[int, str], Reading]]:
    """The newest components of the whole system within a year. At most one query for each quarter looked at."""
    at: dict[int, Quarter] = {}
    found: dict[tuple[int, str], Reading] = {}
    for back in range(4):
        left = [kpi.kpi_id for kpi in wanted if kpi.kpi_id not in at]
        look = seen if not back else seen.before(back)
        if not left or look is None:
            continue
        for reading in readings_of(look.release, seen.tiers, level="system", statistic="pooled", kpi__in=left):
            if reading.component:
                at[reading.kpi_id] = look.quarter
                found[reading.kpi_id, reading.component] = reading
    return at, found


def _component_table(
    caption: str, rows: Iterable[tuple[KpiDefinition, str, str, Reading]], at: dict[int, Quarter], why: str
) -> list[Block]:
    body = tuple(
        (
            f"{definition.code} {definition.short_name}",
            label,
            value_text(definition, reading, key),
            at[reading.kpi_id].label,
        )
        for definition, key, label, reading in rows
    )
    if not body:
        return [Paragraph(f"{CANNOT} {why}.")]
    return [Table(caption, ("KPI", "Group", "Pooled figure", "Period"), body, (2,), name=caption, widths=(5, 5, 2, 2))]


def _over_years(seen: ReleaseAsSeen, kpis: dict[str, KpiInForce]) -> list[Block]:
    """The same quarter of each of three years, with the stored verdict of the newest."""
    wanted = {kpis[code].kpi_id: kpis[code].definition for code in OVER_YEARS if code in kpis}
    series = series_of(seen.release, seen.tiers, kpi_ids=wanted, periods=QUARTERS + 1, level="system", statistic="pooled")
    years = [seen.quarter.previous(4 * back) for back in range(YEARS, -1, -1)]
    rows = []
    for pk, definition in wanted.items():
        points = series.get(pk, {})
        if sum(year in points for year in years) >= YEARS:
            newest = points.get(years[-1])
            word = CHANGE_WORDS.get(newest.over_time or "too_few", DASH) if newest is not None else DASH
            figures = [value_text(definition, points.get(year)) for year in years]
            rows.append((f"{definition.code} {definition.short_name}", *figures, word))
    heading = Heading("Is there a trend of three years?", 2)
    if not rows:
        return [heading, Paragraph(f"{CANNOT} fewer than three years of this quarter are released.")]
    columns = ("KPI", *(year.label for year in years), "Verdict over time")
    numeric = tuple(range(1, len(years) + 1))
    return [heading, Table("Three years", columns, tuple(rows), numeric, name="Three years", widths=(5, *(2 for _ in years), 3))]


def _survey(kpis: dict[str, KpiInForce], newest: Newest) -> list[Block]:
    rows = []
    for code in SURVEY:
        kpi = kpis.get(code) or kpis.get(code.upper())
        pair = [newest.get((kpi.kpi_id, statistic)) for statistic in ("pooled", "median")] if kpi is not None else []
        if kpi is None or all(one is None for one in pair):
            continue
        quarter = next(one[0] for one in pair if one is not None)
        texts = [value_text(kpi.definition, one[1] if one is not None else None) for one in pair]
        rows.append((f"{kpi.definition.code} {kpi.definition.short_name}", *texts, quarter.label))
    heading = Heading("Are answers to the staff survey set against others?", 2)
    if not rows:
        return [heading, Paragraph(f"{CANNOT} no release of the last year holds answers to the staff survey.")]
    columns = ("Question of the survey", "All organisations", "Median organisation", "Period")
    return [
        heading,
        Paragraph("The page of each KPI sets organisations against their peers. Here: all together, and the one in the middle."),
        Table("Answers to the staff survey", columns, tuple(rows), (1, 2), name="Survey", widths=(6, 2, 2, 2)),
    ]


def _side_by_side(kpis: dict[str, KpiInForce], newest: Newest) -> list[Block]:
    rows = []
    for title, *codes in SIDE_BY_SIDE:
        texts = [_said(kpis.get(code) or kpis.get(code.upper()), newest) for code in codes]
        if any(text != DASH for text in texts):
            rows.append((title, *texts))
    heading = Heading("Do the survey, WRES and WDES stand side by side?", 2)
    if not rows:
        return [heading, Paragraph(f"{CANNOT} no release of the last year holds figures of WRES or WDES.")]
    columns = ("Subject", "Ethnicity", "Disability")
    return [heading, Table("WRES, WDES and survey side by side", columns, tuple(rows), (), name="Side by side", widths=(4, 5, 5))]


def _said(kpi: KpiInForce | None, newest: Newest) -> str:
    found = None if kpi is None else newest.get((kpi.kpi_id, "pooled")) or newest.get((kpi.kpi_id, "median"))
    if kpi is None or found is None:
        return DASH
    quarter, reading = found
    return f"{value_text(kpi.definition, reading)} ({kpi.definition.code}, {quarter.label})"
