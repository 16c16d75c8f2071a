"""The gate of governance: which words of a row a reader may read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edi_portal.reviews.selectors import cleared
from organisations.permissions import can, memberships_that_count
from organisations.roles import Right
from steering.models.texts import Reviewed

WAITS = "These words wait for a reviewer."


class Words:
    """The texts of some rows as one reader may read them: the own side's at once, others' after a review. At most one query.

    Whoever reviews texts, and whoever governs where the group wrote them, reads them as they stand.
    """

    def __init__(self, user: Any, rows: Iterable[Reviewed]) -> None:
        self._everything = can(user, Right.PREPARE_RELEASE)
        self._group = can(user, Right.GOVERN)
        self._own = {member.organisation_id for member in memberships_that_count(user)} - {None}
        others = [row for row in rows if not self._writes(row)]
        self._passed = cleared({subject: text for row in others for subject, text in row.texts().items()})

    def _writes(self, row: Reviewed) -> bool:
        if self._everything:
            return True
        return self._group if row.written_for_id is None else row.written_for_id in self._own

    def may_read(self, row: Reviewed, field: str) -> bool:
        """Whether the reader may read this text as it stands."""
        return self._writes(row) or row.subject(field) in self._passed

    def of(self, row: Reviewed, field: str, instead: str = WAITS) -> str:
        """The text, or what stands in its place until it is reviewed."""
        text: str = getattr(row, field)
        return text if not text or self.may_read(row, field) else instead
