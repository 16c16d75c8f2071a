"""The page on which files are given: which of them answer what, what was read so far, what is being read now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from edi_portal.clock import LONDON
from kpis.extract_comparison import changes_to, said_by
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.extracts import (
    extracts_of,
    in_use,
    kinds_open_to,
    meanings_of,
    open_values,
    questions_open_to,
    usable_counts,
)
from kpis.selectors.returns import values_of

MEGABYTE = 1024 * 1024
COLOURS = {
    ExtractState.READING: "blue",
    ExtractState.READ: "",
    ExtractState.REFUSED: "red",
    ExtractState.STOPPED: "grey",
    ExtractState.REPLACED: "grey",
}


@dataclass(frozen=True, slots=True)
class FileField:
    """One file input of the form: what kind of file, what it answers, what was read of it last."""

    name: str
    label: str
    hint: str
    last: str


@dataclass(frozen=True, slots=True)
class ExtractRow:
    """One file in the list."""

    key: str
    title: str
    name: str
    state: str
    colour: str
    by: str
    what: str
    mend: str
    url: str
    stop_url: str
    reading: bool
    percent: int


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """A workbook in which two sheets could be meant: it is given again, by the button of one of them."""

    kind: str
    title: str
    name: str
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExtractList:
    """Everything that the page shows. `ready` are the cells that the files would change, `open` the values without a meaning."""

    fields: tuple[FileField, ...]
    rows: tuple[ExtractRow, ...]
    ready: int
    files: int
    open: int
    blocked: tuple[str, ...]
    largest_csv: int
    largest_workbook: int
    choices: tuple[SheetChoice, ...] = ()

    @property
    def reading(self) -> tuple[ExtractRow, ...]:
        """What is being read at this moment."""
        return tuple(row for row in self.rows if row.reading)


def extract_list(kpi_return: KpiReturn, user: Any) -> ExtractList:
    """The page for one reader: a contributor sees the kinds of file that answer the own questions."""
    extracts = extracts_of(user, kpi_return)
    meanings = meanings_of(kpi_return.organisation)
    current = in_use(extracts)
    usable = usable_counts(current, meanings)
    said = said_by(usable, questions_open_to(user, kpi_return), meanings)
    return ExtractList(
        fields=_fields(kpi_return, user, current),
        rows=tuple(row_of(extract) for extract in extracts),
        ready=len(changes_to(said, values_of(kpi_return))),
        files=len(usable),
        open=len(open_values(current, meanings)),
        blocked=tuple(one.get_kind_display() for one in current if one not in usable),
        largest_csv=settings.EXTRACT_LARGEST_CSV // MEGABYTE,
        largest_workbook=settings.EXTRACT_LARGEST_WORKBOOK // MEGABYTE,
        choices=_choices(extracts),
    )


def _choices(extracts: Iterable[Extract]) -> tuple[SheetChoice, ...]:
    """Of each kind the newest file, where it waits for somebody to say which sheet is meant."""
    newest: dict[str, Extract] = {}
    for one in extracts:
        newest.setdefault(one.kind, one)
    return tuple(
        SheetChoice(one.kind, one.get_kind_display(), one.file_name, tuple(one.sheets))
        for one in newest.values()
        if one.state == ExtractState.REFUSED and one.sheets
    )


def _fields(kpi_return: KpiReturn, user: Any, current: Iterable[Extract]) -> tuple[FileField, ...]:
    due = {kpi.definition.code for kpi in framework_for(kpi_return.quarter).due_kpis(kpi_return.organisation)}
    last = {one.kind: one for one in current}
    found = []
    for kind in kinds_open_to(user, kpi_return):
        rows = len(due & set(kind.kpis))
        answers = f"Answers {rows} {'row' if rows == 1 else 'rows'}: {', '.join(code for code in kind.kpis if code in due)}"
        known = last.get(kind.value)
        note = f"Read on {when_of(known)}. A new file takes its place." if known else ""
        found.append(FileField(kind.value, kind.label, answers if rows else "", note))
    return tuple(found)


def row_of(extract: Extract) -> ExtractRow:
    """One file in words."""
    at = [extract.kpi_return.organisation.slug, extract.kpi_return.collection.period, extract.pk]
    reading = extract.state == ExtractState.READING
    shows = extract.state == ExtractState.READ and extract.forgotten_at is None
    return ExtractRow(
        key=str(extract.pk),
        title=extract.get_kind_display() or "File of counts",
        name=extract.file_name,
        state="Taken over" if extract.taken_at else str(extract.get_state_display()),
        colour="green" if extract.taken_at else COLOURS[ExtractState(extract.state)],
        by=f"{extract.uploaded_by.display_name}, {when_of(extract)}",
        what=_what(extract),
        mend=extract.how_to_mend,
        url=reverse("returns:extract-result", args=at) if shows else "",
        stop_url=reverse("returns:extract-stop", args=at) if reading else "",
        reading=reading,
        percent=percent_of(extract),
    )


def _what(extract: Extract) -> str:
    if extract.state == ExtractState.READ:
        gone = "" if extract.forgotten_at is None else " Its counts were deleted because nobody took them over."
        return f"{extract.rows_read:,} rows read.{gone}"
    if extract.state == ExtractState.READING:
        return f"{extract.rows_read:,} rows so far"
    return extract.refusal


def percent_of(extract: Extract) -> int:
    """How far a reading is, of 100; the end comes when the counts are there."""
    if not extract.bytes_expected:
        return 0
    return min(99, 100 * extract.bytes_read // extract.bytes_expected)


def when_of(extract: Extract) -> str:
    """When a file was given."""
    return f"{extract.uploaded_at.astimezone(LONDON):%-d %B %Y at %H:%M}"
