"""Reading the audit chain: is every event as it was written, in its place, and none missing or slipped in?

The fingerprints are computed here anew, not by the database that is looked at.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

logger = logging.getLogger("edi_portal.audit")

ROWS = """
SELECT link.position, link.fingerprint, link.event_id, event.id, audit_text(event)
FROM audit_auditlink link FULL JOIN audit_auditevent event ON event.id = link.event_id
ORDER BY link.position NULLS LAST, event.id
"""
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a look through the chain found: its length, its last fingerprint, and what is wrong in words."""

    length: int
    head: str
    problems: tuple[str, ...]


def verify_chain(*, known: str = "", most: int = 20) -> ChainReport:
    """Look through the whole chain; `known` is a fingerprint noted elsewhere earlier, which must still be in it.

    Stops after `most` problems.
    """
    problems: list[str] = []
    expected, before, length, is_known = 1, "", 0, not known
    for position, fingerprint, event_id, found_id, text in _rows():
        if position is None:
            problems.append(f"Event {found_id} was slipped in: it has no place in the chain.")
        else:
            length += 1
            if position != expected:
                problems.append(f"Places {expected} to {position - 1} are missing.")
            if found_id is None:
                problems.append(f"Event {event_id} at place {position} was removed.")
            elif hashlib.sha256(f"{before}\x1f{text}".encode()).hexdigest() != fingerprint:
                problems.append(f"Event {event_id} at place {position} is not as it was written, or not in its place.")
            expected, before = position + 1, fingerprint
            is_known = is_known or fingerprint == known
        if len(problems) >= most:
            return ChainReport(length, before, tuple(problems))
    if not is_known:
        problems.append("The fingerprint noted earlier is not in the chain: its end was cut off or the chain was written anew.")
    return ChainReport(length, before, tuple(problems))


def note_head() -> ChainReport:
    """Write length and last fingerprint into the log, which lies outside the database, so that a rewritten chain is found out."""
    report = verify_chain()
    logger.info("audit chain: %s events, %s problems, head %s", report.length, len(report.problems), report.head)
    for problem in report.problems:
        logger.error("audit chain: %s", problem)
    return report


def _rows() -> Iterator[tuple[int | None, str, int, int | None, str]]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows
