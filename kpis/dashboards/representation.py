"""Who reaches senior bands: the share of BME or disabled staff by band, against all staff and the population served.

Everything is worked out from released counts that the reader's tier holds; where a gap was withheld there is no share either.
The readings are the stored ones of the KPIs: a step between two bands is described, never judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.charts import Axis, BandShare, Chart, Frame, Link, Reference, band_ladder
from edi_portal.charts.numbers import format_figure, percent_text
from edi_portal.charts.verdicts import verdict_for
from edi_portal.stats.representation import headcount_to_parity
from edi_portal.ui.downloads import Cell
from kpis.dashboards.changes import change_sentence, icons_in_words
from kpis.dashboards.figure_words import DASH, SYSTEM, absence_words
from kpis.dashboards.kpi_charts import KpiFigures, trend_of
from kpis.framework import KpiInForce
from kpis.selectors.population import CAUTION, Population, Populations, populations
from kpis.selectors.releases import Member, Reading, ReleaseAsSeen, readings_of, series_of


@dataclass(frozen=True, slots=True)
class StaffGroup:
    """A group of staff with the KPIs that tell its share by band: yearly by cluster, quarterly in the middle and at the top."""

    key: str
    label: str
    noun: str
    yearly: str
    middle: str
    senior: str


GROUPS: Mapping[str, StaffGroup] = {
    "bme": StaffGroup("bme", "BME staff", "BME", "WRES-1", "REP-BME-67", "REP-BME-8V"),
    "disabled": StaffGroup("disabled", "Disabled staff", "disabled", "WDES-1", "REP-DIS-67", "REP-DIS-8V"),
}
# The bands around the step from management to senior management, lowest first: which KPI holds them, under which component.
FINE_BANDS = (
    ("Band 6", "middle", "band_6"),
    ("Band 7", "middle", "band_7"),
    ("Band 8a", "senior", "band_8a"),
    ("Band 8b", "senior", "band_8b"),
    ("Band 8c", "senior", "band_8c"),
    ("Band 8d", "senior", "band_8d"),
    ("Band 9", "senior", "band_9"),
    ("VSM", "senior", "vsm"),
)
CLUSTERS = (
    ("Bands 1 to 4", "cluster_1_4"),
    ("Band 5", "cluster_5"),
    ("Bands 5 to 7", "cluster_5_7"),
    ("Bands 6 and 7", "cluster_6_7"),
    ("Bands 8a and 8b", "cluster_8a_8b"),
    ("Bands 8c to VSM", "cluster_8c_vsm"),
)
TOP_OF_THE_MIDDLE = ("Band 7", "Bands 6 and 7", "Bands 5 to 7")
STEP = "to band 8a"
HEADLINE = ""

Shares = Mapping[tuple[str, str], Reading]


@dataclass(frozen=True, slots=True)
class BandRow:
    """One band of the whole system or of one organisation: its share, and what parity would take."""

    band: str
    when: str
    share: Decimal | None
    base: int | None
    text: str
    counts: str
    to_workforce: str
    to_population: str
    verdict: str


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation: all staff, the middle, the top, the population it serves, and what parity at the top would take."""

    member: Member
    workforce: str
    middle: str
    senior: str
    verdict: str
    over_time: str
    population: str
    to_workforce: str
    to_population: str


@dataclass(frozen=True, slots=True)
class RepresentationPage:
    """Everything the page shows."""

    group: StaffGroup
    member: Member | None
    who: str
    heading: str
    finding: str
    step: str
    facts: tuple[dict[str, str], ...]
    population: Population | None
    ladder: Chart | None
    clusters: Chart | None
    trend: Chart | None
    change: str
    bands: tuple[BandRow, ...]
    organisations: tuple[OrganisationRow, ...]
    caution: str = CAUTION


