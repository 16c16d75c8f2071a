"""What governance asks of the role in use, for its home page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Value
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.urls import reverse

from edi_portal.clock import LONDON, BusinessNow, business_today
from edi_portal.ui.asks import Ask
from kpis.dashboards.exception_owners import Care
from organisations.permissions import active_membership, can, memberships_that_count
from organisations.roles import ROLES, Right, Role
from steering.models import Action, Contribution, Meeting, Risk
from steering.models.reports import AssuranceReport, ReportStatus
from steering.selectors.actions import actions_by_reading
from steering.selectors.efficiencies import proposed_years, years_to_propose
from steering.selectors.panels import overdue_and_unanswered
from steering.selectors.proposals import asked_of, operating_model_for, returned_to_group
from steering.selectors.reports import HEAVY
from steering.selectors.texts import Words

MOST_NAMED = 3


def asks_of_governance(request: HttpRequest) -> tuple[Ask, ...]:
    """What waits for the group, for a body that ratifies, or for an organisation with actions."""
    membership = active_membership(request)
    if membership is None:
        return ()
    rights = ROLES[Role(membership.role)].rights
    if Right.RATIFY in rights:
        return tuple(_of_body(request.user))
    if Right.GOVERN in rights:
        return tuple(_of_group(request.user))
    if Right.PUBLISH_RELEASE in rights:
        return tuple(_of_admin(request.user))
    return tuple(_of_organisation(request.user)) if Right.VIEW_ACTIONS in rights and membership.organisation_id else ()


def _of_body(user: Any) -> Iterator[Ask]:
    model = operating_model_for(user)
    if model is not None and model.waits:
        address = reverse("operating-model:version", args=[model.version.number])
        yield Ask(f"Reply to: {model.version}", address, f"proposed on {model.version.proposed_on:%-d %B %Y}")
    rows = asked_of(user)
    words = Words(user, [one.proposal for one in rows])
    for one in rows[:MOST_NAMED]:
        title = words.of(one.proposal, "title", f"proposal {one.proposal.pk}")
        address = reverse("ratifications:detail", args=[one.proposal.pk])
        yield Ask(f"Reply to: {title}", address, f"by {one.proposal.reply_by:%-d %B %Y}")
    if len(rows) > MOST_NAMED:
        yield Ask("Every proposal that waits for you", reverse("ratifications:list"), f"{len(rows) - MOST_NAMED} more")


def _of_admin(user: Any) -> Iterator[Ask]:
    """What the group has begun and a second person ends."""
    for row in proposed_years():
        if row.proposed_by_id != user.pk:
            address = f"{reverse('efficiencies:list')}#years"
            proposed = row.proposed_at.astimezone(LONDON)
            yield Ask(f"Freeze the totals of {row.financial_year}", address, f"proposed on {proposed:%-d %B %Y}")
    yield from _of_second_person(user)


def _of_second_person(user: Any) -> Iterator[Ask]:
    for report in AssuranceReport.objects.defer(*HEAVY).filter(status=ReportStatus.PROPOSED).exclude(proposed_by=user):
        address = reverse("reports:publish", args=[report.pk])
        yield Ask(f"Publish the report of {report.quarter.months}", address, "as second person")


def _of_group(user: Any) -> Iterator[Ask]:
    today = business_today()
    yield from _of_second_person(user)
    for year in years_to_propose(today):
        yield Ask(f"Propose to freeze the efficiencies of {year}", f"{reverse('efficiencies:list')}#years", "the year is over")
    returned = returned_to_group()
    if returned:
        yield Ask("Change what was returned", reverse("ratifications:list"), _counted(len(returned), "proposal"))
    late = _late_on(today)
    if late["action"]:
        yield Ask("Look at overdue actions", f"{reverse('actions:list')}?state=overdue", _counted(late["action"], "action"))
    if late["risk"]:
        yield Ask("Look at risks again", reverse("risks:list"), _counted(late["risk"], "risk"))
    if late["contribution"]:
        yield Ask(
            "Say what a contribution changed", reverse("contributions:list"), _counted(late["contribution"], "contribution")
        )
    coming = Meeting.objects.filter(held_on__gte=today, cancelled_on__isnull=True).order_by("held_on").first()
    if coming is not None:
        yield Ask(
            "Prepare the next meeting",
            reverse("meetings:detail", args=[coming.held_on.isoformat()]),
            f"{coming.held_on:%-d %B %Y}",
        )


def _late_on(today: date) -> Counter[str]:
    """What the group has let lie: actions, risks and contributions whose day has passed. One query, as a home asks enough."""
    rows = {
        "action": Action.objects.overdue_on(today),
        "risk": Risk.objects.open_now().filter(review_on__lt=today),
        "contribution": Contribution.objects.filter(planned_on__lt=today, held_on__isnull=True, cancelled_on__isnull=True),
    }
    first, *others = (found.order_by().annotate(late_kind=Value(what)).values_list("late_kind") for what, found in rows.items())
    return Counter(what for (what,) in first.union(*others, all=True))


def _of_organisation(user: Any) -> Iterator[Ask]:
    today = TruncDate(BusinessNow())  # the database's own day: a home page asks enough already
    overdue = Action.objects.visible_to(user).overdue_on(today).filter(owner_organisation__isnull=False)
    membership = next(iter(memberships_that_count(user)), None)
    if membership is None or membership.organisation is None or Right.KEEP_REGISTERS not in ROLES[Role(membership.role)].rights:
        late = len(overdue)
    else:
        late, comments = overdue_and_unanswered(overdue, membership.organisation)
        for one in comments[:MOST_NAMED]:
            yield Ask(f"Answer {one.body}", reverse("eds:answer", args=[one.pk]), f"by {one.due_on:%-d %B %Y}")
        if len(comments) > MOST_NAMED:
            address = reverse("eds:organisation", args=[membership.organisation.slug])
            yield Ask("Every comment that waits for your answer", address, f"{len(comments) - MOST_NAMED} more")
    if late:
        yield Ask("Say how your overdue actions stand", f"{reverse('actions:list')}?state=overdue", _counted(late, "action"))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def care_by_reading(request: HttpRequest) -> dict[tuple[str, str], Care]:
    """(KPI, organisation) → the open action about it, for the list of exceptions."""
    if not can(request.user, Right.VIEW_GOVERNANCE):
        return {}
    return {
        reading: Care(f"Action {action.pk}", reverse("actions:detail", args=[action.pk]))
        for reading, action in actions_by_reading(request.user).items()
    }
