"""Write the demonstration's returns: collections, versions, cells, explanations, events. Everything in one transaction.

About 170,000 cells go in by COPY. The guard triggers, which refuse changes of signed returns, are off for that one transaction.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from edi_portal.audit.services import record
from edi_portal.clock import set_business_day
from edi_portal.exceptions import NotAllowed
from edi_portal.periods import Quarter, quarters_between
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.catalogue.bespoke import BespokeDetails, bespoke_share
from kpis.demonstration import stories
from kpis.demonstration.around import write_around
from kpis.demonstration.composition import Composed, compose
from kpis.demonstration.draws import SEED
from kpis.demonstration.footprint import Accounts, breaks_by_quarter, demonstration_accounts, members_by_quarter
from kpis.demonstration.profile import FIRST_QUARTER
from kpis.demonstration.shared_work import write_shared_work
from kpis.demonstration.timetable import Moments, moments_of
from kpis.models.collections import Collection
from kpis.models.definitions import Kpi, Setting
from kpis.models.returns import AnswerState, Explanation, KpiReturn, ReturnAnswer, ReturnComment, ReturnEvent
from kpis.selectors.definitions import framework_for
from kpis.services.collections import plan_collection
from kpis.services.definitions import add_bespoke_kpi
from kpis.services.returns import STATEMENT, content_digest
from kpis.validation.registry import rules_in_force
from kpis.workflow import Status
from organisations.models import Organisation
from organisations.services.demonstration_accounts import make_demonstration_accounts
from organisations.services.names import refresh_names

Say = Callable[[str], None]
# Rises when the data change, so that a database with older data is told apart.
VERSION = 4
MARK = f"{SEED}/{VERSION}"
SETTING = "demonstration"
GUARDS = (("kpis_returnvalue", "return_value_is_open"), ("kpis_returnanswer", "return_answer_is_open"))


def load_returns(*, say: Say) -> bool:
    """Make accounts and write every return, once; True when this call wrote them. Raises NotAllowed outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise NotAllowed("Demonstration data are loaded only with PORTAL_DEMONSTRATION=1.")
    stored = Setting.objects.filter(key=SETTING).values_list("value", flat=True).first()
    set_business_day(stories.TODAY)
    # Reference data are loaded before this clock is set, so the names in use are of another day.
    refresh_names(stories.TODAY)
    if stored is not None:
        if stored != MARK:
            say("The demonstration data here are of an earlier version. They stay; `make clean` starts afresh.")
        return False
    if KpiReturn.objects.exists():
        raise NotAllowed("This database holds returns that are no demonstration data. Use an empty database.")
    made = make_demonstration_accounts()
    say(f"{made} demonstration accounts made")
    _write_all(say)
    return True


@transaction.atomic
def _write_all(say: Say) -> None:
    accounts = demonstration_accounts()
    _add_bespoke_kpi(accounts)
    quarters = quarters_between(FIRST_QUARTER, stories.OPEN_QUARTER)
    collections = {quarter: _collection(quarter, accounts) for quarter in quarters}
    members = members_by_quarter(quarters)
    composed = compose(quarters, lambda quarter: members[quarter], framework_for, breaks_by_quarter())
    say(f"{len(composed)} returns composed and checked by the rules")
    due = {(member.known.slug, quarter): member.facts for quarter, those in members.items() for member in those}
    writing = [_planned(one, collections[one.quarter], due[one.slug, one.quarter], accounts) for one in composed]
    rows = _write_returns(writing)
    _write_content(rows)
    _write_events(rows)
    write_shared_work(next(planned.row for planned in rows if _is_shared(planned)))
    _refresh_statistics()
    in_open = {slug: organisation for (slug, quarter), organisation in due.items() if quarter == stories.OPEN_QUARTER}
    write_around(collections[stories.OPEN_QUARTER], in_open, accounts)
    Setting.objects.create(key=SETTING, value=MARK)
    cells = sum(len(one.cells) for one in composed)
    record(action="demonstration.loaded", by=None, subject="demonstration", details={"returns": len(rows), "cells": cells})
    say(f"{len(rows)} returns with {cells:,} cells written")


