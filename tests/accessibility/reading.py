"""The sentences that people read on the screen, and their reading age by textstat.

Reading age is the grade of Flesch and Kincaid plus 5 years. The formula is made for texts of about 100 words: shorter ones
are measured together with their neighbours.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import textstat

ENOUGH_WORDS = 100
YEARS_BEFORE_SCHOOL_GRADES = 5
# More of them, and it is a list of titles.
MOST_CLAUSES = 4

BLOCKS = {"p", "li", "dd", "h1", "h2", "h3", "label", "legend", "summary", "caption"}
BLOCK_CLASSES = {"nhsuk-hint", "nhsuk-error-message", "nhsuk-task-list__hint", "edi-say", "edi-lede"}
VOID = {"br", "img", "input", "meta", "link", "hr", "wbr", "col", "source", "path", "rect", "circle", "line", "use"}
UNREAD = {"script", "style", "table", "svg", "select", "textarea", "nav", "footer"}


def reading_age(text: str) -> float:
    """Years of age at which most people read this text with ease."""
    return float(textstat.flesch_kincaid_grade(text)) + YEARS_BEFORE_SCHOOL_GRADES


def words(text: str) -> int:
    return len(text.split())


def sentences(text: str) -> list[str]:
    """Whole sentences of one piece of text; lists of names, figures and headings without a full stop are none."""
    plain = re.sub(r"\s+", " ", text).strip()
    found = re.split(r"(?<=[.?!])\s+(?=[A-Z0-9“\"])", plain)
    return [one for one in found if re.search(r"[.?!][”\"]?$", one) and words(one) >= 4 and one.count(";") < MOST_CLAUSES]


class Blocks(HTMLParser):
    """Texts of a page's main part, block by block: paragraphs, hints, headings, messages; no tables, menus or figures."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool, bool]] = []  # tag, a block of its own, unread
        self.main, self.texts = False, [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.main = self.main or tag == "main"
        if not self.main or tag in VOID:
            return
        block = tag in BLOCKS or bool(BLOCK_CLASSES & set((dict(attrs).get("class") or "").split()))
        self.open.append((tag, block, tag in UNREAD))
        if block:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag not in VOID:
            closed, block, _ = self.open.pop()
            if block:
                self.texts.append("")
            if closed == tag:
                break
        self.main = self.main and tag != "main"

    def handle_data(self, data: str) -> None:
        if self.main and any(block for _, block, _ in self.open) and not any(unread for *_, unread in self.open):
            self.texts[-1] += data


def sentences_of_page(page: str) -> list[str]:
    """What a page says, each sentence once."""
    reader = Blocks()
    reader.feed(page)
    return list(dict.fromkeys(one for text in reader.texts for one in sentences(text)))


def sentences_of_module(source: str) -> list[str]:
    """Sentences among the literals of a module that is not its own documentation; what is filled in reads as one short word."""
    tree = ast.parse(source)
    unread = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            unread |= {id(part) for part in node.values}
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "it" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unread:
            text = node.value
        else:
            continue
        found += sentences(re.sub(r"\{[^}]*\}", "it", text))
    return [one for one in dict.fromkeys(found) if re.match(r"[A-Z“0-9]|it ", one) and not re.search(r"[<>_\\]|://", one)]


def sentences_of_template(source: str) -> list[str]:
    """Sentences of a template with all its branches; a variable reads as one short word, a component by its quoted words."""
    plain = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", source, flags=re.DOTALL)
    quoted = [text for tag in re.findall(r"\{%.*?%\}", plain, re.DOTALL) for text in re.findall(r'"([^"]{20,})"', tag)]
    plain = re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "it", plain), flags=re.DOTALL)
    plain = re.sub(r"\s+([.,;:?!])", r"\1", plain)
    found = sentences_of_page(f"<main>{plain}</main>") if "<" in plain else sentences(plain)
    return list(dict.fromkeys([*found, *(one for text in quoted for one in sentences(text))]))


def sentences_of_toml(path: Path) -> list[str]:
    """Sentences of a text file of definitions or content, but for its sources."""
    return list(dict.fromkeys(one for text in _texts(tomllib.loads(path.read_text())) for one in sentences(text)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)


def measured(found: Mapping[str, Iterable[str]], *, together: Mapping[str, str]) -> dict[str, tuple[float, int]]:
    """Place → reading age and words. Places with too few words are measured as one, under the name that `together` gives."""
    texts: dict[str, list[str]] = {}
    for place, said in found.items():
        text = " ".join(said)
        texts.setdefault(place if words(text) >= ENOUGH_WORDS else together[place], []).append(text)
    joined = {place: " ".join(parts) for place, parts in texts.items()}
    return {place: (round(reading_age(text), 1), words(text)) for place, text in joined.items() if words(text) >= ENOUGH_WORDS}
