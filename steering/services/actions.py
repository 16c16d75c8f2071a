"""The only writer of actions: raise, change, report on, close, reopen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.periods import Quarter
from kpis.selectors.definitions import framework_for
from kpis.selectors.releases import newest_release
from organisations.models import Organisation
from steering.models import Action, ActionUpdate, Decision, Workstream
from steering.permissions import check_can_change_action, check_can_raise_action, check_can_report_on_action, side_of
from steering.services.texts import ask_for_reviews
from steering.vocabulary import OUTCOMES, PROGRESS


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """An action as typed. Without organisations it is for the whole system."""

    title: str
    what: str
    effect: str
    owner_role: str
    due_on: date
    kpi: str = ""
    workstream: Workstream | None = None
    owner_organisation: Organisation | None = None
    organisations: tuple[Organisation, ...] = ()


@transaction.atomic
def raise_action(*, entry: ActionEntry, by: Any, decision: Decision | None = None) -> Action:
    """A new action, about the newest released quarter, perhaps from a decision of the group."""
    check_can_raise_action(by, entry.owner_organisation)
    today, release = business_today(), newest_release()
    period = release.quarter if release is not None else Quarter.containing(today).previous()
    action = Action(raised_on=today, raised_by=by, period=period.slug, written_for=side_of(by, entry.owner_organisation))
    action.decision = decision
    _write(action, entry, by)
    _record("action.raised", action, by)
    return action


@transaction.atomic
def change_action(*, action: Action, entry: ActionEntry, seen_version: int, by: Any) -> Action:
    """Replace what an open action says. Raises StaleData when somebody saved it since it was opened."""
    action = _locked(action)
    check_can_change_action(by, action)
    check_can_raise_action(by, entry.owner_organisation)
    if action.version != seen_version:
        raise StaleData("Somebody changed this action while you were typing. Look at it again before you save.")
    _check_open(action)
    _write(action, entry, by)
    _record("action.changed", action, by)
    return action


@transaction.atomic
def report_on_action(*, action: Action, progress: str, text: str, by: Any) -> ActionUpdate:
    """Say how an open action stands."""
    action = _locked(action)
    check_can_report_on_action(by, action)
    _check_open(action)
    if progress not in PROGRESS:
        raise Incomplete("Choose how it stands.")
    if not text.strip():
        raise Incomplete("Say in a sentence how it stands.")
    update = _said(action, progress, text, by)
    _record("action.reported", action, by, progress=progress)
    return update


@transaction.atomic
def take_back_update(*, update: ActionUpdate, by: Any) -> ActionUpdate:
    """Its writer takes a report back; it stays on record and no longer shows."""
    update = ActionUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
    if update.by_id != by.pk:
        raise NotAllowed("Only the person who wrote this report takes it back.")
    if update.taken_back_at is not None:
        raise InvalidTransition("This report was taken back already.")
    update.taken_back_at = business_now()
    update.save(update_fields=["taken_back_at"])
    _record("action.report_taken_back", update.action, by)
    return update


@transaction.atomic
def close_action(*, action: Action, outcome: str, note: str, by: Any) -> Action:
    """It is done, or dropped; both with a note. Its effect is looked for all the same."""
    action = _locked(action)
    check_can_report_on_action(by, action)
    _check_open(action)
    if outcome not in OUTCOMES:
        raise Incomplete("Choose whether it is done or dropped.")
    if not note.strip():
        raise Incomplete("Say what was done, or why it is dropped.")
    action.outcome, action.closed_on, action.closed_by = outcome, business_today(), by
    _save(action)
    _said(action, outcome, note, by)
    _record("action.closed", action, by, outcome=outcome)
    return action


@transaction.atomic
def reopen_action(*, action: Action, by: Any) -> Action:
    """Take back that it is done or dropped."""
    action = _locked(action)
    check_can_report_on_action(by, action)
    if action.is_open:
        raise InvalidTransition("This action is open.")
    action.outcome, action.closed_on, action.closed_by = "", None, None
    _save(action)
    _record("action.reopened", action, by)
    return action


def _said(action: Action, progress: str, text: str, by: Any) -> ActionUpdate:
    side = side_of(by, action.owner_organisation)
    update = ActionUpdate.objects.create(action=action, progress=progress, text=text.strip(), by=by, written_for=side)
    ask_for_reviews(update, by=by)
    return update


def _write(action: Action, entry: ActionEntry, by: Any) -> None:
    fresh = action.pk is None
    own = action.written_for
    if own is not None and any(one.pk != own.pk for one in (*entry.organisations, entry.owner_organisation or own)):
        raise NotAllowed("An action that you raise concerns your own organisation only.")
    for name in ("title", "what", "effect", "owner_role"):
        setattr(action, name, getattr(entry, name).strip())
    action.kpi, action.workstream = entry.kpi.upper(), entry.workstream
    action.owner_organisation, action.due_on = entry.owner_organisation, entry.due_on
    if action.kpi:
        home = _workstream_of(action.kpi, action.quarter)
        action.workstream = action.workstream or home
    _save(action)
    _set_organisations(action, entry.organisations, fresh=fresh)
    ask_for_reviews(action, by=by)


def _workstream_of(code: str, quarter: Quarter) -> Workstream:
    try:
        kpi = framework_for(quarter).kpi(code)
    except KeyError:
        raise Incomplete(f"There is no KPI {code} in {quarter.label}. Choose one from the list.") from None
    return Workstream.objects.get(slug=kpi.definition.workstream)


def _set_organisations(action: Action, organisations: Sequence[Organisation], *, fresh: bool) -> None:
    if organisations or not fresh:
        action.organisations.set(organisations)


def _save(action: Action) -> None:
    action.version += 1
    action.changed_at = business_now()
    try:
        action.full_clean(exclude=["changed_at", "raised_by", "closed_by", "written_for"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    action.save()


def _locked(action: Action) -> Action:
    rows = Action.objects.select_related("owner_organisation", "written_for", "workstream")
    return rows.select_for_update(of=("self",)).get(pk=action.pk)


def _check_open(action: Action) -> None:
    if not action.is_open:
        raise InvalidTransition(f"Action {action.pk} is {action.get_outcome_display().lower()}. Reopen it first.")


def _record(what: str, action: Action, by: Any, **details: str) -> None:
    about = {"kpi": action.kpi, **details} if action.kpi else details
    record(action=what, by=by, organisation=action.owner_organisation, subject=f"action:{action.pk}", details=about)
