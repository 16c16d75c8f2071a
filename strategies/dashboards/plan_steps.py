"""The implementation plan as a page and as a file: steps with their state by rule, what is overdue first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from edi_portal.ui.downloads import Cell, Sheet
from strategies.models import PlanStep
from strategies.shared_model.plan import StepState
from strategies.shared_model.vocabulary import MODEL_DOMAINS

ORDER = list(StepState)
COLOURS = {StepState.OVERDUE: "orange", StepState.DUE: "blue", StepState.LATER: "white", StepState.DONE: "green"}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: where it stands in words, and what came of it as far as the reader may know."""

    step: PlanStep
    state: StepState
    words: str
    colour: str
    domain: str
    note: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The steps shown, and how many of all stand where."""

    rows: tuple[StepRow, ...]
    done: int
    overdue: int
    of: int


def plan_page(steps: Sequence[PlanStep], notes: frozenset[int], today: date, filters: Mapping[str, str]) -> PlanPage:
    """`notes`: keys of the steps of which the reader may read what came of them."""
    rows = [_row(step, today, readable=step.pk in notes) for step in steps]
    counted = [row for row in rows if row.state is not StepState.LEFT_OUT]
    shown = sorted((row for row in rows if _is_shown(row, filters)), key=lambda row: (ORDER.index(row.state), row.step.due_on))
    return PlanPage(
        rows=tuple(shown),
        done=sum(row.state is StepState.DONE for row in counted),
        overdue=sum(row.state is StepState.OVERDUE for row in counted),
        of=len(counted),
    )


def plan_sheet(page: PlanPage) -> Sheet:
    """The same as a sheet."""
    rows: list[list[Cell]] = [
        [
            row.step.name + (" (synthetic)" if row.step.is_synthetic else ""),
            row.domain,
            row.step.owner.short_name,
            row.step.due_on,
            row.words,
            row.step.done_on,
            row.note or row.step.left_out_reason,
        ]
        for row in page.rows
    ]
    return Sheet("Implementation plan", ["Step", "Domain", "Organisation", "Due on", "State", "Done on", "What came of it"], rows)


def _row(step: PlanStep, today: date, *, readable: bool) -> StepRow:
    state = step.state_on(today)
    return StepRow(
        step=step,
        state=state,
        words=step.state_label_on(today),
        colour=COLOURS.get(state, "grey"),
        domain=MODEL_DOMAINS[step.domain],
        note=step.done_note if readable else "",
    )


def _is_shown(row: StepRow, filters: Mapping[str, str]) -> bool:
    wanted = filters.get("q", "").strip().lower()
    return (
        (not wanted or wanted in f"{row.step.name} {row.step.detail}".lower())
        and filters.get("state", "") in ("", row.state)
        and filters.get("owner", "") in ("", row.step.owner.slug)
    )
