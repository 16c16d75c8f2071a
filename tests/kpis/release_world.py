"""A small partnership for tests of releases: ten organisations of three kinds, with signed returns. Quick to release."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from kpis.models.collections import Collection
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.services import releases, returns
from kpis.services.collections import due_organisations, extend
from kpis.workflow import Status
from organisations.models import FootprintMembership, Organisation, User
from organisations.roles import Role
from organisations.services.memberships import grant_membership
from tests.kpis.factories import Values, close, make_user, open_collection, plain_values, signed_return

KINDS = {"acute": 4, "mental_health": 3, "ccg": 3}
Change = Callable[[int, dict[tuple[str, str, str], Decimal]], None]


def shrink_partnership() -> list[Organisation]:
    """Keep a few organisations of each kind in the footprint."""
    kept = [
        organisation
        for kind, number in KINDS.items()
        for organisation in Organisation.objects.filter(kind=kind, footprint_memberships__isnull=False)
        .distinct()
        .order_by("slug")[:number]
    ]
    FootprintMembership.objects.exclude(organisation__in=kept).delete()
    return kept


def people() -> tuple[User, User, User, User]:
    """A lead, a sponsor and two portal admins."""
    lead, sponsor = make_user("lead@example.invalid"), make_user("sponsor@example.invalid")
    admins = make_user("admin.one@example.invalid"), make_user("admin.two@example.invalid")
    for admin in admins:
        grant_membership(user=admin, role=Role.PORTAL_ADMIN, by=None)
    return lead, sponsor, *admins


def hold_few(position: int, values: dict[tuple[str, str, str], Decimal]) -> None:
    """Small numbers in some organisations, so that something has to be hidden."""
    if position % 3 == 0:
        for row in ("band_8c", "band_8d", "band_9", "vsm"):
            values["staff_ethnicity", f"clinical.{row}", "bme"] = Decimal(0)
            values["staff_ethnicity", f"nonclinical.{row}", "bme"] = Decimal(row == "vsm") * (2 + position % 4)
    if position % 2 == 0:
        values["recruitment_ethnicity", "bme", "appointed"] = Decimal(position % 4)


def returned(collection: Collection, *, lead: User, sponsor: User, missing: int = 0, change: Change | None = None) -> None:
    """Signed returns of all who are due but the last `missing`; `change` may alter the values of the n-th."""
    organisations = due_organisations(collection)
    for position, organisation in enumerate(organisations):
        if position >= len(organisations) - missing:
            KpiReturn.objects.create(collection=collection, organisation=organisation)
            continue
        values = plain_values(organisation, collection.quarter, scale=3 * position)
        hold_few(position, values)
        if change is not None:
            change(position, values)
        signed_return(collection, organisation, values, lead=lead, sponsor=sponsor)


def closed_collection(period: str, *, lead: User, sponsor: User, missing: int = 0, change: Change | None = None) -> Collection:
    """A collection whose returns are in and whose time is over."""
    collection = open_collection(period)
    returned(collection, lead=lead, sponsor=sponsor, missing=missing, change=change)
    close(collection)
    return collection


def published(collection: Collection, admins: Iterable[User]) -> Release:
    """Prepare and publish with two admins."""
    one, two = admins
    release = releases.prepare_release(collection=collection)
    return releases.publish_release(release=releases.propose_release(release=release, by=one), by=two)


def revise(collection: Collection, organisation: Organisation, values: Values, *, lead: User, sponsor: User, admin: User) -> None:
    """An extension, the return reopened, some values changed, sent and signed once more."""
    extend(
        collection=collection,
        organisation=organisation,
        until=(timezone.now() + timedelta(days=3)).date(),
        reason="A count was wrong.",
        by=admin,
    )
    signed = KpiReturn.objects.live().get(collection=collection, organisation=organisation)
    for user, role in ((lead, Role.EDI_LEAD), (sponsor, Role.EXECUTIVE_SPONSOR)):
        grant_membership(user=user, role=role, organisation=organisation, by=None)
    fresh = returns.reopen_return(kpi_return=signed, by=lead, reason="A count was wrong.")
    for (measure, row, column), amount in values.items():
        ReturnValue.objects.filter(kpi_return=fresh, measure=measure, row=row, column=column).update(amount=amount)
    sign_again(fresh, lead=lead, sponsor=sponsor)


def sign_again(kpi_return: KpiReturn, *, lead: User, sponsor: User) -> None:
    """Sent and signed, without asking the rules of returns: made-up counts need not pass them."""
    now = timezone.now()
    KpiReturn.objects.filter(pk=kpi_return.pk).update(
        status=Status.SIGNED_OFF,
        submitted_at=now,
        submitted_by=lead,
        signed_off_at=now,
        signed_off_by=sponsor,
        statement="Signed for a test.",
        content_hash=returns.content_hash(kpi_return),
    )


@contextmanager
def unguarded(table: str) -> Iterator[CursorWrapper]:
    """A cursor that may change a table whose triggers forbid it: what somebody with the database's rights could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
