"""Patient feeds: counts made by other systems, added up. No row is about one patient."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence

from kpis.extracts.aggregate import CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Reader
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.spellings import normalised
from kpis.extracts.tally import steps_of

_TAKEN = (("other_organisation", "Rows of another organisation", "The column of organisation codes says so."),)


def service(raw: str) -> str | None:
    """The kind of service."""
    text = normalised(raw)
    for words, code in (
        (("emergency", "a and e", "accident", "ecds", "urgent"), "emergency"),
        (("outpatient", "out patient", "opa"), "outpatient"),
        (("inpatient", "in patient", "admitted", "apc", "day case"), "inpatient"),
        (("community", "mental health", "maternity", "district", "other"), "community"),
    ):
        if text == "ae" or any(word in text for word in words):
            return "emergency" if text == "ae" else code
    return None


def patient_ethnic(raw: str) -> str | None:
    """Whether a national code is valid, not stated, not known or not there."""
    code = raw.strip().upper()
    if not code or normalised(raw) in {"blank", "null", "missing"}:
        return "missing"
    if code in {"99", "9", "X", "XX"} or normalised(raw) in {"not known", "unknown"}:
        return "not_known"
    if re.fullmatch(r"Z.?", code) or normalised(raw) == "not stated":
        return "not_stated"
    return "valid" if re.match(r"[A-HJ-NPRS](?:[A-Z0-9]?$|[ :-])", code) else None


def language(raw: str) -> str | None:
    """Spoken language or British Sign Language."""
    text = normalised(raw)
    if "bsl" in text.split() or "sign" in text:
        return "bsl"
    return "spoken" if "spoken" in text or "language" in text or "foreign" in text else None


def mode(raw: str) -> str | None:
    """Face to face or remote."""
    text = normalised(raw)
    if "face" in text or "person" in text or "on site" in text:
        return "face"
    return "remote" if any(word in text for word in ("phone", "video", "remote", "virtual", "online")) else None


class _Feed(Reader, ABC):
    """What the feeds share: one table, counts added up."""

    fields: tuple[str, ...] = ()
    table = ""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._counts: Counter[tuple[str, ...]] = Counter()

    @abstractmethod
    def add(self, cells: Sequence[str], row: int) -> None:
        """Add the counts of one row."""

    def fills(self) -> tuple[str, ...]:
        """One measure."""
        return (self.table,)

    def lines(self) -> list[CountedLine]:
        """The sums."""
        return self.tally.lines(self.table, self._counts)

    def figures(self) -> list[CellFigure]:
        """None: all is counted."""
        return []

    def steps(self, rows: int) -> list[Step]:
        """From rows to rows that were added up."""
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        return steps_of(rows, "rows", "Rows of the file", taken)

    def notes(self) -> dict[str, str]:
        """None."""
        return {}


class EthnicityFeed(_Feed):
    """Records by service and ethnic category."""

    fields = ("service", "patient_ethnic", "records")
    table = "patient_ethnicity"

    def add(self, cells: Sequence[str], row: int) -> None:
        """Add one count."""
        where, code, count = cells
        key = (self.code("service", where, service, row), self.code("patient_ethnic", code, patient_ethnic, row))
        self._counts[key] += self.number("records", count, row)


class InterpreterFeed(_Feed):
    """Bookings by language and mode."""

    fields = ("language", "mode", "requested", "fulfilled")
    table = "interpreters"

    def add(self, cells: Sequence[str], row: int) -> None:
        """Add one pair of counts."""
        spoken, how, requested, fulfilled = cells
        key = (self.code("language", spoken, language, row), self.code("mode", how, mode, row))
        self._counts[*key, "requested"] += self.number("requested", requested, row)
        self._counts[*key, "fulfilled"] += self.number("fulfilled", fulfilled, row)


class InformationFeed(_Feed):
    """The accessible information audit."""

    fields = ("seen", "recorded", "contacts", "met")
    table = "accessible_information"

    def add(self, cells: Sequence[str], row: int) -> None:
        """Add one row of counts."""
        for name, cell in zip(self.fields, cells, strict=True):
            self._counts[(name,)] += self.number(name, cell, row)


class ComplaintsFeed(_Feed):
    """Complaints and the fields that were filled in."""

    fields = (
        "received",
        "complete",
        "with_ethnicity",
        "with_disability",
        "with_age",
        "with_sex",
        "with_orientation",
        "with_religion",
    )
    table = "complaints_recording"

    def add(self, cells: Sequence[str], row: int) -> None:
        """Add one row of counts."""
        for name, cell in zip(self.fields, cells, strict=True):
            self._counts[(name.removeprefix("with_"),)] += self.number(name, cell, row)


FEEDS: Mapping[ExtractKind, type[_Feed]] = {
    ExtractKind.PATIENT_ETHNICITY: EthnicityFeed,
    ExtractKind.PATIENT_INFORMATION: InformationFeed,
    ExtractKind.PATIENT_INTERPRETERS: InterpreterFeed,
    ExtractKind.PATIENT_COMPLAINTS: ComplaintsFeed,
}
