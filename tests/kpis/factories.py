"""Collections and returns for tests: quick to make, whole enough for the rules and the release job."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from edi_portal.clock import business_now
from edi_portal.periods import Quarter
from kpis.catalogue import CellKey, Measure
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn, ReturnAnswer, ReturnValue
from kpis.selectors.definitions import framework_for
from kpis.services.returns import content_hash
from kpis.workflow import Status
from organisations.models import Organisation, User

Values = Mapping[tuple[str, str, str], Decimal]


def make_user(email: str) -> User:
    """An account without any role."""
    return User.objects.create_user(email, "a long enough password", display_name=email.split("@")[0])


def open_collection(period: str = "2019-20-q3") -> Collection:
    """A collection that is open on the real clock, whatever its quarter."""
    today = timezone.localdate()
    collection, _ = Collection.objects.get_or_create(
        period=period,
        defaults={
            "opens_on": today - timedelta(days=5),
            "due_on": today + timedelta(days=10),
            "closes_at": timezone.now() + timedelta(days=20),
        },
    )
    return collection


def close(collection: Collection) -> None:
    """Let the closing time be past."""
    Collection.objects.filter(pk=collection.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    collection.refresh_from_db()


def plain_amount(measure: Measure, cell: CellKey, scale: int) -> Decimal:
    """A harmless amount for a cell, in its unit, larger with scale; grids keep their declared order."""
    unit = measure.unit_of(cell)
    if unit == "yes_no":
        return Decimal(1)
    if unit == "choice":
        return Decimal(1 + scale % len(measure.options_of(cell)))
    if unit == "score":
        return Decimal(1 + scale % 2)
    if unit in {"percent", "points"}:
        return Decimal(20 + scale % 9)
    if unit in {"pounds", "wte", "hours"}:
        return Decimal(14 + scale % 5)
    rank = 1
    for check in measure.checks:
        key = cell.column if check.axis == "columns" else cell.row
        if key in check.ordered:
            rank = 1 + check.ordered.index(key)
    groups = {"white": 30, "bme": 12, "non_disabled": 30, "disabled": 12}
    weight = next((amount for word, amount in groups.items() if word in (cell.row, cell.column)), 9)
    return Decimal(weight * rank + scale % 7)


def plain_values(organisation: Organisation, quarter: Quarter, *, scale: int = 1) -> dict[tuple[str, str, str], Decimal]:
    """An amount for every cell of every measure that is due."""
    framework = framework_for(quarter)
    return {
        (measure.code, cell.row, cell.column): plain_amount(measure, cell, scale)
        for measure in framework.due_measures(organisation)
        for cell in measure.cells()
    }


def fill(kpi_return: KpiReturn, values: Values) -> None:
    """Store values in a draft. Their time is asked for once: a default of the database in each row makes inserting slow."""
    now = business_now()
    ReturnValue.objects.bulk_create(
        ReturnValue(kpi_return=kpi_return, measure=measure, row=row, column=column, amount=amount, updated_at=now)
        for (measure, row, column), amount in values.items()
    )


def signed_return(
    collection: Collection,
    organisation: Organisation,
    values: Values,
    *,
    lead: User,
    sponsor: User,
    snapshots: Mapping[str, date] | None = None,
) -> KpiReturn:
    """A signed-off return with these values, and with days stated for snapshots. The collection must be open."""
    kpi_return = KpiReturn.objects.create(collection=collection, organisation=organisation)
    fill(kpi_return, values)
    for measure, day in (snapshots or {}).items():
        ReturnAnswer.objects.create(kpi_return=kpi_return, measure=measure, snapshot_on=day)
    now = timezone.now()
    KpiReturn.objects.filter(pk=kpi_return.pk).update(
        status=Status.SIGNED_OFF,
        submitted_at=now,
        submitted_by=lead,
        signed_off_at=now,
        signed_off_by=sponsor,
        statement="Signed for a test.",
        content_hash=content_hash(kpi_return),
    )
    kpi_return.refresh_from_db()
    return kpi_return


def whole_quarter(collection: Collection, organisations: Iterable[Organisation], *, lead: User, sponsor: User) -> list[KpiReturn]:
    """Signed returns of all the organisations with plain values."""
    return [
        signed_return(
            collection, organisation, plain_values(organisation, collection.quarter, scale=position), lead=lead, sponsor=sponsor
        )
        for position, organisation in enumerate(organisations, start=1)
    ]
