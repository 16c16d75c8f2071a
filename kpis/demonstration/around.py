"""What lies around the demonstration's open returns: more time granted and asked for, waivers and a dispute, reminders sent.

And a series that starts anew by decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from edi_portal.clock import LONDON
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import ask_for_reviews, pass_text
from kpis.demonstration import stories
from kpis.demonstration.footprint import Accounts
from kpis.models.collections import Collection, Extension, ExtensionRequest, Reminder, end_of_day
from kpis.models.definitions import Kpi
from kpis.models.returns import KpiReturn
from kpis.models.series import SeriesRebase
from kpis.models.waivers import Waiver
from kpis.services.reminders import WAITING
from organisations.models import Membership
from organisations.roles import Role

MORNING = time(9, 30)


def write_around(collection: Collection, due: Mapping[str, Any], accounts: Accounts) -> None:
    """Write everything; `due` are the organisations that owe a return, by slug."""
    _more_time(collection, due, accounts)
    Waiver.objects.bulk_create(
        _waiver(collection, due[story.slug], story, accounts) for story in (*stories.WAIVERS, stories.DISPUTE)
    )
    _reminders(collection, accounts)
    _rebase(accounts)


def _at(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=LONDON)


def _more_time(collection: Collection, due: Mapping[str, Any], accounts: Accounts) -> None:
    """One request granted, with its extension; one that waits for an answer."""
    given = due[stories.EXTENDED]
    Extension.objects.create(
        collection=collection,
        organisation=given,
        until=end_of_day(stories.EXTENDED_UNTIL),
        reason=stories.EXTENSION_REASON,
        granted_by=accounts.admins[0],
    )
    ExtensionRequest.objects.create(
        collection=collection,
        organisation=given,
        until=stories.EXTENDED_UNTIL,
        reason=stories.EXTENSION_REASON,
        asked_by=accounts.leads[given.pk],
        asked_at=_at(stories.EXTENSION_ASKED_ON),
        state=ExtensionRequest.GRANTED,
        decided_by=accounts.admins[0],
        decided_at=_at(stories.EXTENSION_GRANTED_ON),
    )
    asking = due[stories.ASKING]
    ExtensionRequest.objects.create(
        collection=collection,
        organisation=asking,
        until=stories.ASKING_UNTIL,
        reason=stories.ASKING_REASON,
        asked_by=accounts.leads[asking.pk],
        asked_at=_at(stories.TODAY),
    )


def _waiver(collection: Collection, organisation: Any, story: stories.PlantedWaiver, accounts: Accounts) -> Waiver:
    rule, measure = story.finding.split(":")[:2]
    made = Waiver(
        organisation=organisation,
        collection=collection,
        rule=rule,
        finding=story.finding,
        measure=measure,
        reason=story.reason,
        asked_by=accounts.leads[organisation.pk],
        asked_at=_at(story.asked_on),
    )
    if story.until is not None:
        made.state, made.until, made.answer = Waiver.GRANTED, story.until, story.answer
        made.decided_by, made.decided_at = accounts.admins[1], _at(stories.WAIVED_ON)
    return made


def _reminders(collection: Collection, accounts: Accounts) -> None:
    """The reminder of 14 days before, as it went to the lead of every return that was not sent."""
    waiting = KpiReturn.objects.live().filter(collection=collection, status__in=WAITING).exclude(status="submitted")
    Reminder.objects.bulk_create(
        Reminder(
            collection=collection,
            organisation_id=organisation,
            kind=f"before_14@{collection.due_on:%Y%m%d}",
            recipient=accounts.leads[organisation],
            sent_at=_at(stories.REMINDED_ON),
        )
        for organisation in waiting.values_list("organisation_id", flat=True)
        if organisation in accounts.leads
    )


def _rebase(accounts: Accounts) -> None:
    """The range of one KPI of the whole system starts anew, with a reason that a portal admin has read."""
    member = Membership.objects.filter(user__is_demonstration=True, role=Role.STEERING_MEMBER).order_by("user__email")[0]
    rebase = SeriesRebase.objects.create(
        kpi=Kpi.objects.get(code=stories.REBASED),
        before=stories.REBASED_FROM.slug,
        reason=stories.REBASE_REASON,
        role=Role.STEERING_MEMBER,
        made_by=member.user,
        made_at=_at(stories.REBASED_ON),
    )
    ask_for_reviews(rows=[rebase], organisation=None, by=member.user)
    pass_text(review=waiting().get(subject=rebase.review_subject), nobody_recognisable=True, by=accounts.admins[0])
