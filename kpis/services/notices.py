"""Messages about returns as rows of work, one for each person: nobody gets one twice; a mail server that is down delays it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.jobs.models import Job
from edi_portal.jobs.services import enqueue
from kpis.models.notices import NoticeChoice


def queue_notices(*, kind: str, about: int, recipients: Iterable[Any], by: Any = None) -> int:
    """Queue one message of a kind about one thing for each person; people who have it already are left out.

    Runs in the caller's transaction, so a message exists exactly when what it tells has happened. Returns how many are new.
    """
    wanted = {f"notice:{kind}:{about}:{user.pk}": user for user in recipients}
    have = set(Job.objects.filter(key__in=wanted).values_list("key", flat=True))
    for key, user in wanted.items():
        if key not in have:
            enqueue(kind="notice", key=key, payload={"kind": kind, "about": about, "user": user.pk}, by=by)
    return len(wanted) - len(have)


@transaction.atomic
def choose_notices(*, by: Any, reminders: bool, digest: bool) -> NoticeChoice:
    """Set what one person wants to get; a person decides for themself only."""
    choice, _ = NoticeChoice.objects.select_for_update().get_or_create(user=by)
    choice.reminders, choice.digest = reminders, digest
    choice.save(update_fields=["reminders", "digest"])
    record(action="notices.chosen", by=by, details={"reminders": reminders, "digest": digest})
    return choice


@transaction.atomic
def stop_notices(*, by: Any, kind: str) -> NoticeChoice:
    """Stop reminders or the digest, as the link in the mail offers."""
    choice, _ = NoticeChoice.objects.get_or_create(user=by)
    return choose_notices(
        by=by,
        reminders=choice.reminders and kind != "reminders",
        digest=choice.digest and kind != "digest",
    )


@transaction.atomic
def renew_calendar(*, by: Any) -> NoticeChoice:
    """Give the person's calendar a fresh secret address; the one before stops at once."""
    choice, _ = NoticeChoice.objects.select_for_update().get_or_create(user=by)
    choice.calendar_number += 1
    choice.save(update_fields=["calendar_number"])
    record(action="calendar.address_renewed", by=by)
    return choice
