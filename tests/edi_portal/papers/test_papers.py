"""Papers: refused where not everybody could read them, tagged and steady as PDF, and the same texts in every format."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.template.loader import render_to_string
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from edi_portal.charts import Chart
from edi_portal.papers.content import Bullets, Callout, Facts, Figure, Heading, Paper, PaperRefused, Paragraph, Table
from edi_portal.papers.figures import figure_of_chart
from edi_portal.papers.files import paper_csv, paper_xlsx
from edi_portal.papers.pdf import page_count, pdf_bytes
from edi_portal.papers.typesetting import characters_of, settable
from edi_portal.templatetags.papers import paper as on_page
from tests.edi_portal.charts.chart_examples import example_caterpillar

# What Typst, HTML, a spreadsheet or a CSV reader would act on if it were taken for more than text.
HOSTILE = '#panic("x") $x$ *b* _i_ @ref <b>&amp; \\ `raw` #import "secret" = - + "quoted", comma'
TABLE = Table("Figures by organisation", ("Organisation", "Ratio"), (("Aintree", "1.79"), (HOSTILE, "0.96")), (1,))


def paper_of(*blocks: object, **changes: object) -> Paper:
    words: dict = {
        "title": "EDI across Cheshire and Merseyside",
        "kind": "Assurance report 14",
        "lines": ("July to September 2019",),
        "mark": "Synthetic demonstration data",
        "day": date(2019, 11, 20),
        "blocks": blocks,
    }
    return Paper(**(words | changes))


@pytest.fixture(scope="module")
def whole() -> Paper:
    return paper_of(
        Heading("Cover"),
        Facts("In six lines", (("Overall", "29 of 30 returned"), ("Worse", HOSTILE))),
        Paragraph("fell from 7.4% to 6.1%, more than chance.", "Unknown ethnicity"),
        Bullets((HOSTILE, "Halton CCG did not return")),
        Callout("To decide", HOSTILE),
        Heading("Figures"),
        Heading("By organisation", 2),
        TABLE,
        figure_of_chart(example_caterpillar()),
    )


@pytest.fixture(scope="module")
def pdf(whole: Paper) -> bytes:
    return pdf_bytes(whole)


def kinds(node: DictionaryObject, found: list[tuple[str, DictionaryObject]]) -> list[tuple[str, DictionaryObject]]:
    """Every tag below a node of the structure tree."""
    if "/S" in node:
        found.append((str(node["/S"]), node))
    inside = node.get("/K", [])
    for one in inside if isinstance(inside, list) else [inside]:
        one = one.get_object()
        if isinstance(one, DictionaryObject):
            kinds(one, found)
    return found


def test_a_chart_without_alternative_text_is_refused() -> None:
    chart = example_caterpillar()
    silent = Chart(**{name: getattr(chart, name) for name in Chart.__slots__ if name != "sentence"}, sentence=" ")
    with pytest.raises(PaperRefused, match="no alternative text"):
        figure_of_chart(silent)
    for words in ("", "chart", "Figure 3", "image1.png", "a nice chart"):
        with pytest.raises(PaperRefused, match="Which organisations differ"):
            Figure("Which organisations differ?", "", "<svg/>", words, TABLE)


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ((Heading("Chapter"), Heading("Deep", 3)), "skips a level"),
        ((Heading("Section", 2),), "skips a level"),
    ],
)
def test_a_heading_that_skips_a_level_is_refused(blocks: tuple[Heading, ...], message: str) -> None:
    with pytest.raises(PaperRefused, match=message):
        paper_of(*blocks)


def test_tables_are_whole_and_have_a_caption() -> None:
    with pytest.raises(PaperRefused, match="needs a caption"):
        Table(" ", ("a",), ())
    with pytest.raises(PaperRefused, match="1 cells for 2 columns"):
        Table("Caption", ("a", "b"), (("only",),))


def test_a_stored_paper_comes_back_whole_and_another_does_not(whole: Paper) -> None:
    assert Paper.from_data(whole.as_data()) == whole
    assert Paper.from_data(whole.as_data()).fingerprint() == whole.fingerprint()
    assert paper_of(Paragraph("1.79")).fingerprint() != paper_of(Paragraph("1.78")).fingerprint()
    with pytest.raises(PaperRefused, match="not a stored paper"):
        Paper.from_data({"title": "x"})


def test_pdf_declares_ua_and_is_tagged(pdf: bytes, whole: Paper) -> None:
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    assert root["/Lang"] == "en-GB" and root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    tags = kinds(root["/StructTreeRoot"], [])
    names = [name for name, _ in tags]
    assert names.count("/H1") == 2 and "/H2" in names and "/Title" in names
    assert names.count("/Table") == 3 and names.count("/TH") == 2 + 2 + 5
    assert "/L" in names and names.count("/LI") == 2
    drawn = [node for name, node in tags if name == "/Figure"]
    assert [str(node["/Alt"]) for node in drawn] == [whole.blocks[-1].alternative]  # type: ignore[union-attr]
    assert all(page["/Tabs"] == "/S" for page in reader.pages)
    assert page_count(pdf) == len(reader.pages)


def test_pdf_has_its_fonts_inside_and_says_what_the_paper_says(pdf: bytes, whole: Paper) -> None:
    reader = PdfReader(BytesIO(pdf))
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            below = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/FontFile2" in below or "/FontFile3" in below, "every font travels with the paper"
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    for words in (whole.title, "1.79", "0.96", "1.45 to 2.20", "490 of 2,190", HOSTILE, "Page 1 of"):
        assert "".join(words.split()) in text


def test_the_same_paper_is_the_same_bytes_in_every_format(pdf: bytes, whole: Paper) -> None:
    again = Paper.from_data(whole.as_data())
    assert pdf_bytes(again) == pdf
    assert paper_xlsx(again) == paper_xlsx(whole)
    assert paper_csv(again) == paper_csv(whole)


def test_workbook_csv_and_page_hold_the_same_cells(whole: Paper) -> None:
    book = load_workbook(BytesIO(paper_xlsx(whole)), read_only=True)
    assert book.sheetnames == ["Report", "Figures by organisation", "differ"]
    assert list(book["Figures by organisation"].iter_rows(values_only=True))[1] == ("Aintree", "1.79")
    rows = list(csv.reader(StringIO(paper_csv(whole).decode("utf-8-sig"))))
    assert ["Figures", "Figures by organisation", "Aintree", "Ratio", "1.79"] in rows
    assert ["Cover", "In six lines", "Overall", "", "29 of 30 returned"] in rows
    page = render_to_string("papers/paper.html", on_page(whole))
    assert '<td data-l="Ratio" class="edi-num">1.79</td>' in page
    assert "#panic(&quot;x&quot;)" in page and "<b>&amp;amp;" not in page


def test_characters_that_the_font_lacks_become_boxes_and_marks_of_direction_go() -> None:
    from edi_portal.embedded.assets import FONTS

    known = characters_of((FONTS / "Arimo_400Regular.ttf").read_bytes())
    assert {ord(letter) for letter in "aZ9£é−–“”≤→□ŵ"} <= known and ord("😀") not in known
    assert settable({"a": ["\u202eok 😀\x07", 3]}, known) == {"a": ["ok □", 3]}
    assert pdf_bytes(paper_of(Paragraph("😀 中文 \x00 \ud800"))).startswith(b"%PDF")


def test_what_cannot_be_set_is_refused_in_words() -> None:
    broken = figure_of_chart(example_caterpillar())
    with pytest.raises(PaperRefused, match="could not be set as PDF"):
        pdf_bytes(paper_of(Figure(broken.title, "", "<svg", broken.alternative, TABLE)))
