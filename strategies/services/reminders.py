"""Queue the reminders of what organisations promise: each by rule, each once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from edi_portal.clock import business_today
from kpis.notifications import people_to_tell
from kpis.selectors.notices import silent_people
from kpis.services.notices import queue_notices
from organisations.roles import Role
from strategies.reminders import CONFIRM, step_of_end, step_of_review, steps_of_draft
from strategies.selectors.reminders import (
    documents_without_successor,
    drafts_of_this_year,
    people_of_partnership,
    resources_to_review,
)

LEAD, SPONSOR = (Role.EDI_LEAD,), (Role.EXECUTIVE_SPONSOR,)


@transaction.atomic
def queue_reminders_of_promises() -> int:
    """Queue what is due today; returns how many are new. Running it again queues nothing."""
    today = business_today()
    documents = [
        (row, step) for row in documents_without_successor() if row.ends_on and (step := step_of_end(row.ends_on, today))
    ]
    drafts = [(row, step) for row, draft in drafts_of_this_year() for step in steps_of_draft(draft, today)]
    texts = [(row, step_of_review(row.review_on, today)) for row in resources_to_review()]
    due: list[tuple[Any, str]] = [*documents, *drafts, *texts]
    owners = {row.organisation_id for row, _ in due if row.organisation_id is not None}
    told = _Told(owners)
    number = sum(
        told.queue("strategy_end", row.pk, step, row.organisation_id, LEAD + SPONSOR if step.startswith("expired") else LEAD)
        for row, step in documents
    )
    number += sum(
        told.queue("self_assessment", row.pk, step, row.organisation_id, SPONSOR if step.startswith(CONFIRM) else LEAD)
        for row, step in drafts
    )
    return number + sum(told.queue("toolkit_review", row.pk, step, row.organisation_id, LEAD) for row, step in texts)


class _Told:
    """The people of several organisations and of the partnership, those left out who want no reminders."""

    def __init__(self, organisations: Collection[int]) -> None:
        self.people, self.silent = people_to_tell(organisations), silent_people()
        self.partnership = people_of_partnership()

    def queue(self, kind: str, about: int, step: str, organisation: int | None, roles: Collection[str]) -> int:
        """One message for each person of a role; of what has no organisation for those who keep it for all."""
        if organisation is None:
            people = self.partnership
        else:
            people = [user for role, user in self.people.get(organisation, []) if role in roles]
        return queue_notices(
            kind=f"{kind}:{step}", about=about, recipients=[user for user in people if user.pk not in self.silent]
        )
