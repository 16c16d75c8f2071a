"""Strategy documents made for tests: PDF pages set by the portal's own typesetter, Word files written part by part."""

import io
import zipfile
from collections.abc import Sequence
from functools import cache

import typst
from pypdf import PdfReader, PdfWriter

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="{}"/></Types>'
)
PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

STRATEGY = """
#set text(font: "New Computer Modern")
= Equality, Diversity and Inclusion Strategy 2019/20 to 2022/23
Wirral Example Trust
#pagebreak()
== Our vision
Everybody who comes to us, or works with us, is treated with dignity and finds that they belong.
== How we wrote it
We asked patients, carers and staff. #lorem(60)
#pagebreak()
== Our equality objectives
We will work on these over four years:
+ Make services and information accessible to everybody who needs them
+ Close the gap in career progression between BME and White staff at every
  band, and report it to the board each quarter
+ Hear disabled patients and carers before we change a service
== Next steps
The board reads progress twice a year.
"""


@cache
def pdf(source: str = STRATEGY) -> bytes:
    """A PDF of these pages."""
    return bytes(typst.compile(source.encode(), format="pdf"))


def long_pdf(pages: int) -> bytes:
    """The strategy behind many pages of running text."""
    return pdf("#for n in range(" + str(pages - 3) + ") [ #lorem(220) #pagebreak() ]\n" + STRATEGY)


def scan() -> bytes:
    """A page without any text, as a scanner makes it."""
    return pdf("#rect(width: 10cm, height: 20cm, fill: gray)")


def locked(content: bytes) -> bytes:
    """The same PDF behind a password."""
    writer = PdfWriter(PdfReader(io.BytesIO(content)))
    writer.encrypt("a word", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def word(
    paragraphs: Sequence[tuple[str, str]], *, types: str = PLAIN, doctype: str = "", parts: dict[str, bytes] | None = None
) -> bytes:
    """A Word file. Each paragraph is its style ("Heading1", "ListBullet", "") and its text; "\\f" breaks the page behind it."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text.strip(chr(12))}</w:t>'
        f"{'<w:br w:type=' + chr(34) + 'page' + chr(34) + '/>' if text.endswith(chr(12)) else ''}</w:r></w:p>"
        for style, text in paragraphs
    )
    document = f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<w:document {W}><w:body>{body}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(types))
        archive.writestr("word/document.xml", document)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()
