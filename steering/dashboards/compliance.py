"""The compliance register as pages show it: own duties, all organisations by duty, and the lines that a board reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.urls import reverse

from edi_portal.clock import business_today
from edi_portal.ui.home_panels import Panel, PanelEntry
from organisations.models import Organisation
from organisations.permissions import can
from organisations.roles import Right
from steering.compliance import Duty, Standing, State, duties
from steering.selectors.compliance import ByDuty, standings

# How a state is coloured; its words stand in the tag.
TAGS: Mapping[State, str] = {
    State.MET: "blue",
    State.MET_LATE: "white",
    State.DUE_SOON: "grey",
    State.NOT_DUE: "grey",
    State.OVERDUE: "orange",
    State.NOT_APPLICABLE: "grey",
}
URGENT_FIRST = (State.OVERDUE, State.DUE_SOON, State.MET_LATE, State.MET, State.NOT_DUE, State.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of one organisation."""

    duty: Duty
    standing: Standing
    today: date

    @property
    def tag(self) -> str:
        """Colour of its state."""
        return TAGS[self.standing.state]

    @property
    def may_be_recorded(self) -> bool:
        """Whether a due date waits for a publication."""
        return self.standing.due_on is not None

    @property
    def when(self) -> str:
        """How far away the day is: "in 39 days", "20 days ago"."""
        left = self.standing.days_left(self.today)
        if left is None:
            return ""
        if left == 0:
            return "today"
        days = f"{abs(left)} day{'s' if abs(left) != 1 else ''}"
        return f"in {days}" if left > 0 else f"{days} ago"


def own_rows(standings: ByDuty, today: date) -> tuple[DutyRow, ...]:
    """The duties that apply to an organisation, the most urgent first."""
    rows = [DutyRow(duties()[key], standing, today) for key, standing in standings.items()]
    rows = [row for row in rows if row.standing.state is not State.NOT_APPLICABLE]
    return tuple(sorted(rows, key=lambda row: (URGENT_FIRST.index(row.standing.state), row.standing.day or date.max)))


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One duty over all organisations to which it applies."""

    duty: Duty
    counts: Mapping[State, int]
    overdue: tuple[str, ...]

    @property
    def bound(self) -> int:
        """How many organisations have the duty."""
        return sum(number for state, number in self.counts.items() if state is not State.NOT_APPLICABLE)

    @property
    def cells(self) -> tuple[int, ...]:
        """Overdue, due soon, met late, met in time, not due."""
        return tuple(self.counts.get(state, 0) for state in URGENT_FIRST[:-1])

    @property
    def sentence(self) -> str:
        """The line that a board reads."""
        overdue = self.counts.get(State.OVERDUE, 0)
        if not overdue:
            return f"{self.duty.name}: nothing is overdue at {self.bound} organisation{'s' if self.bound != 1 else ''}."
        verb = "is" if overdue == 1 else "are"
        return f"{self.duty.name}: {overdue} of {self.bound} {verb} overdue."


def system_lines(standings: Mapping[Organisation, ByDuty]) -> tuple[SystemLine, ...]:
    """Every duty with how many organisations stand where, and the names of those overdue."""
    return tuple(
        SystemLine(
            duty,
            Counter(rows[key].state for rows in standings.values()),
            tuple(organisation.short_name for organisation, rows in standings.items() if rows[key].state is State.OVERDUE),
        )
        for key, duty in duties().items()
    )


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation on the page of a duty."""

    organisation: Organisation
    row: DutyRow
    link: str


def rows_of_duty(
    key: str, standings: Mapping[Organisation, ByDuty], links: Mapping[int, str], today: date
) -> tuple[OrganisationRow, ...]:
    """Every organisation that has the duty, the most urgent first, then by name."""
    rows = [
        OrganisationRow(organisation, DutyRow(duties()[key], found[key], today), links.get(organisation.pk, ""))
        for organisation, found in standings.items()
        if found[key].state is not State.NOT_APPLICABLE
    ]
    return tuple(
        sorted(rows, key=lambda one: (URGENT_FIRST.index(one.row.standing.state), one.organisation.short_name.casefold()))
    )


def board_lines(standings: Mapping[Organisation, ByDuty]) -> tuple[str, ...]:
    """One sentence for each duty: counts of organisations, no name."""
    return tuple(line.sentence for line in system_lines(standings))


def duties_panel(request: HttpRequest, organisation: Organisation) -> Panel | None:
    """Where an organisation stands with its duties, for those who may read it by name: itself, the group, portal admins.

    Three queries.
    """
    user = request.user
    if not (can(user, Right.VIEW_GOVERNANCE) or can(user, Right.VIEW_REGISTERS, organisation)):
        return None
    today = business_today()
    rows = own_rows(standings([organisation], today)[organisation], today)
    entries = tuple(PanelEntry(row.duty.name, reverse("compliance:duty", args=[row.duty.key]), _state_words(row)) for row in rows)
    overdue = sum(row.standing.state is State.OVERDUE for row in rows)
    return Panel("Duties to publish" + (f": {overdue} overdue" if overdue else ""), entries, "No duty applies to it.")


def _state_words(row: DutyRow) -> str:
    return f"{row.standing.words}, {row.when}" if row.when and row.standing.state is State.DUE_SOON else row.standing.words
