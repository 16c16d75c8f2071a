"""What a load showed: how fast, how many errors, and what the database holds of everything that was acknowledged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from edi_portal.bench import BenchResult, within
from edi_portal.load.people import Asked, Notes, Writer

Ask = Callable[..., list[tuple[Any, ...]]]
BUILT = "SELECT count(*) FROM jobs_job WHERE kind = 'join_release' AND status = 'done' AND created_at >= to_timestamp(%s)"
SEND_SECONDS, READ_SECONDS = 0.5, 0.3
SETTLING = 3.0  # seconds after a restart in which an error still counts as its error
NAMES = {"send": "Send", "read": "Read a dashboard", "save": "Save while typing", "upload": "Upload a workbook"}
LIMITS = {"send": SEND_SECONDS, "read": READ_SECONDS}


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened around the requests."""

    away: Sequence[tuple[float, float]]  # from when to when a server was away, seconds of the monotonic clock
    seconds: float  # that everybody was at work
    since: float  # when it began, seconds since 1970
    worked_off: float | None  # seconds until all jobs were done; None when they were not
    load: float  # of the machine before


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else 0.0


def results(
    ask: Ask,
    notes: Notes,
    writers: Sequence[Writer],
    plan: dict[str, Any],
    seen: Seen,
) -> list[BenchResult]:
    """The table of one run."""
    found = [
        BenchResult("Load of the machine before", seen.load, "", None, True),
        BenchResult("Returns that could be sent", len(plan["returns"]), "", None, True),
        BenchResult("Requests a second", len(notes.asked) / seen.seconds, "", None, True),
    ]
    for kind, name in NAMES.items():
        answered = [one for one in notes.of(kind) if not one.failed]
        found.append(BenchResult(f"{name}: answered", len(answered), "", None, True))
        for share, label in ((0.5, "median"), (0.95, "p95")):
            measured = percentile((one.seconds for one in answered), share)
            limit = LIMITS.get(kind) if share == 0.95 else None
            row = within(f"{name}: {label}", measured, "s", limit) if limit else None
            found.append(row or BenchResult(f"{name}: {label}", measured, "s", None, True))
    failed = [one for one in notes.asked if one.failed]
    during = [one for one in failed if _during(one, seen.away)]
    found += [
        within("Errors", len(failed) - len(during), "", 0),
        BenchResult("Errors while a server was away", len(during), "", None, True),
        within("Refused though it should not be", len(notes.refused), "", 0),
    ]
    for line in notes.refused[:5]:
        print(f"  {line}")
    lost_saves = [writer for writer in writers if not value_is_newest(writer, _stored(ask, writer, plan))]
    lost_sends, doubled = _sends(ask, writers, plan, seen.since)
    found += [
        within("Saves that were acknowledged and lost", len(lost_saves), "", 0),
        within("Returns whose sending was acknowledged and lost", lost_sends, "", 0),
        within("Returns that were sent or told of twice", doubled, "", 0),
        BenchResult("Work behind was done after", seen.worked_off or 0.0, "s", None, seen.worked_off is not None),
        BenchResult("Releases built", ask(BUILT, seen.since)[0][0], "", None, True),
        within("Jobs that failed", ask("SELECT count(*) FROM jobs_job WHERE status = 'failed'")[0][0], "", 0),
    ]
    return found


def value_is_newest(writer: Writer, stored: int | None) -> bool:
    """Whether the stored number is the one acknowledged last, or one that was typed since and had no answer."""
    return writer.acknowledged is None or stored == writer.acknowledged or stored in writer.uncertain


def _during(one: Asked, away: Sequence[tuple[float, float]]) -> bool:
    return any(one.began <= back + SETTLING and one.began + one.seconds >= gone for gone, back in away)


def _number_of(plan: dict[str, Any], organisation: str) -> int:
    return int(next(row["id"] for row in plan["returns"] if row["organisation"] == organisation))


def _stored(ask: Ask, writer: Writer, plan: dict[str, Any]) -> int | None:
    measure, row, column = writer.cell.split("/")
    rows = ask(
        'SELECT amount FROM kpis_returnvalue WHERE kpi_return_id = %s AND measure = %s AND "row" = %s AND "column" = %s',
        _number_of(plan, writer.organisation),
        measure,
        row,
        column,
    )
    return int(rows[0][0]) if rows else None


def _sends(ask: Ask, writers: Sequence[Writer], plan: dict[str, Any], since: float) -> tuple[int, int]:
    """How many acknowledged sends are not there, and how many returns were sent, or told of, more than once."""
    lost = doubled = 0
    for writer in writers:
        if writer.sends_after is None:
            continue
        number = _number_of(plan, writer.organisation)
        [(status,)] = ask("SELECT status FROM kpis_kpireturn WHERE id = %s", number)
        [(events,)] = ask(
            "SELECT count(*) FROM kpis_returnevent "
            "WHERE kpi_return_id = %s AND kind = 'submit' AND recorded_at >= to_timestamp(%s)",
            number,
            since,
        )
        [(mails, done)] = ask(
            "SELECT count(*), count(*) FILTER (WHERE status = 'done') FROM jobs_job WHERE kind = 'return_mail' "
            "AND payload->>'return' = %s AND payload->>'verb' = 'submit' AND created_at >= to_timestamp(%s)",
            str(number),
            since,
        )
        lost += writer.send_acknowledged and not (status == "submitted" and events == 1 and mails == 1 and done == 1)
        doubled += events > 1 or mails > 1
    return lost, doubled
