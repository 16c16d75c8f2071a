"""Why a file is not read. Each refusal has a stable code, what is wrong, and how to mend it; none of them quotes a row."""

from __future__ import annotations

from collections.abc import Sequence

MOST_SHEETS = 20
"""So many sheets are offered; a workbook with more of them is no extract."""


class ExtractRefusedError(Exception):
    """A file that is not read: `sentence` says what is wrong, `how_to_mend` what to do, `sheets` what may be chosen."""

    def __init__(self, code: str, sentence: str, how_to_mend: str, sheets: Sequence[str] = ()) -> None:
        super().__init__(f"{sentence} {how_to_mend}")
        self.code = code
        self.sentence = sentence
        self.how_to_mend = how_to_mend
        self.sheets = tuple(sheets[:MOST_SHEETS])


_SAVE_AS = "Save it in your spreadsheet program as “Excel workbook (.xlsx)” or “CSV UTF-8” and send that."
_AGAIN = "Make the extract again and send the new file."
_OUTSIDE = {
    "empty": ("The file is empty: it has 0 bytes.", _AGAIN),
    "encrypted": (
        "The workbook is protected by a password, so it cannot be read.",
        "Remove the password (File, Info, Protect Workbook) and send it again.",
    ),
    "locked_zip": ("The file is protected by a password, so it cannot be read.", "Remove the password and send it again."),
    "old_excel": ("This is a workbook in the old Excel format (.xls).", _SAVE_AS),
    "pdf": ("This is a PDF file. Counts cannot be taken from it.", "Export the report as Excel or CSV instead of PDF."),
    "word": ("This is a Word document.", "Export the report as Excel or CSV and send that."),
    "slides": ("This is a presentation.", "Export the report as Excel or CSV and send that."),
    "open_document": ("This is an OpenDocument file.", _SAVE_AS),
    "binary_excel": ("This is a binary Excel workbook (.xlsb).", _SAVE_AS),
    "zip": ("This is a zip archive without a workbook in it.", "Unpack it and send the file that lies in it."),
    "packed": ("This is a packed file.", "Unpack it and send the file that lies in it."),
    "unknown": ("This is neither a CSV file nor an Excel workbook (.xlsx).", _SAVE_AS),
    "macro": (
        "The workbook contains a macro, so it was not opened.",
        "Save it as “Excel workbook (.xlsx)”, which holds no macros, and send that.",
    ),
    "external_links": (
        "The workbook has links to other files, so it was not opened.",
        "In Excel choose Data, Edit Links, Break Link, save it and send it again.",
    ),
    "entities": ("The workbook contains code that a spreadsheet never writes, so it was not opened.", _AGAIN),
    "bomb": ("The file unpacks to far more than an extract holds, so it was not opened.", _AGAIN),
    "entries": ("The file holds far more parts than a workbook, so it was not opened.", _AGAIN),
    "broken": (
        "The file is damaged, or it did not arrive completely.",
        "Open it to see that it is whole, save it and send it again.",
    ),
    "cut_off": (
        "The last row of the file breaks off: it did not arrive completely.",
        "Send the file again. Nothing of the part was kept.",
    ),
    "too_wide": (
        "The file has far more columns than an extract.",
        "Delete the empty columns on the right, or export only the columns of the list, and send it again.",
    ),
    "empty_cells": (
        "The sheet reaches far beyond its last entry, so it was not opened.",
        "Copy the table into a new workbook, save it and send that.",
    ),
    "no_rows": (
        "The file has a header, but no row below it.",
        "Run the report for the last day of the quarter and send it again.",
    ),
    "long_cell": (
        "A cell of the file is longer than any value of an extract; a quotation mark may be missing.",
        "Save the file as “Excel workbook (.xlsx)” and send that.",
    ),
}


def refused(code: str) -> ExtractRefusedError:
    """A refusal that needs no details."""
    return ExtractRefusedError(code, *_OUTSIDE[code])


def too_big(what: str, megabytes: int) -> ExtractRefusedError:
    """A file above the limit of its kind."""
    mend = (
        "Send it as CSV: that may be 256 MB."
        if what == "An Excel workbook"
        else "Take out the columns that the list does not name."
    )
    return ExtractRefusedError("too_big", f"{what} may have at most {megabytes} MB.", mend)


def no_header(looked_for: Sequence[str], found: Sequence[str]) -> ExtractRefusedError:
    """No row of headers that we know. `found`: headers that come near to one."""
    near = f" Nearest were: {listed(found)}." if found else ""
    return ExtractRefusedError(
        "no_header",
        f"No row of column headings was recognised. We looked for headings such as {listed(looked_for)}.{near}",
        "Keep the row of headings in the file and name the columns as in the list, then send it again.",
    )


def missing_columns(kind: str, missing: Sequence[str], near: Sequence[str]) -> ExtractRefusedError:
    """The kind is clear, but a column without which nothing can be counted is not there."""
    hint = f" Nearest headings of the file: {listed(near)}." if near else ""
    what = "column is" if len(missing) == 1 else "columns are"
    return ExtractRefusedError(
        "missing_columns",
        f"This looks like “{kind}”, but {'a ' if len(missing) == 1 else ''}needed {what} missing: {listed(missing)}.{hint}",
        "Add it to the report, or give the column that name, and send the file again."
        if len(missing) == 1
        else "Add them to the report, or give the columns these names, and send the file again.",
    )


def other_kind(wanted: str, found: str) -> ExtractRefusedError:
    """Another kind of file than the one that was announced."""
    return ExtractRefusedError(
        "other_kind", f"This is a file of “{found}”, not of “{wanted}”.", f"Choose “{found}” as its kind, or choose another file."
    )


def two_sheets(kind: str, sheets: Sequence[str]) -> ExtractRefusedError:
    """Two sheets of one workbook could be meant."""
    return ExtractRefusedError(
        "two_sheets",
        f"{len(sheets)} sheets of the workbook hold “{kind}”: {listed(sheets[:MOST_SHEETS])}.",
        "Say which sheet is meant and send the workbook again, or hide the sheets that are not: hidden sheets are not read.",
        sheets,
    )


def no_sheet(wanted: str, sheets: Sequence[str]) -> ExtractRefusedError:
    """The sheet that was named is not there."""
    return ExtractRefusedError(
        "no_sheet",
        f"The workbook has no sheet “{wanted}”. It has: {listed(sheets[:MOST_SHEETS])}.",
        "Choose one of its sheets.",
        sheets,
    )


def other_organisation(found: str, ours: str) -> ExtractRefusedError:
    """The file names another organisation as the one it is about."""
    return ExtractRefusedError(
        "other_organisation",
        f"The file is about {found}, not about {ours}.",
        "Choose the file of your own organisation. Nothing of this one was kept.",
    )


def wrong_column(header: str, label: str) -> ExtractRefusedError:
    """A column with far more different values than its meaning has."""
    return ExtractRefusedError(
        "wrong_column",
        f"The column “{header}” holds too many different values to be “{label}”; columns may have moved.",
        "Check that each value stands under its own heading, and send the file again.",
    )


def without_people(kind: str) -> ExtractRefusedError:
    """Cases or training without characteristics, and no staff file beside them."""
    return ExtractRefusedError(
        "without_people",
        f"“{kind}” has no column for ethnic origin or disability, and no staff file was read before it.",
        "Add these columns, or send the staff file and this file together.",
    )


def listed(words: Sequence[str]) -> str:
    """ "A", "B" and "C", in quotation marks."""
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
