"""What the portal says can be read at the age of 12: the words in code, templates and text files."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.accessibility.reading import (
    measured,
    reading_age,
    sentences_of_module,
    sentences_of_page,
    sentences_of_template,
    sentences_of_toml,
)

OLDEST = 12
ROOT = Path(settings.BASE_DIR)
EXCEPTIONS = {
    one["place"]: one["reason"]
    for one in tomllib.loads(Path(__file__).with_name("reading_age_exceptions.toml").read_text())["exceptions"]
}
APPS = ("edi_portal", "organisations", "workforce", "kpis", "strategies", "steering")
# Spoken to those who run the portal or develop it, or made-up organisations' own words.
NOT_ON_SCREEN = {"management", "migrations", "embedded", "bench", "gameday", "load", "backups", "demonstration", "bench.py"}
KINDS: dict[str, Callable[[Path], list[str]]] = {
    "py": lambda path: sentences_of_module(path.read_text()),
    "toml": sentences_of_toml,
    "html": lambda path: sentences_of_template(path.read_text()),
    "txt": lambda path: sentences_of_template(path.read_text()),
}


def _files(kind: str) -> Iterator[Path]:
    for where in ("templates",) if kind in ("html", "txt") else APPS:
        for path in sorted((ROOT / where).rglob(f"*.{kind}")):
            if not NOT_ON_SCREEN & set(path.relative_to(ROOT).parts):
                yield path


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_here_can_be_read_at_12(kind: str) -> None:
    """File by file; files with less than 100 words are measured together with their folder."""
    found = {str(path.relative_to(ROOT)): KINDS[kind](path) for path in _files(kind)}
    ages = measured(found, together={place: f"{Path(place).parent}/*.{kind}" for place in found})
    _nobody_older(ages, kind=kind)
    assert kind == "txt" or sum(number for _, number in ages.values()) > 3000


def _nobody_older(ages: dict[str, tuple[float, int]], *, kind: str) -> None:
    """No place is harder than it may be, but those that stand in the list with a reason; and all in the list need to."""
    hard = {place: age for place, age in ages.items() if age[0] > OLDEST}
    assert {place: age for place, age in hard.items() if place not in EXCEPTIONS} == {}
    listed = {place for place in EXCEPTIONS if place.endswith(f".{kind}")}
    assert listed - set(hard) == set(), "no longer too hard: take them out of the list"


def test_every_exception_has_its_reason() -> None:
    assert all(len(reason.split()) >= 5 for reason in EXCEPTIONS.values())


def test_reading_age_tells_plain_words_from_hard_ones() -> None:
    plain = "Check the figures. Mend what is wrong. Then send the return to your sponsor, who reads it and signs it."
    hard = (
        "Notwithstanding organisational considerations, prioritisation of representational inequalities necessitates "
        "comprehensive interdisciplinary accountability mechanisms throughout the partnership's governance architecture."
    )
    assert reading_age(plain) < 9 and reading_age(hard) > 20


def test_what_counts_as_a_sentence_on_the_screen() -> None:
    page = """<main><h1>Returns</h1><p>Your return is due <b>in two weeks</b>. Send it.</p><table><tr><td>A cell is no sentence
    here.</td></tr></table><nav><ul><li>A menu is not read as text.</li></ul></nav></main><p>Nor is what stands outside.</p>"""
    assert sentences_of_page(page) == ["Your return is due in two weeks."]
    module = '"""A module says what it is for."""\n'
    module += 'raise Refused(f"Send {number} answers to your sponsor first.")\nkey = "no sentence"'
    assert sentences_of_module(module) == ["Send it answers to your sponsor first."]
    template = "{# A note for developers. #}<p>You have {{ count }} {% if one %}answer to mend{% endif %}.</p>"
    template += '{% component "x" text="Ask your sponsor to read it." %}'
    assert sentences_of_template(template) == ["You have it answer to mend.", "Ask your sponsor to read it."]
