"""Queue the reminders of governance: actions, proposals to ratify, years to freeze. By rule, each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from edi_portal.clock import LONDON, business_today
from kpis.notifications import people_to_tell
from kpis.selectors.notices import silent_people
from kpis.services.notices import queue_notices
from organisations.roles import Role
from steering.models import Action
from steering.reminders import GIVEN, is_overdue, step_of, step_without_day
from steering.selectors.efficiencies import proposed_years
from steering.selectors.reminders import (
    model_to_remind_of,
    open_actions,
    people_of_bodies,
    people_of_group,
    people_who_freeze,
    proposals_to_remind_of,
)

Told = list[tuple[str, Any]]
"""Role and account of the people of one organisation."""


@transaction.atomic
def queue_governance_reminders() -> int:
    """Queue what is due today; returns how many are new. Running it again queues nothing."""
    silent = silent_people()
    return _queue_actions(silent) + _queue_proposals(silent) + _queue_model(silent) + _queue_years(silent)


def _queue_actions(silent: frozenset[int]) -> int:
    """The lead is reminded; once an action is overdue the sponsor is too. What nobody else owns is the group's."""
    rows, today, group = list(open_actions()), business_today(), people_of_group()
    told = people_to_tell({row.owner_organisation_id for row in rows if row.owner_organisation_id is not None})
    number = 0
    for row in rows:
        step = step_of(row.due_on, today)
        people = group if row.owner_organisation_id is None else _owners(told.get(row.owner_organisation_id, []), step)
        if step != GIVEN or row.owner_organisation_id is not None:  # the group knows what it gave itself
            number += _queue(f"action:{_step_for(row, step)}", row.pk, _without(people, silent, row, step))
    return number


def _step_for(row: Action, step: str) -> str:
    """Given to another organisation it is given anew."""
    return f"{GIVEN}@{row.owner_organisation_id}" if step == GIVEN else step


def _owners(told: Told, step: str) -> list[Any]:
    return [user for role, user in told if role == Role.EDI_LEAD or is_overdue(step)]


def _without(people: Iterable[Any], silent: frozenset[int], row: Action, step: str) -> list[Any]:
    """Nobody is told that they have what they raised themselves."""
    return [user for user in people if user.pk not in silent and not (step == GIVEN and user.pk == row.raised_by_id)]


def _queue_proposals(silent: frozenset[int]) -> int:
    rows, people, today = proposals_to_remind_of(), people_of_bodies(), business_today()
    return sum(
        _queue(
            f"proposal:{step_of(proposal.reply_by, today)}",
            proposal.pk,
            [user for body in bodies for user in people.get(body, []) if user.pk not in silent],
        )
        for proposal, bodies in rows
    )


def _queue_model(silent: frozenset[int]) -> int:
    found = model_to_remind_of()
    if found is None or found[0].proposed_on is None:
        return 0
    version, replied = found
    step = step_without_day(found[0].proposed_on, business_today())
    people = [user for body, those in people_of_bodies().items() if body not in replied for user in those]
    return _queue(f"model_ratification:{step}", version.pk, [user for user in people if user.pk not in silent])


def _queue_years(silent: frozenset[int]) -> int:
    """A year of efficiencies that the group proposed waits for another person."""
    today, rows = business_today(), list(proposed_years())
    people = people_who_freeze() if rows else []
    return sum(
        _queue(
            f"efficiency_year:{step_without_day(row.proposed_at.astimezone(LONDON).date(), today)}",
            row.pk,
            [user for user in people if user.pk not in silent and user.pk != row.proposed_by_id],
        )
        for row in rows
    )


def _queue(kind: str, about: int, people: Iterable[Any]) -> int:
    return queue_notices(kind=kind, about=about, recipients=people)
