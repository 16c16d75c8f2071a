"""The only writer of workstreams' plans: leads, milestones, and a colour set against the rule."""

from datetime import date
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from organisations.models import Organisation
from steering.models import Milestone, RagOverride, Workstream, WorkstreamLead
from steering.permissions import check_can_govern
from steering.services.texts import ask_for_reviews


@transaction.atomic
def name_lead(
    *, workstream: Workstream, organisation: Organisation, role_holder: str, first: date, last: date | None, by: Any
) -> WorkstreamLead:
    """A lead from a day on. Who led before ends on the day before; nobody may be planned for later."""
    check_can_govern(by)
    if not role_holder.strip():
        raise Incomplete("Enter the role of the lead, for example Director of Workforce.")
    if last is not None and last < first:
        raise Incomplete("The last day of the lead must not be before the first day.")
    workstream = Workstream.objects.select_for_update().get(pk=workstream.pk)
    later = workstream.leads.filter(valid_from__gte=first).first()
    if later is not None:
        raise InvalidTransition(f"{later} leads from {later.valid_from:%-d %B %Y}. Choose a later first day.")
    for before in workstream.leads.on(first):
        before.valid_to = date.fromordinal(first.toordinal() - 1)
        before.save(update_fields=["valid_to"])
    lead = WorkstreamLead.objects.create(
        workstream=workstream,
        organisation=organisation,
        role_holder=role_holder.strip(),
        valid_from=first,
        valid_to=last,
        named_by=by,
    )
    record(action="workstream.lead_named", by=by, organisation=organisation, subject=f"workstream:{workstream.slug}")
    return lead


@transaction.atomic
def add_milestone(*, workstream: Workstream, title: str, due_on: date, by: Any) -> Milestone:
    """A step of the plan."""
    check_can_govern(by)
    if not title.strip():
        raise Incomplete("Say what will be reached.")
    made = Milestone.objects.create(workstream=workstream, title=title.strip(), due_on=due_on, added_by=by)
    ask_for_reviews(made, by=by)
    _record("milestone.added", made, by)
    return made


@transaction.atomic
def change_milestone(*, milestone: Milestone, title: str, due_on: date, seen_version: int, by: Any) -> Milestone:
    """Another title or day for an open milestone. Raises StaleData when somebody saved it since it was shown."""
    check_can_govern(by)
    row = _open_milestone(milestone)
    if row.version != seen_version:
        raise StaleData("Somebody saved this milestone while you were typing. Look at both, then save again.")
    if not title.strip():
        raise Incomplete("Say what will be reached.")
    row.title, row.due_on, row.version = title.strip(), due_on, row.version + 1
    row.save(update_fields=["title", "due_on", "version"])
    ask_for_reviews(row, by=by)
    _record("milestone.changed", row, by)
    return row


@transaction.atomic
def reach_milestone(*, milestone: Milestone, by: Any) -> Milestone:
    """It is reached today."""
    check_can_govern(by)
    row = _open_milestone(milestone)
    row.reached_on = business_today()
    row.save(update_fields=["reached_on"])
    _record("milestone.reached", row, by)
    return row


@transaction.atomic
def drop_milestone(*, milestone: Milestone, reason: str, by: Any) -> Milestone:
    """It is given up, and stays on record with the reason."""
    check_can_govern(by)
    row = _open_milestone(milestone)
    if not reason.strip():
        raise Incomplete("Say why the milestone is dropped.")
    row.dropped_on, row.drop_reason = business_today(), reason.strip()
    row.save(update_fields=["dropped_on", "drop_reason"])
    ask_for_reviews(row, by=by)
    _record("milestone.dropped", row, by)
    return row


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, by: Any) -> Milestone:
    """Take back that it was reached or dropped."""
    check_can_govern(by)
    row = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if row.is_open:
        raise InvalidTransition("This milestone is open.")
    row.reached_on, row.dropped_on, row.drop_reason = None, None, ""
    row.save(update_fields=["reached_on", "dropped_on", "drop_reason"])
    _record("milestone.reopened", row, by)
    return row


@transaction.atomic
def set_colour(*, workstream: Workstream, colour: str, reason: str, rule_said: str, by: Any) -> RagOverride:
    """Set a colour against the rule, with a reason that everybody reads beside what the rule said."""
    check_can_govern(by)
    if not reason.strip():
        raise Incomplete("Say why the rule is wrong here.")
    if colour == rule_said:
        raise Incomplete("The rule says the same. Nothing needs to be set against it.")
    Workstream.objects.select_for_update().get(pk=workstream.pk)  # one colour at a time: who comes second waits for the first
    _end_override(workstream, by)
    made = RagOverride.objects.create(
        workstream=workstream, colour=colour, reason=reason.strip(), rule_said=rule_said, made_by=by
    )
    ask_for_reviews(made, by=by)
    record(action="workstream.colour_set", by=by, subject=f"workstream:{workstream.slug}", details={"colour": colour})
    return made


@transaction.atomic
def follow_rule(*, workstream: Workstream, by: Any) -> None:
    """The rule decides the colour again; what was set stays on record."""
    check_can_govern(by)
    if not _end_override(workstream, by):
        raise InvalidTransition("The rule decides this colour already.")
    record(action="workstream.rule_followed", by=by, subject=f"workstream:{workstream.slug}")


def _end_override(workstream: Workstream, by: Any) -> int:
    rows = RagOverride.objects.filter(workstream=workstream, ended_at__isnull=True)
    return rows.update(ended_at=business_now(), ended_by=by)


def _open_milestone(milestone: Milestone) -> Milestone:
    row = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if not row.is_open:
        raise InvalidTransition("This milestone is closed. Reopen it first.")
    return row


def _record(action: str, milestone: Milestone, by: Any) -> None:
    slug = milestone.workstream.slug
    record(action=action, by=by, subject=f"milestone:{milestone.pk}", details={"workstream": slug})