class _Figures:
    """The readings of the three KPIs of a group in a release, and in the newest one of a first quarter for the yearly KPI."""

    def __init__(self, seen: ReleaseAsSeen, group: StaffGroup) -> None:
        self.seen, self.group = seen, group
        # A KPI that is no longer asked leaves its part of the page empty.
        self.kpis = {role: kpi for role in ("middle", "senior") if (kpi := _in_force(seen, getattr(group, role)))}
        ids = {kpi.kpi_id: role for role, kpi in self.kpis.items()}
        self._by: dict[tuple[int | None, str, str], Reading] = {}
        self._take(readings_of(seen.release, seen.tiers, kpi__in=list(ids), level__in=["organisation", "system"]), ids)
        # Band by band is asked once a year: of 31 March, returned for the first quarter.
        self.yearly = seen if seen.quarter.number == 1 else seen.before(seen.quarter.number - 1)
        if self.yearly is not None:
            kpi = _in_force(self.yearly, group.yearly)
        if self.yearly is not None and kpi is not None:
            levels = ["organisation", "system"]
            readings = readings_of(self.yearly.release, seen.tiers, kpi=kpi.kpi_id, level__in=levels)
            self._take(readings, {kpi.kpi_id: "yearly"})

    def _take(self, readings: Sequence[Reading], roles: Mapping[int, str]) -> None:
        for one in readings:
            if one.statistic != "median":
                self._by[(one.organisation_id, roles[one.kpi_id], one.component)] = one

    def of(self, organisation: int | None, role: str, component: str = HEADLINE) -> Reading | None:
        """The reading of an organisation (None: all together) for a KPI and component."""
        return self._by.get((organisation, role, component))

    @property
    def organisations(self) -> frozenset[int]:
        """Whose own figures the reader's tier holds."""
        return frozenset(key[0] for key in self._by if key[0] is not None)

    @property
    def march(self) -> str:
        """The day of the yearly figures in words."""
        return f"31 March {self.yearly.quarter.first_day.year}" if self.yearly is not None else ""


def _in_force(seen: ReleaseAsSeen, code: str) -> KpiInForce | None:
    return next((kpi for kpi in seen.framework.kpis if kpi.definition.code == code), None)


def share_of(reading: Reading | None) -> Decimal | None:
    """The group's share of the band in percent, from released counts; None where the figure itself is not shown."""
    if reading is None or reading.value is None or reading.numerator is None or not reading.denominator:
        return None
    return reading.numerator / reading.denominator * 100


def workforce_share(reading: Reading | None) -> Decimal | None:
    """The group's share of all staff that the reading was compared with."""
    if reading is None or reading.value is None or reading.reference_numerator is None or not reading.reference_denominator:
        return None
    return reading.reference_numerator / reading.reference_denominator * 100


def needed_for_workforce(reading: Reading | None) -> int | None:
    """About how many more people of the group the band needs for the share of all staff."""
    if reading is None or share_of(reading) is None or workforce_share(reading) is None:
        return None
    assert reading.numerator is not None and reading.denominator is not None
    assert reading.reference_numerator is not None and reading.reference_denominator is not None
    counts = (reading.numerator, reading.denominator, reading.reference_numerator, reading.reference_denominator)
    return headcount_to_parity(*(float(count) for count in counts))


def needed_for_population(reading: Reading | None, percent: Decimal | None) -> int | None:
    """About how many more people of the group the band needs for the share of the population served."""
    if reading is None or share_of(reading) is None or percent is None:
        return None
    assert reading.numerator is not None and reading.denominator is not None
    return headcount_to_parity(float(reading.numerator), float(reading.denominator), float(percent), 100)


