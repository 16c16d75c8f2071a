"""An organisation's own returns: read, write, send. The same readers, rules and services as the form.

Only people of the organisation (and their tokens) reach this module's rows; exact figures leave as an export that is on record.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.problems import Unusable
from edi_portal.api.replays import KEY_PATTERN, once
from edi_portal.api.tags import require_match, tag_of
from edi_portal.api.views import ApiView
from edi_portal.clock import business_now
from kpis import permissions
from kpis.catalogue import CellKey, Measure
from kpis.dashboards.return_section import amount_text, field_name
from kpis.forms.returns import PostedSection, read_section
from kpis.models.returns import AnswerState, KpiReturn, ReturnAnswer
from kpis.selectors.returns import ReturnContent, content_of, get_return
from kpis.services import returns as services
from kpis.services.explanations import explain_standing
from kpis.services.return_saving import locked, save_answers
from kpis.validation.findings import Finding
from kpis.workflow import STATUS_LABELS

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag that you read. Without it: 428; an old one: 412.",
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": KEY_PATTERN},
    OpenApiParameter.HEADER,
    description="A fresh random text for each request. Sent twice, the request is done once, and answered alike, for 24 hours.",
)
STATUSES = [(status.value, label) for status, label in STATUS_LABELS.items()]
STATES = [(state.value, state.label) for state in AnswerState]


class ReturnRow(serializers.Serializer):
    """A return in the list."""

    organisation = serializers.SlugField()
    period = serializers.CharField(help_text="The financial quarter, as 2019-20-q3.")
    number = serializers.IntegerField(help_text="Version of the return; reopening makes the next one.")
    status = serializers.ChoiceField(choices=STATUSES)
    closes_at = serializers.DateTimeField()


class AnswerShape(serializers.Serializer):
    """What is said about a question as a whole."""

    state = serializers.ChoiceField(choices=STATES)
    reason = serializers.CharField(allow_blank=True)
    expected_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField(allow_blank=True)


class AnswerChangeShape(serializers.Serializer):
    """What shall be said about a question as a whole."""

    state = serializers.ChoiceField(choices=STATES, default=AnswerState.VALUE.value)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    expected_on = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=40,
        default=None,
        help_text="2020-02-14, or as people write it.",
    )
    evidence = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="Left out, what is held stays; empty, it is taken out."
    )


class FindingShape(serializers.Serializer):
    """One thing that a rule found; the same as on the form."""

    key = serializers.CharField()
    rule = serializers.CharField()
    level = serializers.CharField(help_text="error, query or information.")
    question = serializers.CharField(allow_blank=True)
    cell = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    mend = serializers.CharField()
    settled = serializers.BooleanField(help_text="Explained, or set aside by a waiver.")


class ReturnDetail(ReturnRow):
    """A return with its exact figures and what the rules say of them."""

    values = serializers.DictField(child=serializers.CharField(), help_text="“question/row/column” → number.")
    answers = serializers.DictField(child=AnswerShape(), help_text="Question → what is said about it as a whole.")
    snapshots = serializers.DictField(child=serializers.DateField(), help_text="Question → the day that its figures are of.")
    explanations = serializers.DictField(child=serializers.CharField(), help_text="Key of a finding → why it is so.")
    findings = FindingShape(many=True)
    unanswered = serializers.ListField(child=serializers.CharField(), help_text="Questions that still need an answer.")
    can_be_sent = serializers.BooleanField()


class ReturnChange(serializers.Serializer):
    """What changes; whatever is left out stays as it is."""

    values = serializers.DictField(
        child=serializers.CharField(allow_blank=True, allow_null=True, max_length=40),
        required=False,
        default=dict,
        help_text="“question/row/column” → number as text; null empties the cell.",
    )
    answers = serializers.DictField(child=AnswerChangeShape(), required=False, default=dict)
    snapshots = serializers.DictField(
        child=serializers.CharField(allow_null=True, allow_blank=True, max_length=40),
        required=False,
        default=dict,
        help_text="Question → the day of its figures, as 2020-02-14; null is the day that the question asks for.",
    )
    explanations = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=2_000), required=False, default=dict
    )


EXAMPLE = OpenApiExample(
    "Two cells and an explanation",
    value={
        "values": {"staff_ethnicity/band_5/white": "1482", "staff_ethnicity/band_5/bme": "214"},
        "answers": {"gender_pay_gap": {"state": "not_available", "reason": "Payroll closes later", "expected_on": "2020-02-14"}},
        "explanations": {"V6:staff_ethnicity/band_5/bme": "A cohort of nurses joined in November."},
    },
    request_only=True,
)


class Returns(ApiView):
    """The returns of the own organisation."""

    scopes = {"GET": "returns:read"}

    @extend_schema(operation_id="returns", parameters=[PageQuery], responses=paged(ReturnRow), tags=["Returns"])
    def get(self, request: Request) -> Response:
        """The newest version of each return of the organisations whose returns you may see, newest period first."""
        rows = KpiReturn.objects.visible_to(request.user).live().select_related("organisation", "collection")
        found = rows.prefetch_related("collection__extensions").order_by("-collection__period", "organisation__slug")
        return Response(
            page_of(
                request, found.count(), part_of(read_query(PageQuery, request)), lambda part: [_row(one) for one in found[part]]
            )
        )


class OneReturn(ApiView):
    """One return."""

    scopes = {"GET": "returns:read", "PATCH": "returns:write"}

    @extend_schema(operation_id="return", responses=ReturnDetail, tags=["Returns"])
    def get(self, request: Request, organisation: str, period: str) -> Response:
        """The return with its exact figures, explanations and findings; a contributor sees the own questions."""
        kpi_return = get_return(request.user, organisation, period)
        services.note_export(kpi_return=kpi_return, by=request.user, name="api")
        return _answer(request, kpi_return)

    @extend_schema(
        operation_id="return_change",
        parameters=[IF_MATCH, KEY],
        request=ReturnChange,
        responses=ReturnDetail,
        examples=[EXAMPLE],
        tags=["Returns"],
    )
    def patch(self, request: Request, organisation: str, period: str) -> Response:
        """Enter figures, answers, dates and explanations. All of it is kept, or with a problem nothing."""
        change = ReturnChange(data=request.data)
        change.is_valid(raise_exception=True)
        get_return(request.user, organisation, period)  # an answer kept for a replay does not outlive the right to it
        return once(request, lambda: self._save(request, organisation, period, change.validated_data))

    @transaction.atomic
    def _save(self, request: Request, organisation: str, period: str, given: Mapping[str, Any]) -> Response:
        kpi_return = locked(get_return(request.user, organisation, period))
        permissions.check_can_edit_return(request.user, kpi_return, business_now())
        require_match(request, _tag(kpi_return))
        content = content_of(kpi_return)
        posted = _read(given, permissions.measures_open_to(request.user, kpi_return, content.measures), content.answers)
        save_answers(
            kpi_return=kpi_return,
            by=request.user,
            cells=posted.cells,
            answers=posted.answers,
            snapshots=posted.snapshots,
            door="api",
        )
        explain_standing(kpi_return=kpi_return, explanations=posted.explanations, by=request.user)
        kpi_return.refresh_from_db()
        return _answer(request, kpi_return)


class Submit(ApiView):
    """Sending a return."""

    scopes = {"POST": "returns:submit"}

    @extend_schema(
        operation_id="return_submit", parameters=[IF_MATCH, KEY], request=None, responses=ReturnDetail, tags=["Returns"]
    )
    def post(self, request: Request, organisation: str, period: str) -> Response:
        """Send the return to the executive sponsor; refused while an error, an open query or an unanswered question stands."""

        def act() -> Response:
            with transaction.atomic():
                kpi_return = locked(get_return(request.user, organisation, period))
                permissions.check_can_submit_return(request.user, kpi_return, business_now())
                require_match(request, _tag(kpi_return))
                return _answer(request, services.submit_return(kpi_return=kpi_return, by=request.user))

        get_return(request.user, organisation, period)  # as above: before a kept answer is given again
        return once(request, act)


def _read(given: Mapping[str, Any], measures: tuple[Measure, ...], held: Mapping[str, ReturnAnswer]) -> PostedSection:
    """What was sent, in the form's own words, read by the form's own reader. Raises Unusable by field."""
    posted: dict[str, str] = {address: text or "" for address, text in given["values"].items()}
    for code, answer in given["answers"].items():
        posted |= {
            f"state/{code}": answer["state"],
            f"reason/{code}": answer["reason"],
            f"expected/{code}": answer["expected_on"] or "",
            f"evidence/{code}": answer.get("evidence", held[code].evidence if code in held else ""),
        }
    posted |= {f"snapshot/{code}": day or "" for code, day in given["snapshots"].items()}
    posted |= {f"explain/{key}": text for key, text in given["explanations"].items()}
    _refuse_unknown(given, measures)
    section = read_section(posted, measures)
    if section.errors:
        raise Unusable({name: [sentence] for name, sentence in section.errors.items()})
    return section


def _refuse_unknown(given: Mapping[str, Any], measures: tuple[Measure, ...]) -> None:
    codes = {measure.code for measure in measures}
    cells = {f"{measure.code}/{cell.row}/{cell.column}" for measure in measures for cell in measure.cells()}
    unknown = {address: ["This is no cell of a question of yours."] for address in given["values"] if address not in cells}
    for part in ("answers", "snapshots"):
        unknown |= {f"{part}/{code}": ["This is no question of yours."] for code in given[part] if code not in codes}
    if unknown:
        raise Unusable(unknown)


def _tag(kpi_return: KpiReturn) -> str:
    return tag_of(kpi_return.pk, kpi_return.version, kpi_return.status)


def _answer(request: Request, kpi_return: KpiReturn) -> Response:
    content = content_of(kpi_return)
    mine = permissions.measures_open_to(request.user, kpi_return, content.measures)
    whole = permissions.sees_every_question(request.user, kpi_return)
    detail = _detail(content, {measure.code for measure in mine}, whole=whole)
    return Response(_row(kpi_return) | detail, headers={"ETag": _tag(kpi_return)})


def _row(kpi_return: KpiReturn) -> dict[str, Any]:
    return {
        "organisation": kpi_return.organisation.slug,
        "period": kpi_return.collection.period,
        "number": kpi_return.number,
        "status": kpi_return.status,
        "closes_at": permissions.closes_at_for(kpi_return).isoformat(),
    }


def _detail(content: ReturnContent, mine: set[str], *, whole: bool) -> dict[str, Any]:
    """The questions in `mine`; a finding about no one question speaks of the whole return, so `whole` readers get it alone."""
    findings = [finding for finding in content.findings if (finding.measure in mine if finding.measure else whole)]
    keys = {finding.key for finding in findings}
    return {
        "values": {
            field_name(measure.code, cell): _typed(measure, cell, content.facts.values[measure.code, cell.row, cell.column])
            for measure in content.measures
            if measure.code in mine
            for cell in measure.cells()
            if (measure.code, cell.row, cell.column) in content.facts.values
        },
        "answers": {
            code: {
                "state": answer.state,
                "reason": answer.reason,
                "expected_on": answer.expected_on.isoformat() if answer.expected_on else None,
                "evidence": answer.evidence,
            }
            for code, answer in content.answers.items()
            if code in mine
        },
        "snapshots": {
            code: answer.snapshot_on.isoformat()
            for code, answer in content.answers.items()
            if code in mine and answer.snapshot_on
        },
        "explanations": {key: given.text for key, given in content.explanations.items() if key in keys},
        "findings": [_finding(finding, content) for finding in findings],
        "unanswered": [measure.code for measure in content.unanswered if measure.code in mine],
        "can_be_sent": content.can_be_sent,
    }


def _typed(measure: Measure, cell: CellKey, amount: Decimal) -> str:
    """A stored amount as the same door takes it in again."""
    unit = measure.unit_of(cell)
    if unit == "yes_no":
        return "yes" if amount else "no"
    return measure.options_of(cell)[int(amount) - 1] if unit == "choice" else amount_text(amount, unit)


def _finding(finding: Finding, content: ReturnContent) -> dict[str, Any]:
    settled = finding in content.explained_queries or finding.key in content.waivers
    return {
        "key": finding.key,
        "rule": finding.rule,
        "level": str(finding.level),
        "question": finding.measure,
        "cell": str(finding.cell) if finding.cell else None,
        "message": finding.message,
        "mend": finding.mend,
        "settled": settled,
    }
