"""What an uploaded file is, by its first bytes, and whether it may be kept. Files kept here are handed back, never opened.

A name is only what somebody claims. The content decides the type, and the name must agree with it. Where the body that runs
the portal has a virus scanner, every file goes through it first (`PORTAL_VIRUS_SCAN`); a scanner that does not answer refuses.
"""

import io
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
MOST_PARTS = 5_000
PATIENCE = 60.0
"""Seconds after which a scanner is given up."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its ending, its name for people, and the type it is served as."""

    ending: str
    label: str
    content_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = FileKind("pdf", "PDF", "application/pdf")
PNG = FileKind("png", "PNG picture", "image/png")
JPEG = FileKind("jpg", "JPEG picture", "image/jpeg")
WORD = FileKind("docx", "Word document", f"{_OFFICE}wordprocessingml.document")
EXCEL = FileKind("xlsx", "Excel workbook", f"{_OFFICE}spreadsheetml.sheet")
SLIDES = FileKind("pptx", "presentation", f"{_OFFICE}presentationml.presentation")
KINDS = {kind.ending: kind for kind in (PDF, PNG, JPEG, WORD, EXCEL, SLIDES)}
_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_MAIN_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL, "ppt/presentation.xml": SLIDES}


class UnfitFile(Exception):
    """A file that is not kept; the text says why and what to do."""


def checked_kind(content: bytes, name: str, *, largest: int, scanner: Sequence[str] = ()) -> FileKind:
    """The kind of a file that may be kept; UnfitFile says what is wrong and what to do."""
    if not content:
        raise UnfitFile("The file is empty. Choose another.")
    if len(content) > largest:
        raise UnfitFile(f"The file is larger than {largest // MEGABYTE} MB. Give a link to it instead.")
    kind = _kind_of(content)
    ending = name.rpartition(".")[2].lower()
    if {"jpeg": "jpg"}.get(ending, ending) != kind.ending:
        raise UnfitFile(
            f"The file is a {kind.label}, but its name does not end with .{kind.ending}. Rename it and choose it again."
        )
    if scanner:
        _scan(content, scanner)
    return kind


def _kind_of(content: bytes) -> FileKind:
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    raise UnfitFile("Choose a PDF, Word, Excel or PowerPoint file of today's formats, or a PNG or JPEG picture.")


def _office_kind(content: bytes) -> FileKind:
    """The kind of an Office file from its table of contents; nothing is unpacked."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnfitFile("The file is damaged or did not arrive whole. Save it again and choose it again.") from error
    if len(names) > MOST_PARTS:
        raise UnfitFile("The file holds far more parts than a document, so it was not kept.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnfitFile("The file contains a macro. Save it without macros, or as PDF, and choose it again.")
    kind = next((kind for part, kind in _MAIN_PARTS.items() if part in names), None)
    if kind is None or "[Content_Types].xml" not in names:
        raise UnfitFile("This is an archive, not a document. Choose the document itself.")
    return kind


def _scan(content: bytes, scanner: Sequence[str]) -> None:
    """Give the bytes to the scanner: it ends with 0 when they are clean and with 1 when it found something."""
    try:
        ended = subprocess.run(list(scanner), input=content, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - the operator's own setting
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnfitFile("The file could not be checked for viruses just now, so it was not kept. Try again later.") from error
    if ended.returncode == 1:
        raise UnfitFile("The virus scanner found something in this file, so it was not kept. Tell your IT service desk.")
    if ended.returncode != 0:
        raise UnfitFile("The file could not be checked for viruses just now, so it was not kept. Try again later.")
