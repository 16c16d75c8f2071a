"""Reading a formula: one reader for each kind. A kind takes its own fields only; the caller refuses what is left over."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kpis.catalogue.formulas import (
    Band,
    Choice,
    Count,
    CountGroup,
    Disparity,
    Formula,
    Likelihood,
    PairGap,
    PartRef,
    PayGap,
    Rate,
    RateGroup,
    Score,
    ScoreGap,
    ScoreGroup,
    Share,
    ShareGap,
    Sum,
    TierGroup,
    ValueGroup,
    YesNo,
)
from kpis.catalogue.reading import Fields
from kpis.catalogue.vocabulary import FORMULA_WINDOWS


def formula_from_fields(table: Fields) -> Formula:
    """Read a formula. Takes only the fields of its kind and leaves the others to the caller, which finishes the table."""
    kind = table.text("kind", _READERS)
    return _READERS[kind](table, table.text("window", FORMULA_WINDOWS, default="quarter"))


def _ref_of(table: Fields, name: str, text: str) -> PartRef:
    measure, colon, part = text.partition(":")
    if not (measure and colon and part):
        raise table.fail(name, f"“{text}” is not a part; write measure:part.")
    return PartRef(measure, part)


def _ref(table: Fields, name: str) -> PartRef:
    return _ref_of(table, name, table.text(name))


def _refs(table: Fields, name: str, required: bool = True) -> tuple[PartRef, ...]:
    return tuple(_ref_of(table, name, text) for text in table.texts(name, required=required))


def _group_here(table: Fields, label: str) -> CountGroup | RateGroup:
    name, verb = table.text(label), table.optional_text("verb") or ""
    if table.has("rate"):
        return RateGroup(name, _ref(table, "rate"), _ref(table, "base"), verb)
    return CountGroup(name, _ref(table, "events"), _ref(table, "base"), verb)


def _count_group(table: Fields, name: str) -> CountGroup:
    group = _group(table, name)
    if isinstance(group, RateGroup):
        raise table.fail(name, "this kind needs two counts; write events and base, not a rate.")
    return group


def _group(table: Fields, name: str) -> CountGroup | RateGroup:
    inner = table.table(name)
    group = _group_here(inner, "label")
    inner.finish()
    return group


def _likelihood(table: Fields, window: str) -> Likelihood:
    over = table.text("over", ("reference", "comparison"), default="reference")
    return Likelihood(window, _count_group(table, "reference"), _count_group(table, "comparison"), over)


def _share(table: Fields, window: str) -> Share:
    return Share(window, _group_here(table, "group"))


def _share_gap(table: Fields, window: str) -> ShareGap:
    return ShareGap(window, _count_group(table, "part"), _count_group(table, "whole"))


def _pair_gap(table: Fields, window: str) -> PairGap:
    return PairGap(window, _group(table, "reference"), _group(table, "comparison"))


def _disparity(table: Fields, window: str) -> Disparity:
    def tiers(name: str) -> TierGroup:
        inner = table.table(name)
        group = TierGroup(inner.text("label"), _ref(inner, "lower"), _ref(inner, "upper"))
        inner.finish()
        return group

    return Disparity(window, tiers("reference"), tiers("comparison"))


def _pay_gap(table: Fields, window: str) -> PayGap:
    def value(name: str) -> ValueGroup:
        inner = table.table(name)
        group = ValueGroup(inner.text("label"), _ref(inner, "value"))
        inner.finish()
        return group

    return PayGap(window, value("reference"), value("comparison"))


def _score_gap(table: Fields, window: str) -> ScoreGap:
    def scores(name: str) -> ScoreGroup:
        inner = table.table(name)
        group = ScoreGroup(inner.text("label"), _refs(inner, "parts"), _ref(inner, "base"))
        inner.finish()
        return group

    return ScoreGap(window, scores("reference"), scores("comparison"))


def _score(table: Fields, window: str) -> Score:
    maximum = table.number("maximum")
    if maximum is None or maximum <= 0:
        raise table.fail("maximum", "write the highest possible total.")
    services: list[tuple[PartRef, ...]] = []
    for service in table.listing("services", required=False):
        if not isinstance(service, list | tuple) or not service:
            raise table.fail("services", "write one list of parts for each service.")
        services.append(tuple(_ref_of(table, "services", str(text)) for text in service))
    parts = _refs(table, "parts", required=not services)
    bands = []
    for band in table.tables("bands"):
        low = band.number("low")
        if low is None:
            raise band.fail("low", "write the lowest total of this band.")
        bands.append(Band(low, band.text("label")))
        band.finish()
    if [band.low for band in bands] != sorted({band.low for band in bands}):
        raise table.fail("bands", "write the bands from the lowest to the highest, each with its own low.")
    return Score(window, maximum, parts, tuple(services), tuple(bands))


def _count(table: Fields, window: str) -> Count:
    return Count(window, _ref(table, "part"))


def _sum(table: Fields, window: str) -> Sum:
    return Sum(window, _refs(table, "parts"), table.number("maximum"))


def _yes_no(table: Fields, window: str) -> YesNo:
    return YesNo(window, _ref(table, "part"))


def _choice(table: Fields, window: str) -> Choice:
    options = table.texts("options")
    return Choice(window, _ref(table, "part"), options, table.texts("good", options))


def _rate(table: Fields, window: str) -> Rate:
    per = table.number("per")
    if per is not None and per <= 0:
        raise table.fail("per", "write a number above 0.")
    return Rate(window, _ref(table, "events"), _ref(table, "base"), Decimal(1000) if per is None else per)


_READERS: dict[str, Callable[[Fields, str], Formula]] = {
    "likelihood": _likelihood,
    "share": _share,
    "share_gap": _share_gap,
    "pair_gap": _pair_gap,
    "disparity": _disparity,
    "pay_gap": _pay_gap,
    "score": _score,
    "score_gap": _score_gap,
    "count": _count,
    "sum": _sum,
    "yes_no": _yes_no,
    "choice": _choice,
    "rate": _rate,
}
