"""When somebody has to look again at who has access, and whose role to look at first. Pure.

Leavers keep access where nobody looks. So each organisation's roles, and the roles outside organisations, are confirmed once in
each quarter of the financial year.
"""

from datetime import date, datetime, timedelta

from edi_portal.periods import Quarter

QUIET_FOR = timedelta(days=90)


def is_review_due(last: date | None, today: date) -> bool:
    """True when nobody has confirmed in the quarter of `today`; `last` is the day of the newest confirmation."""
    return last is None or Quarter.containing(last) < Quarter.containing(today)


def is_quiet(*, last_sign_in: datetime | None, held_since: date, now: datetime, today: date) -> bool:
    """True when the person has not signed in for 90 days, or never did though the role is as old as that.

    Signing in goes by the real time, `now`; the days of a role go by the business day, `today`.
    """
    if last_sign_in is None:
        return held_since <= today - QUIET_FOR
    return last_sign_in <= now - QUIET_FOR
