"""The dates of a person's returns, and the secret address under which a calendar program reads them. Dates only, no figures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from edi_portal.clock import LONDON, business_today
from edi_portal.ui.calendars import Day
from kpis.models.collections import Collection, Extension
from kpis.models.notices import NoticeChoice
from kpis.models.returns import KpiReturn
from kpis.workflow import Status
from organisations.models import Membership, User
from organisations.roles import Role

SALT = "calendar of one person"
BACK_DAYS = 400
GOVERNING = frozenset({Role.STEERING_MEMBER, Role.PORTAL_ADMIN})


def address_secret(choice: NoticeChoice) -> str:
    """The secret part of a calendar's address; empty until one was asked for.

    It is signed with the portal's key and not kept: a copy of the database opens no calendar.
    """
    if choice.calendar_number == 0:
        return ""
    return signing.Signer(salt=SALT).sign(f"{choice.user_id}-{choice.calendar_number}").replace(":", ".")


def owner_of_secret(secret: str) -> User | None:
    """Whose calendar an address opens: an active person whose address was not renewed since; None otherwise."""
    try:
        content = signing.Signer(salt=SALT).unsign(secret.replace(".", ":", 1))
    except signing.BadSignature:
        return None
    key, _, number = content.partition("-")
    choice = NoticeChoice.objects.filter(user=int(key), calendar_number=int(number), user__is_active=True).select_related("user")
    found = choice.first()
    return found.user if found is not None else None


def days_of(user: Any) -> list[Day]:
    """Opening, due and closing days of the returns of a person's organisations; those of all for who governs them."""
    held = list(Membership.objects.in_force().filter(user=user).select_related("organisation"))
    own = {one.organisation_id: one.organisation for one in held if one.organisation_id is not None}
    governs = any(Role(one.role) in GOVERNING for one in held)
    if not own and not governs:
        return []
    since = business_today().toordinal() - BACK_DAYS
    collections = [one for one in Collection.objects.order_by("period") if one.closes_at.toordinal() >= since]
    days = [day for collection in collections for day in _of_collection(collection)]
    return [*days, *_more_time(own, collections)]


def _of_collection(collection: Collection) -> list[Day]:
    months, page = collection.quarter.months, settings.BASE_URL.rstrip("/") + reverse("returns:list")
    closes = collection.closes_at.astimezone(LONDON).date()
    return [
        Day(f"{collection.period}-{kind}@edi-portal", on, title.format(months=months), url=page)
        for kind, on, title in (
            ("opens", collection.opens_on, "EDI return for {months} opens"),
            ("due", collection.due_on, "EDI return for {months} is due"),
            ("closes", closes, "EDI return for {months} closes"),
        )
    ]


def _more_time(own: dict[int, Any], collections: list[Collection]) -> list[Day]:
    rows = Extension.objects.filter(organisation__in=own, collection__in=collections).select_related("collection")
    done = set(
        KpiReturn.objects.live()
        .for_the_portal("a calendar opens by its own address, for all roles of its owner: states only")
        .filter(organisation__in=own, status__in=[Status.SIGNED_OFF, Status.NOT_REQUIRED])
        .values_list("organisation_id", "collection_id")
    )
    return [
        Day(
            f"{row.collection.period}-{own[row.organisation_id].slug}-more-time@edi-portal",
            row.until.astimezone(LONDON).date(),
            f"{own[row.organisation_id]}: last day of your extension, return for {row.collection.quarter.months}",
        )
        for row in rows
        if (row.organisation_id, row.collection_id) not in done
    ]
