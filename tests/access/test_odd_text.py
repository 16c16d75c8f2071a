"""Whatever is sent in a field of any form, or asked for in any address, the portal answers in words: never with an error page.

Each field in turn is sent far too long, with characters that no database takes, or with nonsense where the page offers a choice
or keeps a note of its own; the other fields hold what fits. Nothing is kept shortened, and a refused form holds what else was
typed. The long run sends a large part of it, every run a small one; a seed draws it, so that a fault is found again.
"""

import html
import inspect
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from edi_portal.ui.sent_forms import FORM
from organisations.roles import Role
from tests.access.addresses import address
from tests.access.matrix import Line, lines
from tests.access.test_filled_forms import Form, Forms
from tests.access.test_matrix import taken_back
from tests.access.world import ANONYMOUS, READERS, World

MARK = "Too long a story. "
TOO_LONG = (MARK * 1_200)[:20_000].strip()
ODD_WORDS = ("Words\x00 with a NUL", "Words \ud800 with \x07 and \u202e in them")
NONSENSE = ("9" * 5_000, "²", "sNaN", "[" * 50_000, "\x00", '{"no such": "\\ud800"}')
ODD_QUERIES = ("9" * 5_000, "9" * 30, "²", "\x00")
READ = re.compile(r'GET(?:\.get|\.getlist)?[\[(]"(\w+)"|\basked\(request, "(\w+)"')
TOKEN = "csrfmiddlewaretoken"
MOST = 1_200
"""Requests of one long run: all of them take longer than anybody waits for."""
SEED = 20191231
SECRETS = ("account", "mfa", "identity")
NUMBERED = re.compile(r"/.*|\d+.*")


@dataclass(frozen=True)
class Sent:
    """One field of one form as it is sent oddly."""

    where: str
    form: Form
    url: str
    browser: Callable[[], Client]
    name: str
    odd: str

    def send(self) -> HttpResponse:
        """As a browser sends it; a lone surrogate as the bytes that a broken one would send."""
        data = self.form.filled() | {self.name: [self.odd]}
        if self.form.files:
            plain = {name: [one.encode(errors="replace").decode() for one in values] for name, values in data.items()}
            return self.browser().post(self.url, plain)
        body = urlencode(data, doseq=True, errors="surrogatepass")
        return self.browser().post(self.url, body, content_type=FORM)

    def fault(self) -> str:
        """What is wrong with the answer, or nothing."""
        with taken_back(), _shortened(self.odd) as shortened:
            answer = self.send()
        wrong = f"answers {answer.status_code}" if answer.status_code >= 500 else ""
        if shortened:
            wrong = f"keeps it shortened in {', '.join(sorted(shortened))}"
        elif answer.status_code == 422 and self.name in self.form.typed:
            shown = html.unescape(answer.content.decode(errors="replace"))
            lost = [name for name, typed in self._others() if typed not in shown]
            wrong = f"forgets what was typed as {', '.join(lost)}" if lost else ""
        return f"{self.where}: {self.name}={self.odd[:20]!r} {wrong}" if wrong else ""

    def _others(self) -> Iterator[tuple[str, str]]:
        """The other fields of words."""
        for name, given in self.form.filled().items():
            if name in self.form.typed and name != self.name and len(given[0]) > 8:
                yield name, given[0]


