"""Actions as a program reads them: what is done about a KPI, by whom, until when, and whether the figure moved.

The rows are those of the page for the same reader; words of others wait for their review.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.formats import CsvRenderer, JsonRenderer
from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from edi_portal.clock import LONDON, business_today
from steering.dashboards.actions import ActionLine, UpdateLine, action_lines, action_page, fits
from steering.models import Action
from steering.permissions import check_can_see_actions
from steering.selectors.actions import actions_shown_to, get_action, updates_of
from steering.selectors.texts import Words

STATES = [("open", "Open"), ("overdue", "Overdue"), ("after", "Past their day"), ("closed", "Closed"), ("all", "All")]


class ActionRow(serializers.Serializer):
    """An action."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    what = serializers.CharField(help_text="What will be done.")
    effect = serializers.CharField(help_text="The effect that is expected.")
    kpi = serializers.CharField(allow_blank=True, help_text="Code of the KPI that it is to move.")
    workstream = serializers.CharField(allow_null=True, help_text="Slug of its workstream.")
    organisations = serializers.CharField(allow_blank=True, help_text="Slugs of those whose figure it is to move; empty: all.")
    owner = serializers.CharField(help_text="The organisation that answers for it, or the steering group.")
    owner_role = serializers.CharField(allow_blank=True)
    raised_on = serializers.DateField()
    due_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    state = serializers.CharField(help_text="Open, Overdue, Done or Dropped.")
    moved = serializers.CharField(allow_blank=True, help_text="Past its day: whether the KPI moved, from stored verdicts.")


class UpdateShape(serializers.Serializer):
    """What was reported on an action."""

    on = serializers.DateField()
    progress = serializers.CharField()
    text = serializers.CharField()


class ActionDetail(ActionRow):
    """An action with what was reported on it."""

    updates = UpdateShape(many=True)


class ActionQuery(PageQuery):
    """Filters of actions."""

    state = serializers.ChoiceField(choices=STATES, required=False, default="open")
    workstream = serializers.SlugField(required=False, max_length=40)
    kpi = serializers.SlugField(required=False, max_length=20, help_text="Code of a KPI, as wres-2.")


class Actions(ApiView):
    """Actions that this reader may know of."""

    scopes = {"GET": "governance:read"}
    renderer_classes = [JsonRenderer, CsvRenderer]

    @extend_schema(operation_id="actions", parameters=[ActionQuery], responses=paged(ActionRow), tags=["Actions"])
    def get(self, request: Request) -> Response:
        """Actions in one state, those due first on top."""
        check_can_see_actions(request.user)
        given, today = read_query(ActionQuery, request), business_today()
        rows = actions_shown_to(request.user)
        if "workstream" in given:
            rows = rows.filter(workstream__slug=given["workstream"])
        if "kpi" in given:
            rows = rows.filter(kpi__iexact=given["kpi"])
        found = [action for action in rows if fits(action, given["state"], today)]
        page = page_of(request, len(found), part_of(given), lambda part: _rows(request, found[part], today))
        return unless_known(request, tag_of(page), lambda: page)


class OneAction(ApiView):
    """One action."""

    scopes = {"GET": "governance:read"}

    @extend_schema(operation_id="action", responses=ActionDetail, tags=["Actions"])
    def get(self, request: Request, action: int) -> Response:
        """One action with everything reported on it, newest first."""
        found, today = get_action(request.user, action), business_today()
        page = action_page(request._request, found, updates_of(found), today)
        row = _row(page.line, page.what, page.effect) | {"updates": [_update(one) for one in page.updates]}
        return unless_known(request, tag_of(row), lambda: row)


def _rows(request: Request, actions: Sequence[Action], today: date) -> list[dict[str, Any]]:
    words = Words(request.user, actions)
    lines = action_lines(request._request, actions, today)
    return [_row(line, words.of(line.action, "what"), words.of(line.action, "effect")) for line in lines]


def _row(line: ActionLine, what: str, effect: str) -> dict[str, Any]:
    action = line.action
    return {
        "number": action.pk,
        "title": line.title,
        "what": what,
        "effect": effect,
        "kpi": action.kpi,
        "workstream": action.workstream.slug if action.workstream else None,
        "organisations": " ".join(sorted(one.slug for one in action.organisations.all())),
        "owner": str(action.owner),
        "owner_role": line.owner_role,
        "raised_on": action.raised_on.isoformat(),
        "due_on": action.due_on.isoformat(),
        "closed_on": action.closed_on.isoformat() if action.closed_on else None,
        "state": line.state,
        "moved": line.moved,
    }


def _update(line: UpdateLine) -> dict[str, Any]:
    return {"on": line.update.at.astimezone(LONDON).date().isoformat(), "progress": line.progress, "text": line.text}
