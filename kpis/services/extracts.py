"""The only writer of extracts: a reading begins, tells how far it is, ends; its counts are taken over, and in time deleted.

Nothing here sees a row of a file. What is written down of a reading is progress, a refusal that quotes nothing, or counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, NotAllowed, StaleData
from kpis import permissions
from kpis.catalogue import CellKey
from kpis.extract_comparison import FileCell, NoFigure, changes_to, fingerprint_of, said_by, without_figure
from kpis.extract_reading.reader import Refusal
from kpis.extracts import Cell, ExtractAggregate, ExtractKind, ExtractRefusedError
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn, ReturnAnswer
from kpis.selectors.extracts import aggregates_of, in_use, kinds_open_to, meanings_of, questions_open_to
from kpis.selectors.returns import reasons_given, values_of
from kpis.services.returns import AnswerChange, CellChange, SaveOutcome, locked, save_answers
from kpis.services.workbooks import shown_name

LOST = "The upload broke off before the file was whole. Nothing of it was kept."
CANCELLED = "You stopped the reading. Nothing of the file was kept."
DIED = "The reading was interrupted because the portal was restarted. Nothing of the file was kept."
AGAIN = "Upload the file again."
LONGEST_SHEET = 100


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What taking over did: cells filled, questions answered without a figure, and what somebody else changed meanwhile."""

    cells: int
    without_figure: int
    outcome: SaveOutcome


@transaction.atomic
def begin_reading(*, kpi_return: KpiReturn, kind: ExtractKind | None, file_name: str, expected: int = 0, by: Any) -> Extract:
    """A file starts to arrive; a file of counts tells its kind only when it was read.

    Raises NotAllowed and InvalidTransition where this person cannot change the return now, or not with such a file.
    """
    permissions.check_can_edit_return(by, kpi_return, business_now())
    if kind is not None:
        _check_kind(kpi_return, kind, by)
    return Extract.objects.create(
        kpi_return=kpi_return, kind=kind or "", file_name=_safe_name(file_name), bytes_expected=expected, uploaded_by=by
    )


def _check_kind(kpi_return: KpiReturn, kind: ExtractKind, by: Any) -> None:
    if kind not in kinds_open_to(by, kpi_return):
        raise NotAllowed(f"No question of this return that is yours is answered by a file of “{kind.label}”.")


def note_progress(*, extract: Extract, rows: int, size: int) -> bool:
    """Tell how far a reading is; False when somebody stopped it meanwhile, and then it ends."""
    mine = Extract.objects.filter(pk=extract.pk, state=ExtractState.READING)
    return mine.update(rows_read=rows, bytes_read=size, alive_at=timezone.now()) == 1


@transaction.atomic
def keep_counts(*, extract: Extract, aggregate: Mapping[str, Any], marks: bytes = b"", by: Any) -> tuple[Extract, bool]:
    """The file was read: keep its counts. The same file given before comes back instead, and True.

    Raises ValueError when what the child sent is no aggregate, NotAllowed for counts of a kind that is not this person's.
    """
    counts = ExtractAggregate.from_data(aggregate)
    extract = (
        Extract.objects.select_for_update(of=("self",))
        .select_related("kpi_return__organisation", "kpi_return__collection")
        .get(pk=extract.pk)
    )
    if extract.state != ExtractState.READING:
        return extract, False
    _check_kind(extract.kpi_return, counts.kind, by)
    extract.kind, extract.rows_read, extract.digest = counts.kind, counts.rows_read, counts.sha256
    extract.bytes_read = counts.size
    extract.marks = salted_hmac("kpis.extracts.marks", marks, algorithm="sha256").hexdigest() if marks else ""
    siblings = Extract.objects.of_return(extract.kpi_return).filter(kind=extract.kind).exclude(pk=extract.pk)
    twin = siblings.usable().filter(digest=extract.digest, marks=extract.marks, aggregate=counts.as_data()).first()
    if twin is not None:
        extract.delete()
        return twin, True
    siblings.usable().filter(taken_at=None).update(state=ExtractState.REPLACED, aggregate=None)
    extract.state, extract.aggregate, extract.alive_at = ExtractState.READ, counts.as_data(), timezone.now()
    extract.save()
    record(action="extract.read", by=by, organisation=extract.kpi_return.organisation, subject=extract.subject)
    return extract, False


@transaction.atomic
def refuse(*, extract: Extract, refusal: Refusal | ExtractRefusedError, by: Any) -> None:
    """The file cannot be read; the sentences quote none of its rows. The sheets that may be meant are kept to choose from."""
    sheets = [name for name in refusal.sheets if name.isprintable() and len(name) <= LONGEST_SHEET]
    Extract.objects.filter(pk=extract.pk, state=ExtractState.READING).update(sheets=sheets)
    _end(extract, ExtractState.REFUSED, refusal.sentence, refusal.how_to_mend, reason=refusal.code, by=by)


@transaction.atomic
def lose(*, extract: Extract, by: Any) -> None:
    """The connection broke before the file was whole."""
    _end(extract, ExtractState.STOPPED, LOST, AGAIN, reason="lost", by=by)


@transaction.atomic
def stop_reading(*, extract: Extract, by: Any) -> None:
    """A person stops a reading; the process that reads notices it within a second and ends."""
    permissions.check_can_edit_return(by, extract.kpi_return, business_now())
    _end(extract, ExtractState.STOPPED, CANCELLED, AGAIN, reason="cancelled", by=by)


