"""Health inequalities between wards: every indicator, one indicator, one place. Published figures, the same for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode

from edi_portal.charts import (
    Axis,
    Chart,
    Frame,
    GradientRow,
    Link,
    PairRow,
    PlaceMap,
    PlaceShare,
    Reference,
    dumbbell,
    even_steps,
    gradient,
    place_map,
)
from edi_portal.charts.numbers import count_text, interval_text, percent_text, plural, points_text, ratio_text
from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.proportions import wilson
from edi_portal.ui.downloads import Cell
from kpis.models.ward_packs import WardIndicator
from kpis.selectors.population import FOOTPRINT
from kpis.selectors.ward_packs import counts_of, shown_indicators
from kpis.ward_figures.fifths import NAMES, Fifth, Gradient, RankedWard, fifths_of, gradient_of
from kpis.ward_figures.sheet import BETTER, WardCount
from organisations.models import Place
from organisations.selectors.places import Ward, all_wards

DASH = "–"
DEPRIVATION = "Index of Multiple Deprivation 2019 (MHCLG)"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its interval as text; where there is none, `why` says so."""

    value: str
    interval: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One indicator in one area, in words."""

    indicator: WardIndicator
    area: str
    url: str
    gradient: Gradient
    share: Figure
    most: Figure
    least: Figure
    gap: Figure
    slope_index: Figure
    relative_index: Figure
    verdict: str
    word: str
    sentence: str

    @property
    def left_out(self) -> str:
        """Wards without a figure, in words; empty when all have one."""
        said = []
        if self.gradient.withheld:
            number = self.gradient.withheld
            said.append(f"{plural(number, 'ward')} {'is' if number == 1 else 'are'} withheld to protect people")
        if self.gradient.missing:
            number = self.gradient.missing
            said.append(f"{plural(number, 'ward')} {'is' if number == 1 else 'are'} not in the pack")
        return f"{' and '.join(said)}. They count in no fifth." if said else ""


@dataclass(frozen=True, slots=True)
class WardRow:
    """One ward of a place."""

    name: str
    fifth: str
    numerator: str
    denominator: str
    share: str
    interval: str


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """Everything that the page of an indicator shows."""

    indicator: WardIndicator
    better: str
    place: Place | None
    line: AreaLine
    chart: Chart | None
    places: tuple[AreaLine, ...]
    map: PlaceMap | None
    wards: tuple[WardRow, ...]
    file: str

    @property
    def tone(self) -> str:
        """The edge of the lead panel: orange where the most deprived are worse off."""
        return "worse" if self.line.verdict == "worse" else ""


def _ranked(wards: Sequence[Ward]) -> list[RankedWard]:
    return [RankedWard(ward.code, ward.people, ward.mean_rank) for ward in wards]


def address_of(indicator: WardIndicator, place: Place | None = None) -> str:
    """The page of an indicator, of all places or of one."""
    page = reverse("inequalities:detail", args=[indicator.code])
    return f"{page}?{urlencode({'place': place.slug})}" if place is not None else page


def area_line(indicator: WardIndicator, place: Place | None, wards: Sequence[Ward], counts: Mapping[str, WardCount]) -> AreaLine:
    """What an indicator says of the wards of a place, or of all places."""
    found = gradient_of(_ranked(wards), counts)
    most, least = found.fifths[0], found.fifths[-1]
    verdict, word = _verdict(indicator, found)
    return AreaLine(
        indicator=indicator,
        area=place.name if place is not None else FOOTPRINT,
        url=address_of(indicator, place),
        gradient=found,
        share=_share(found.share, found.denominator),
        most=_share(most.share, most.denominator),
        least=_share(least.share, least.denominator),
        gap=_points(found.gap),
        slope_index=_points(found.slope_index),
        relative_index=_ratio(found.relative_index),
        verdict=verdict,
        word=word,
        sentence=_sentence(indicator, found),
    )


def lines_of_all() -> tuple[AreaLine, ...]:
    """Every indicator that is shown, over all places. Two queries."""
    indicators = shown_indicators()
    counts, wards = counts_of(indicators), list(all_wards().values())
    return tuple(area_line(one, None, wards, counts[one.pk]) for one in indicators)


def lines_of_place(place: Place) -> tuple[AreaLine, ...]:
    """Every indicator that is shown, within one place: its own fifths. Two queries, or one where nothing is shown."""
    wards = [ward for ward in all_wards().values() if ward.la_code == place.la_code]
    indicators = shown_indicators()
    if not wards or not indicators:
        return ()
    counts = counts_of(indicators, wards=[ward.code for ward in wards])
    return tuple(area_line(one, place, wards, counts[one.pk]) for one in indicators)


def chart_of_place(place: Place, lines: Sequence[AreaLine]) -> Chart | None:
    """Both ends of every indicator within a place; None where no indicator has both."""
    rows = [_pair(line) for line in lines]
    if all(row.gap is None for row in rows):
        return None
    frame = Frame(
        slug="ends",
        heading="How far apart are the two ends?",
        note=f"{place.name}. Most and least deprived fifth of its people; the number between is the gap.",
        sentence=" ".join(f"{line.indicator.title}: {line.sentence}" for line in lines),
        links=(Link("All places together", reverse("inequalities:list")),),
        source=f"Packs of ward figures; {DEPRIVATION}",
        synthetic=any(line.indicator.pack.synthetic for line in lines),
        table_caption=f"Most and least deprived fifth of {place.name}",
    )
    axis = Axis("percent", "Share of the people counted", zero_based=True)
    return dumbbell(frame, axis, rows, first="Least deprived fifth", second="Most deprived fifth")


def _pair(line: AreaLine) -> PairRow:
    """Most less least: the order in which the chart takes a gap."""
    gap, most, least = line.gradient.gap, line.gradient.fifths[0].share, line.gradient.fifths[-1].share
    if isinstance(gap, NotCalculable) or isinstance(most, NotCalculable) or isinstance(least, NotCalculable):
        return PairRow(line.indicator.title, absent="too_few")
    base = min(line.gradient.fifths[0].denominator, line.gradient.fifths[-1].denominator)
    return PairRow(line.indicator.title, _decimal(least.value), _decimal(most.value), _decimal(gap.value), base=base)


def indicator_page(indicator: WardIndicator, places: Sequence[Place], chosen: Place | None) -> IndicatorPage:
    """One indicator: of all places with each place beside, or of one place with its wards. One query."""
    counts = counts_of([indicator])[indicator.pk]
    by_place: dict[str, list[Ward]] = {}
    for ward in all_wards().values():
        by_place.setdefault(ward.la_code, []).append(ward)
    wards = by_place.get(chosen.la_code, []) if chosen is not None else list(all_wards().values())
    line = area_line(indicator, chosen, wards, counts)
    file = reverse("inequalities:data", args=[indicator.code])
    shown = [place for place in places if place.la_code in by_place and chosen is None]
    sides = [(place, area_line(indicator, place, by_place[place.la_code], counts)) for place in shown]
    shares = [_place_share(place, side) for place, side in sides]
    return IndicatorPage(
        indicator,
        BETTER[indicator.better],
        chosen,
        line,
        _chart(line, file),
        tuple(side for _place, side in sides),
        place_map(indicator.title, shares, steps=even_steps(shares)) if shares else None,
        _ward_rows(wards, counts) if chosen is not None else (),
        file,
    )


def _place_share(place: Place, line: AreaLine) -> PlaceShare:
    share = line.gradient.share
    percent = share.value * 100 if isinstance(share, Estimate) else None
    return PlaceShare(place.slug, place.name, percent, line.gradient.denominator)


def _share(found: Estimate | NotCalculable, base: int) -> Figure:
    if isinstance(found, NotCalculable):
        return Figure(DASH, why="Not calculable: no ward has a figure.")
    assert found.low is not None and found.high is not None
    return Figure(percent_text(found.value * 100, base), interval_text(found.low * 100, found.high * 100, "percent", base))


def _points(found: Estimate | NotCalculable) -> Figure:
    if isinstance(found, NotCalculable):
        return Figure("Not calculable", why=f"Not calculable: {found.in_words}.")
    assert found.low is not None and found.high is not None
    return Figure(points_text(found.value * 100, short=True), interval_text(found.low * 100, found.high * 100, "points"))


def _ratio(found: Estimate | NotCalculable) -> Figure:
    if isinstance(found, NotCalculable):
        return Figure("Not calculable", why=f"Not calculable: {found.in_words}.")
    assert found.low is not None and found.high is not None
    return Figure(ratio_text(found.value), interval_text(found.low, found.high, "ratio"))


def _verdict(indicator: WardIndicator, found: Gradient) -> tuple[str, str]:
    """How the most deprived fifth stands against the least: a mark and its word. Without a good side nothing is worse."""
    if isinstance(found.gap, NotCalculable):
        return "too_few", "Not calculable"
    if not found.is_sure:
        return "no_difference", "No clear difference"
    if indicator.better == "neither":
        return "no_difference", "Higher" if found.gap.value > 0 else "Lower"
    worse = (found.gap.value > 0) == (indicator.better == "lower")
    return ("worse", "Worse") if worse else ("better", "Better")


def _sentence(indicator: WardIndicator, found: Gradient) -> str:
    """One plain sentence: both ends, the difference, and whether chance alone would bring it."""
    gap = found.gap
    if isinstance(gap, NotCalculable):
        return f"The gap is not calculable, because {gap.in_words}."
    most, least = (_share(fifth.share, fifth.denominator).value for fifth in (found.fifths[0], found.fifths[-1]))
    ends = f"{most} in the most deprived fifth, {least} in the least deprived"
    if not found.is_sure:
        return f"{ends}: chance alone could bring this difference."
    size = points_text(abs(gap.value) * 100)
    more = "more" if gap.value > 0 else "less"
    tail = {"worse": ", and that is worse", "better": ", and that is better"}.get(_verdict(indicator, found)[0], "")
    return f"{ends}: {size} {more} where people are most deprived{tail}. Chance alone does not explain it."


def _decimal(fraction: float) -> Decimal:
    return Decimal(str(fraction * 100))


def _row(fifth: Fifth) -> GradientRow:
    counted = (
        f"{count_text(fifth.numerator)} of {count_text(fifth.denominator)}" if fifth.denominator else DASH,
        f"{fifth.with_figure} of {fifth.wards}",
    )
    share = fifth.share
    if isinstance(share, NotCalculable):
        return GradientRow(fifth.name, counts=counted, absent="no ward has a figure")
    assert share.low is not None and share.high is not None
    numbers = (_decimal(share.value), _decimal(share.low), _decimal(share.high))
    return GradientRow(fifth.name, *numbers, base=fifth.denominator, counts=counted, short=fifth.name.replace(" fifth", ""))


def _chart(line: AreaLine, file: str) -> Chart | None:
    """The fifths one under the other; None where fewer than two have a figure."""
    fifths = line.gradient.fifths
    if sum(bool(fifth.denominator) for fifth in fifths) < 2:
        return None
    indicator, whole = line.indicator, line.gradient.share
    assert isinstance(whole, Estimate)
    frame = Frame(
        slug="fifths",
        heading="How does it change from the most to the least deprived fifth?",
        note=f"{line.area}, {indicator.period}. Fifths of the people, by the deprivation of their wards.",
        sentence=line.sentence,
        links=(Link("Download all wards (CSV)", file),),
        period=indicator.period,
        source=f"{indicator.source}; {DEPRIVATION}",
        synthetic=indicator.pack.synthetic,
        table_caption=f"{indicator.title} by fifth of deprivation, {line.area}",
    )
    percent = percent_text(whole.value * 100, line.gradient.denominator)
    return gradient(
        frame,
        Axis("percent", indicator.title, BETTER[indicator.better]),
        [_row(fifth) for fifth in fifths],
        group_column="Fifth",
        value_column="Share",
        count_columns=("Counted", "Wards with a figure"),
        whole=Reference("pooled", _decimal(whole.value), f"{line.area} {percent}"),
    )


def _ward_rows(wards: Sequence[Ward], counts: Mapping[str, WardCount]) -> tuple[WardRow, ...]:
    place = fifths_of(_ranked(wards))
    order = sorted(wards, key=lambda ward: (ward.mean_rank, ward.code))
    return tuple(_ward_row(ward, NAMES[place[ward.code]], counts.get(ward.code)) for ward in order)


def _ward_row(ward: Ward, fifth: str, count: WardCount | None) -> WardRow:
    if count is None or count.numerator is None or count.denominator is None:
        mark = "[c]" if count is not None else DASH
        return WardRow(ward.name, fifth, mark, mark, mark, DASH)
    share = _share(wilson(count.numerator, count.denominator), count.denominator)
    return WardRow(ward.name, fifth, count_text(count.numerator), count_text(count.denominator), share.value, share.interval)


FILE_HEADS = (
    "Indicator",
    "Title",
    "Place",
    "Ward code (2017)",
    "Ward",
    "Mean deprivation rank 2019",
    "Numerator",
    "Denominator",
    "Period",
    "Source",
    "Licence",
    "Kind of data",
)


def file_rows(indicator: WardIndicator, places: Sequence[Place]) -> list[list[Cell]]:
    """Every ward of an indicator as rows of a file; withheld numbers are [c], wards without a figure are left out. One query."""
    counts, names = counts_of([indicator])[indicator.pk], {place.la_code: place.name for place in places}
    kind = "Synthetic demonstration data" if indicator.pack.synthetic else "Published figures"
    rows: list[list[Cell]] = []
    for ward in sorted(all_wards().values(), key=lambda one: (names.get(one.la_code, ""), one.mean_rank, one.code)):
        count = counts.get(ward.code)
        if count is None:
            continue
        numbers: list[Cell] = ["[c]", "[c]"] if count.withheld else [count.numerator, count.denominator]
        about = [indicator.period, indicator.source, indicator.licence, kind]
        place = names.get(ward.la_code, "")
        rows.append([indicator.code, indicator.title, place, ward.code, ward.name, ward.mean_rank, *numbers, *about])
    return rows
