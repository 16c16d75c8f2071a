"""Strategy documents as files: what is read in the child, what is refused with which sentence, what is proposed."""

import pytest

from strategies.document_reading.proposals import findings_of, period_of, section_kind
from strategies.document_reading.reader import DocumentText, Line, Refusal, read_document
from tests.strategies.document_files import MACROS, locked, long_pdf, pdf, scan, word

ENTITY = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">]>'


def read(content: bytes, kind: str) -> DocumentText:
    """What was read; a refusal fails."""
    found = read_document(content, kind)
    assert isinstance(found, DocumentText), found
    return found


def test_a_pdf_gives_its_objectives_with_their_page_and_what_it_says_of_itself() -> None:
    text = read(pdf(), "pdf")
    found = findings_of(text.lines)
    assert (text.pages, text.is_whole) == (3, True)
    assert [(line.kind, line.page) for line in found.lines] == [("objective", 3)] * 3
    assert found.lines[1].text == (
        "Close the gap in career progression between BME and White staff at every band, and report it to the board each quarter"
    ), "a line that breaks is one objective"
    assert found.lines[2].text.endswith("before we change a service"), "the next heading is none of it"
    assert found.period is not None and [day.isoformat() for day in found.period.days] == ["2019-04-01", "2023-03-31"]
    assert found.vision is not None and found.vision.page == 2 and "dignity" in found.vision.text


def test_a_word_file_gives_headings_lists_and_pages_as_it_marks_them() -> None:
    content = word(
        [
            ("Heading1", "Our aims"),
            ("ListBullet", "Treat everybody with dignity and respect\f"),
            ("Heading1", "Equality objectives 2019 - 2022"),
            ("", "We will hear disabled patients before services change. Staff networks have time and money."),
            ("Heading2", "Thanks"),
            ("ListBullet", "To everybody who took part in it"),
        ]
    )
    found = findings_of(read(content, "docx").lines)
    assert [(line.kind, line.text, line.page) for line in found.lines] == [
        ("aim", "Treat everybody with dignity and respect", 1),
        ("objective", "We will hear disabled patients before services change.", 2),
        ("objective", "Staff networks have time and money.", 2),
    ]


def test_a_word_file_without_page_marks_says_no_page() -> None:
    found = findings_of(read(word([("Heading1", "Objectives"), ("ListNumber", "Publish what we find every year")]), "docx").lines)
    assert [line.page for line in found.lines] == [None]


def test_a_scan_has_no_text_and_is_no_refusal() -> None:
    assert read(scan(), "pdf").is_empty


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (lambda: locked(pdf()), "pdf", "password"),
        (lambda: pdf()[:3000], "pdf", "damaged"),
        (lambda: word([("", "x")], types=MACROS), "docx", "macro"),
        (lambda: word([("", "x")], parts={"word/vbaProject.bin": b"x"}), "docx", "macro"),
        (lambda: word([("", "&a;")], doctype=ENTITY), "docx", "code that a word processor never writes"),
        (lambda: word([("", "x")], parts={"word/media/zeros": bytes(40_000_000)}), "docx", "unpacks to far more"),
        (lambda: word([("", "x")])[:200], "docx", "damaged"),
    ],
    ids=["locked", "cut off", "macro type", "macro part", "entities", "bomb", "half a zip"],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(make: object, kind: str, said: str) -> None:
    refused = read_document(make(), kind)  # type: ignore[operator]
    assert isinstance(refused, Refusal) and said in refused.sentence


@pytest.mark.long
def test_two_hundred_pages_are_read_to_the_end() -> None:
    text = read(long_pdf(200), "pdf")
    assert (text.pages, text.is_whole) == (200, True)
    assert [line.page for line in findings_of(text.lines).lines] == [200, 200, 200]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Our Equality Objectives 2019-2023", "objective"),
        ("4.2 Key priorities", "objective"),
        ("What are our aims?", ""),
        ("Vision", "vision"),
        ("Publish equality objectives", ""),
        ("Progress against our objectives is reported twice a year.", ""),
        ("Action plan and actions", "action"),
    ],
)
def test_a_heading_that_names_objectives_holds_nothing_else(heading: str, kind: str) -> None:
    assert section_kind(Line(heading, 1)) == kind


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("EDI Strategy 2019–2023", (2019, 2023)),
        ("2019-22", (2019, 2022)),
        ("Annual report 2019/20", None),
        ("2019-20 to 2022-23", (2019, 2022)),
        ("from 1948 to 2019", None),
        ("Plan 2001 to 2030", None),
    ],
)
def test_the_period_is_the_first_span_of_years_but_no_single_year(words: str, years: tuple[int, int] | None) -> None:
    found = period_of([Line(words, 1)])
    assert (found and (found.first, found.last)) == years


def test_numbered_objectives_count_wherever_they_stand_and_each_text_once() -> None:
    lines = [
        Line("Objective 1: Hear disabled patients and carers", 2),
        Line("Much was done for it in the year before.", 2),
        Line("Equality objective two", 5),
        Line("Make every board report say whom it concerns", 5),
        Line("Objective 1: Hear disabled patients and carers", 9),
    ]
    assert [(one.text, one.page) for one in findings_of(lines).lines] == [
        ("Hear disabled patients and carers", 2),
        ("Make every board report say whom it concerns", 5),
    ]


def test_heads_feet_and_tables_of_contents_are_no_lines() -> None:
    pages = [
        line
        for page in range(1, 7)
        for line in (
            Line("Inclusion strategy of the trust", page),
            Line(f"Page {page} of 6", page),
            Line("We listen to all.", page),
        )
    ]
    lines = [
        Line("Our objectives ........ 4", 1),
        *pages[:3],
        Line("Our objectives", 2),
        Line("• Hear people first", 2),
        *pages[3:],
    ]
    assert [one.text for one in findings_of(lines).lines] == ["Hear people first"]
