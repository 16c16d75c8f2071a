"""Opening a workbook (.xlsx) that may be hostile: its table of contents first, then its sheets, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from kpis.extracts.refusals import refused


class SheetRows:
    """The rows of one sheet as text."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __iter__(self) -> Iterator[list[str]]:
        raise refused("unknown")


def sheets_of_workbook(content: bytes) -> list[SheetRows]:
    """The sheets of a workbook, none of them read yet."""
    raise refused("unknown")
