"""How the files of a sitting pass from the request to the reading child, without being stored or buffered on the way.

`ExtractUploadHandler` takes the place of Django's handlers, which keep an upload in memory or in a temporary file.
`Sitting` feeds the child, and keeps the rows of the files up to date: progress, then counts or a refusal.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.views.decorators.debug import sensitive_variables

from kpis.extract_reading.reader import Limits, Reader, Refusal, Task
from kpis.extracts import ExtractKind, ExtractRefusedError
from kpis.extracts.refusals import too_big
from kpis.models.extracts import Extract
from kpis.models.returns import KpiReturn
from kpis.selectors.extracts import code_of, meanings_of, names_by_code
from kpis.services import extracts as services

MARKS, COUNTS = "marks", "counts"
LARGEST_MARKS = 64 * 1024
EVERY_SECONDS = 0.5
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Read:
    """A file of the sitting that came to its end. `again` says that the same file had been given before."""

    extract: Extract
    again: bool = False


@dataclass
class Sitting:
    """The files of one upload, read one after the other by one child process. `sheet` was chosen among those of a workbook."""

    kpi_return: KpiReturn
    by: Any
    expected: int = 0
    sheet: str = ""
    done: list[Read] = field(default_factory=list)
    begun: list[Extract] = field(default_factory=list)
    _reader: Reader | None = field(default=None, init=False, repr=False)
    _current: Extract | None = field(default=None, init=False)
    _marks: bytes = field(default=b"", init=False, repr=False)
    _counts: list[tuple[Extract, dict[str, Any]]] = field(default_factory=list, init=False, repr=False)
    _start: bytes = field(default=b"", init=False, repr=False)
    _size: int = field(default=0, init=False)
    _passed: int = field(default=0, init=False)
    _told: float = field(default=0.0, init=False)

    @sensitive_variables("content")
    def mark(self, content: bytes) -> None:
        """The marks of very senior managers: keys, one a line. They are handed to the child and kept nowhere."""
        self._marks = content

    def begin(self, kind: str, file_name: str) -> None:
        """A file starts to arrive."""
        of_counts = kind == COUNTS
        extract = services.begin_reading(
            kpi_return=self.kpi_return,
            kind=None if of_counts else ExtractKind(kind),
            file_name=file_name,
            expected=self.expected,
            by=self.by,
        )
        self.begun.append(extract)
        self._current, self._start, self._size, self._told = extract, b"", 0, time.monotonic()
        if self._reader is None:
            self._reader = Reader(self._task(), _limits())
        self._reader.begin(kind, sheet=self.sheet, aggregate=of_counts)

    @sensitive_variables("content")
    def send(self, content: bytes) -> bool:
        """The next piece; False when the rest of the file is not wanted."""
        extract, reader = self._current, self._reader
        if extract is None or reader is None:
            return False
        self._start = self._start or content[:4]
        self._size += len(content)
        self._passed += len(content)
        try:
            self._hold_limit()
        except ExtractRefusedError as refusal:
            self._refuse(refusal)
            return False
        reading = reader.send(content)
        if reading.refusal is not None:
            reader.finish()
            self._refuse(reading.refusal)
            return False
        return self._tell(extract, reading.rows)

    def finish(self) -> None:
        """The file is whole: wait for its counts, and keep them."""
        extract, reader = self._current, self._reader
        if extract is None or reader is None:
            return
        reading = reader.finish(lambda rows: self._tell(extract, rows))
        if self._current is None:
            return
        if reading.refusal is not None:
            self._refuse(reading.refusal)
        elif reading.aggregate is not None:
            self._current = None
            self._counts.append((extract, reading.aggregate))

    def keep(self) -> None:
        """The request is ours: keep the counts of all files that came to their end."""
        for extract, aggregate in self._counts:
            kept, again = services.keep_counts(extract=extract, aggregate=aggregate, marks=self._marks, by=self.by)
            self.done.append(Read(kept, again))
        self._counts.clear()

    def break_off(self) -> None:
        """The connection broke: nothing of the file under way is kept."""
        if self._reader is not None:
            self._reader.kill()
        if self._current is not None:
            services.lose(extract=self._current, by=self.by)
            self._current = None

    def undo(self) -> None:
        """The request was not ours: as if it had never come."""
        self._current = None
        self._counts.clear()
        for extract in self.begun:
            services.drop(extract=extract)

    def end(self) -> None:
        """No more files: the child goes, and with it whatever it knew."""
        self.break_off()
        self._marks = b""

    def _hold_limit(self) -> None:
        packed = self._start.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
        most = settings.EXTRACT_LARGEST_WORKBOOK if packed else settings.EXTRACT_LARGEST_CSV
        if self._size > most:
            raise too_big("An Excel workbook" if packed else "A CSV file", most // MEGABYTE)

    def _refuse(self, refusal: Refusal | ExtractRefusedError) -> None:
        extract, self._current = self._current, None
        if extract is None:
            return
        if self._reader is not None and refusal.code == "too_big":
            self._reader.kill()
        services.refuse(extract=extract, refusal=refusal, by=self.by)
        self._finished(extract)

    def _finished(self, extract: Extract) -> None:
        extract.refresh_from_db()
        self.done.append(Read(extract))

    def _tell(self, extract: Extract, rows: int) -> bool:
        """Write progress down now and then; False when the reading was stopped by a person meanwhile."""
        if time.monotonic() - self._told < EVERY_SECONDS:
            return True
        self._told = time.monotonic()
        if services.note_progress(extract=extract, rows=rows, size=self._passed):
            return True
        if self._reader is not None:
            self._reader.kill()
        self._current = None
        self._finished(extract)
        return False

    def _task(self) -> Task:
        organisation = self.kpi_return.organisation
        return Task(
            period=self.kpi_return.collection.period,
            organisation=code_of(organisation, self.kpi_return.quarter.last_day),
            organisations=names_by_code(),
            mappings=meanings_of(organisation),
            marks=tuple(self._marks.decode("utf-8-sig", errors="replace").split()),
        )


def _limits() -> Limits:
    return Limits(settings.EXTRACT_MEMORY, settings.EXTRACT_SECONDS, settings.EXTRACT_PATIENCE)


class ExtractUploadHandler(FileUploadHandler):
    """Hands each piece of an upload on as it comes. No file of the request exists afterwards."""

    chunk_size = 256 * 1024

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self._marks: list[bytes] | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """A file of the form; one that the form does not have is skipped."""
        super().new_file(field_name, file_name, *args, **kwargs)
        self._marks = [] if field_name == MARKS else None
        if field_name == MARKS:
            return
        if field_name != COUNTS and field_name not in set(ExtractKind):
            raise SkipFile
        self.sitting.begin(field_name, file_name)

    @sensitive_variables("raw_data")
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Pass it on, and keep nothing."""
        if self._marks is not None:
            if start + len(raw_data) > LARGEST_MARKS:
                raise SkipFile
            self._marks.append(raw_data)
        elif not self.sitting.send(raw_data):
            raise SkipFile

    def file_complete(self, file_size: int) -> None:
        """The file was whole."""
        if self._marks is not None:
            self.sitting.mark(b"".join(self._marks))
            self._marks = None
        else:
            self.sitting.finish()

    def upload_interrupted(self) -> None:
        """The request ended before the file did."""
        self.sitting.break_off()


class DiscardingUploadHandler(FileUploadHandler):
    """Lets every file of a request pass unread: for requests that are refused anyway."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """No file is wanted."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing arrives here."""

    def file_complete(self, file_size: int) -> None:
        """Nothing arrives here."""
