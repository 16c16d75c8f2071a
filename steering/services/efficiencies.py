"""The only writer of efficiencies: claim, evidence, accept or return, and freeze the totals of a year."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.periods import Quarter
from edi_portal.turns import wait_for_turn
from kpis.models.evidence import Evidence
from kpis.selectors.disclosure import policy_in_force
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from steering.efficiencies import CHALLENGES, mark_of, state_after, totals_of_year
from steering.models.efficiencies import Efficiency, EfficiencyYear, OrganisationChallenges
from steering.selectors.efficiencies import challenges_of, claims_of_year, readers_of_several
from steering.services.meanwhile import refuse_changed
from steering.services.texts import ask_for_reviews


@dataclass(frozen=True, slots=True)
class EfficiencyEntry:
    """What an organisation claims. Hours and pounds are of one financial year."""

    title: str
    kind: str
    challenge: str
    how: str
    financial_year: str
    hours: Decimal = Decimal(0)
    pounds: int = 0
    basis: str = ""
    link: str = ""
    evidence: Evidence | None = None
    is_offered: bool = False


@transaction.atomic
def add_efficiency(*, organisation: Organisation, entry: EfficiencyEntry, by: Any) -> Efficiency:
    """Claim an efficiency of the own organisation."""
    require(by, Right.KEEP_REGISTERS, organisation)
    row = Efficiency(organisation=organisation, written_for=organisation)
    _write(row, entry, by)
    record(action="efficiency.claimed", by=by, organisation=organisation, subject=f"efficiency:{row.pk}")
    return row


@transaction.atomic
def change_efficiency(*, row: Efficiency, entry: EfficiencyEntry, seen_version: int, by: Any) -> Efficiency:
    """Change a claim. What the group accepted stays as it is: withdraw it and claim anew."""
    row = _locked(row)
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if row.version != seen_version:
        raise StaleData("Somebody changed this efficiency while you were typing. Look at it again before you save.")
    if row.state in ("accepted", "withdrawn"):
        raise InvalidTransition("An accepted efficiency stays as it was accepted. Withdraw it first, then claim it anew.")
    _write(row, entry, by)
    record(action="efficiency.changed", by=by, organisation=row.organisation, subject=f"efficiency:{row.pk}")
    return row


@transaction.atomic
def withdraw_efficiency(*, row: Efficiency, by: Any) -> Efficiency:
    """Take a claim back. A year that is frozen keeps its totals."""
    row = _locked(row)
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if row.state == "withdrawn":
        raise InvalidTransition("This efficiency was withdrawn already.")
    row.state = "withdrawn"
    row.save(update_fields=["state"])
    record(action="efficiency.withdrawn", by=by, organisation=row.organisation, subject=f"efficiency:{row.pk}")
    return row


@transaction.atomic
def decide_efficiency(*, row: Efficiency, accept: bool, reason: str, seen: int | None = None, by: Any) -> Efficiency:
    """The group accepts what was done and its evidence, or returns it with a reason. It never sees the amounts.

    `seen`: the version of the claim that the page showed. Raises StaleData when the organisation changed it since.
    """
    require(by, Right.GOVERN)
    row = _locked(row)
    if row.state != "evidenced":
        raise InvalidTransition("Only an efficiency with evidence that waits for the group is decided.")
    if seen is not None and row.version != seen:
        raise StaleData("The organisation changed this efficiency after you opened this page. Read it again before you decide.")
    if not accept and not reason.strip():
        raise Incomplete("Say what is missing, so that the organisation can mend it.")
    row.state = "accepted" if accept else "returned"
    row.decided_at, row.decided_by, row.decision_reason = business_now(), by, reason.strip()
    row.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    record(action=f"efficiency.{row.state}", by=by, organisation=row.organisation, subject=f"efficiency:{row.pk}")
    return row


@transaction.atomic
def say_challenges(
    *, organisation: Organisation, challenges: Collection[str], seen: int | None = None, by: Any
) -> OrganisationChallenges:
    """Say which challenges the organisation has, so that what others did about them comes first.

    `seen`: the mark of what the page showed. Raises StaleData when a colleague said otherwise meanwhile.
    """
    require(by, Right.KEEP_REGISTERS, organisation)
    wait_for_turn(f"challenges of {organisation.slug}")
    now, action = mark_of(challenges_of(organisation)), "efficiency.challenges_said"
    refuse_changed(seen, now, what="said which challenges you have", subject="", actions=(action,), organisation=organisation)
    if not set(challenges) <= set(CHALLENGES):
        raise Incomplete("Choose challenges from the list.")
    row, _ = OrganisationChallenges.objects.update_or_create(
        organisation=organisation,
        defaults={"challenges": sorted(challenges), "changed_by": by, "changed_at": business_now()},
    )
    record(action=action, by=by, organisation=organisation)
    return row


def year_has_ended(year: str) -> bool:
    """Whether a financial year is over."""
    return year < Quarter.containing(business_today()).financial_year


@transaction.atomic
def propose_year(*, year: str, by: Any) -> EfficiencyYear:
    """The group proposes to freeze the totals of a year that is over. Nobody sees them yet."""
    require(by, Right.GOVERN)
    if not year_has_ended(year):
        raise Incomplete(f"The year {year} is not over. Its totals can be frozen from 1 April on.")
    if EfficiencyYear.objects.filter(financial_year=year).exists():
        raise InvalidTransition(f"The totals of {year} were proposed already.")
    row = EfficiencyYear.objects.create(financial_year=year, proposed_by=by, proposed_at=business_now())
    record(action="efficiency.year_proposed", by=by, subject=f"efficiency-year:{year}")
    return row


@transaction.atomic
def freeze_year(*, row: EfficiencyYear, by: Any) -> EfficiencyYear:
    """A portal admin freezes the protected totals, once: a second set for a year would tell what changed between the two."""
    require(by, Right.PUBLISH_RELEASE)
    row = EfficiencyYear.objects.select_for_update().get(pk=row.pk)
    if row.frozen_at is not None:
        raise InvalidTransition("The totals of this year are frozen.")
    if row.proposed_by_id == by.pk:
        raise NotAllowed("You proposed these totals, so somebody else freezes them.")
    policy = policy_in_force()
    claims = claims_of_year(row.financial_year)
    row.content = totals_of_year(claims, policy, readers_of_several())
    row.accepted, row.policy_version = len(claims), policy.version
    text = json.dumps({"year": row.financial_year, "totals": row.content, "policy": asdict(policy)}, sort_keys=True)
    row.fingerprint = hashlib.sha256(text.encode()).hexdigest()
    row.frozen_at, row.frozen_by = business_now(), by
    row.save()
    record(action="efficiency.year_frozen", by=by, subject=f"efficiency-year:{row.financial_year}")
    return row


def _locked(row: Efficiency) -> Efficiency:
    return Efficiency.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=row.pk)


def _write(row: Efficiency, entry: EfficiencyEntry, by: Any) -> None:
    if entry.evidence is not None and entry.evidence.organisation_id != row.organisation_id:
        raise Incomplete("Choose evidence of your own library.")
    if not entry.hours and not entry.pounds:
        raise Incomplete("Enter the hours or the pounds that it saved, or both.")
    for name, value in _values(entry).items():
        setattr(row, name, value)
    row.state = state_after(state=row.state, has_evidence=row.has_evidence)
    row.version += 1
    row.changed_at, row.changed_by = business_now(), by
    try:
        row.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
    if row.is_offered or row.has_evidence:
        ask_for_reviews(row, by=by)


def _values(entry: EfficiencyEntry) -> dict[str, Any]:
    """The fields of an entry, texts without blanks around them."""
    values = {name: getattr(entry, name) for name in EfficiencyEntry.__dataclass_fields__}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
