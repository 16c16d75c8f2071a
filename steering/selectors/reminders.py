"""Who is reminded of what in governance: the people who own an action, and those who reply for a body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from edi_portal.clock import business_today
from edi_portal.reviews.selectors import cleared
from organisations.models import Membership
from organisations.roles import Right, Role, roles_granting
from steering.models import Action, GroupMember, Proposal
from steering.selectors.proposals import Standing, proposals, standings
from strategies.models import ModelVersion
from strategies.selectors.model_documents import is_version_passed

Body = int | None
"""Key of the place whose Healthwatch replies; None is the board."""


def open_actions() -> QuerySet[Action]:
    """Every action that somebody still has to do. One query."""
    return Action.objects.open_now().select_related("owner_organisation").order_by("pk")


def people_of_group() -> list[Any]:
    """Members of the steering group whose term holds, or who were never given a seat. Two queries."""
    today = business_today()
    rows = Membership.objects.in_force().filter(role__in=roles_granting(Right.GOVERN), user__is_active=True)
    people = {one.user_id: one.user for one in rows.select_related("user")}
    holds: dict[int, bool] = {}
    for seat in GroupMember.objects.filter(user__in=people):
        if seat.user_id is not None:
            holds[seat.user_id] = holds.get(seat.user_id, False) or seat.holds_on(today)
    return [user for key, user in people.items() if holds.get(key, True)]


def people_of_bodies() -> dict[Body, list[Any]]:
    """Who replies for the board and for the Healthwatch of each place today. One query."""
    rows = Membership.objects.in_force().filter(role__in=roles_granting(Right.RATIFY), user__is_active=True)
    found: dict[Body, dict[int, Any]] = {}
    for one in rows.select_related("user").order_by("pk"):
        if one.role == Role.BOARD_MEMBER or one.place_id is not None:
            found.setdefault(one.place_id, {})[one.user_id] = one.user
    return {body: list(people.values()) for body, people in found.items()}


def proposals_to_remind_of() -> list[tuple[Proposal, frozenset[Body]]]:
    """Open proposals that every reader may read, and the bodies that owe a reply. Four queries.

    A proposal whose words still wait for a reviewer is asked about later: nobody replies to what they cannot read.
    """
    rows = standings(proposals().filter(withdrawn_on__isnull=True, replaced_by__isnull=True))
    waits = [(one, owing(one)) for one in rows if one.is_open]
    passed = cleared(dict(_asked(one.proposal) for one, bodies in waits if bodies))
    return [(one.proposal, bodies) for one, bodies in waits if bodies and _asked(one.proposal)[0] in passed]


def _asked(proposal: Proposal) -> tuple[str, str]:
    """What is proposed, as the queue of reviews knows it."""
    subject = proposal.subject(Proposal.TEXTS[0])
    return subject, proposal.texts()[subject]


def owing(standing: Standing) -> frozenset[Body]:
    """The bodies that have not replied."""
    bodies: Iterable[Body] = (one.place.pk if one.place else None for one in standing.bodies if one.reply is None)
    return frozenset(bodies)


def people_who_freeze() -> list[Any]:
    """Portal admins, who freeze a year that the group proposed. One query."""
    rows = Membership.objects.in_force().filter(role__in=roles_granting(Right.PUBLISH_RELEASE), user__is_active=True)
    return list({one.user_id: one.user for one in rows.select_related("user").order_by("pk")}.values())


def model_to_remind_of() -> tuple[ModelVersion, frozenset[Body]] | None:
    """The version of the operating model that is proposed and that its readers can read, and the bodies that replied.

    Three queries.
    """
    version = ModelVersion.objects.filter(state=ModelVersion.State.PROPOSED).first()
    if version is None or not is_version_passed(version):
        return None
    return version, frozenset(version.replies.values_list("place_id", flat=True))
