"""The digest as a reader may read it."""

from typing import Any

from edi_portal.clock import business_today
from organisations.permissions import can
from organisations.roles import Right
from steering.models.digest import DigestEntry
from steering.selectors.texts import Words


def digest_for(user: Any) -> list[DigestEntry]:
    """Entries in use whose day has come, newest first; those that people wrote once every text passed its review.

    At most two queries.
    """
    rows = list(DigestEntry.objects.filter(retired_at=None, published_on__lte=business_today()))
    written = [row for row in rows if row.changed_by_id is not None]
    words = Words(user, written)
    waiting = {row.pk for row in written if not all(words.may_read(row, field) for field in row.TEXTS)}
    return [row for row in rows if row.pk not in waiting or can(user, Right.GOVERN)]