def page_of(seen: ReleaseAsSeen, group: StaffGroup, slug: str = "", *, address: str, kind: str = "") -> RepresentationPage:
    """The page for all organisations together or for one of them. `kind` narrows the table to one peer group."""
    figures, served = _Figures(seen, group), populations()
    member = seen.member(slug)
    if member is not None and member.pk not in figures.organisations:
        member = None
    subject = member.pk if member is not None else None
    who = member.name if member is not None else SYSTEM
    population = served.of(subject)
    percent = population.percent(group.key) if population is not None else None
    bands = _bands(figures, subject, percent)
    senior, middle = figures.of(subject, "senior"), figures.of(subject, "middle")
    draw = _Drawing(seen, group, figures, who, address, population)
    return RepresentationPage(
        group=group,
        member=member,
        who=who,
        heading=_heading(group, who, senior),
        finding=_finding(group, middle, senior),
        step=_largest_step([row for row in bands if row.when == _now(seen)]),
        facts=_facts(group, senior, middle, population),
        population=population,
        ladder=draw.ladder(bands, _now(seen), "bands", f"Where does the share of {group.noun} staff fall?"),
        clusters=draw.ladder(bands, figures.march, "clusters", "How was it from the first band to the last?"),
        trend=_trend(figures, subject, who),
        change=_change(figures, subject),
        bands=bands,
        organisations=_organisations(figures, served, kind),
    )


def _now(seen: ReleaseAsSeen) -> str:
    return f"{seen.quarter.last_day:%-d %B %Y}"


def _bands(figures: _Figures, subject: int | None, percent: Decimal | None) -> tuple[BandRow, ...]:
    """Single bands of the quarter where they are released, otherwise the middle and the top; then clusters of 31 March."""
    now = _now(figures.seen)
    fine = [(band, figures.of(subject, role, component)) for band, role, component in FINE_BANDS]
    if not any(reading is not None for _band, reading in fine):
        fine = [
            ("Bands 6 and 7", figures.of(subject, "middle")),
            ("Bands 8a to VSM", figures.of(subject, "senior")),
            ("Bands 8c to VSM", figures.of(subject, "senior", "cluster_8c_vsm")),
        ]
    rows = [_band(band, now, reading, percent) for band, reading in fine if reading is not None]
    yearly = [(band, figures.of(subject, "yearly", component)) for band, component in CLUSTERS]
    rows += [_band(band, figures.march, reading, percent) for band, reading in yearly if reading is not None]
    return tuple(rows)


def _band(band: str, when: str, reading: Reading, percent: Decimal | None) -> BandRow:
    share = share_of(reading)
    shown = share is not None and reading.numerator is not None and reading.denominator is not None
    return BandRow(
        band,
        when,
        share,
        int(reading.denominator) if reading.denominator is not None and shown else None,
        _share_text(reading),
        f"{reading.numerator:,.0f} of {reading.denominator:,.0f}" if shown else DASH,
        _more(needed_for_workforce(reading)),
        _more(needed_for_population(reading, percent)),
        reading.verdict,
    )


def _share_text(reading: Reading | None) -> str:
    share = share_of(reading)
    if share is not None and reading is not None:
        return percent_text(share, reading.denominator)
    if reading is None:
        return DASH
    return "[c]" if reading.status == "withheld" else absence_words(reading).capitalize() or DASH


def _more(number: int | None) -> str:
    if number is None:
        return DASH
    return f"about {number:,} more" if number else "at parity or over"


def _heading(group: StaffGroup, who: str, senior: Reading | None) -> str:
    share, whole = share_of(senior), workforce_share(senior)
    if share is None or whole is None or senior is None:
        return f"{group.label} in senior bands: no figure for {who}"
    return (
        f"{percent_text(share, senior.denominator)} of staff in bands 8a to VSM are {group.noun}, "
        f"against {percent_text(whole, senior.reference_denominator)} of all staff"
    )


def _finding(group: StaffGroup, middle: Reading | None, senior: Reading | None) -> str:
    share = share_of(middle)
    said = []
    if share is not None and middle is not None:
        said.append(f"In bands 6 and 7 it is {percent_text(share, middle.denominator)}.")
    needed = needed_for_workforce(senior)
    if needed:
        said.append(f"For parity with all staff: about {needed:,} more {group.noun} people in bands 8a to VSM.")
    elif needed == 0:
        said.append("Bands 8a to VSM are at parity with all staff, or over it.")
    return " ".join(said)