def _is_shared(planned: Planned) -> bool:
    """The open return of the trust whose people share the work."""
    return planned.content.slug == stories.MISTYPED and planned.content.quarter == stories.OPEN_QUARTER


def _add_bespoke_kpi(accounts: Accounts) -> Kpi:
    """The children's hospital's own KPI, from the quarter of the story on."""
    measure, kpi = bespoke_share(
        "AH-1",
        "Interpreters offered at the first appointment",
        "Were families who need an interpreter offered one at their first appointment?",
        numerator="Families offered an interpreter at their first appointment",
        denominator="Families who need an interpreter",
        details=BespokeDetails(
            owner="EDI lead",
            reviewed_on=stories.TODAY.replace(year=2018, month=4, day=3),
            next_review_on=stories.TODAY.replace(year=2020, month=4, day=3),
            workstream="patient-participation",
            contributor="patient-experience",
            counts="records",
            why_it_matters="A child's care begins with parents who can follow it.",
            applies_to=("trust",),
        ),
    )
    owner = Organisation.objects.get(slug=stories.BESPOKE_OWNER)
    period = stories.BESPOKE_FROM.slug
    added = add_bespoke_kpi(organisation=owner, measure=measure, kpi=kpi, from_period=period, by=accounts.leads[owner.pk])
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=accounts.admins[0])
    return added


def _collection(quarter: Quarter, accounts: Accounts) -> Collection:
    collection = plan_collection(quarter=quarter, by=accounts.admins[0])
    if quarter < stories.OPEN_QUARTER:
        collection.closed_at = collection.closes_at
        collection.save(update_fields=["closed_at"])
    return collection


@dataclass(frozen=True, slots=True)
class Planned:
    """One version of a return about to be written. `row` has its key once it is saved."""

    content: Composed
    row: KpiReturn
    moments: Moments
    lead: Any
    sponsor: Any

    @property
    def is_touched(self) -> bool:
        """Whether anybody has typed anything yet."""
        return bool(self.content.cells)


def _planned(one: Composed, collection: Collection, organisation: Any, accounts: Accounts) -> Planned:
    lead, sponsor = accounts.leads[organisation.pk], accounts.sponsors[organisation.pk]
    moments = moments_of(one.slug, one.quarter, one.number, opens_on=collection.opens_on, due_on=collection.due_on)
    row = KpiReturn(
        collection=collection, organisation=organisation, number=one.number, status=one.status, created_at=moments.opened
    )
    planned = Planned(one, row, moments, lead, sponsor)
    if planned.is_touched:
        row.version, row.last_edited_at, row.last_edited_by = 1, moments.started, lead
    if one.status in (Status.SUBMITTED, Status.SENT_BACK, Status.SIGNED_OFF):
        row.version, row.submitted_at, row.submitted_by = 2, moments.sent, lead
        row.sent_rules = list(rules_in_force())
    if one.status in (Status.SENT_BACK, Status.SIGNED_OFF):
        row.version = 3
    if one.status == Status.SIGNED_OFF:
        row.signed_off_at, row.signed_off_by = moments.decided, sponsor
        row.statement = STATEMENT.format(organisation=organisation.short_name_then)
        row.content_hash = digest_of(planned)
    return planned


def digest_of(planned: Planned) -> str:
    """The signature's hash over the content in memory; the same as over the stored rows."""
    one = planned.content
    return content_digest(
        subject=planned.row.subject,
        values=((*address, number) for address, number in one.cells.items()),
        answers=(
            (answer.measure, answer.state, answer.reason, answer.expected_on, answer.evidence) for answer in _answers(planned)
        ),
        explanations=((finding, text) for finding, (text, _) in one.explanations.items()),
    )


