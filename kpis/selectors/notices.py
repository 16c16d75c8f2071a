"""Who wants to hear what, and what a weekly digest says: states and dates, never a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edi_portal.clock import business_today
from kpis.models.collections import Collection, ExtensionRequest
from kpis.models.notices import NoticeChoice
from kpis.models.returns import KpiReturn
from kpis.models.waivers import Waiver
from kpis.permissions import closes_at_for
from kpis.selectors.arrivals import arrival_counts
from kpis.workflow import STATUS_LABELS, Status
from organisations.models import Membership, User
from organisations.roles import Role


def digest_readers() -> list[User]:
    """Active people with a role who asked for the weekly digest."""
    held = Membership.objects.in_force().values("user")
    return list(User.objects.filter(is_active=True, notice_choice__digest=True, pk__in=held).order_by("pk"))


def silent_people() -> frozenset[int]:
    """Accounts that want no reminders. One query."""
    return frozenset(NoticeChoice.objects.filter(reminders=False).values_list("user_id", flat=True))


def choice_of(user: Any) -> NoticeChoice:
    """A person's choices; the usual ones, not saved, for somebody who never chose."""
    return NoticeChoice.objects.filter(user=user).first() or NoticeChoice(user=user)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing in a digest: what, and the name and arguments of the page where it is."""

    text: str
    page: str
    arguments: tuple[str, ...] = ()


def digest_of(user: Any) -> list[Waiting]:
    """What waits for a person in all roles held today; empty when nothing does."""
    memberships = Membership.objects.in_force().filter(user=user).select_related("organisation")
    found: dict[str, Waiting] = {}
    for membership in memberships:
        role = Role(membership.role)
        lines = _of_organisation(membership, role) if membership.organisation else _of_portal(role)
        found |= {line.text: line for line in lines}
    return list(found.values())


def _of_organisation(membership: Membership, role: Role) -> list[Waiting]:
    rows = KpiReturn.objects.live().filter(organisation=membership.organisation)
    if role is Role.EXECUTIVE_SPONSOR:  # may still sign when the collection has closed
        rows = rows.filter(status=Status.SUBMITTED)
    else:
        open_to = Collection.objects.open_to(membership.organisation)
        rows = rows.filter(collection__in=open_to, status__in=[Status.DRAFT, Status.SENT_BACK])
    page = "returns:sign-off" if role is Role.EXECUTIVE_SPONSOR else "returns:overview"
    return [
        Waiting(
            f"{one.organisation}, return for {one.quarter.months}: {STATUS_LABELS[Status(one.status)].lower()}, "
            f"due {one.due_on:%-d %B %Y}, closes {closes_at_for(one):%-d %B %Y}.",
            page,
            (one.organisation.slug, one.collection.period),
        )
        for one in rows.select_related("organisation", "collection").prefetch_related("collection__extensions")
    ]


def _of_portal(role: Role) -> list[Waiting]:
    lines = []
    if role in {Role.STEERING_MEMBER, Role.PORTAL_ADMIN}:
        number = Waiver.objects.filter(state=Waiver.ASKED).count()
        if number:
            lines.append(Waiting(f"Disputes of a rule to decide: {number}.", "waivers:list"))
    if role is Role.PORTAL_ADMIN:
        for collection in Collection.objects.open_now():
            counts = arrival_counts(collection)
            days = (collection.due_on - business_today()).days
            when = f"{days} {'day' if days == 1 else 'days'} to the due date" if days > 0 else "the due date has come"
            text = f"Returns for {collection.quarter.months}: {counts['signed']} of {counts['due']} signed, {when}."
            lines.append(Waiting(text, "collections:board", (collection.period,)))
        asked = ExtensionRequest.objects.filter(state=ExtensionRequest.ASKED).count()
        if asked:
            lines.append(Waiting(f"Requests for more time to answer: {asked}.", "collections:arrivals"))
    return lines
