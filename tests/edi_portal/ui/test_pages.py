"""The fixed pages: open to everybody, framed, in plain words."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from edi_portal.disclosure.policy import Policy
from edi_portal.ui import context
from edi_portal.ui.pages import disclosure_rules

PAGES = ("help", "accessibility", "privacy", "method", "method-disclosure")
AVOIDED = (
    "click here",
    "log in",
    "e-mail",
    "statistically significant",
    "p-value",
    "suppressed",
    "redacted",
    "non-white",
    "outlier",
    "insufficient data",
    "oops",
    "utilise",
)

pytestmark = pytest.mark.django_db


class Sentences(HTMLParser):
    """Sentences of the paragraphs and list items of the main part."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.main, self.texts = 0, False, [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.main = self.main or tag == "main"
        if self.main and tag in ("p", "li"):
            self.inside += 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.main = self.main and tag != "main"
        if self.inside and tag in ("p", "li"):
            self.inside -= 1

    def handle_data(self, data: str) -> None:
        if self.main and self.inside:
            self.texts[-1] += data

    def found(self) -> list[str]:
        whole = (re.sub(r"\s+", " ", text).strip() for text in self.texts)
        return [sentence for text in whole if text for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z])", text)]


def page(name: str) -> str:
    response = Client().get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_everybody_may_read_it_and_it_has_one_heading(name: str) -> None:
    text = page(name)
    assert text.count("<h1") == 1 and 'lang="en-GB"' in text and 'id="main"' in text
    assert text.count("<main") == 1


@pytest.mark.parametrize("name", PAGES)
def test_words_we_avoid_are_not_there(name: str) -> None:
    text = page(name).lower()
    assert [word for word in AVOIDED if word in text] == []


@pytest.mark.parametrize("name", PAGES)
def test_sentences_are_short(name: str) -> None:
    reader = Sentences()
    reader.feed(page(name))
    lengths = {sentence: len(sentence.split()) for sentence in reader.found()}
    assert len(lengths) > 8
    assert {sentence: words for sentence, words in lengths.items() if words > 26} == {}
    assert sum(lengths.values()) / len(lengths) < 16


def test_the_footer_leads_to_all_of_them_in_one_order() -> None:
    text = page("help")
    places = [
        text.index(f'href="{reverse(name)}"', text.index("edi-foot"))
        for name in ("accessibility", "method-disclosure", "method", "privacy", "help")
    ]
    assert places == sorted(places)


def test_small_numbers_follow_the_policy() -> None:
    rules = dict(disclosure_rules(Policy()))
    assert rules["1 to 7"] == "Withheld" and rules["8 to 12"] == "10" and rules["13 and more"] == "Rounded to the nearest 5"
    wider = dict(disclosure_rules(Policy(threshold=9)))
    assert wider["1 to 9"] == "Withheld" and wider["10 to 12"] == "10"
    text = page("method-disclosure")
    assert (
        "Numbers from 1 to 7 are not shown" in text
        and "at least 4 possible values" in text
        and "at least 11 people answered" in text
    )


@override_settings(DEMONSTRATION=False)
def test_no_strip_and_no_clock_outside_the_demonstration(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        text = page("method")
    assert "Synthetic demonstration data" not in text


@override_settings(DEMONSTRATION=True)
def test_the_demonstration_says_so_with_its_day() -> None:
    from datetime import date

    from edi_portal.clock import set_business_day

    set_business_day(date(2020, 1, 20))
    text = page("method")
    assert 'aria-label="About this data"' in text and "Today in the demonstration: 20 January 2020." in text


def test_no_logo_unless_the_deploying_body_may_show_one() -> None:
    assert "<img" not in page("help")
    with override_settings(PORTAL_LOGO="img/mark.svg"):
        assert 'src="/static/img/mark.svg"' in page("help")


def test_nothing_of_the_nhs_defaults_is_left() -> None:
    text = page("help")
    assert "NHS England" not in text and "nhs.uk" not in text.replace("england.nhs.uk", "") and 'aria-label="NHS' not in text


def test_the_footer_shows_the_release_when_somebody_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_release_lines", [])
    assert "EDI portal. Open source." in page("help")
    context.show_release_line(lambda request: "release 14 (2019-20 Q2), published 20 November 2019")
    assert "EDI portal, release 14 (2019-20 Q2), published 20 November 2019. Open source." in page("help")


def test_an_address_that_does_not_exist_gets_our_page() -> None:
    response = Client().get("/no-such-page/")
    assert response.status_code == 404 and b"Page not found" in response.content


def test_a_form_without_its_token_gets_our_page() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_logout"))
    assert response.status_code == 403 and b"This page was open too long" in response.content


def test_the_gallery_is_there_for_tests_and_has_one_main_heading() -> None:
    text = page("components")
    assert text.count("<h1") == 1 and "11 answers must be mended" in text


@override_settings(TESTING=False, DEBUG=False, DEMONSTRATION=False)
def test_the_gallery_is_hidden_from_a_real_deployment() -> None:
    assert Client().get(reverse("components")).status_code == 404
