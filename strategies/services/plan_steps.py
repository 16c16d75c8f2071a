"""The only writer of the implementation plan: add, change, done, not done after all, leave out, take up again."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.reviews.services import ask_for_review
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.roles import Right
from strategies.models import PlanStep
from strategies.selectors.model_documents import texts_of_step


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A step as typed."""

    name: str
    domain: str
    owner: Organisation
    due_on: date
    detail: str = ""


@transaction.atomic
def add_step(*, entry: StepEntry, by: Any, is_synthetic: bool = False) -> PlanStep:
    """A new step of the plan."""
    require(by, Right.WRITE_OPERATING_MODEL)
    return _write(PlanStep(is_synthetic=is_synthetic), entry, by, "plan_step.added")


@transaction.atomic
def change_step(*, step: PlanStep, entry: StepEntry, seen_version: int, by: Any) -> PlanStep:
    """Change what a step says, its owner or its day. Raises StaleData when somebody saved it since it was shown."""
    require(by, Right.WRITE_OPERATING_MODEL)
    step = _locked(step)
    if step.version != seen_version:
        raise StaleData("Somebody saved this step while you were typing. Look at it again before you save.")
    return _write(step, entry, by, "plan_step.changed")


@transaction.atomic
def finish_step(*, step: PlanStep, on: date, note: str, by: Any) -> PlanStep:
    """The step is done; its owner says so, or the steering group."""
    step = _locked(step)
    _require_owner(step, by)
    if step.done_on is not None:
        raise InvalidTransition("This step is done already.")
    if step.left_out_on is not None:
        raise InvalidTransition("This step was left out. Take it up again first.")
    if on > business_today():
        raise Incomplete("A step is done today or was done on an earlier day.")
    step.done_on, step.done_note = on, note.strip()
    return _save(step, by, "plan_step.done")


@transaction.atomic
def reopen_step(*, step: PlanStep, by: Any) -> PlanStep:
    """Undo: a step that was not done after all, or is taken up again."""
    step = _locked(step)
    _require_owner(step, by)
    if step.left_out_on is not None:
        require(by, Right.WRITE_OPERATING_MODEL)
    elif step.done_on is None:
        raise InvalidTransition("This step is open.")
    step.done_on, step.done_note, step.left_out_on, step.left_out_reason = None, "", None, ""
    return _save(step, by, "plan_step.reopened")


@transaction.atomic
def leave_step_out(*, step: PlanStep, reason: str, by: Any) -> PlanStep:
    """The step is no longer part of the plan; it stays on record with the reason."""
    require(by, Right.WRITE_OPERATING_MODEL)
    step = _locked(step)
    if step.done_on is not None:
        raise InvalidTransition("This step is done, so it stays in the plan.")
    if step.left_out_on is not None:
        raise InvalidTransition("This step is left out already.")
    if not reason.strip():
        raise Incomplete("Say why the step is left out.")
    step.left_out_on, step.left_out_reason = business_today(), reason.strip()
    return _save(step, by, "plan_step.left_out")


def _require_owner(step: PlanStep, by: Any) -> None:
    if not can(by, Right.KEEP_REGISTERS, step.owner):
        require(by, Right.WRITE_OPERATING_MODEL)


def _locked(step: PlanStep) -> PlanStep:
    return PlanStep.objects.select_related("owner").select_for_update(of=("self",)).get(pk=step.pk)


def _write(step: PlanStep, entry: StepEntry, by: Any, action: str) -> PlanStep:
    for name in StepEntry.__dataclass_fields__:
        setattr(step, name, getattr(entry, name))
    return _save(step, by, action)


def _save(step: PlanStep, by: Any, action: str) -> PlanStep:
    step.version += 1
    step.changed_at, step.changed_by = business_now(), by
    try:
        step.full_clean(exclude=["changed_by", "owner"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    step.save()
    for subject, text in texts_of_step(step).items():
        ask_for_review(subject=subject, text=text, organisation=step.owner, by=by, about="Step of the implementation plan")
    record(action=action, by=by, organisation=step.owner, subject=f"plan-step:{step.pk}")
    return step
