"""What a reader can take from a response, in every format the portal writes: visible text, attributes, chart data, files.

A page that shows figures is registered here by its URL name; a test fails when one is missing.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO, StringIO
from zipfile import ZipFile

from django.http import HttpResponse
from pypdf import PdfReader

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
# What differs from one request to the next and says nothing: form tokens, script nonces, the time of a download.
FLEETING = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|X-CSRFToken[^}]*|<dcterms:[^>]*>[^<]*</dcterms:[^>]*>'
)


@dataclass(frozen=True)
class Scraped:
    """All texts of a response, wherever they stood."""

    texts: tuple[str, ...]

    @property
    def numbers(self) -> frozenset[str]:
        """Every number written anywhere, without thousands separators."""
        return frozenset(found.group().replace(",", "") for text in self.texts for found in NUMBER.finditer(text))


class _Page(HTMLParser):
    """Visible text, every attribute, and the data of charts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.json = False
        self.skip = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.json = tag == "script" and ("type", "application/json") in attrs
        self.skip = tag in {"script", "style"} and not self.json
        self.texts.extend(value for name, value in attrs if value and name not in {"nonce", "value", "src", "id", "d", "points"})
        self.texts.extend(value for name, value in attrs if value and name == "value" and ("type", "hidden") not in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.json = self.skip = False

    def handle_data(self, data: str) -> None:
        if self.json:
            self.texts.extend(str(item) for item in _leaves(json.loads(data)))
        elif not self.skip and data.strip():
            self.texts.append(data)


def _leaves(item: object) -> Iterator[object]:
    if isinstance(item, dict):
        for key, value in item.items():
            yield key
            yield from _leaves(value)
    elif isinstance(item, list):
        for value in item:
            yield from _leaves(value)
    else:
        yield item


def html(response: HttpResponse) -> Scraped:
    """A page with its tables, sentences, attributes and chart data."""
    page = _Page()
    page.feed(response.content.decode())
    return Scraped(tuple(page.texts))


def csv_file(response: HttpResponse) -> Scraped:
    """Every field of a CSV file, and its name."""
    rows = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    return Scraped((response.get("Content-Disposition", ""), *(field for row in rows for field in row)))


def pdf(response: HttpResponse) -> Scraped:
    """Every text of a PDF, its alternative texts, its properties and its bookmarks."""
    return Scraped(tuple(_pdf_texts(response.content)))


def _pdf_texts(content: bytes) -> Iterator[str]:
    reader = PdfReader(BytesIO(content))
    yield from (str(value) for value in (reader.metadata or {}).values())
    yield str(reader.xmp_metadata.stream.get_data()) if reader.xmp_metadata else ""
    yield from (page.extract_text() for page in reader.pages)
    for number in range(1, len(reader.xref[0]) if reader.xref else 0):
        found = reader.get_object(number)
        if isinstance(found, dict):
            yield from (str(found[key]) for key in ("/Alt", "/ActualText", "/Title", "/E", "/Contents") if key in found)


def archive(response: HttpResponse) -> Scraped:
    """Every file of an archive of packs: PDFs and workbooks taken apart, the rest as text."""
    texts: list[str] = []
    with ZipFile(BytesIO(response.content)) as found:
        for name in found.namelist():
            inside = HttpResponse(found.read(name))
            texts.append(name)
            if name.endswith(".pdf"):
                texts.extend(pdf(inside).texts)
            elif name.endswith(".xlsx"):
                texts.extend(xlsx(inside).texts)
            elif not name.startswith("manifest"):  # hashes and keys are random by nature
                texts.append(inside.content.decode())
    return Scraped(tuple(texts))


def paper_file(response: HttpResponse) -> Scraped:
    """A report in whatever format was asked for."""
    return csv_file(response) if response["Content-Type"].startswith("text/csv") else pdf(response)


def xlsx(response: HttpResponse) -> Scraped:
    """Every text and value of every part of a workbook: hidden sheets, comments and properties as well."""
    texts = []
    with ZipFile(BytesIO(response.content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and "theme" not in name and "styles" not in name:
                texts.extend(re.sub(r"<[^>]*>", "\n", archive.read(name).decode()).split("\n"))
    return Scraped(tuple(texts))


def json_answer(response: HttpResponse) -> Scraped:
    """Every key and value of an answer of the API."""
    return Scraped(tuple(str(leaf) for leaf in _leaves(json.loads(response.content))))


def open_file(response: HttpResponse) -> Scraped:
    """A file of open data: a table, a description or FHIR as JSON, or the whole package."""
    kind = response["Content-Type"]
    if kind == "application/zip":
        return archive(response)
    return json_answer(response) if kind.endswith("json") else csv_file(response)


Scraper = Callable[[HttpResponse], Scraped]
SCRAPERS: dict[str, Scraper] = {
    "home": html,
    "overview:table": html,
    "overview:data-csv": csv_file,
    "overview:data-xlsx": xlsx,
    "overview:exceptions": html,
    "overview:exceptions-data": csv_file,
    "overview:completeness": html,
    "overview:completeness-data": csv_file,
    "kpis:list": html,
    "kpis:detail": html,
    "kpis:data": csv_file,
    "kpis:chart-data": csv_file,
    "kpis:representation": html,
    "kpis:representation-csv": csv_file,
    "kpis:representation-xlsx": xlsx,
    "kpis:capability": html,
    "kpis:outreach": html,
    "kpis:outreach-data": csv_file,
    "kpis:organisation": html,
    "kpis:organisation-data": csv_file,
    "organisations:detail": html,
    "reports:detail": html,
    "reports:chapter": html,
    "reports:file": paper_file,
    "reports:released-pack": pdf,
    "reports:packs-archive": archive,
    "reports:summary": html,
    "reports:summary-file": paper_file,
    "reports:publish": html,
    "reports:level": html,
    "reports:packs": html,
    "releases:list": html,
    "releases:publish": html,
    "strategies:overlaps": html,
    "workstreams:list": html,
    "workstreams:detail": html,
    "actions:list": html,
    "actions:csv": csv_file,
    "actions:xlsx": xlsx,
    "actions:detail": html,
    "meetings:detail": html,
    "meetings:csv": csv_file,
    "meetings:xlsx": xlsx,
    "meetings:pdf": pdf,
    "outcomes:list": html,
    "practice:list": html,
    "what-edi-is": html,
    "eds:list": html,
    "eds:organisation": html,
    "eds:csv": csv_file,
    "eds:score": html,
    "eds:comment": html,
    "places:detail": html,
    "compendium:list": html,
    "compendium:detail": html,
    "compendium:data-csv": csv_file,
    "compendium:data-xlsx": xlsx,
    "compendium:organisation": html,
    "open-data:all": archive,
    "open-data:file": open_file,
    "api:figures": json_answer,
    "api:benchmarks": json_answer,
    "api:ward-figures": json_answer,
    "api:actions": json_answer,
    "api:action": json_answer,
    "api:report": json_answer,
}


def steady(response: HttpResponse) -> bytes:
    """The bytes of a response without what is drawn afresh for every request; of a workbook those of its parts."""
    content = response.content
    if content.startswith(b"PK"):  # the archive and its properties hold the time of the download
        with ZipFile(BytesIO(content)) as archive:
            content = b"".join(name.encode() + archive.read(name) for name in sorted(archive.namelist()))
    return FLEETING.sub(b"", content)
