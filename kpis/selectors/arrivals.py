"""Who has returned: one row per organisation of a collection, without any figure of any return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from edi_portal.clock import LONDON, BusinessNow, business_now
from kpis.catalogue import Measure
from kpis.models.collections import Collection, Extension, Reminder
from kpis.models.returns import KpiReturn, ReturnAnswer, ReturnEvent, ReturnValue
from kpis.selectors.definitions import Framework, framework_for
from kpis.selectors.open_errors import errors_to_mend
from kpis.workflow import EDITABLE, Status
from organisations.models import Membership
from organisations.roles import Role

STEPS = ("Not downloaded", "Downloaded", "Started", "Sent", "Signed")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to ring or write to."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One organisation's return on the way in."""

    kpi_return: KpiReturn
    step: int
    answered_by_workstream: Mapping[str, int]
    asked_by_workstream: Mapping[str, int]
    last_activity: datetime | None
    contacts: tuple[Contact, ...]
    extension: Extension | None
    reminded_at: datetime | None
    today: date
    errors: int | None = None

    @property
    def answered(self) -> int:
        """Questions with a value or a reason."""
        return sum(self.answered_by_workstream.values())

    @property
    def due(self) -> int:
        """Questions that are asked."""
        return sum(self.asked_by_workstream.values())

    @property
    def step_label(self) -> str:
        """Where it stands, in words."""
        if self.kpi_return.status == Status.NOT_REQUIRED:
            return "Not required"
        if self.kpi_return.status == Status.SENT_BACK:
            return "Sent back"
        return STEPS[self.step]

    @property
    def reached(self) -> int:
        """How many of the five boxes are filled; the first two together, because nothing lies between asked and downloaded."""
        return self.step + 1 if self.step else 0

    @property
    def reminded_words(self) -> str:
        """How long ago the last reminder went out: "today", "yesterday", "2 days ago"; empty when none did."""
        if self.reminded_at is None:
            return ""
        days = (self.today - self.reminded_at.astimezone(LONDON).date()).days
        return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"

    def chase_cells(self) -> list[str | int | date | None]:
        """Where it stands, as the first cells of a chase list."""
        return [
            self.kpi_return.organisation.name,
            self.step_label,
            self.answered,
            self.due,
            self.last_activity.astimezone(LONDON).date() if self.last_activity else None,
            self.extension.until.astimezone(LONDON).date() if self.extension else None,
            self.reminded_at.astimezone(LONDON).date() if self.reminded_at else None,
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to do something."""
        return self.kpi_return.status not in {Status.SIGNED_OFF, Status.NOT_REQUIRED}

    @property
    def is_late(self) -> bool:
        """Whether somebody still has to do something although the day has passed, their own where they have more time."""
        return self.is_waiting and self.today > self.kpi_return.due_on


def with_errors(rows: Iterable[Arrival], framework: Framework, *, now: datetime) -> tuple[Arrival, ...]:
    """The same rows with how many errors the rules would refuse today, where a return is being filled in."""
    rows = tuple(rows)
    filling = [row.kpi_return for row in rows if row.kpi_return.is_editable and row.kpi_return.last_edited_at is not None]
    errors = errors_to_mend(filling, framework=framework, now=now) if filling else {}
    return tuple(replace(row, errors=errors.get(row.kpi_return.pk)) for row in rows)


def arrivals(collection: Collection, *, now: datetime | None = None, framework: Framework | None = None) -> tuple[Arrival, ...]:
    """Every live return of a collection, the furthest behind first. As many queries for 300 organisations as for 30.

    `now` and `framework` are given by a page that has read them already.
    """
    returns = list(
        KpiReturn.objects.live()
        .for_the_portal("the board of arrivals: where each return stands")
        .filter(collection=collection)
        .select_related("organisation", "collection")
        .prefetch_related("collection__extensions")
        .order_by("organisation__short_name")
    )
    now = now or business_now()
    keys = [kpi_return.pk for kpi_return in returns]
    downloaded = set(ReturnEvent.objects.filter(kpi_return__in=keys, kind="downloaded").values_list("kpi_return_id", flat=True))
    answered = _answered(keys)
    contacts = _contacts([kpi_return.organisation_id for kpi_return in returns])
    extensions = {row.organisation_id: row for one in returns[:1] for row in one.collection.extensions.all()}
    reminded: dict[int, datetime] = {}
    for organisation, sent_at in (
        Reminder.objects.filter(collection=collection).order_by("sent_at").values_list("organisation_id", "sent_at")
    ):
        reminded[organisation] = sent_at
    framework = framework or framework_for(collection.quarter)
    due = {kpi_return.pk: framework.due_measures(kpi_return.organisation) for kpi_return in returns}
    rows = [
        Arrival(
            kpi_return=kpi_return,
            step=_step(kpi_return, kpi_return.pk in downloaded),
            answered_by_workstream=_by_workstream(
                measure for measure in due[kpi_return.pk] if measure.code in answered.get(kpi_return.pk, ())
            ),
            asked_by_workstream=_by_workstream(due[kpi_return.pk]),
            last_activity=kpi_return.signed_off_at or kpi_return.submitted_at or kpi_return.last_edited_at,
            contacts=tuple(contacts.get(kpi_return.organisation_id, ())),
            extension=extensions.get(kpi_return.organisation_id),
            reminded_at=reminded.get(kpi_return.organisation_id),
            today=now.astimezone(LONDON).date(),
        )
        for kpi_return in returns
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_waiting, row.step, row.kpi_return.organisation.short_name)))


def _step(kpi_return: KpiReturn, downloaded: bool) -> int:
    if kpi_return.status == Status.SIGNED_OFF:
        return 4
    if kpi_return.status == Status.SUBMITTED:
        return 3
    if kpi_return.last_edited_at is not None:
        return 2
    return 1 if downloaded else 0


def _by_workstream(measures: Iterable[Measure]) -> Mapping[str, int]:
    return Counter(measure.workstream for measure in measures)


def _answered(keys: list[int]) -> dict[int, set[str]]:
    """The measures that have at least one value or a reason, per return: progress, not content."""
    found: dict[int, set[str]] = {}
    for key, measure in ReturnValue.objects.filter(kpi_return__in=keys).values_list("kpi_return_id", "measure").distinct():
        found.setdefault(key, set()).add(measure)
    for key, measure in (
        ReturnAnswer.objects.filter(kpi_return__in=keys).exclude(state="value").values_list("kpi_return_id", "measure")
    ):
        found.setdefault(key, set()).add(measure)
    return found


def _contacts(organisations: list[int]) -> dict[int, list[Contact]]:
    rows = (
        Membership.objects.in_force()
        .filter(organisation__in=organisations, role__in=[Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR], user__is_active=True)
        .select_related("user")
    )
    found: dict[int, list[Contact]] = {}
    for membership in rows:
        role = membership.description.label
        if membership.delegation_id and membership.valid_to:
            role = f"{role}, delegate until {membership.valid_to:%-d %B %Y}"
        contact = Contact(membership.user.display_name, membership.user.email, role)
        found.setdefault(membership.organisation_id, []).append(contact)
    return found


def counts_of(rows: Iterable[Arrival]) -> dict[str, int]:
    """How many returns stand in each status, from rows that were read already; the same as `arrival_counts`."""
    asked = [row for row in rows if row.kpi_return.status != Status.NOT_REQUIRED]
    due = [row.kpi_return for row in asked]
    return {
        "due": len(due),
        "started": sum(one.last_edited_at is not None for one in due),
        "sent": sum(one.status in {Status.SUBMITTED, Status.SIGNED_OFF} for one in due),
        "signed": sum(one.status == Status.SIGNED_OFF for one in due),
        "late": sum(row.is_late and row.kpi_return.is_editable for row in asked),
    }


def arrival_counts(collection: Collection) -> dict[str, int]:
    """How many live returns stand in each status, and how many are not sent although their day has passed; one query."""
    more_time = Extension.objects.filter(collection=collection, until__gte=BusinessNow()).values("organisation")
    overdue = Q(collection__due_on__lt=TruncDate(BusinessNow(), tzinfo=LONDON)) & ~Q(organisation__in=more_time)
    counts = (
        KpiReturn.objects.live()
        .for_the_portal("how many returns have arrived")
        .filter(collection=collection)
        .aggregate(
            due=Count("pk", filter=~Q(status=Status.NOT_REQUIRED)),
            started=Count("pk", filter=Q(last_edited_at__isnull=False) & ~Q(status=Status.NOT_REQUIRED)),
            sent=Count("pk", filter=Q(status__in=[Status.SUBMITTED, Status.SIGNED_OFF])),
            signed=Count("pk", filter=Q(status=Status.SIGNED_OFF)),
            late=Count("pk", filter=Q(status__in=EDITABLE) & overdue),
        )
    )
    return {name: int(number) for name, number in counts.items()}