def _largest_step(rows: Sequence[BandRow]) -> str:
    """The largest fall from one band to the next, described; empty where fewer than two bands can be read."""
    known = [(row.band, row.share) for row in rows if row.share is not None]
    falls = [
        (low - high, below, low, above, high)
        for (below, low), (above, high) in zip(known, known[1:], strict=False)
        if low is not None and high is not None
    ]
    if not falls:
        return ""
    fall, below, low, above, high = max(falls)
    if fall <= 0:
        return "The share does not fall from any of these bands to the next."
    return (
        f"The largest step down is from {below.lower()} ({percent_text(low)}) to {_lower(above)} ({percent_text(high)}). "
        "Whether a single step is more than chance is not tested; the gap to all staff is."
    )


def _lower(band: str) -> str:
    return band if band == "VSM" else band.lower()


def _facts(
    group: StaffGroup, senior: Reading | None, middle: Reading | None, population: Population | None
) -> tuple[dict[str, str], ...]:
    reference = senior if workforce_share(senior) is not None else middle
    whole = workforce_share(reference)
    facts = [
        {
            "label": "All staff",
            "value": percent_text(whole, reference.reference_denominator) if whole is not None and reference else DASH,
            "note": "those not known count in the base",
        },
        {"label": "Bands 6 and 7", "value": _share_text(middle), "note": _gap_note(middle)},
        {"label": "Bands 8a to VSM", "value": _share_text(senior), "note": _gap_note(senior)},
    ]
    if population is not None:
        note = f"of {population.words}, all ages"
        facts.append({"label": "Population served", "value": percent_text(population.percent(group.key)), "note": note})
    return tuple(facts)


def _gap_note(reading: Reading | None) -> str:
    if reading is None or reading.value is None:
        return ""
    gap = format_figure(reading.value, "points", int(reading.denominator) if reading.denominator else None)
    return f"{gap} to all staff: {verdict_for(reading.verdict).word.lower()}"


def _organisations(figures: _Figures, served: Populations, kind: str) -> tuple[OrganisationRow, ...]:
    rows = []
    for member in figures.seen.members:
        if member.pk not in figures.organisations or (kind and member.group != kind):
            continue
        middle, senior = figures.of(member.pk, "middle"), figures.of(member.pk, "senior")
        if senior is None or senior.verdict == "not_applicable":
            continue
        population = served.of(member.pk)
        percent = population.percent(figures.group.key) if population is not None else None
        whole = workforce_share(senior) if workforce_share(senior) is not None else workforce_share(middle)
        base = senior.reference_denominator or (middle.reference_denominator if middle is not None else None)
        rows.append(
            OrganisationRow(
                member,
                percent_text(whole, base) if whole is not None else DASH,
                _share_text(middle),
                _share_text(senior),
                senior.verdict,
                icons_in_words(senior) if senior.over_time not in {"", "too_few"} else "",
                percent_text(percent) if percent is not None else DASH,
                _more(needed_for_workforce(senior)),
                _more(needed_for_population(senior, percent)),
            )
        )
    return tuple(rows)


def _change(figures: _Figures, subject: int | None) -> str:
    """The stored verdict over time of the gap at the top, as a sentence."""
    reading = figures.of(subject, "senior")
    if reading is None or reading.over_time in {"", "too_few"}:
        return ""
    sentence = change_sentence(figures.kpis["senior"].definition, reading, figures.seen.quarter)
    return f"The gap there: {sentence.text[:1].lower()}{sentence.text[1:]}" if sentence is not None else ""


