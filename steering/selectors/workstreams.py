"""Questions about workstreams: where their plans stand, who leads them, what they hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.shortcuts import get_object_or_404

from edi_portal.clock import business_today
from steering.models import Action, Milestone, RagOverride, Workstream, WorkstreamLead
from steering.rag import Standing, standing_of


def workstreams() -> list[Workstream]:
    """All seven, in the order of the project document. One query."""
    return list(Workstream.objects.all())


def get_workstream(slug: str) -> Workstream:
    """One of them; Http404 otherwise."""
    return get_object_or_404(Workstream, slug=slug)


@dataclass(frozen=True, slots=True)
class PlanState:
    """A workstream's plan on a day: milestones, numbers of actions, the colour of the rule and the one set against it."""

    workstream: Workstream
    lead: WorkstreamLead | None
    former_lead: WorkstreamLead | None
    milestones: tuple[Milestone, ...]
    open_actions: int
    overdue_actions: int
    rule: Standing
    override: RagOverride | None

    @property
    def colour(self) -> str:
        """The colour that is shown."""
        return self.override.colour if self.override is not None else self.rule.colour

    @property
    def next_milestone(self) -> Milestone | None:
        """The open milestone that is due first."""
        return next((one for one in self.milestones if one.is_open), None)


def plan_states(day: date | None = None) -> dict[str, PlanState]:
    """Slug → where the plan stands, for all workstreams. Six queries at most, however many milestones and actions."""
    today = day or business_today()
    actions, overrides = _open_action_days(), _overrides()
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for row in Milestone.objects.all():
        milestones[row.workstream_id].append(row)
    leads: dict[int, list[WorkstreamLead]] = defaultdict(list)
    for lead in WorkstreamLead.objects.select_related("organisation"):
        leads[lead.workstream_id].append(lead)
    return {
        one.slug: _state(one, today, milestones[one.pk], actions.get(one.pk, []), leads[one.pk], overrides.get(one.pk))
        for one in workstreams()
    }


def _state(
    workstream: Workstream,
    today: date,
    milestones: list[Milestone],
    actions: list[date],
    leads: list[WorkstreamLead],
    override: RagOverride | None,
) -> PlanState:
    lead = next((one for one in leads if one.holds_on(today)), None)
    former = next((one for one in leads if one.valid_to is not None and one.valid_to < today), None)
    rule = standing_of(
        today,
        milestones=[one.due_on for one in milestones if one.is_open],
        actions=actions,
        reached=sum(one.reached_on is not None for one in milestones),
    )
    overdue = sum(day < today for day in actions)
    return PlanState(workstream, lead, None if lead else former, tuple(milestones), len(actions), overdue, rule, override)


def _open_action_days() -> dict[int, list[date]]:
    """Workstream → the due days of its open actions."""
    found: dict[int, list[date]] = defaultdict(list)
    rows = Action.objects.open_now().filter(workstream__isnull=False).order_by()
    for workstream, due_on in rows.values_list("workstream_id", "due_on"):
        found[workstream].append(due_on)
    return found


def _overrides() -> dict[int, RagOverride]:
    rows = RagOverride.objects.filter(ended_at__isnull=True).select_related("made_by")
    return {row.workstream_id: row for row in rows}
