"""How a value is written in a cell and read back as what a form takes. Pure.

A day is written 2019-04-01, yes or no as these words, a choice by its words, several joined by semicolons. Read back are also
the ways in which people and spreadsheet programs write the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from edi_portal.dates import parse_typed_date

YES = {"yes", "y", "true", "1", "x"}
NO = {"", "no", "n", "false", "0"}
# What a download puts before text that a spreadsheet would run, and what a person may leave standing.
QUOTED = re.compile(r"'(?=[\s\ufeff]*[=+\-@|\t\r\n\uff1d\uff0b\uff0d\uff20\uff5c])")


class Kind(Enum):
    """What stands in a column."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    YES = "yes"
    CHOICE = "choice"
    SEVERAL = "several"


class UnreadableCell(Exception):
    """A cell that cannot be taken; the text says what is wrong and how to mend it."""


TAKES = {
    Kind.TEXT: "words",
    Kind.NUMBER: "a number",
    Kind.DAY: "a day, as 2019-12-31",
    Kind.YES: "yes or no",
}
MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name of the form's field, its heading, what stands in it, and the choices (key → words)."""

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    choices: Mapping[str, str] = field(default_factory=dict)

    def written(self, value: Any) -> str | Decimal | int | date | None:
        """The cell of a stored value."""
        if value is None or value == "":
            return None
        if self.kind is Kind.YES:
            return "yes" if value else "no"
        if self.kind is Kind.CHOICE:
            return self.choices.get(str(value), str(value))
        if self.kind is Kind.SEVERAL:
            return "; ".join(self.choices.get(str(key), str(key)) for key in value) or None
        if self.kind is Kind.TEXT:
            return str(value)
        return value  # type: ignore[no-any-return]

    @property
    def takes(self) -> str:
        """What may be written in a cell, for the page; long lists of choices by their number."""
        if self.kind not in {Kind.CHOICE, Kind.SEVERAL}:
            return TAKES[self.kind]
        choices = [*self.choices.values()]
        words = f"one of “{'”, “'.join(choices)}”" if len(choices) <= MOST_TOLD else f"one of {len(choices)} choices"
        return f"{words}; several with semicolons between them" if self.kind is Kind.SEVERAL else words

    def canonical(self, value: Any) -> str:
        """A stored value as `read` gives it back, to compare both."""
        cell = self.written(value)
        return self.text(self.read("" if cell is None else _plain(cell)))

    def read(self, cell: str) -> Any:
        """What a form takes for the text of a cell. Raises UnreadableCell."""
        text = QUOTED.sub("", cell.strip(), count=1) if cell.strip().startswith("'") else cell.strip()
        if self.kind is Kind.YES:
            return self._yes(text)
        if self.kind is Kind.CHOICE:
            return self._choice(text) if text else ""
        if self.kind is Kind.SEVERAL:
            return sorted({self._choice(part.strip()) for part in re.split(r"[;\n]", text) if part.strip()})
        if self.kind is Kind.DAY and text:
            day = parse_typed_date(text)
            if day is None:
                raise UnreadableCell("Write a real date, such as 2019-12-31.")
            return day.isoformat()
        if self.kind is Kind.NUMBER:
            return _number(text)
        return "\n".join(line.strip() for line in text.splitlines())

    def text(self, value: Any) -> str:
        """A read value as one text, to compare and to show."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return "; ".join(self.choices.get(key, key) for key in value)
        return self.choices.get(value, str(value)) if self.kind is Kind.CHOICE else str(value)

    def _yes(self, text: str) -> bool:
        if text.lower() in YES:
            return True
        if text.lower() in NO:
            return False
        raise UnreadableCell("Write yes or no.")

    def _choice(self, text: str) -> str:
        for key, words in self.choices.items():
            if text.lower() in {key.lower(), words.lower()}:
                return key
        shown = [*self.choices.values()]
        most = f"“{'”, “'.join(shown[:8])}”" + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")
        raise UnreadableCell(
            f"“{text[:60]}” is none of the choices. Write one of {most}." if shown else f"There is no “{text[:60]}”."
        )


def _number(text: str) -> str:
    squeezed = re.sub(r"(?<=\d)[,\s](?=\d{3}\b)", "", text.removeprefix("£"))
    try:
        number = Decimal(squeezed)
    except InvalidOperation:
        return text
    return format(number.normalize(), "f") if number.is_finite() else text


def _plain(cell: Any) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell)