def _trend(figures: _Figures, subject: int | None, who: str) -> Chart | None:
    """The gap at the top over time, with the stored limits of its KPI."""
    seen, kpi = figures.seen, figures.kpis.get("senior")
    if kpi is None:
        return None
    level = "organisation" if subject is not None else "system"
    statistic = "own" if subject is not None else "pooled"
    found = series_of(seen.release, seen.tiers, kpi_ids=[kpi.kpi_id], level=level, statistic=statistic, organisation=subject)
    series = found.get(kpi.kpi_id, {})
    own = {subject: figures.of(subject, "senior")} if subject is not None else {}
    marked = next((member.slug for member in seen.members if member.pk == subject), "")
    charted = KpiFigures(
        kpi.definition, seen.release, seen.members, {pk: one for pk, one in own.items() if one}, None, None, marked
    )
    return trend_of(charted, series, whose=f"Gap of bands 8a to VSM to all staff, {who}", sentence=_change(figures, subject))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the ladders of one page share."""

    seen: ReleaseAsSeen
    group: StaffGroup
    figures: _Figures
    who: str
    address: str
    population: Population | None

    def ladder(self, rows: Sequence[BandRow], when: str, slug: str, question: str) -> Chart | None:
        """Shares by band on one day; None where fewer than two bands have one."""
        bands = [row for row in rows if row.when == when]
        if sum(row.share is not None for row in bands) < 2:
            return None
        release = self.seen.release
        noun = self.group.noun
        step = next((name for name in TOP_OF_THE_MIDDLE if any(row.band == name for row in bands)), "")
        percent = self.population.percent(self.group.key) if self.population is not None else None
        frame = Frame(
            slug=f"representation-{self.group.key}-{slug}",
            heading=question,
            note=f"{self.who}, {when}. Share of {noun} staff in each band, from counts rounded to 5. Population: all ages.",
            sentence=_largest_step(bands),
            links=(Link("Download CSV", self.address),),
            period=self.seen.quarter.label,
            release=str(release.number),
            source="EDI portal, released figures; Census 2021 (ONS)",
            synthetic=release.synthetic,
            table_caption=f"{self.group.label} by band, {self.who}, {when}",
        )
        return band_ladder(
            frame,
            Axis("percent", f"Percent of the band who are {noun}", zero_based=True),
            [_entry(row) for row in bands],
            step_after=step,
            step_text=STEP if step else "",
            community=Reference("pooled", percent, f"population served {percent_text(percent)}") if percent is not None else None,
        )


def _entry(row: BandRow) -> BandShare:
    """A band in a ladder; without a share it says why."""
    return BandShare(row.band, row.share, row.base, "too_few" if verdict_for(row.verdict).drawn else row.verdict)


FILE_HEADS = (
    "Organisation",
    "Staff",
    "Band",
    "Day",
    "Share",
    "Counts",
    "For parity with all staff",
    "For parity with the population served",
    "Population served",
    "Population served, percent",
    "Reading",
)


def file_rows(seen: ReleaseAsSeen, group: StaffGroup, slug: str = "") -> list[list[Cell]]:
    """All bands of all organisations in the reader's tier, or of one, as rows of a file; withheld shares are [c]."""
    figures, served = _Figures(seen, group), populations()
    chosen = [member for member in seen.members if member.pk in figures.organisations and slug in {"", member.slug}]
    subjects = [(member.pk, member.name) for member in chosen]
    rows: list[list[Cell]] = []
    for subject, name in ([] if slug and chosen else [(None, SYSTEM)]) + subjects:
        population = served.of(subject)
        percent = population.percent(group.key) if population is not None else None
        for row in _bands(figures, subject, percent):
            rows.append(
                [
                    name,
                    group.label,
                    row.band,
                    row.when,
                    row.text,
                    row.counts,
                    row.to_workforce,
                    row.to_population,
                    f"{population.words}, all ages, Census 2021" if population is not None else DASH,
                    percent_text(percent) if percent is not None else DASH,
                    verdict_for(row.verdict).word,
                ]
            )
    return rows
