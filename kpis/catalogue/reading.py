"""Strict reading: every field is known, present and of the right kind, or a `DefinitionError` says how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation


class DefinitionError(ValueError):
    """A definition that cannot be used. Names the file, the field and how to mend it."""

    def __init__(self, file: str, field: str, mend: str) -> None:
        super().__init__(f"{file}, {field}: {mend}")
        self.file = file
        self.field = field
        self.mend = mend


class Fields:
    """The fields of one table of a definition, each taken once; `finish` refuses what was not asked for."""

    def __init__(self, content: object, file: str, place: str = "") -> None:
        if not isinstance(content, Mapping):
            raise DefinitionError(file, place or "whole file", "write a table of fields here.")
        self._left: dict[str, object] = {str(name): value for name, value in content.items()}
        self._known: list[str] = []
        self.file = file
        self.place = place

    def path(self, name: str) -> str:
        """Where a field stands, for messages: "formula.reference.events"."""
        return f"{self.place}.{name}" if self.place else name

    def fail(self, name: str, mend: str) -> DefinitionError:
        """The error to raise about one field of this table."""
        return DefinitionError(self.file, self.path(name) if name else (self.place or "whole file"), mend)

    def has(self, name: str) -> bool:
        """Whether a field is written and not yet taken."""
        return name in self._left

    def _take(self, name: str, required: bool) -> object:
        self._known.append(name)
        if name not in self._left:
            if required:
                raise self.fail(name, "add this field; it is required.")
            return None
        return self._left.pop(name)

    def optional_text(self, name: str, choices: Iterable[str] | None = None) -> str | None:
        """A text, or None when the field is not written."""
        value = self._take(name, required=False)
        return None if value is None else self._as_text(name, value, choices)

    def text(self, name: str, choices: Iterable[str] | None = None, default: str | None = None) -> str:
        """A text that is not empty; `choices` limits it to known words."""
        value = self._take(name, required=default is None)
        return default if value is None and default is not None else self._as_text(name, value, choices)

    def _as_text(self, name: str, value: object, choices: Iterable[str] | None) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.fail(name, "write a text here.")
        allowed = None if choices is None else tuple(choices)
        if allowed is not None and value not in allowed:
            raise self.fail(name, f"“{value}” is not known here; write one of {', '.join(allowed)}.")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when the field is not written."""
        value = self._take(name, required=False)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.fail(name, "write true or false.")
        return value

    def number(self, name: str) -> Decimal | None:
        """A number as an exact decimal, or None when the field is not written."""
        value = self._take(name, required=False)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.fail(name, "write a number.")
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            raise self.fail(name, f"“{value}” is not a number.") from None
        if not found.is_finite():
            raise self.fail(name, f"“{value}” is not a number.")
        return found

    def whole(self, name: str) -> int | None:
        """A whole number of at least 0, or None when the field is not written."""
        value = self._take(name, required=False)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fail(name, "write a whole number.")
        return value

    def day(self, name: str) -> date:
        """A date, written 2019-09-02."""
        value = self._take(name, required=True)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise self.fail(name, "write a date like 2019-09-02.") from None
        if type(value) is not date:
            raise self.fail(name, "write a date like 2019-09-02.")
        return value

    def listing(self, name: str, required: bool = True) -> tuple[object, ...]:
        """A list of anything; empty when not written and not required."""
        value = self._take(name, required)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise self.fail(name, "write a list in square brackets.")
        return tuple(value)

    def texts(self, name: str, choices: Iterable[str] | None = None, required: bool = True) -> tuple[str, ...]:
        """A list of texts without repeats."""
        found = tuple(self._as_text(name, value, choices) for value in self.listing(name, required))
        if required and not found:
            raise self.fail(name, "the list is empty; write at least one.")
        if len(set(found)) != len(found):
            raise self.fail(name, "the list names something twice; leave one out.")
        return found

    def quarters(self, name: str) -> tuple[int, ...]:
        """Numbers of financial quarters, 1 to 4, in order."""
        found = self.listing(name)
        if not found or any(isinstance(number, bool) or number not in (1, 2, 3, 4) for number in found):
            raise self.fail(name, "write the financial quarters, such as [1, 2, 3, 4].")
        numbers = tuple(int(str(number)) for number in found)
        if list(numbers) != sorted(set(numbers)):
            raise self.fail(name, "write each quarter once, in order.")
        return numbers

    def table(self, name: str) -> Fields:
        """A table inside this one; required."""
        return Fields(self._take(name, required=True), self.file, self.path(name))

    def tables(self, name: str, required: bool = False) -> tuple[Fields, ...]:
        """A list of tables inside this one."""
        found = self.listing(name, required)
        if required and not found:
            raise self.fail(name, "write at least one.")
        return tuple(Fields(item, self.file, f"{self.path(name)}[{index}]") for index, item in enumerate(found, start=1))

    def named_lists(self, name: str) -> dict[str, tuple[str, ...]]:
        """A table whose every field is a list of texts, such as groups = { white = ["white"] }."""
        inner = self.table(name)
        return {key: inner.texts(key) for key in list(inner._left)}

    def finish(self) -> None:
        """Refuse fields that nobody asked for."""
        for name in self._left:
            raise self.fail(name, f"this field is not known here. Known fields: {', '.join(self._known)}.")
