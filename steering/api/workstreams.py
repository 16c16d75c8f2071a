"""The seven workstreams: who leads, whether the plan holds, what is next. Words wait for their review as on the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from edi_portal.clock import business_today
from organisations.permissions import require
from organisations.roles import Right
from steering.models import Milestone
from steering.selectors.texts import Words
from steering.selectors.workstreams import PlanState, plan_states
from steering.vocabulary import DOMAINS, RAG

COLOURS = list(RAG.items())


class WorkstreamRow(serializers.Serializer):
    """A workstream and how its plan stands today."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    domain = serializers.ChoiceField(choices=sorted(DOMAINS))
    aim = serializers.CharField(help_text="What is true when its work is done.")
    lead = serializers.CharField(allow_null=True, help_text="Organisation and role of its lead today.")
    colour = serializers.ChoiceField(choices=COLOURS, help_text="Whether the plan holds.")
    colour_by_rule = serializers.ChoiceField(choices=COLOURS, help_text="What the rule says; another colour has a reason.")
    reason = serializers.CharField(help_text="Why it has its colour.")
    open_actions = serializers.IntegerField()
    overdue_actions = serializers.IntegerField()
    next_milestone = serializers.DateField(allow_null=True, help_text="Day of the open milestone that is due first.")


class MilestoneShape(serializers.Serializer):
    """A step of a plan."""

    title = serializers.CharField()
    due_on = serializers.DateField()
    reached_on = serializers.DateField(allow_null=True)
    open = serializers.BooleanField()


class WorkstreamDetail(WorkstreamRow):
    """A workstream with the steps of its plan."""

    milestones = MilestoneShape(many=True)


class Workstreams(ApiView):
    """All seven."""

    scopes = {"GET": "governance:read"}

    @extend_schema(operation_id="workstreams", parameters=[PageQuery], responses=paged(WorkstreamRow), tags=["Workstreams"])
    def get(self, request: Request) -> Response:
        """The seven workstreams in the order of the project document."""
        require(request.user, Right.VIEW_WORKSTREAMS)
        states = list(plan_states().values())
        words = Words(request.user, [one.override for one in states if one.override is not None])
        asked = part_of(read_query(PageQuery, request))
        page = page_of(request, len(states), asked, lambda part: [_row(one, words) for one in states[part]])
        return unless_known(request, tag_of(page), lambda: page)


class OneWorkstream(ApiView):
    """One workstream."""

    scopes = {"GET": "governance:read"}

    @extend_schema(operation_id="workstream", responses=WorkstreamDetail, tags=["Workstreams"])
    def get(self, request: Request, workstream: str) -> Response:
        """One workstream with the milestones of its plan."""
        require(request.user, Right.VIEW_WORKSTREAMS)
        state = plan_states(business_today()).get(workstream)
        if state is None:
            raise Http404
        words = Words(request.user, [*state.milestones, *filter(None, [state.override])])
        row = _row(state, words) | {"milestones": [_milestone(one, words) for one in state.milestones]}
        return unless_known(request, tag_of(row), lambda: row)


def _row(state: PlanState, words: Words) -> dict[str, Any]:
    workstream, following = state.workstream, state.next_milestone
    return {
        "slug": workstream.slug,
        "title": workstream.title,
        "domain": workstream.domain,
        "aim": workstream.aim,
        "lead": f"{state.lead.role_holder}, {state.lead.organisation.short_name}" if state.lead is not None else None,
        "colour": state.colour,
        "colour_by_rule": state.rule.colour,
        "reason": words.of(state.override, "reason") if state.override is not None else state.rule.reason,
        "open_actions": state.open_actions,
        "overdue_actions": state.overdue_actions,
        "next_milestone": following.due_on.isoformat() if following is not None else None,
    }


def _milestone(one: Milestone, words: Words) -> dict[str, Any]:
    return {
        "title": words.of(one, "title"),
        "due_on": one.due_on.isoformat(),
        "reached_on": one.reached_on.isoformat() if one.reached_on else None,
        "open": one.is_open,
    }
