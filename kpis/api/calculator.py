"""The calculator: counts in, figure, interval, verdict and sentence out. Public, and nothing sent is kept."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.problems import Unusable
from edi_portal.api.views import ApiView
from kpis.dashboards.calculator import Result, question_for, result_of
from kpis.forms.calculator import CalculatorForm


class AskedShape(serializers.Serializer):
    """One number that is asked for."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    group = serializers.CharField(allow_blank=True)
    unit = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)


class CalculatorQuestion(serializers.Serializer):
    """What is asked for one figure."""

    kpi = serializers.CharField()
    name = serializers.CharField()
    asked = AskedShape(many=True)


class CalculatorCounts(serializers.Serializer):
    """The numbers by their keys, as text."""

    counts = serializers.DictField(child=serializers.CharField(max_length=40, allow_blank=True))


class MistakeShape(serializers.Serializer):
    """Something in the counts that cannot be true or is often got wrong."""

    kind = serializers.CharField()
    message = serializers.CharField()
    mend = serializers.CharField()


class CalculatorResult(serializers.Serializer):
    """The figure in words."""

    value = serializers.CharField()
    interval = serializers.CharField(allow_blank=True)
    verdict = serializers.CharField(allow_blank=True)
    chance = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()
    mistakes = MistakeShape(many=True)


class Calculator(ApiView):
    """One figure."""

    open_to_all = True
    scopes = {"GET": "released:read", "POST": "released:read"}

    @extend_schema(operation_id="calculator_question", responses=CalculatorQuestion, tags=["Calculator"])
    def get(self, request: Request, code: str) -> Response:
        """Which numbers the figure of a KPI is worked out from."""
        question = question_for(code, "")
        if question is None:
            raise Http404
        asked = [
            {"key": one.key, "label": one.label, "group": block.title, "unit": one.unit, "hint": one.hint}
            for block in question.blocks
            for one in block.asked
        ]
        return Response({"kpi": question.definition.code, "name": question.definition.name, "asked": asked})

    @extend_schema(operation_id="calculate", request=CalculatorCounts, responses=CalculatorResult, tags=["Calculator"])
    def post(self, request: Request, code: str) -> Response:
        """Work out the figure from counts. Nothing is kept."""
        question = question_for(code, "")
        if question is None:
            raise Http404
        sent = CalculatorCounts(data=request.data)
        sent.is_valid(raise_exception=True)
        form = CalculatorForm(question, sent.validated_data["counts"])
        if not form.is_valid():
            raise Unusable({name: [str(error) for error in errors] for name, errors in form.errors.items()})
        return Response(_content(result_of(question, form.values(), form.beside())))


def _content(result: Result) -> dict[str, Any]:
    return {
        "value": result.value,
        "interval": result.interval,
        "verdict": result.verdict,
        "chance": result.chance,
        "sentence": result.sentence.text,
        "mistakes": [{"kind": one.kind, "message": one.message, "mend": one.mend} for one in result.mistakes],
    }
