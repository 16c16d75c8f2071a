"""Releases and their figures within the reader's tier. Never reads a return.

The rows come from the same selector as the pages, so a figure outside the tier is never fetched, and a withheld one has no value.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.formats import CsvRenderer, JsonRenderer
from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from kpis.dashboards.catalogue import visible_kpis
from kpis.framework import KpiInForce
from kpis.models.releases import Level, Release
from kpis.selectors.released_rows import FigureOfList, page_of_figures
from kpis.selectors.releases import (
    ReleaseAsSeen,
    is_provisional,
    newest_release,
    released_with_number,
    releases_of_readers,
    tiers_visible,
)

AFTER_UNIT = FigureOfList._fields[FigureOfList._fields.index("low") :]


class ReleaseRow(serializers.Serializer):
    """A published release."""

    number = serializers.IntegerField()
    period = serializers.CharField(help_text="The financial quarter, as 2019-20-q3.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    revision = serializers.IntegerField(help_text="1 is the first release of the period.")
    current = serializers.BooleanField(help_text="False when a revision took its place.")
    published_at = serializers.DateTimeField()
    fingerprint = serializers.CharField(help_text="SHA-256 of everything in it.")
    provisional = serializers.BooleanField(help_text="Whether a return is missing that a revision could bring in.")
    due = serializers.IntegerField(help_text="Organisations that were due.")
    returned = serializers.IntegerField(help_text="Organisations whose signed return is inside.")
    synthetic = serializers.BooleanField(help_text="Demonstration data that describe no real organisation.")


class FigureRow(serializers.Serializer):
    """One released figure, as its page shows it."""

    release = serializers.IntegerField()
    period = serializers.CharField()
    kpi = serializers.CharField(help_text="Code of the KPI.")
    kpi_version = serializers.IntegerField(help_text="Version of its definition.")
    component = serializers.CharField(allow_blank=True, help_text="Empty for the headline.")
    level = serializers.ChoiceField(choices=Level.choices)
    organisation = serializers.CharField(allow_null=True, help_text="Slug, for a figure of one organisation.")
    peer_group = serializers.CharField(allow_blank=True, help_text="For a figure of one kind of organisation.")
    statistic = serializers.CharField(help_text="own, pooled or median.")
    status = serializers.CharField(help_text="shown, withheld, not_returned, not_available and so on.")
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval.")
    high = serializers.FloatField(allow_null=True, help_text="Upper end of the 95 % interval.")
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)
    reference_numerator = serializers.FloatField(allow_null=True)
    reference_denominator = serializers.FloatField(allow_null=True)
    word = serializers.CharField(allow_blank=True, help_text="similar, higher or lower, where there is no value to show.")
    reason = serializers.CharField(allow_blank=True, help_text="Why there is no value.")
    verdict = serializers.CharField(allow_blank=True, help_text="The stored verdict against others or the target.")
    over_time = serializers.CharField(allow_blank=True, help_text="The stored verdict over time.")
    variation = serializers.CharField(allow_blank=True, help_text="Making Data Count variation.")
    assurance = serializers.CharField(allow_blank=True, help_text="Making Data Count assurance.")
    points = serializers.IntegerField(allow_null=True, help_text="Points of the series since its last break.")
    contributing = serializers.IntegerField(allow_null=True, help_text="Organisations in a pooled or median figure.")


class FigureQuery(PageQuery):
    """Filters of figures."""

    kpi = serializers.SlugField(required=False, max_length=20, help_text="Slug of a KPI, as wres-2.")
    organisation = serializers.SlugField(required=False, max_length=80, help_text="Slug of an organisation.")
    level = serializers.ChoiceField(choices=Level.choices, required=False)
    components = serializers.BooleanField(required=False, default=False, help_text="Also the parts of each KPI.")


class BenchmarkQuery(PageQuery):
    """Filters of benchmarks."""

    kpi = serializers.SlugField(required=False, max_length=20, help_text="Slug of a KPI, as wres-2.")
    components = serializers.BooleanField(required=False, default=False, help_text="Also the parts of each KPI.")


class Releases(ApiView):
    """Every published release."""

    open_to_all = True
    scopes = {"GET": "released:read"}

    @extend_schema(operation_id="releases", parameters=[PageQuery], responses=paged(ReleaseRow), tags=["Releases"])
    def get(self, request: Request) -> Response:
        """Published releases, newest first; superseded ones stay."""
        found = releases_of_readers()
        page = page_of(
            request, found.count(), part_of(read_query(PageQuery, request)), lambda part: [_row(one) for one in found[part]]
        )
        return unless_known(request, tag_of(page), lambda: page)


class OneRelease(ApiView):
    """One release."""

    open_to_all = True
    scopes = {"GET": "released:read"}

    @extend_schema(operation_id="release", responses=ReleaseRow, tags=["Releases"])
    def get(self, request: Request, release: int) -> Response:
        """One release by its number."""
        row = _row(_release(release))
        return unless_known(request, tag_of(row), lambda: row)


class Figures(ApiView):
    """The figures of one release."""

    open_to_all = True
    scopes = {"GET": "released:read"}
    renderer_classes = [JsonRenderer, CsvRenderer]

    @extend_schema(operation_id="figures", parameters=[FigureQuery], responses=paged(FigureRow), tags=["Releases"])
    def get(self, request: Request, release: int) -> Response:
        """The figures of a release within the reader's tier: headlines, or with `components` the parts as well."""
        given = read_query(FigureQuery, request)
        return _figures(request, _release(release), given)


