"""F14: small workbooks that need far too much memory once they are read. Each is refused with a sentence, this process does not
grow by it, and the next workbook is read. The limits are real ones, of the child process that reads (memory, processor time)."""

import contextlib
import random
import resource
from collections.abc import Callable

import pytest

from edi_portal.exchange.reading import MAX_BYTES, UnreadableSheet, read_book
from edi_portal.ui.downloads import Sheet, xlsx_bytes
from kpis.workbooks.reading import RawWorkbook, Refused, inspect, open_workbook
from tests.kpis.workbook_files import parts_of, rows_after, with_part

HEADS = ("Entry", "Text")
GOOD = xlsx_bytes([Sheet("Things", HEADS, [["key", "text"]])])
FIRST_SHEET = "xl/worksheets/sheet1.xml"
MAY_GROW = 64 * 1024
"""Kilobytes by which reading may enlarge this process: what a whole workbook is, not what it unpacks to."""
NUMBERS = [random.Random(1).choice((1, 1, 1, 7)) for _ in range(20_000)]
TEXTS = "xl/sharedStrings.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet_with(change: Callable[[bytes], bytes]) -> bytes:
    """The good workbook with its sheet changed."""
    return with_part(GOOD, FIRST_SHEET, change(parts_of(GOOD)[FIRST_SHEET]))


def one_cell_at(column: str, row: int) -> bytes:
    """5 KB, whose only sheet reaches from the first cell to this one."""
    return sheet_with(rows_after(row, 1, f'<c r="{column}{{row}}"><v>1</v></c>'))


def merged_cells() -> bytes:
    """Ranges of merged cells, each as large as a sheet: 40 MB of them."""
    some = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % number for number in NUMBERS)
    return sheet_with(lambda text: text.replace(b"</sheetData>", b"</sheetData><mergeCells>" + some * 60 + b"</mergeCells>"))


def shared_strings(times: int) -> bytes:
    """A table of texts that no cell uses, 20,000 texts so many times."""
    some = b"".join(b"<si><t>%d</t></si>" % number for number in NUMBERS)
    return with_part(GOOD, TEXTS, b"<sst " + MAIN + b">" + some * times + b"</sst>")


def lying() -> bytes:
    """Ten million texts in a file whose table of contents says that they take a kilobyte."""
    content = with_part(GOOD, TEXTS, b"<sst " + MAIN + b">" + b"<si><t/></si>" * 10_000_000 + b"</sst>")
    size = len(parts_of(content)[TEXTS]).to_bytes(4, "little")
    assert size in content
    return content.replace(size, (1000).to_bytes(4, "little"))


HOSTILE = {"a cell in the last corner": lambda: one_cell_at("XFD", 1_048_576), "texts behind a false size": lying}
LARGE = {
    "a cell at row 200,000 of column 1,000": lambda: one_cell_at("ALL", 200_000),
    "merged cells": merged_cells,
    "texts": lambda: shared_strings(100),
}
"""Whether these are refused or read lies with the reader: it skips some parts."""


def grown(read: Callable[[], object]) -> int:
    """By how many kilobytes the largest size of this process grew."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def register(content: bytes) -> None:
    """Read it as a register's workbook."""
    read_book(content, "things.xlsx", {"Things": HEADS})


def of_a_return(content: bytes) -> RawWorkbook | Refused:
    """Read it as the workbook of a return."""
    return inspect(content) or open_workbook(content, ["Things"])


@pytest.mark.parametrize("what", HOSTILE)
def test_f14_a_workbook_that_needs_too_much_memory_is_refused_and_the_next_is_read(what: str) -> None:
    content = HOSTILE[what]()
    assert len(content) < MAX_BYTES, "small enough to be taken"

    def refused() -> None:
        with pytest.raises(UnreadableSheet, match=r"into a fresh download|Save it again"):
            register(content)
        assert isinstance(of_a_return(content), Refused)

    assert grown(refused) < MAY_GROW
    register(GOOD)
    assert isinstance(of_a_return(GOOD), RawWorkbook)


@pytest.mark.long
@pytest.mark.parametrize("what", LARGE)
def test_f14_a_workbook_with_very_much_in_it_costs_this_process_nothing(what: str) -> None:
    content = LARGE[what]()

    def read_or_refused() -> None:
        with contextlib.suppress(UnreadableSheet):
            register(content)
        of_a_return(content)

    assert grown(read_or_refused) < MAY_GROW
    register(GOOD)
    assert isinstance(of_a_return(GOOD), RawWorkbook)


def test_a_sheet_as_large_as_may_be_is_read() -> None:
    letters = random.Random(1)
    rows = [[f"key {number}", letters.randbytes(400).hex()] for number in range(1_000)]
    content = xlsx_bytes([Sheet("Things", HEADS, rows)])
    assert MAX_BYTES / 3 < len(content) < MAX_BYTES
    assert len(read_book(content, "things.xlsx", {"Things": HEADS}).sheets["Things"]) == 1_000
