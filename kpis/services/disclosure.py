"""Change the disclosure settings, by two people, and keep the list of facts that are public elsewhere."""

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Max

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.disclosure.policy import Policy, PolicyError, check_floor
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.turns import wait_for_turn
from kpis.models.definitions import Setting
from kpis.models.disclosure import ChangeStatus, DisclosureChange, KnownFact
from kpis.selectors.disclosure import POLICY, policy_in_force
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right


def settings_of(policy: Policy) -> dict[str, int]:
    """The settings as they are stored in a change: without their number."""
    return {name: value for name, value in asdict(policy).items() if name != "version"}


@transaction.atomic
def propose_policy(*, values: dict[str, int], reason: str, by: Any) -> DisclosureChange:
    """The first of two portal admins puts other settings forward, with a reason; nothing changes yet."""
    require(by, Right.PREPARE_RELEASE)
    wait_for_turn("disclosure settings")
    before = policy_in_force()
    try:
        wanted = check_floor(Policy(version=before.version, **values))
    except PolicyError as error:
        raise Incomplete(str(error)) from error
    if not reason.strip():
        raise Incomplete("Say why the settings change.")
    if wanted == before:
        raise Incomplete("These settings are in force already. Change at least one.")
    if DisclosureChange.objects.filter(status=ChangeStatus.PROPOSED).exists():
        raise InvalidTransition("Another change waits for a second admin. Confirm or drop it first.")
    change = DisclosureChange.objects.create(
        before=settings_of(before), values=settings_of(wanted), reason=reason.strip(), proposed_by=by, proposed_at=business_now()
    )
    record(action="disclosure.proposed", by=by, subject=f"settings:{change.pk}")
    return change


@transaction.atomic
def confirm_policy(*, change: DisclosureChange, by: Any) -> Policy:
    """The second portal admin confirms: releases prepared from now on are made with these settings, none that exists is."""
    require(by, Right.PUBLISH_RELEASE)
    wait_for_turn("disclosure settings")
    change = DisclosureChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    _check_waits(change)
    if change.proposed_by_id == by.pk:
        raise NotAllowed("You proposed this change, so another portal admin confirms it.")
    if change.before != settings_of(policy_in_force()):
        raise InvalidTransition("The settings changed since this was proposed. Drop it and propose it again.")
    newest = DisclosureChange.objects.aggregate(newest=Max("version"))["newest"] or policy_in_force().version
    policy = Policy(version=newest + 1, **change.values)
    change.version, change.status = policy.version, ChangeStatus.CONFIRMED
    change.decided_by, change.decided_at = by, business_now()
    change.save(update_fields=["version", "status", "decided_by", "decided_at"])
    Setting.objects.update_or_create(
        key=POLICY, defaults={"value": asdict(policy), "changed_at": business_now(), "changed_by": by}
    )
    record(action="disclosure.confirmed", by=by, subject=f"settings:{change.pk}", details={"version": policy.version})
    return policy


@transaction.atomic
def drop_policy(*, change: DisclosureChange, by: Any) -> None:
    """Either admin takes a proposed change back; it stays in the log."""
    require(by, Right.PREPARE_RELEASE)
    change = DisclosureChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    _check_waits(change)
    change.status, change.decided_by, change.decided_at = ChangeStatus.DROPPED, by, business_now()
    change.save(update_fields=["status", "decided_by", "decided_at"])
    record(action="disclosure.dropped", by=by, subject=f"settings:{change.pk}")


def _check_waits(change: DisclosureChange) -> None:
    if change.status != ChangeStatus.PROPOSED:
        raise InvalidTransition("This change was decided already.")


@transaction.atomic
def add_fact(
    *,
    measure: str,
    part: str,
    organisation: Organisation | None,
    period: str,
    source: str,
    address: str,
    year: int,
    by: Any,
) -> KnownFact:
    """Enter a sum that is public elsewhere; the audit of every release made from now on takes it as known to every reader."""
    require(by, Right.PREPARE_RELEASE)
    wait_for_turn("disclosure settings")
    alike = KnownFact.objects.in_force().filter(measure=measure, part=part, organisation=organisation, period=period)
    if alike.exists():
        raise InvalidTransition("This fact is entered already.")
    fact = KnownFact.objects.create(
        measure=measure,
        part=part,
        organisation=organisation,
        period=period,
        source=source.strip(),
        address=address,
        year=year,
        added_by=by,
        added_at=business_now(),
    )
    record(action="disclosure.fact_added", by=by, subject=f"fact:{fact.pk}", organisation=organisation)
    return fact


@transaction.atomic
def retire_fact(*, fact: KnownFact, reason: str, by: Any) -> None:
    """Take a fact out of the audit of new releases; those made with it keep it."""
    require(by, Right.PREPARE_RELEASE)
    fact = KnownFact.objects.select_for_update(of=("self",)).get(pk=fact.pk)
    if fact.retired_at is not None:
        raise InvalidTransition("This fact was retired already.")
    if not reason.strip():
        raise Incomplete("Say why this fact is retired.")
    fact.retired_at, fact.retired_by, fact.retired_reason = business_now(), by, reason.strip()
    fact.save(update_fields=["retired_at", "retired_by", "retired_reason"])
    record(action="disclosure.fact_retired", by=by, subject=f"fact:{fact.pk}")
