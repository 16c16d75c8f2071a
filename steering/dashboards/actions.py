"""The list of actions and one action, in words, before HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from steering.dashboards.effects import Effect, effects_of, in_short
from steering.models import Action, ActionUpdate
from steering.selectors.texts import Words
from steering.vocabulary import OUTCOMES, PROGRESS

STATE_COLOURS = {"Overdue": "orange", "Done": "green", "Dropped": "grey"}


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action of a list."""

    action: Action
    title: str
    owner_role: str
    about: str
    state: str
    moved: str

    @property
    def colour(self) -> str:
        """The colour of its state's tag."""
        return STATE_COLOURS.get(self.state, "blue")

    @property
    def search_words(self) -> str:
        """What a search looks through."""
        belongs = str(self.action.workstream or "")
        return f"{self.title} {self.about} {self.action.kpi} {self.action.owner} {self.owner_role} {belongs}".casefold()


def action_lines(request: HttpRequest, actions: Sequence[Action], today: date) -> tuple[ActionLine, ...]:
    """The lines in the order given; of those past their day whether the figure moved."""
    words = Words(request.user, actions)
    effects = effects_of(request, [action for action in actions if action.due_on < today])
    return tuple(
        ActionLine(
            action,
            words.of(action, "title", f"Action {action.pk}"),
            words.of(action, "owner_role", ""),
            about_words(action),
            state_of(action, today),
            in_short(effects.get(action.pk, ())),
        )
        for action in actions
    )


def state_of(action: Action, today: date) -> str:
    """Where it stands, in a word or two."""
    if not action.is_open:
        return str(action.get_outcome_display())
    return "Overdue" if action.is_overdue_on(today) else "Open"


def about_words(action: Action) -> str:
    """Whose figure it is to move."""
    names = [one.short_name for one in action.organisations.all()]
    if not names:
        return "All organisations"
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def wanted_lines(lines: Iterable[ActionLine], *, state: str, search: str, today: date) -> tuple[ActionLine, ...]:
    """The lines that a filter asks for."""
    needle = search.strip().casefold()
    return tuple(line for line in lines if fits(line.action, state, today) and needle in line.search_words)


def fits(action: Action, state: str, today: date) -> bool:
    """Whether an action belongs to one of the states of the filter."""
    match state:
        case "overdue":
            return action.is_overdue_on(today)
        case "after":
            return action.due_on < today
        case "closed":
            return not action.is_open
        case "all":
            return True
    return action.is_open


FILE_HEADS = (
    "Action",
    "Title",
    "KPI",
    "Workstream",
    "About",
    "Owner",
    "Role",
    "What will be done",
    "Expected effect",
    "Raised on",
    "Due on",
    "State",
    "Did it move?",
)


def file_rows(request: HttpRequest, lines: Sequence[ActionLine]) -> list[list[Any]]:
    """The lines as rows of a file, with the words that the reader may read."""
    words = Words(request.user, [line.action for line in lines])
    return [
        [
            line.action.pk,
            line.title,
            line.action.kpi,
            str(line.action.workstream or ""),
            ", ".join(one.short_name for one in line.action.organisations.all()) or "All organisations",
            line.action.owner,
            line.owner_role,
            words.of(line.action, "what"),
            words.of(line.action, "effect"),
            line.action.raised_on,
            line.action.due_on,
            line.state,
            line.moved,
        ]
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """A report on an action."""

    update: ActionUpdate
    progress: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action."""

    line: ActionLine
    what: str
    effect: str
    effects: tuple[Effect, ...]
    updates: tuple[UpdateLine, ...]


def action_page(request: HttpRequest, action: Action, updates: Sequence[ActionUpdate], today: date) -> ActionPage:
    """Everything of one action that the reader may read."""
    words = Words(request.user, [action, *updates])
    effects = effects_of(request, [action]).get(action.pk, ())
    line = ActionLine(
        action,
        words.of(action, "title", f"Action {action.pk}"),
        words.of(action, "owner_role", ""),
        about_words(action),
        state_of(action, today),
        in_short(effects),
    )
    labels = PROGRESS | OUTCOMES
    said = tuple(UpdateLine(one, labels[one.progress], words.of(one, "text")) for one in updates)
    return ActionPage(line, words.of(action, "what"), words.of(action, "effect"), effects, said)