@contextmanager
def _shortened(odd: str) -> Iterator[set[str]]:
    """The tables into which the beginning of the long text is written, and not the whole of it."""
    found = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            for value in params or ():
                if isinstance(value, str) and MARK * 2 in value and odd not in value:
                    found.add(sql.split('"')[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def pages(readers: Iterable[str]) -> list[tuple[Line, str, str]]:
    """Each page that one of these readers may open, of the own thing or of nobody's."""
    return [
        (line, thing, reader)
        for line in lines()
        for thing in line.things
        for reader in readers
        if line.method == "GET" and thing in ("page", "own", "shared") and line.statuses[reader] == 200
        if not line.name.startswith(("api:", *SECRETS))
    ]


def opened(world: World, line: Line, thing: str, reader: str) -> tuple[str, str]:
    """The address of a page and what stands in it; nothing for a file."""
    url = address(world, line.name, thing)
    with taken_back():
        answer = world.client(reader).get(url)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return url, answer.content.decode(errors="replace") if is_page else ""


def _page_of(url: str) -> str:
    try:
        return resolve(url.partition("?")[0]).view_name
    except Resolver404:
        return ""


def odd_forms(world: World, part: Iterable[tuple[Line, str, str]]) -> Iterator[Sent]:
    """Every form of these pages, once for all that show the same one, with each of its fields sent oddly in turn."""
    seen = set()
    for line, thing, reader in part:
        url, text = opened(world, line, thing, reader)
        page = Forms()
        page.feed(text)
        for form in page.found:
            target = form.action or url
            name = _page_of(target)
            if not name or name.startswith(SECRETS):
                continue
            for field in sorted({*form.values, *form.choices} - {TOKEN}):
                kind = (name, form.values.get("form", form.values.get("doing", [""]))[0], NUMBERED.sub("", field))
                if kind not in seen:
                    seen.add(kind)
                    where = f"{name} ({line.name} {thing} as {reader})"
                    for odd in _odd(form, field):
                        yield Sent(where, form, target, partial(world.client, reader), field, odd)


def _odd(form: Form, field: str) -> tuple[str, ...]:
    if field not in form.typed:
        return NONSENSE
    longest = form.typed[field]
    return (TOO_LONG, *ODD_WORDS, *((TOO_LONG[:longest] + "x",) if longest else ("9" * 5_000,)))


def odd_queries(world: World, part: Iterable[tuple[Line, str, str]]) -> Iterator[tuple[str, str, str]]:
    """Every page with each thing that it can be asked: whose browser, the address, and where that is."""
    seen = set()
    for line, thing, reader in part:
        url = address(world, line.name, thing)
        view = inspect.unwrap(resolve(url).func)
        module = inspect.getmodule(view)
        named = {one or other for one, other in READ.findall(inspect.getsource(module))} if module else set()
        filters = Forms("get")
        if line.name not in seen:
            filters.feed(opened(world, line, thing, reader)[1])
        named |= {
            name for form in filters.found for name in {*form.values, *form.choices} if _page_of(form.action or url) == line.name
        }
        for name in sorted(named | {"page", "release"}):
            if (line.name, name) not in seen:
                seen |= {(line.name, name), line.name}
                for odd in ODD_QUERIES:
                    yield reader, f"{url}?{urlencode({name: odd})}", f"{line.name} {thing} as {reader}: {name}={odd[:12]!r}"


def faults_of_queries(world: World, part: Iterable[tuple[str, str, str]]) -> list[str]:
    """The addresses that are answered with an error page."""
    faults = []
    for reader, url, where in part:
        with taken_back():
            answer = world.client(reader).get(url)
        if answer.status_code >= 500:
            faults.append(f"{where} answers {answer.status_code}")
    return faults


SIGNED_IN = tuple(reader for reader in READERS if reader != ANONYMOUS)


@pytest.mark.long
def test_no_form_answers_odd_text_with_an_error_or_forgets_the_rest(world: World) -> None:
    every = list(odd_forms(world, pages(SIGNED_IN)))
    assert len({one.where.partition(" ")[0] for one in every}) > 100
    faults = [fault for one in random.Random(SEED).sample(every, min(MOST, len(every))) if (fault := one.fault())]
    assert not faults, "\n".join(faults)


@pytest.mark.long
def test_no_page_answers_an_odd_address_with_an_error(world: World) -> None:
    every = list(odd_queries(world, pages(READERS)))
    assert len(every) > 500
    faults = faults_of_queries(world, random.Random(SEED).sample(every, min(MOST, len(every))))
    assert not faults, "\n".join(faults)


def test_a_sample_of_odd_forms_and_addresses_is_answered_in_words(world: World) -> None:
    """Other pages every month would be another test: the sample is the same one in every run."""
    draw = random.Random(SEED)
    some = list(odd_forms(world, draw.sample(pages((Role.EDI_LEAD, Role.PORTAL_ADMIN)), 10)))
    faults = [fault for one in draw.sample(some, min(30, len(some))) if (fault := one.fault())]
    asked = list(odd_queries(world, draw.sample(pages((Role.EDI_LEAD,)), 6)))
    faults += faults_of_queries(world, draw.sample(asked, min(15, len(asked))))
    assert not faults, "\n".join(faults)
    assert len(some) >= 10 and asked
