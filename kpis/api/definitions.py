"""KPI definitions with their versions. Public, apart from KPIs of one organisation's own."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.formats import CsvRenderer, JsonRenderer
from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.catalogue.vocabulary import DOMAINS
from kpis.dashboards.catalogue import get_kpi, quarter_of_kpi, visible_kpis
from kpis.framework import KpiInForce
from kpis.models.definitions import KpiVersion
from kpis.selectors.definitions import framework_for, read_kpi


class KpiRow(serializers.Serializer):
    """A KPI in the list."""

    code = serializers.CharField()
    slug = serializers.SlugField(help_text="Its part of every address.")
    name = serializers.CharField()
    domain = serializers.ChoiceField(choices=sorted(DOMAINS))
    workstream = serializers.ChoiceField(choices=sorted(WORKSTREAMS))
    unit = serializers.CharField()
    direction = serializers.CharField(help_text="Which way is good.")
    collected_in = serializers.ListField(child=serializers.IntegerField(), help_text="Financial quarters in which it is due.")
    version = serializers.IntegerField(help_text="Of the definition in force today.")
    own = serializers.BooleanField(help_text="True for a KPI of one organisation's own.")


class KpiQuery(PageQuery):
    """Filters of the list."""

    workstream = serializers.ChoiceField(choices=sorted(WORKSTREAMS), required=False)
    domain = serializers.ChoiceField(choices=sorted(DOMAINS), required=False)


class TargetShape(serializers.Serializer):
    """What to aim for, in the KPI's unit."""

    kind = serializers.CharField()
    text = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ComponentShape(serializers.Serializer):
    """A further figure of the same KPI."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    unit = serializers.CharField()
    direction = serializers.CharField()
    collected_in = serializers.ListField(child=serializers.IntegerField())


class VersionShape(serializers.Serializer):
    """One version of the definition."""

    number = serializers.IntegerField()
    from_period = serializers.CharField(help_text="First quarter it holds for, as 2019-20-q3.")
    note = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()


class KpiDetail(KpiRow):
    """A KPI with its definition and versions."""

    question = serializers.CharField()
    why_it_matters = serializers.CharField()
    standard = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    groups = serializers.CharField()
    how_to_read = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    data_source = serializers.CharField()
    target = TargetShape()
    components = ComponentShape(many=True)
    questions = serializers.ListField(child=serializers.CharField(), help_text="Codes of the questions it is worked out from.")
    versions = VersionShape(many=True)


class Kpis(ApiView):
    """Every KPI in force."""

    open_to_all = True
    scopes = {"GET": "released:read"}
    renderer_classes = [JsonRenderer, CsvRenderer]

    @extend_schema(operation_id="kpis", parameters=[KpiQuery], responses=paged(KpiRow), tags=["KPIs"])
    def get(self, request: Request) -> Response:
        """The KPIs in force today, by workstream."""
        given = read_query(KpiQuery, request)
        framework = framework_for(Quarter.containing(business_today()))
        rows = [
            row_of(kpi)
            for kpi in visible_kpis(request.user, framework)
            if given.get("workstream", kpi.definition.workstream) == kpi.definition.workstream
            and given.get("domain", kpi.definition.domain) == kpi.definition.domain
        ]
        page = page_of(request, len(rows), part_of(given), lambda part: rows[part])
        return unless_known(request, tag_of(page), lambda: page)


class OneKpi(ApiView):
    """One KPI."""

    open_to_all = True
    scopes = {"GET": "released:read"}

    @extend_schema(operation_id="kpi", responses=KpiDetail, tags=["KPIs"])
    def get(self, request: Request, code: str) -> Response:
        """One KPI with its definition in force today and every version of it."""
        framework = framework_for(quarter_of_kpi(code, Quarter.containing(business_today())))
        kpi = get_kpi(request.user, framework, code)
        content = row_of(kpi) | _detail(kpi.definition) | {"versions": _versions(kpi.kpi_id)}
        return unless_known(request, tag_of(content), lambda: content)


def row_of(kpi: KpiInForce) -> dict[str, Any]:
    """A KPI as a row of the list."""
    definition = kpi.definition
    return {
        "code": definition.code,
        "slug": definition.slug,
        "name": definition.name,
        "domain": definition.domain,
        "workstream": definition.workstream,
        "unit": definition.unit,
        "direction": definition.direction,
        "collected_in": list(definition.collected_in),
        "version": kpi.version_number,
        "own": kpi.owner_id is not None,
    }


def _detail(definition: KpiDefinition) -> dict[str, Any]:
    names = ("question", "why_it_matters", "standard", "numerator", "denominator", "groups", "source", "data_source")
    low, high = definition.target.low, definition.target.high
    return {name: getattr(definition, name) for name in names} | {
        "how_to_read": definition.orientation,
        "target": {
            "kind": definition.target.kind,
            "text": definition.target.text,
            "low": None if low is None else float(low),
            "high": None if high is None else float(high),
        },
        "components": [
            {
                "key": one.key,
                "label": one.label,
                "unit": one.unit,
                "direction": one.direction,
                "collected_in": list(one.collected_in),
            }
            for one in definition.components
        ],
        "questions": list(definition.measures()),
    }


def _versions(kpi_id: int) -> list[dict[str, Any]]:
    rows = []
    for version in KpiVersion.objects.filter(kpi=kpi_id).order_by("number"):
        definition = read_kpi(version)
        rows.append(
            {
                "number": version.number,
                "from_period": version.from_period,
                "note": version.note,
                "name": definition.name,
                "numerator": definition.numerator,
                "denominator": definition.denominator,
            }
        )
    return rows
