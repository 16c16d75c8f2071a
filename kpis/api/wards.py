"""Published figures by ward, as packs bring them: the same indicators and counts that everybody reads at /health-inequalities/.

They stand apart from releases. A small count is nowhere in them: its publisher withheld it, and so it has no number here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.formats import CsvRenderer, JsonRenderer
from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from kpis.models.ward_packs import WardIndicator
from kpis.selectors.ward_packs import counts_of, mark_of_what_is_shown, shown_indicators
from kpis.ward_figures.sheet import BETTER, WardCount
from organisations.models import Place
from organisations.selectors.places import Ward, all_wards


class WardIndicatorRow(serializers.Serializer):
    """An indicator that a pack of ward figures brings."""

    code = serializers.SlugField(help_text="It stays the same from pack to pack.")
    title = serializers.CharField()
    better = serializers.ChoiceField(choices=list(BETTER.items()), help_text="Which way is good.")
    period = serializers.CharField(help_text="As 2018, 2018-19, 2018-19 Q3 or 2016 to 2018.")
    source = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    licence = serializers.CharField()
    pack = serializers.IntegerField(help_text="The pack that it came with; a later one takes its place.")
    synthetic = serializers.BooleanField(help_text="Demonstration data that describe nobody.")


class WardFigureRow(serializers.Serializer):
    """An indicator in one ward."""

    indicator = serializers.SlugField(help_text="Code of the indicator.")
    period = serializers.CharField()
    place = serializers.CharField(help_text="Slug of the place that the ward belongs to.")
    ward_code = serializers.CharField(help_text="As it was in December 2017.")
    ward = serializers.CharField(help_text="Its name.")
    deprivation_rank = serializers.IntegerField(help_text="Mean of its neighbourhoods, 2019: the lower, the more deprived.")
    status = serializers.CharField(help_text="shown, or withheld by its publisher to protect people.")
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    synthetic = serializers.BooleanField(help_text="Demonstration data that describe nobody.")


class WardFigureQuery(PageQuery):
    """Filters of figures by ward."""

    indicator = serializers.SlugField(required=False, max_length=60, help_text="Code of an indicator.")
    place = serializers.SlugField(required=False, max_length=80, help_text="Slug of a place.")


class WardIndicators(ApiView):
    """Every indicator by ward that is shown."""

    open_to_all = True
    scopes = {"GET": "released:read"}
    renderer_classes = [JsonRenderer, CsvRenderer]

    @extend_schema(
        operation_id="ward_indicators", parameters=[PageQuery], responses=paged(WardIndicatorRow), tags=["Health inequalities"]
    )
    def get(self, request: Request) -> Response:
        """The indicators by ward that everybody reads, by title, each with its source and licence."""
        rows = [_indicator(one) for one in shown_indicators()]
        page = page_of(request, len(rows), part_of(read_query(PageQuery, request)), lambda part: rows[part])
        return unless_known(request, tag_of(page, str(request.accepted_media_type)), lambda: page)


class WardFigures(ApiView):
    """The figures of these indicators."""

    open_to_all = True
    scopes = {"GET": "released:read"}
    renderer_classes = [JsonRenderer, CsvRenderer]

    @extend_schema(
        operation_id="ward_figures", parameters=[WardFigureQuery], responses=paged(WardFigureRow), tags=["Health inequalities"]
    )
    def get(self, request: Request) -> Response:
        """Numerator and denominator of each indicator in each ward that has a figure, by indicator, place and deprivation."""
        given = read_query(WardFigureQuery, request)
        places = {place.la_code: place for place in Place.objects.order_by("name")}
        named = [(place.slug, place.name) for place in places.values()]
        # Whatever is shown changes this mark, so an answer that the reader holds costs two queries.
        tag = tag_of(mark_of_what_is_shown(), named, sorted(request.query_params.items()), str(request.accepted_media_type))
        return unless_known(request, tag, lambda: _page(request, given, places))


def _page(request: Request, given: Mapping[str, Any], places: Mapping[str, Place]) -> dict[str, Any]:
    indicators = [one for one in shown_indicators() if given.get("indicator", one.code) == one.code]
    wards = _wards(places, given.get("place", ""))
    counts = counts_of(indicators, wards=[ward.code for ward in wards])
    found = [(one, ward, counts[one.pk][ward.code]) for one in indicators for ward in wards if ward.code in counts[one.pk]]
    return page_of(request, len(found), part_of(given), lambda part: list(_figures(found[part], places)))


def _wards(places: Mapping[str, Place], slug: str) -> list[Ward]:
    """The wards of a place, or all, in the order of the page's file: by place, the most deprived first."""
    chosen = {code: place.name for code, place in places.items() if slug in ("", place.slug)}
    wards = [ward for ward in all_wards().values() if ward.la_code in chosen]
    return sorted(wards, key=lambda ward: (chosen[ward.la_code], ward.mean_rank, ward.code))


def _figures(found: list[tuple[WardIndicator, Ward, WardCount]], places: Mapping[str, Place]) -> Iterator[dict[str, Any]]:
    for indicator, ward, count in found:
        yield {
            "indicator": indicator.code,
            "period": indicator.period,
            "place": places[ward.la_code].slug,
            "ward_code": ward.code,
            "ward": ward.name,
            "deprivation_rank": ward.mean_rank,
            "status": "withheld" if count.withheld else "shown",
            "numerator": count.numerator,
            "denominator": count.denominator,
            "synthetic": indicator.pack.synthetic,
        }


def _indicator(one: WardIndicator) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "better": one.better,
        "period": one.period,
        "source": one.source,
        "licence": one.licence,
        "pack": one.pack_id,
        "synthetic": one.pack.synthetic,
    }
