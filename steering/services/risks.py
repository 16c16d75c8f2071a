"""The only writer of risks: raise, change, score, close, reopen."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from organisations.models import Organisation
from steering.models import Risk, RiskScore, Workstream
from steering.permissions import check_can_govern
from steering.services.texts import ask_for_reviews


@dataclass(frozen=True, slots=True)
class RiskEntry:
    """A risk as typed."""

    title: str
    cause: str
    mitigation: str
    owner_role: str
    review_on: date
    likelihood: int
    impact: int
    workstream: Workstream | None = None
    kpi: str = ""
    owner_organisation: Organisation | None = None


@transaction.atomic
def raise_risk(*, entry: RiskEntry, by: Any) -> Risk:
    """A new risk with its first score."""
    check_can_govern(by)
    risk = Risk(raised_on=business_today())
    _write(risk, entry, by)
    record(action="risk.raised", by=by, subject=f"risk:{risk.pk}")
    return risk


@transaction.atomic
def change_risk(*, risk: Risk, entry: RiskEntry, seen_version: int, by: Any) -> Risk:
    """Replace what an open risk says; another score is added to its history. StaleData when somebody saved it meanwhile."""
    check_can_govern(by)
    risk = _locked(risk)
    if risk.version != seen_version:
        raise StaleData("Somebody changed this risk while you were typing. Look at it again before you save.")
    if risk.closed_on is not None:
        raise InvalidTransition("This risk is closed. Reopen it first.")
    _write(risk, entry, by)
    record(action="risk.changed", by=by, subject=f"risk:{risk.pk}")
    return risk


@transaction.atomic
def close_risk(*, risk: Risk, reason: str, by: Any) -> Risk:
    """It can no longer happen, or is accepted; with the reason."""
    check_can_govern(by)
    risk = _locked(risk)
    if risk.closed_on is not None:
        raise InvalidTransition("This risk is closed already.")
    if not reason.strip():
        raise Incomplete("Say why the risk is closed.")
    risk.closed_on, risk.close_reason = business_today(), reason.strip()
    _save(risk)
    ask_for_reviews(risk, by=by)
    record(action="risk.closed", by=by, subject=f"risk:{risk.pk}")
    return risk


@transaction.atomic
def reopen_risk(*, risk: Risk, by: Any) -> Risk:
    """Take back that it is closed."""
    check_can_govern(by)
    risk = _locked(risk)
    if risk.closed_on is None:
        raise InvalidTransition("This risk is open.")
    risk.closed_on, risk.close_reason = None, ""
    _save(risk)
    record(action="risk.reopened", by=by, subject=f"risk:{risk.pk}")
    return risk


def _write(risk: Risk, entry: RiskEntry, by: Any) -> None:
    for name in ("title", "cause", "mitigation", "owner_role"):
        setattr(risk, name, getattr(entry, name).strip())
    risk.workstream, risk.kpi, risk.review_on = entry.workstream, entry.kpi.upper(), entry.review_on
    risk.owner_organisation = entry.owner_organisation
    _save(risk)
    newest = risk.scores.first()
    if newest is None or (newest.likelihood, newest.impact) != (entry.likelihood, entry.impact):
        RiskScore.objects.create(risk=risk, likelihood=entry.likelihood, impact=entry.impact, scored_by=by)
    ask_for_reviews(risk, by=by)


def _save(risk: Risk) -> None:
    risk.version += 1
    try:
        risk.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    risk.save()


def _locked(risk: Risk) -> Risk:
    return Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk)
