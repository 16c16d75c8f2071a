"""Every form of the portal, filled in and sent: what changes is on record, and where the record fails nothing changes.

A form is taken as its page shows it, and what is empty is filled by the kind of its fields. Where that is not enough the portal
refuses it; then nothing may have changed either. Every form is sent in the long run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from edi_portal.audit.models import AuditEvent
from edi_portal.ui.sent_forms import FORM
from tests.access.addresses import address
from tests.access.matrix import Line, lines
from tests.access.test_matrix import AUDIT, NOT_ON_RECORD, OF_THE_SESSION, taken_back, written_tables
from tests.access.world import ANONYMOUS, World

DAY = {"day": "24", "month": "1", "year": "2020"}
WORDS = "Agreed with the data owner on Monday"
ASIDE = set(NOT_ON_RECORD) | OF_THE_SESSION | {AUDIT, "audit_auditlink"}
CONFLICT = 409
SENDS = {200, 302, CONFLICT, 422}


class RecordFails(RuntimeError):
    """The database takes no audit event."""


@dataclass
class Form:
    """A form as a browser would send it: where to, and its fields with what stands in them."""

    action: str
    files: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, int] = field(default_factory=dict)
    """Fields into which people type, with the most characters that the page lets them; 0 where it sets no limit."""

    def filled(self) -> dict[str, list[str]]:
        """What stands in it, and something that fits where nothing does."""
        data = {name: given for name, given in self.values.items() if given != [""]}
        for name, offered in self.choices.items():
            if not data.get(name) and any(offered):
                data[name] = [next(value for value in offered if value)]
        for name, given in self.values.items():
            if given == [""] and name not in data:
                data[name] = [_something(name)]
        return data


@dataclass
class Filled:
    """A form of one page, filled in, in the hands of one reader."""

    form: Form
    browser: Callable[[], Client]
    url: str
    data: dict[str, list[str]]

    def send(self) -> HttpResponse:
        """As a browser sends it."""
        client = self.browser()
        if self.form.files:
            return client.post(self.url, self.data)
        return client.post(self.url, urlencode(self.data, doseq=True), content_type=FORM)


class Forms(HTMLParser):
    """The forms of a page that are sent by POST, or by another method."""

    def __init__(self, method: str = "post") -> None:
        super().__init__()
        self._method = method
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or one of its fields."""
        has = {name: value or "" for name, value in attrs}
        name, value, kind = has.get("name", ""), has.get("value", ""), has.get("type", "text")
        if tag == "form":
            files = has.get("enctype", "").startswith("multipart")
            self._form = Form(has.get("action", ""), files) if (has.get("method", "") or "get").lower() == self._method else None
            if self._form is not None:
                self.found.append(self._form)
        if self._form is None or "disabled" in has:
            return
        if tag == "select" and name:
            self._select = name
            self._form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            self._form.choices[self._select].append(value)
            if "selected" in has:
                self._form.values.setdefault(self._select, []).append(value)
        elif tag == "textarea" and name:
            self._area = name
            self._form.values[name] = [""]
            self._form.typed[name] = int(has.get("maxlength") or 0)
        elif tag == "input" and name and kind in ("radio", "checkbox"):
            self._form.choices.setdefault(name, []).append(value or "on")
            if "checked" in has:
                self._form.values.setdefault(name, []).append(value or "on")
        elif tag == "input" and name and kind not in ("file", "submit"):
            self._form.values.setdefault(name, []).append(value)
            if kind != "hidden":
                self._form.typed[name] = int(has.get("maxlength") or 0)
        elif tag == "button" and name:
            self._form.values.setdefault(name, [value])

    def handle_data(self, data: str) -> None:
        """What stands in a large field."""
        if self._area and self._form is not None and data.strip():
            self._form.values[self._area] = [data.strip()]

    def handle_endtag(self, tag: str) -> None:
        """A field or form ends."""
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._form = None


def _something(name: str) -> str:
    """A value that fits a field of this name."""
    last = name.replace("_", "-").rpartition("-")[2]
    if last in DAY:
        return DAY[last]
    if "email" in name:
        return "somebody.new@example.invalid"
    if "link" in name or "url" in name:
        return "https://example.invalid/paper"
    if any(part in name for part in ("hours", "pounds", "number", "amount", "percent", "members", "level", "target", "wte")):
        return "3"
    return WORDS


@contextmanager
def record_fails() -> Iterator[None]:
    """No audit event can be written meanwhile."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(f'INSERT INTO "{AUDIT}"'):
            raise RecordFails
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def contents(tables: set[str]) -> dict[str, str]:
    """A digest of every row of these tables."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT md5(coalesce(string_agg(md5(t::text), ',' ORDER BY md5(t::text)), '')) FROM {name} t")
            found[table] = cursor.fetchone()[0]
    return found


