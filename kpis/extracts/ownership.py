"""Whose file it is: what the banner and the column of organisation codes say, and on which day it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from edi_portal.periods import Quarter
from kpis.extracts.aggregate import QUERY
from kpis.extracts.counting import Remark, day_of
from kpis.extracts.fields import normalised
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.refusals import other_organisation

_DAY = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}|\d{4}-\d{2}-\d{2}")
_ODS = re.compile(r"R[A-Z0-9]{2}([A-Z0-9]{2})?|[0-9]{2}[A-Z]|0[A-Z][A-Z0-9]")
_SNAPSHOTS = {ExtractKind.STAFF_IN_POST}


class Ownership:
    """Compares what a file says about its organisation with the organisation that it is read for."""

    def __init__(self, code: str, organisations: Mapping[str, str], kind: ExtractKind) -> None:
        self.code = code.strip().upper()
        self.organisations = {known.upper(): name for known, name in organisations.items()}
        self.kind = kind
        self.others = self.ours = 0
        self._other = ""
        self._days: list[date] = []

    def look_at_banner(self, rows: Sequence[Sequence[str]]) -> None:
        """Refuse a file whose banner names another organisation and not ours; keep the day it stands on."""
        words = " ".join(cell for row in rows for cell in row if cell)
        tokens = set(re.findall(r"\b[A-Z0-9]{3,5}\b", words))
        text = f" {normalised(words)} "
        named = {code for code, name in self.organisations.items() if code in tokens or f" {normalised(name)} " in text}
        for found in _DAY.findall(words):
            day = day_of(found.replace("/", "-") if "/" in found else found)
            if day:
                self._days.append(day)
        if named and self.code and self.code not in named:
            raise other_organisation(self._name(min(named)), self._name(self.code))

    def is_ours(self, raw: str) -> bool:
        """Whether a row is about our organisation; a blank is."""
        code = raw.strip().upper()
        if not code or not self.code or code.startswith(self.code):  # a site's code begins with that of its organisation
            self.ours += 1
            return True
        if code not in self.organisations and not _ODS.fullmatch(code):
            return True
        self.others += 1
        self._other = code
        return False

    def check(self) -> None:
        """Refuse a file in which every row is about others."""
        if self.others and not self.ours:
            raise other_organisation(self._name(self._other), self._name(self.code))

    def notes(self) -> dict[str, str]:
        """The day on which a list of staff stands, where its banner names one."""
        return {"as_at": max(self._days).isoformat()} if self.kind in _SNAPSHOTS and self._days else {}

    def remarks(self, period: Quarter) -> list[Remark]:
        """A list of staff that stands on another day than the last of the quarter."""
        if not self.notes() or max(self._days) == period.last_day:
            return []
        what = f"The file stands on {_written(max(self._days))}; the quarter ends on {_written(period.last_day)}."
        return [Remark(QUERY, "other_day", what, "Make the list for the last day of the quarter, or explain it.")]

    def _name(self, code: str) -> str:
        return self.organisations.get(code, f"the organisation {code}")


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
