"""Questions about duties to publish: where one organisation stands, where all of them stand, and which periods are baselines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from kpis.dashboards.publications import PublishedDocument
from organisations.models import FootprintMembership, Organisation
from steering.compliance import (
    Publication,
    Standing,
    State,
    due_days,
    duties,
    in_date_on,
    publication_cells,
    standing_of,
    tracked_from,
)
from steering.models.compliance import Baseline, ComplianceRecord, MovedDueDate

ByDuty = dict[str, Standing]


def bound_organisations(today: date) -> list[Organisation]:
    """The members of the partnership, by name, with the day from which they are one. One query."""
    members = Organisation.objects.in_footprint(today).annotate(member_since=Max("footprint_memberships__valid_from"))
    return list(members.order_by("short_name"))


def member_since(organisation: Organisation) -> date:
    """From which day the organisation owes anything here."""
    known = getattr(organisation, "member_since", None)
    if known is None:
        rows = FootprintMembership.objects.filter(organisation=organisation)
        known = rows.aggregate(last=Max("valid_from"))["last"]
    return known or tracked_from()


def moved_days() -> dict[str, dict[date, date]]:
    """Duty → due date of the rule → the day in force instead. One query."""
    found: dict[str, dict[date, date]] = defaultdict(dict)
    for row in MovedDueDate.objects.order_by("set_at", "pk"):
        found[row.duty][row.due_on] = row.day
    return found


def moves_of(duty: str) -> QuerySet[MovedDueDate]:
    """The days that were moved, newest first."""
    return MovedDueDate.objects.filter(duty=duty).select_related("set_by")


def standings(organisations: Iterable[Organisation], today: date) -> dict[Organisation, ByDuty]:
    """Where each organisation stands with each duty. Two queries, and one for each that does not bring its first day along."""
    wanted = list(organisations)
    done: dict[tuple[int, str], list[Publication]] = defaultdict(list)
    rows = ComplianceRecord.objects.standing().filter(organisation__in=[one.pk for one in wanted])
    for organisation, duty, due_on, published_on in rows.values_list("organisation_id", "duty", "due_on", "published_on"):
        done[organisation, duty].append(Publication(due_on, published_on))
    moved = moved_days()
    since = {organisation: member_since(organisation) for organisation in wanted}
    return {
        organisation: {
            key: standing_of(
                duty,
                done[organisation.pk, key],
                today=today,
                since=since[organisation],
                moved=moved.get(key),
            )
            if duty.binds(organisation.applicability_class, organisation.headcount_estimate)
            else Standing(State.NOT_APPLICABLE)
            for key, duty in duties().items()
        }
        for organisation in wanted
    }


def records_of(organisation: Organisation) -> QuerySet[ComplianceRecord]:
    """Everything that the organisation recorded, withdrawn rows included, newest first. One query."""
    rows = ComplianceRecord.objects.filter(organisation=organisation).select_related("evidence", "recorded_by", "withdrawn_by")
    return rows.order_by("-published_on", "-pk")


def public_documents(organisation: Organisation) -> list[PublishedDocument]:
    """What the organisation chose to show on its public page, newest first. One query."""
    rows = ComplianceRecord.objects.standing().filter(organisation=organisation, on_public_page=True)
    return [
        PublishedDocument(row.duty_name, row.published_on, "" if row.is_synthetic else row.link)
        for row in rows.order_by("-published_on", "-pk")
    ]


def links_of(duty: str) -> dict[int, str]:
    """Organisation → where its newest publication can be read: public addresses."""
    rows = ComplianceRecord.objects.standing().filter(duty=duty).order_by("due_on", "pk")
    return dict(rows.values_list("organisation_id", "link"))


def open_due_days_of(organisation: Organisation, duty: str) -> tuple[date, ...]:
    """The due dates that wait for a publication, oldest first."""
    rows = ComplianceRecord.objects.standing().filter(organisation=organisation, duty=duty)
    done = [row.publication for row in rows]
    days = due_days(duties()[duty], done, since=member_since(organisation), until=business_today())
    return tuple(day for day in days if day not in {one.due_on for one in done})


def baselines() -> dict[str, Baseline]:
    """KPI code → the baseline in force. One query."""
    return {row.kpi.code: row for row in Baseline.objects.select_related("kpi", "fixed_by").order_by("fixed_at", "pk")}


def baseline_history(kpi: Any) -> QuerySet[Baseline]:
    """Every baseline that the group fixed for a KPI, newest first."""
    return Baseline.objects.filter(kpi=kpi).select_related("fixed_by")


def baseline_quarters() -> Mapping[str, Quarter]:
    """KPI code → the quarter from which it is measured."""
    return {code: Quarter.parse(row.period) for code, row in baselines().items()}


def publication_answers(organisation: Organisation, quarter: Quarter) -> dict[tuple[str, str, str], Decimal]:
    """What the register answers in a return: which documents apply and are in date; nothing before the first record.

    Three queries.
    """
    done: dict[str, list[Publication]] = defaultdict(list)
    for row in ComplianceRecord.objects.standing().filter(organisation=organisation):
        done[row.duty].append(row.publication)
    if not done:
        return {}
    moved, since = moved_days(), member_since(organisation)
    cells: dict[tuple[str, str, str], Decimal] = {}
    for key, duty in duties().items():
        applies = duty.binds(organisation.applicability_class, organisation.headcount_estimate)
        known = in_date_on(duty, done[key], quarter.last_day, since=since, moved=moved.get(key, {}))
        cells |= publication_cells(duty, applies, known)
    return cells