def _write_returns(writing: Sequence[Planned]) -> list[Planned]:
    """Save first versions, then later ones, which point at what they reopen."""
    first = [planned for planned in writing if planned.content.number == 1]
    later = {(planned.content.slug, planned.content.quarter): planned for planned in writing if planned.content.number > 1}
    for planned in first:
        again = later.get((planned.content.slug, planned.content.quarter))
        if again is not None:
            planned.row.superseded_at = again.moments.started
    KpiReturn.objects.bulk_create([planned.row for planned in first])
    keys = {(planned.content.slug, planned.content.quarter): planned.row for planned in first}
    for place, planned in later.items():
        planned.row.reopens, planned.row.reason = keys[place], stories.CORRECTION
    KpiReturn.objects.bulk_create([planned.row for planned in later.values()])
    return [*first, *later.values()]


def _answers(planned: Planned) -> list[ReturnAnswer]:
    """An answer row for every measure without figures or with evidence."""
    one = planned.content
    values = {"kpi_return": planned.row, "version": 1, "updated_at": planned.moments.started, "updated_by": planned.lead}
    answers = [
        ReturnAnswer(measure=code, state=AnswerState(state.state), reason=state.reason, **values)
        for code, state in one.states.items()
    ]
    return [*answers, *(ReturnAnswer(measure=code, evidence=text, **values) for code, text in one.evidence.items())]


def _write_content(rows: Sequence[Planned]) -> None:
    with connection.cursor() as cursor:
        for table, trigger in GUARDS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        columns = '(kpi_return_id, measure, "row", "column", amount, version, updated_at, updated_by_id)'
        cursor.copy_expert(f"COPY kpis_returnvalue {columns} FROM STDIN", _cell_lines(rows))
        ReturnAnswer.objects.bulk_create([answer for planned in rows for answer in _answers(planned)], batch_size=2000)
        # Foreign keys are checked at the end of a transaction; a table with such checks pending cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, trigger in GUARDS:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    Explanation.objects.bulk_create(
        [
            Explanation(
                kpi_return=planned.row,
                finding=finding,
                fingerprint=mark,
                text=text,
                written_at=planned.moments.started,
                written_by=planned.lead,
            )
            for planned in rows
            for finding, (text, mark) in planned.content.explanations.items()
        ]
    )


def _refresh_statistics() -> None:
    """Tell the planner at once that these tables are large now; the server itself would notice a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kpis_kpireturn, kpis_returnvalue, kpis_returnanswer, kpis_returnevent")


def _cell_lines(rows: Iterable[Planned]) -> io.StringIO:
    """The cells in PostgreSQL's text format. Keys and numbers hold no tab, newline or backslash."""
    lines = io.StringIO()
    for planned in rows:
        end = f"\t1\t{planned.moments.started.isoformat()}\t{planned.lead.pk}\n"
        for (measure, row, column), number in planned.content.cells.items():
            lines.write(f"{planned.row.pk}\t{measure}\t{row}\t{column}\t{number}{end}")
    lines.seek(0)
    return lines


def _write_events(rows: Sequence[Planned]) -> None:
    events = [event for planned in rows for event in _events(planned)]
    ReturnEvent.objects.bulk_create(sorted(events, key=lambda event: event.at), batch_size=2000)
    ReturnComment.objects.bulk_create(
        ReturnComment(
            kpi_return=planned.row,
            workstream=workstream,
            measure=measure,
            text=text,
            written_by=planned.sponsor,
            written_at=planned.moments.decided,
        )
        for planned in rows
        for workstream, measure, text in planned.content.comments
    )


def _events(planned: Planned) -> Iterable[ReturnEvent]:
    row, moments = planned.row, planned.moments

    def event(kind: str, moment: datetime, by: Any, comment: str = "") -> ReturnEvent:
        return ReturnEvent(kpi_return=row, kind=kind, at=moment, by=by, comment=comment)

    if row.number > 1:
        yield event("reopened", moments.started, planned.lead, row.reason)
    else:
        yield event("opened", moments.opened, None)
        if planned.is_touched:
            yield event("started", moments.started, planned.lead)
    if row.submitted_at is not None:
        yield event("submit", moments.sent, planned.lead)
    if row.status == Status.SENT_BACK:
        yield event("send_back", moments.decided, planned.sponsor, " ".join(text for _, _, text in planned.content.comments))
    if row.status == Status.SIGNED_OFF:
        yield event("sign_off", moments.decided, planned.sponsor, row.statement)