class Benchmarks(ApiView):
    """What organisations are compared with."""

    open_to_all = True
    scopes = {"GET": "released:read"}
    renderer_classes = [JsonRenderer, CsvRenderer]

    @extend_schema(operation_id="benchmarks", parameters=[BenchmarkQuery], responses=paged(FigureRow), tags=["Releases"])
    def get(self, request: Request) -> Response:
        """Figures of all organisations together and of each kind, from the newest release."""
        given = read_query(BenchmarkQuery, request)
        newest = newest_release()
        if newest is None:
            raise Http404
        return _figures(request, newest, given, level__in=[Level.SYSTEM, Level.TYPE])


def _release(number: int) -> Release:
    found = released_with_number(number)
    if found is None:
        raise Http404
    return found


def _figures(request: Request, release: Release, given: Mapping[str, Any], **conditions: Any) -> Response:
    seen = ReleaseAsSeen(release, tiers_visible(request._request))
    kpis = {kpi.kpi_id: kpi for kpi in visible_kpis(request.user, seen.framework)}
    # Everything that the answer depends on: releases never change, and the tier says what of one is seen.
    tag = tag_of(
        release.fingerprint, seen.tiers, sorted(kpis), sorted(request.query_params.items()), str(request.accepted_media_type)
    )
    return unless_known(request, tag, lambda: _page(request, seen, kpis, given, conditions))


def _page(
    request: Request,
    seen: ReleaseAsSeen,
    kpis: Mapping[int, KpiInForce],
    given: Mapping[str, Any],
    conditions: dict[str, Any],
) -> dict[str, Any]:
    if not given["components"]:
        conditions["component"] = ""
    if "level" in given:
        conditions["level"] = given["level"]
    wanted = [pk for pk, kpi in kpis.items() if given.get("kpi", kpi.definition.slug) == kpi.definition.slug]
    if "organisation" in given:
        conditions["organisation__slug"] = given["organisation"]
    asked = part_of(given)
    count, rows = page_of_figures(seen.release, seen.tiers, asked.slice, kpi__in=wanted, **conditions)
    return page_of(request, count, asked, lambda part: _figures_of(rows, kpis, seen.release))


def _row(release: Release) -> dict[str, Any]:
    return {
        "number": release.number,
        "period": release.collection.period,
        "label": release.quarter.label,
        "revision": release.revision,
        "current": release.status == "published",
        "published_at": release.published_at,
        "fingerprint": release.fingerprint,
        "provisional": is_provisional(release),
        "due": len(release.due),
        "returned": len(release.returned),
        "synthetic": release.synthetic,
    }


def _figures_of(rows: Sequence[FigureOfList], kpis: Mapping[int, KpiInForce], release: Release) -> list[dict[str, Any]]:
    """The rows as `FigureRow`. Written out, because thousands are made at once: this is the fastest way that can be read."""
    number, period = release.number, release.collection.period
    units: dict[tuple[int, str], str] = {}
    found = []
    for one in rows:
        kpi_id, component, level, organisation, peer_group, statistic, status, value, *rest = one
        kpi = kpis[kpi_id]
        unit = units.get((kpi_id, component)) or units.setdefault((kpi_id, component), kpi.definition.unit_of(component or None))
        found.append(
            {
                "release": number,
                "period": period,
                "kpi": kpi.definition.code,
                "kpi_version": kpi.version_number,
                "component": component,
                "level": level,
                "organisation": organisation,
                "peer_group": peer_group,
                "statistic": statistic,
                "status": status,
                "value": value,
                "unit": unit,
                **dict(zip(AFTER_UNIT, rest, strict=True)),
            }
        )
    return found
