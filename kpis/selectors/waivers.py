"""Which rules are set aside where, by whom, why and until when. No figure: a report may print every line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from edi_portal.clock import LONDON, business_today
from kpis.models.waivers import Waiver, WaiverQuerySet
from kpis.selectors.definitions import Definitions, stored_definitions
from kpis.validation.registry import RULES
from kpis.validation.waiving import EXPIRES_SOON
from organisations.models import Organisation


def waivers_by_finding(organisation: Organisation) -> dict[str, Waiver]:
    """The waivers of an organisation in force today, by the key of the finding they set aside. One query."""
    rows = Waiver.objects.in_force().filter(organisation=organisation).select_related("decided_by")
    return {waiver.finding: waiver for waiver in rows}


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """One waiver or dispute in words, for a page or a report."""

    number: int
    organisation: str
    rule: str
    rule_title: str
    question: str
    reason: str
    state: str
    answer: str
    asked_by: str
    decided_by: str
    asked_on: date
    decided_on: date | None
    until: date | None
    expires_in: int | None

    @property
    def is_expiring(self) -> bool:
        """Whether it ends within a month."""
        return self.expires_in is not None and 0 <= self.expires_in <= EXPIRES_SOON.days


def waiver_lines(
    rows: WaiverQuerySet, *, definitions: Definitions | None = None, today: date | None = None
) -> tuple[WaiverLine, ...]:
    """Rows in words: those to decide first, then by the day they end. One query, and two for definitions that are not given."""
    stored, day = definitions or stored_definitions(), today or business_today()
    found = [_line(waiver, stored, day) for waiver in rows.select_related("organisation", "collection", "asked_by", "decided_by")]
    order = {Waiver.ASKED: 0, Waiver.GRANTED: 1}

    def place(line: WaiverLine) -> tuple[int, date, str, int]:
        return order.get(line.state, 2), line.until or date.max, line.organisation, line.number

    return tuple(sorted(found, key=place))


def waivers_in_force(on: date, *, definitions: Definitions | None = None) -> tuple[WaiverLine, ...]:
    """Every waiver that holds on a day, for the assurance report of that day."""
    return waiver_lines(Waiver.objects.in_force(on), definitions=definitions, today=on)


def _line(waiver: Waiver, definitions: Definitions, today: date) -> WaiverLine:
    measures = definitions.in_force(waiver.collection.quarter).measures
    holds = waiver.state == Waiver.GRANTED and waiver.until is not None
    return WaiverLine(
        number=waiver.pk,
        organisation=waiver.organisation.short_name,
        rule=waiver.rule,
        rule_title=RULES[waiver.rule].title if waiver.rule in RULES else waiver.rule,
        question=measures[waiver.measure].title if waiver.measure in measures else "The whole return",
        reason=waiver.reason,
        state=waiver.state,
        answer=waiver.answer,
        asked_by=waiver.asked_by.display_name,
        decided_by=waiver.decided_by.display_name if waiver.decided_by else "",
        asked_on=waiver.asked_at.astimezone(LONDON).date(),
        decided_on=waiver.decided_at.astimezone(LONDON).date() if waiver.decided_at else None,
        until=waiver.until,
        expires_in=(waiver.until - today).days if holds and waiver.until else None,
    )
