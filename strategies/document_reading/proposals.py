"""What the lines of a document may promise. Proposals only: a person takes each of them or leaves it. Pure.

Proposed are the numbered or bulleted lines below a heading that names objectives, aims or actions; where there are none, the
sentences below it; and lines such as "Objective 2: …" anywhere. Period, vision and mission are found the same plain way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from strategies.document_reading.reader import Line

MOST = 60
LONGEST = 1_000
LONGEST_PERIOD = 10

# Headings are made of these words alone, one of which says what follows.
SECTIONS: dict[str, str] = {
    "objective": "objective",
    "objectives": "objective",
    "priorities": "objective",
    "goals": "objective",
    "commitments": "objective",
    "ambitions": "objective",
    "aims": "aim",
    "action": "action",
    "actions": "action",
    "vision": "vision",
    "mission": "mission",
}
FILLER_WORDS = """
    a and are as at by diversity do edi equal equality following for four from five general headline how human inclusion
    inclusive in is key main measurable new nhs of on one our over overall overarching patient plan psed purpose rights service
    six specific staff statement statutory strategic strategy ten the these this three to trust trust's two under values we what
    will workforce year years your
"""
FILLERS = frozenset(FILLER_WORDS.split())
ITEM = re.compile(r"(?:[•●▪■◦‣∙·*▶➢✓✔–—-]|o|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)]|\(?[ivx]{1,4}[.)])\s+(?P<text>\S.*)")
NUMBER = re.compile(r"(?:\d+(?:\.\d+)*|[A-Z])[.)]?\s+(?=\D)")
NUMBERED_OBJECTIVE = re.compile(
    r"(?:(?:equality|strategic|edi|inclusion)\s+)?(?:objective|priority|goal)\s+(?:\d{1,2}|one|two|three|four|five|six)\b\s*"
    r"(?P<mark>[:.–—-]?)\s*(?P<text>.*)",
    re.IGNORECASE,
)
# The role of a line that goes on with the one before.
REST = "rest"
CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d+$|…\s*\d+$")
PERIOD = re.compile(r"\b(20\d\d)(/\d\d|-\d\d(?=\s*(?:to|until|–|—)\s*20))?\s*(?:[-–—/]|to|until)\s*(20\d\d|\d\d)(?:[/-]\d\d)?\b")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"'(])")
SAID = {
    "vision": re.compile(r"\b[Oo]ur vision (?:is|for\b[^.]{0,60}? is)\b[^.]{8,400}\."),
    "mission": re.compile(r"\b[Oo]ur mission is\b[^.]{8,400}\."),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line that may be an objective, an aim or an action; the page where the file says it."""

    kind: str
    text: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A vision or a mission as the document words it."""

    text: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """The years that a document covers, as it writes them."""

    words: str
    first: int
    last: int
    page: int | None
    is_financial: bool = False

    @property
    def days(self) -> tuple[date, date]:
        """First and last day: of financial years where it writes "2019/20", else of calendar years."""
        if self.is_financial:
            return date(self.first, 4, 1), date(self.last + 1, 3, 31)
        return date(self.first, 1, 1), date(self.last, 12, 31)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that a document may say of itself."""

    lines: tuple[Proposal, ...] = ()
    period: Period | None = None
    vision: Found | None = None
    mission: Found | None = None


def findings_of(lines: Sequence[Line]) -> Findings:
    """The proposals of a document, in its order, each text once."""
    kept = _with_rests(_without_furniture(lines))
    proposals: list[Proposal] = []
    visions: dict[str, Found] = {}
    for kind, section in _sections(kept):
        if kind in SAID:
            paragraph = clean(" ".join(line.text for line in section[:6]))
            if len(paragraph.split()) >= 4:
                visions.setdefault(kind, Found(paragraph, section[0].page))
        else:
            proposals += _proposals(kind, section)
    return Findings(
        lines=_once(proposals)[:MOST],
        period=period_of(kept),
        vision=visions.get("vision") or _said("vision", kept),
        mission=visions.get("mission") or _said("mission", kept),
    )


def period_of(lines: Iterable[Line]) -> Period | None:
    """The first span of at most ten years that is named: "2019 – 2022", "2019/20 to 2022/23", "2019-22"."""
    for page, text in _pages(lines).items():
        for match in PERIOD.finditer(text):
            first, end = int(match[1]), match[3]
            last = int(end) if len(end) == 4 else first // 100 * 100 + int(end)
            # "2019/20" and "2019-20" are one financial year, which no strategy covers alone.
            if (first + 1 < last or (first < last and len(end) == 4)) and last - first <= LONGEST_PERIOD:
                return Period(match[0].strip(), first, last, page, is_financial=bool(match[2]))
    return None


def clean(text: str) -> str:
    """A text without the mark before it and the comma behind it."""
    text = " ".join(text.split()).strip(" •●▪■◦‣∙·*▶➢✓✔–—-")
    text = re.sub(r"[;,]?\s*(?:\band\b)?\s*$", "", text)
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rpartition(" ")[0]


