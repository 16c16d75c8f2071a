"""What an uploaded file is, whatever it is called, and what a virus scanner may say."""

import io
import sys
import zipfile

import pytest

from edi_portal.uploads import MEGABYTE, UnfitFile, checked_kind

PDF = b"%PDF-1.7\n"


def office(*parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (PDF, "Report.PDF", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "picture.png", "png"),
        (b"\xff\xd8\xff\xe0...", "photo.jpeg", "jpg"),
        (office("word/document.xml"), "paper.docx", "docx"),
        (office("xl/workbook.xml"), "figures.xlsx", "xlsx"),
        (office("ppt/presentation.xml"), "talk.pptx", "pptx"),
    ],
)
def test_the_first_bytes_say_what_it_is(content: bytes, name: str, ending: str) -> None:
    assert checked_kind(content, name, largest=MEGABYTE).ending == ending


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.pdf", "empty"),
        (PDF + b"x" * MEGABYTE, "large.pdf", "larger than 1 MB"),
        (b"MZ\x90\x00", "report.pdf", "Choose a PDF"),
        (b"<html><script>", "page.pdf", "Choose a PDF"),
        (PDF, "report.exe", "does not end with .pdf"),
        (PDF, "no ending", "does not end with .pdf"),
        (office("word/document.xml"), "paper.pdf", "Word document"),
        (office("word/document.xml", "word/vbaProject.bin"), "paper.docx", "macro"),
        (office("secret.txt"), "archive.docx", "archive"),
        (b"PK\x03\x04 cut off", "paper.docx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.doc", "today's formats"),
    ],
)
def test_what_may_not_be_kept_is_refused_with_what_to_do(content: bytes, name: str, said: str) -> None:
    with pytest.raises(UnfitFile, match=said):
        checked_kind(content, name, largest=MEGABYTE)


@pytest.mark.parametrize(("code", "said"), [(1, "virus scanner found"), (2, "could not be checked")])
def test_a_scanner_that_finds_something_or_fails_refuses(code: int, said: str) -> None:
    scanner = [sys.executable, "-S", "-c", f"import sys; sys.exit({code})"]
    with pytest.raises(UnfitFile, match=said):
        checked_kind(PDF, "a.pdf", largest=MEGABYTE, scanner=scanner)
    with pytest.raises(UnfitFile, match="could not be checked"):
        checked_kind(PDF, "a.pdf", largest=MEGABYTE, scanner=["no-such-scanner"])


def test_a_scanner_reads_the_file_itself() -> None:
    scanner = [sys.executable, "-S", "-c", "import sys; sys.exit(0 if sys.stdin.buffer.read() == b'%PDF-1.7\\n' else 1)"]
    assert checked_kind(PDF, "a.pdf", largest=MEGABYTE, scanner=scanner).ending == "pdf"
