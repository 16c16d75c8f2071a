"""Sharing out the questions of a return, and noting who is at work in a section."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, StaleData
from kpis import permissions
from kpis.catalogue import WORKSTREAMS
from kpis.models.assignments import Assignment, SectionVisit
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from organisations.models import Membership, Organisation
from organisations.permissions import require
from organisations.roles import Right, roles_granting


@dataclass(frozen=True, slots=True)
class Target:
    """What can be assigned: a section, or one question."""

    workstream: str = ""
    measure: str = ""


@transaction.atomic
def share_out(*, kpi_return: KpiReturn, wanted: Mapping[Target, int | None], seen: Mapping[Target, int | None], by: Any) -> int:
    """Assign sections and questions to people (None: to nobody, so by area); returns how many assignments changed.

    `seen` is what the page showed. Raises StaleData when somebody else assigned one of them differently meanwhile,
    Incomplete for a person who enters no figures there or a question that does not exist.
    """
    organisation = kpi_return.organisation
    require(by, Right.SUBMIT_RETURN, organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _check_targets(kpi_return, wanted)
    _check_people(organisation, {user for user in wanted.values() if user is not None})
    standing = {
        Target(row.workstream, row.measure): row for row in Assignment.objects.standing().filter(organisation=organisation)
    }
    changed = 0
    for target, user in wanted.items():
        row = standing.get(target)
        now = row.user_id if row else None
        if user == now:
            continue
        if user == seen.get(target):
            continue
        if now != seen.get(target):
            raise StaleData("Somebody else shared out these questions meanwhile. Look at them again; nothing was changed.")
        if row is not None:
            row.ended_at, row.ended_by = business_now(), by
            row.save(update_fields=["ended_at", "ended_by"])
        if user is not None:
            Assignment.objects.create(
                organisation=organisation, user_id=user, workstream=target.workstream, measure=target.measure, assigned_by=by
            )
        changed += 1
    if changed:
        record(
            action="assignment.changed", by=by, organisation=organisation, subject=kpi_return.subject, details={"number": changed}
        )
    return changed


def people_who_answer(organisation: Organisation) -> list[Membership]:
    """Who can be assigned something: leads and contributors of the organisation today, each person once, by name."""
    rows = Membership.objects.in_force().filter(
        organisation=organisation, role__in=[role.value for role in roles_granting(Right.EDIT_RETURN)], user__is_active=True
    )
    once = {row.user_id: row for row in rows.select_related("user", "organisation").order_by("-role")}
    return sorted(once.values(), key=lambda row: row.user.display_name)


@transaction.atomic
def note_visit(*, kpi_return: KpiReturn, workstream: str, by: Any) -> None:
    """Remember that somebody is at work in a section of the return.

    It changes nothing that is reported and is renewed every minute, so it is the one write without an audit event.
    """
    now = business_now()
    permissions.check_can_edit_return(by, kpi_return, now)
    SectionVisit.objects.bulk_create(
        [SectionVisit(kpi_return=kpi_return, workstream=workstream, user=by, first_at=now, last_at=now)],
        update_conflicts=True,
        unique_fields=["kpi_return", "workstream", "user"],
        update_fields=["last_at"],
    )


def _check_targets(kpi_return: KpiReturn, wanted: Mapping[Target, int | None]) -> None:
    measures = framework_for(kpi_return.quarter).measures
    for target in wanted:
        if target.measure not in measures and target.workstream not in WORKSTREAMS:
            raise Incomplete("One of the sections or questions does not exist any more. Open the page again.")


def _check_people(organisation: Organisation, wanted: set[int]) -> None:
    if wanted - {row.user_id for row in people_who_answer(organisation)}:
        raise Incomplete("One of the people no longer enters figures at your organisation. Choose somebody else.")