def _without_furniture(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers, tables of contents, and what stands on many pages (heads and feet)."""
    pages = len({line.page for line in lines if line.page is not None})
    spread: Counter[str] = Counter()
    for key in {(line.page, _shape(line.text)) for line in lines}:
        spread[key[1]] += 1
    often = max(3, pages // 2)
    return [
        line
        for line in lines
        if not CONTENTS.search(line.text)
        and not re.fullmatch(r"(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?", line.text, re.IGNORECASE)
        and not (pages >= 4 and spread[_shape(line.text)] >= often)
    ]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text.lower())


def _with_rests(lines: Sequence[Line]) -> list[Line]:
    """The lines of a PDF, those marked as a rest that go on with a sentence which the line before had no room for."""
    widths: dict[int | None, int] = {}
    for line in lines:
        widths[line.page] = max(widths.get(line.page, 0), len(line.text))
    found: list[Line] = []
    for line in lines:
        is_rest = found and not line.role and not ITEM.fullmatch(line.text) and _goes_on(found[-1], line, widths)
        found.append(replace(line, role=REST) if is_rest else line)
    return found


def _goes_on(previous: Line, line: Line, widths: dict[int | None, int]) -> bool:
    if previous.role == "heading" or previous.text.endswith((".", "!", "?", ":", ";")):
        return False
    if line.text[:1].islower():
        return True
    # The line before was full: the next word would hardly have found room.
    needed = len(previous.text) + 1 + len(line.text.split()[0])
    return previous.page == line.page and widths[line.page] >= 40 and needed >= 0.85 * widths[line.page]


def _pages(lines: Iterable[Line]) -> dict[int | None, str]:
    """The running text of each page."""
    found: dict[int | None, list[str]] = {}
    for line in lines:
        found.setdefault(line.page, []).append(line.text)
    return {page: " ".join(texts) for page, texts in found.items()}


def section_kind(line: Line) -> str:
    """What follows a heading: "objective", "aim", "action", "vision" or "mission"; "" where the line is no such heading."""
    text = NUMBER.sub("", line.text, count=1).rstrip(" :")
    words = [word.strip("()“”\"',&-–—") for word in text.lower().split()]
    words = [word for word in words if word and not re.fullmatch(r"(?:19|20)?\d\d(?:[-–/](?:20)?\d\d)?", word)]
    if not words or len(words) > 9 or text.endswith((".", ";", ",")):
        return ""
    named = [SECTIONS[word] for word in words if word in SECTIONS]
    return named[-1] if named and all(word in SECTIONS or word in FILLERS for word in words) else ""


def _sections(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The lines below each heading that says what they are, up to the next heading; numbered objectives stand for themselves."""
    found: list[tuple[str, list[Line]]] = []
    open_section: list[Line] | None = None
    for place, line in enumerate(lines):
        numbered = NUMBERED_OBJECTIVE.fullmatch(line.text)
        if numbered and (numbered["mark"] or not numbered["text"] or line.role == "heading"):
            text = numbered["text"] or (lines[place + 1].text if place + 1 < len(lines) else "")
            if not found or found[-1][0] != "numbered" or open_section is None:
                open_section = []
                found.append(("numbered", open_section))
            open_section.append(replace(line, text=f"• {text}", role="item"))
        elif line.role != REST and (kind := section_kind(line)):
            open_section = []
            found.append((kind, open_section))
        elif open_section is not None and _ends_section(line):
            open_section = None
        elif open_section is not None and not _is_repeated(line, open_section):
            open_section.append(line)
    return [(kind, section) for kind, section in found if section]


def _is_repeated(line: Line, section: list[Line]) -> bool:
    """The words of a numbered objective that stood on the line below its number."""
    return bool(section) and section[-1].text == f"• {line.text}"


def _ends_section(line: Line) -> bool:
    """Whether a line is another heading: short, capitalised, without a full stop, and not the rest of the line before."""
    if line.role:
        return line.role == "heading"
    if ITEM.fullmatch(line.text) or not line.text[:1].isupper() or line.text.endswith((".", ";", ",", ":")):
        return False
    return len(line.text.split()) <= 8


def _proposals(kind: str, section: list[Line]) -> list[Proposal]:
    """Its items with their continuation lines; where it has none, its sentences."""
    numbered, kind = kind == "numbered", "objective" if kind == "numbered" else kind
    items = _items(section, joined=not numbered)
    if not items:
        items = _sentences(section)
    texts = ((clean(text), page) for text, page in items)
    return [Proposal(kind, text, page) for text, page in texts if len(text) >= 12 and len(text.split()) >= 3]


def _items(section: list[Line], *, joined: bool) -> list[tuple[str, int | None]]:
    found: list[tuple[str, int | None]] = []
    for line in section:
        match = ITEM.fullmatch(line.text)
        if match or line.role == "item":
            found.append((match["text"] if match else line.text, line.page))
        elif found and line.role == REST and (joined or line.text[:1].islower()):
            text, page = found[-1]
            found[-1] = (f"{text} {line.text}", page)
    return found


def _sentences(section: list[Line]) -> list[tuple[str, int | None]]:
    """The sentences of the running text, each with the page on which it begins."""
    starts: list[tuple[int, int | None]] = []
    whole = ""
    for line in section:
        starts.append((len(whole), line.page))
        whole += f"{line.text} "
    found = []
    begin = 0
    for sentence in SENTENCE.split(whole.strip()):
        place = whole.find(sentence, begin)
        begin = place + len(sentence)
        if len(sentence.split()) >= 5 and not sentence.endswith(":"):
            found.append((sentence, [page for start, page in starts if start <= place][-1]))
    return found[:12]


def _once(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    seen: dict[str, Proposal] = {}
    for one in proposals:
        seen.setdefault(re.sub(r"\W+", " ", one.text.lower()).strip(), one)
    return tuple(seen.values())


def _said(kind: str, lines: Sequence[Line]) -> Found | None:
    """A sentence that begins with "Our vision is", over line ends of one page."""
    for page, text in _pages(lines).items():
        if match := SAID[kind].search(text):
            return Found(clean(match[0]), page)
    return None
