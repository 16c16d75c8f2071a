"""The only writer of the compliance register: record and withdraw publications, move a due date, fix a baseline, remind."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.periods import Quarter
from kpis.models.definitions import Kpi
from kpis.models.evidence import Evidence
from kpis.notifications import people_to_tell
from kpis.selectors.notices import silent_people
from kpis.services.notices import queue_notices
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from steering.compliance import duties, reminder_for
from steering.models.compliance import Baseline, ComplianceRecord, MovedDueDate
from steering.selectors.compliance import bound_organisations, open_due_days_of, standings
from steering.services.texts import ask_for_reviews


@dataclass(frozen=True, slots=True)
class PublicationEntry:
    """What an organisation says about a publication."""

    due_on: date
    published_on: date
    link: str
    evidence: Evidence | None = None
    on_public_page: bool = False


@transaction.atomic
def record_publication(*, organisation: Organisation, duty: str, entry: PublicationEntry, by: Any) -> ComplianceRecord:
    """Put a publication on record for one due date. Raises Incomplete when it does not hold together."""
    require(by, Right.KEEP_REGISTERS, organisation)
    if not duties()[duty].binds(organisation.applicability_class, organisation.headcount_estimate):
        raise Incomplete("This duty does not apply to your organisation.")
    if entry.published_on > business_today():
        raise Incomplete("The day of publication must not be in the future. Record it once it is published.")
    if entry.evidence is not None and entry.evidence.organisation_id != organisation.pk:
        raise Incomplete("Choose evidence of your own library.")
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if entry.due_on not in open_due_days_of(organisation, duty):
        raise Incomplete("A publication is on record for this due date. Withdraw that one first if it is a mistake.")
    row = ComplianceRecord(
        organisation=organisation,
        duty=duty,
        due_on=entry.due_on,
        published_on=entry.published_on,
        link=entry.link.strip(),
        evidence=entry.evidence,
        on_public_page=entry.on_public_page,
        recorded_by=by,
    )
    try:
        row.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
    record(action="compliance.recorded", by=by, organisation=organisation, subject=f"duty:{duty}")
    return row


@transaction.atomic
def choose_public(*, row: ComplianceRecord, shown: bool, by: Any) -> ComplianceRecord:
    """Show a record on the organisation's public page, or take it off. Its owner's choice alone."""
    row = ComplianceRecord.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=row.pk)
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if row.withdrawn_at is not None:
        raise InvalidTransition("This record was withdrawn, so it stands on no page.")
    row.on_public_page = shown
    row.save(update_fields=["on_public_page"])
    action = "compliance.made_public" if shown else "compliance.taken_off_public_page"
    record(action=action, by=by, organisation=row.organisation, subject=f"duty:{row.duty}")
    return row


@transaction.atomic
def withdraw_publication(*, row: ComplianceRecord, reason: str, by: Any) -> ComplianceRecord:
    """Take a record back that was a mistake; its due date is open again."""
    row = ComplianceRecord.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=row.pk)
    require(by, Right.KEEP_REGISTERS, row.organisation)
    if row.withdrawn_at is not None:
        raise InvalidTransition("This record was withdrawn already.")
    if not reason.strip():
        raise Incomplete("Say why the record is withdrawn.")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = business_now(), by, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(action="compliance.withdrawn", by=by, organisation=row.organisation, subject=f"duty:{row.duty}")
    return row


@transaction.atomic
def move_due_date(*, duty: str, due_on: date, day: date, reason: str, by: Any) -> MovedDueDate:
    """Set another day than the rule's for everybody, because guidance did. Only for duties that have a day of the year."""
    require(by, Right.GOVERN)
    if not duties()[duty].days:
        raise Incomplete("This duty runs from the last publication of each organisation, so it has no day to move.")
    if not reason.strip():
        raise Incomplete("Say why the day is another, for example which guidance set it.")
    row = MovedDueDate.objects.create(duty=duty, due_on=due_on, day=day, reason=reason.strip(), set_by=by, set_at=business_now())
    ask_for_reviews(row, by=by)
    record(action="compliance.date_moved", by=by, subject=f"duty:{duty}", details={"due": f"{due_on}", "day": f"{day}"})
    return row


@transaction.atomic
def fix_baseline(*, kpi: Kpi, quarter: Quarter, reason: str, by: Any) -> Baseline:
    """Fix from which quarter a KPI is measured. An earlier decision stays on record."""
    require(by, Right.GOVERN)
    if not reason.strip():
        raise Incomplete("Say why this period is the baseline.")
    if quarter > Quarter.containing(business_today()):
        raise Incomplete("A baseline is a period that has begun.")
    row = Baseline.objects.create(kpi=kpi, period=quarter.slug, reason=reason.strip(), fixed_by=by, fixed_at=business_now())
    ask_for_reviews(row, by=by)
    record(action="baseline.fixed", by=by, subject=f"kpi:{kpi.slug}", details={"period": quarter.slug})
    return row


@transaction.atomic
def queue_compliance_reminders() -> int:
    """Queue what is due today for every organisation and duty; returns how many are new. Running it again queues nothing."""
    today = business_today()
    silent = silent_people()
    due = [
        (organisation, f"compliance:{duty}@{standing.due_on:%Y%m%d}@{name}")
        for organisation, rows in standings(bound_organisations(today), today).items()
        for duty, standing in rows.items()
        if (name := reminder_for(standing, today)) is not None
    ]
    people = people_to_tell({organisation.pk for organisation, _ in due})
    return sum(
        queue_notices(
            kind=kind,
            about=organisation.pk,
            recipients=[
                user
                for role, user in people.get(organisation.pk, ())
                if user.pk not in silent and (role == "edi_lead" or kind.endswith("overdue"))
            ],
        )
        for organisation, kind in due
    )