def _end(extract: Extract, state: str, sentence: str, how_to_mend: str, *, reason: str, by: Any) -> None:
    mine = Extract.objects.filter(pk=extract.pk, state=ExtractState.READING)
    if mine.update(state=state, refusal=sentence, how_to_mend=how_to_mend, alive_at=timezone.now()):
        record(
            action="extract.ended",
            by=by,
            organisation=extract.kpi_return.organisation,
            subject=extract.subject,
            details={"reason": reason},
        )


@transaction.atomic
def drop(*, extract: Extract) -> None:
    """Undo a beginning whose request turned out not to come from one of our pages: as if it had never been made."""
    Extract.objects.filter(pk=extract.pk).exclude(state=ExtractState.READ).delete()


@transaction.atomic
def take_over(
    *,
    kpi_return: KpiReturn,
    extracts: Iterable[Extract],
    questions: Iterable[str],
    seen: Mapping[Cell, Decimal | None],
    shown: str,
    by: Any,
    without: Iterable[str] = (),
) -> TakenOver:
    """Put the counts of files into the return, for the chosen questions; what somebody changed since it was shown is a conflict.

    Of the questions in `without` the files hold no number: their answer says why, in the words of the file.

    `seen` are the values that the person saw before, `shown` the fingerprint of the values that they saw after. Raises StaleData
    when the files say something else by now or somebody else said why there is no figure, Incomplete when too much of a file is
    not understood or nothing was chosen.
    """
    kpi_return = locked(kpi_return)
    permissions.check_can_edit_return(by, kpi_return, business_now())
    mine = questions_open_to(by, kpi_return)
    rows = in_use(Extract.objects.of_return(kpi_return).filter(pk__in=[one.pk for one in extracts]).select_for_update())
    meanings = meanings_of(kpi_return.organisation)
    for row, counts in zip(rows, aggregates_of(rows), strict=True):
        if counts.blocked(meanings):
            raise Incomplete(
                f"More than 2% of the rows of {row.get_kind_display()} are not understood yet. Say what their values mean first."
            )
    chosen = set(questions) & set(mine)
    said = said_by(rows, mine, meanings)
    ticked, answered = set(without), reasons_given(kpi_return)
    if ticked & answered:
        raise StaleData("Somebody else said meanwhile why there is no figure. Look at the changes again; nothing was saved.")
    silent = [one for one in without_figure(rows, mine, said, answered) if one.measure in ticked]
    if not chosen and not silent:
        raise Incomplete("Tick at least one question to take over.")
    if fingerprint_of(said) != shown:
        raise StaleData("Your files say something else by now. Look at the changes again; nothing was saved.")
    outcome = save_answers(
        kpi_return=kpi_return,
        by=by,
        cells=[
            CellChange(change.cell[0], CellKey(change.cell[1], change.cell[2]), change.after, seen.get(change.cell))
            for change in changes_to(said, values_of(kpi_return))
            if change.cell[0] in chosen
        ],
        answers=_answers_without_figure(kpi_return, silent),
        door="extract",
    )
    _note_taken(kpi_return, rows, said, chosen, by)
    return TakenOver(outcome.changed, len(silent), outcome)


def _answers_without_figure(kpi_return: KpiReturn, silent: Iterable[NoFigure]) -> list[AnswerChange]:
    """Why there is no figure, as the files say it. Evidence beside it stays: nobody else writes it while the return is locked."""
    rows = ReturnAnswer.objects.filter(kpi_return=kpi_return)
    evidence = dict(rows.values_list("measure", "evidence"))
    return [AnswerChange(one.measure, one.state, one.words, evidence=evidence.get(one.measure, "")) for one in silent]


def _note_taken(kpi_return: KpiReturn, rows: list[Extract], said: Mapping[Cell, FileCell], chosen: set[str], by: Any) -> None:
    """Remember which cells have the value of which file now: changed ones, and those that were equal already."""
    values = values_of(kpi_return)
    for row in rows:
        own = [one for one in said.values() if one.source == row.pk and one.cell[0] in chosen]
        taken = [[*one.cell, str(one.amount)] for one in own if values.get(one.cell) == one.amount]
        if not taken:
            continue
        row.taken = [entry for entry in row.taken if entry[0] not in chosen] + taken
        row.taken_at, row.taken_by = business_now(), by
        row.save(update_fields=["taken", "taken_at", "taken_by"])
        record(
            action="extract.taken_over",
            by=by,
            organisation=kpi_return.organisation,
            subject=row.subject,
            details={"questions": sorted({entry[0] for entry in taken})},
        )


@transaction.atomic
def settle_silent_readings() -> int:
    """Readings whose server was stopped in the middle of them: say so on their rows."""
    since = timezone.now() - timedelta(seconds=settings.EXTRACT_SILENCE_SECONDS)
    rows = Extract.objects.filter(state=ExtractState.READING, alive_at__lt=since).select_related(
        "kpi_return__organisation", "kpi_return__collection"
    )
    for row in rows:
        _end(row, ExtractState.STOPPED, DIED, AGAIN, reason="interrupted", by=None)
    return len(rows)


@transaction.atomic
def forget_old_counts() -> int:
    """Delete the counts that nobody took over in time; the row stays, and says that a file was read."""
    old = business_now() - timedelta(days=settings.EXTRACT_KEPT_DAYS)
    rows = (
        Extract.objects.usable()
        .filter(Q(taken_at=None), uploaded_at__lt=old)
        .select_related("kpi_return__organisation", "kpi_return__collection")
    )
    found = list(rows)
    for row in found:
        row.aggregate, row.forgotten_at = None, business_now()
        row.save(update_fields=["aggregate", "forgotten_at"])
        record(action="extract.forgotten", by=None, organisation=row.kpi_return.organisation, subject=row.subject)
    return len(found)


def _safe_name(name: str) -> str:
    return shown_name(name) if name else ""