def forms() -> list[tuple[Line, str, str]]:
    """Each address that takes a POST, whose thing, and the first reader to whom it is open."""
    found = []
    for line in lines():
        thing = next((one for one in line.things if one in ("page", "own", "shared")), None)
        reader = next((one for one, status in line.statuses.items() if status in SENDS and one != ANONYMOUS), None)
        if line.method == "POST" and thing and reader and not line.name.startswith(("api:", "account", "mfa", "identity")):
            found.append((line, thing, reader))
    return found


def filled(world: World, line: Line, thing: str, reader: str) -> Iterator[Filled]:
    """The forms of one page that are sent to the page itself; those for others stand in the table under their own address."""
    url = address(world, line.name, thing)
    page = Forms()
    with taken_back():
        page.feed(world.client(reader).get(url).content.decode(errors="replace"))
    for form in page.found:
        if form.action.partition("?")[0] in ("", url):
            yield Filled(form, partial(world.client, reader), form.action or url, form.filled())


def sent(world: World, line: Line, thing: str, reader: str) -> Iterator[tuple[bool, str]]:
    """Each form of one page: whether it was taken, and what is wrong with that, or nothing."""
    for form in filled(world, line, thing, reader):
        before = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]
        with taken_back(), written_tables() as written:
            answer = form.send()
            events = list(AuditEvent.objects.filter(pk__gt=before))
            actors = {event.actor for event in events}
        changed = written.changed - ASIDE
        if answer.status_code >= 500:
            yield False, f"answers {answer.status_code}"
        elif answer.status_code == CONFLICT:
            yield False, _kept_by_halves(form, changed)
        elif changed and not events:
            yield True, f"changed {', '.join(sorted(changed))} without an audit event"
        elif events and actors - {world.readers[reader], None}:
            yield True, "is on record under another name"
        elif changed:
            yield True, _failing(form, changed)
        else:
            yield False, ""


def _kept_by_halves(form: Filled, changed: set[str]) -> str:
    """The same once more: of what was written before the conflict was found nothing may be kept."""
    with taken_back():
        before = contents(changed)
        form.send()
        after = contents(changed)
    left = [table for table in changed if before[table] != after[table]]
    return f"left {', '.join(left)} changed although it was refused" if left else ""


def _failing(form: Filled, changed: set[str]) -> str:
    """The same once more, while no event can be written: then nothing of it may have happened."""
    with taken_back():
        before = contents(changed)
        with record_fails():
            answer = form.send()
        after = contents(changed)
    left = [table for table in changed if before[table] != after[table]]
    if left:
        return f"left {', '.join(left)} changed although its event was not written"
    return "" if answer.status_code == 500 else f"answers {answer.status_code} although its event was not written"


def send(world: World, part: list[tuple[Line, str, str]], *, least: int) -> None:
    """Send these forms; so many of them are really taken."""
    faults, taken = [], set()
    for line, thing, reader in part:
        for done, fault in sent(world, line, thing, reader):
            if done:
                taken.add(line.name)
            if fault:
                faults.append(f"{line.name} {thing} as {reader} {fault}")
    assert not faults, "\n".join(faults)
    assert len(taken) >= least, sorted(taken)


@pytest.mark.long
@pytest.mark.security(31)
def test_what_any_filled_form_changes_is_on_record_or_does_not_happen(world: World) -> None:
    every = forms()
    assert len(every) > 100
    send(world, every, least=60)


def pressed_twice(form: Filled) -> Iterator[str]:
    """What is wrong with a second press of a form that was taken."""
    with taken_back():
        with written_tables() as written:
            first = form.send()
        if first.status_code != 302 or not written.changed - ASIDE:
            return
        with written_tables() as again:
            second = form.send()
    if again.changed - ASIDE:
        yield f"changed {', '.join(sorted(again.changed - ASIDE))} once more"
    if second.status_code != 302 or second.url != first.url:
        yield f"led to {first.url}, and then answered {second.status_code}"


ENDS_THE_OTHER_BROWSER = "organisations:end-other-sessions"
"""The second press comes from a browser that the first has signed out."""


@pytest.mark.long
def test_f19_a_second_press_of_any_form_changes_nothing_and_leads_where_the_first_led(world: World) -> None:
    faults, pressed = [], 0
    for line, thing, reader in forms():
        for form in filled(world, line, thing, reader):
            if not form.form.files and line.name != ENDS_THE_OTHER_BROWSER:
                pressed += 1
                faults += [f"{line.name} {thing} as {reader} {fault}" for fault in pressed_twice(form)]
    assert not faults, "\n".join(faults)
    assert pressed > 100
