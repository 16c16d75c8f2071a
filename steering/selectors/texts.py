"""The gate of governance: which words of a row a reader may read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edi_portal.reviews.selectors import cleared
from organisations.permissions import can, memberships_that_count
from organisations.roles import Right, Role
from steering.models.texts import Reviewed

WAITS = "These words wait for a reviewer."


def sides_of(user: Any) -> frozenset[str]:
    """The sides that somebody writes for: the group, the own organisation, the board, the Healthwatch of a place."""
    found = {"group"} if can(user, Right.GOVERN) else set()
    for member in memberships_that_count(user):
        if member.organisation_id is not None:
            found.add(f"organisation:{member.organisation_id}")
        elif member.place_id is not None:
            found.add(f"place:{member.place_id}")
        elif member.role == Role.BOARD_MEMBER:
            found.add("board")
    return frozenset(found)


class Words:
    """The texts of some rows as one reader may read them: of its parties at once, of others after a review. At most one query.

    Whoever reviews texts, and whoever governs where the group wrote them, reads them as they stand.
    """

    def __init__(self, user: Any, rows: Iterable[Reviewed]) -> None:
        self._everything = can(user, Right.PREPARE_RELEASE)
        self._sides = sides_of(user)
        others = [row for row in rows if not self._writes(row)]
        self._passed = cleared({subject: text for row in others for subject, text in row.texts().items()})

    def _writes(self, row: Reviewed) -> bool:
        return self._everything or not self._sides.isdisjoint(row.parties)

    def may_read(self, row: Reviewed, field: str) -> bool:
        """Whether the reader may read this text as it stands."""
        return self._writes(row) or row.subject(field) in self._passed

    def of(self, row: Reviewed, field: str, instead: str = WAITS) -> str:
        """The text, or what stands in its place until it is reviewed."""
        text: str = getattr(row, field)
        return text if not text or self.may_read(row, field) else instead
