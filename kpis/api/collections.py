"""Collections and what they ask: the questions with every cell, so that a system can build a return."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from edi_portal.clock import business_now
from kpis.catalogue import Measure
from kpis.models.collections import Collection
from kpis.selectors.definitions import framework_for


class CollectionRow(serializers.Serializer):
    """One quarter's asking."""

    period = serializers.CharField(help_text="The financial quarter, as 2019-20-q3.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    opens_on = serializers.DateField()
    due_on = serializers.DateField(help_text="The day that everybody works to.")
    closes_at = serializers.DateTimeField(help_text="After this nothing changes without an extension.")
    open = serializers.BooleanField(help_text="Whether it is open now.")


class LineShape(serializers.Serializer):
    """A row or a column of a question."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    unit = serializers.CharField(allow_null=True, help_text="Where it differs from the question's own.")
    optional = serializers.BooleanField()
    options = serializers.ListField(child=serializers.CharField(), help_text="Answers to choose from, where it is a choice.")


class QuestionShape(serializers.Serializer):
    """A question: a grid of cells, each with the address “code/row/column”."""

    code = serializers.CharField()
    title = serializers.CharField()
    question = serializers.CharField()
    help = serializers.CharField()
    workstream = serializers.CharField()
    unit = serializers.CharField()
    window = serializers.CharField(help_text="Which days the figures are of.")
    rows = LineShape(many=True)
    columns = LineShape(many=True)


class CollectionDetail(CollectionRow):
    """A collection with its questions."""

    questions = QuestionShape(many=True)


class Collections(ApiView):
    """Every collection that has been opened."""

    scopes = {"GET": "released:read"}

    @extend_schema(operation_id="collections", parameters=[PageQuery], responses=paged(CollectionRow), tags=["Collections"])
    def get(self, request: Request) -> Response:
        """Collections that have been opened, newest first."""
        found = Collection.objects.opened().order_by("-period")
        page = page_of(
            request, found.count(), part_of(read_query(PageQuery, request)), lambda part: [_row(one) for one in found[part]]
        )
        return unless_known(request, tag_of(page), lambda: page)


class OneCollection(ApiView):
    """One collection."""

    scopes = {"GET": "released:read"}

    @extend_schema(operation_id="collection", responses=CollectionDetail, tags=["Collections"])
    def get(self, request: Request, period: str) -> Response:
        """One collection with every question that it asks of anybody."""
        collection = Collection.objects.opened().filter(period=period).first()
        if collection is None:
            raise Http404
        framework = framework_for(collection.quarter)
        asked = [measure for measure in framework.measures.values() if collection.quarter.number in measure.collected_in]
        shared = {code for kpi in framework.kpis if kpi.owner_id is None for code in kpi.measures}
        row = _row(collection)
        return unless_known(
            request,
            tag_of(row, framework.version),
            lambda: row | {"questions": [question_of(measure) for measure in asked if measure.code in shared]},
        )


def _row(collection: Collection) -> dict[str, Any]:
    return {
        "period": collection.period,
        "label": collection.quarter.label,
        "opens_on": collection.opens_on,
        "due_on": collection.due_on,
        "closes_at": collection.closes_at,
        "open": collection.is_open_at(business_now()),
    }


def question_of(measure: Measure) -> dict[str, Any]:
    """A measure as a question of the API."""
    return {
        "code": measure.code,
        "title": measure.title,
        "question": measure.question,
        "help": measure.help,
        "workstream": measure.workstream,
        "unit": measure.unit,
        "window": measure.window,
        "rows": [_line(axis) for axis in measure.rows],
        "columns": [_line(axis) for axis in measure.columns],
    }


def _line(axis: Any) -> dict[str, Any]:
    return {
        "key": axis.key,
        "label": axis.label,
        "unit": axis.unit,
        "optional": axis.optional,
        "options": list(axis.options),
    }
