"""Every address, asked by everybody, for the own, another's and nobody's things: the answers are those of the table."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from openpyxl import load_workbook

from edi_portal import errors
from edi_portal.ui import middleware
from edi_portal.ui.downloads import XLSX_TYPE
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn
from organisations.models import Organisation
from organisations.roles import Role
from organisations.services.invitations import invite
from tests.access.addresses import address, cases, names_and_parameters
from tests.access.matrix import PUBLIC, Line, lines
from tests.access.world import ANONYMOUS, NO_ROLE, OPEN, World
from tests.kpis.factories import fill, plain_values
from tests.organisations.factories import person

NAMES = sorted(names_and_parameters())
BY_NAME: dict[str, list[Line]] = defaultdict(list)
for _line in lines():
    BY_NAME[_line.name].append(_line)
A_FEW = (ANONYMOUS, NO_ROLE, Role.EDI_LEAD, Role.PORTAL_ADMIN)
AT_AN_ORGANISATION = (Role.EDI_LEAD, Role.CONTRIBUTOR, Role.EXECUTIVE_SPONSOR)

# Pages whose reading is itself put on record: they carry the exact figures of the return away.
RECORDS_THE_DOWNLOAD = {
    "returns:workbook",
    "returns:board-paper",
    "returns:own-file",
    "returns:evidence-file",
    "strategies:file",
    "strategies:sheet-download",
    "operating-model:pooled-sheet-download",
    "operating-model:plan-sheet-download",
    "strategies:framework-sheet-download",
    "toolkit:steps-sheet-download",
    "networks:sheet-download",
    "compliance:sheet-download",
    "edi-posts:sheet-download",
    "interviews:sheet-download",
    "toolkit:sheet-download",
    "toolkit:outreach-sheet-download",
    "organisations:log-file",
    "api:return",
}
RECORDS_THE_DOWNLOAD |= {"reports:file", "reports:packs-archive", "reports:released-pack", "reports:own-pack"}
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"')
OF_THE_SESSION = {"django_session"}
AUDIT = "audit_auditevent"
NOT_ON_RECORD = {
    "edi_portal_shared": "used codes and failed tries, forgotten within minutes",
    "edi_portal_sentform": "that a form was sent a moment ago; what it did is on record",
    "kpis_sectionvisit": "which page of the form a person opened last; what they type there is on record",
    "kpis_workbookupload": "how far the check of one's own workbook is; what it changes in the return is on record",
}
"""Tables that change without an audit event, and why."""
STATIC = {"health-live", "health-ready"}
"""Pages that answer a POST like a GET: they read nothing of it."""
# The page that takes files looks at the token when its own upload handler is in place: sign-in and method come first.
TOKEN_LATER = {("returns:extracts", ANONYMOUS, "post"): 302, ("returns:extracts", Role.EDI_LEAD, "delete"): 405}
NO_COOKIE = {401, 403, 404, 405, 415}
CHANGING_PARTS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|[\w-]+\.csv|/(?:nowhere|mid-cheshire)/')


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Tables(set[str]):
    """Tables that were written to; `changed` are those in which a row really came, went or changed."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: set[str] = set()


@contextmanager
def written_tables() -> Iterator[Tables]:
    """The tables that are written to meanwhile, the session's apart."""
    found = Tables()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        match = WRITES.match(sql)
        result = execute(sql, params, many, context)
        if match and match[1] not in OF_THE_SESSION:
            found.add(match[1])
            if context["cursor"].rowcount:
                found.changed.add(match[1])
        return result

    with connection.execute_wrapper(note):
        yield found


def ask(world: World, name: str, method: str, thing: str, reader: str) -> HttpResponse:
    """One request, in a fresh browser of the reader."""
    client, url = world.client(reader), address(world, name, thing)
    answer: HttpResponse = client.get(url) if method == "GET" else client.post(url, {"nothing": "here"})
    return answer


def stable(answer: HttpResponse) -> str:
    """The body without what differs in every answer; of a workbook what stands in its cells."""
    if answer.headers["Content-Type"] == XLSX_TYPE:
        book = load_workbook(BytesIO(answer.content), read_only=True)
        return str([[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book])
    return CHANGING_PARTS.sub("", answer.content.decode(errors="replace"))


@pytest.mark.security(1)
def test_every_address_of_the_portal_stands_in_the_table() -> None:
    assert sorted(BY_NAME) == NAMES, "A new address needs its lines in tests/access/matrix.py."
    for name in NAMES:
        asked = [thing for line in BY_NAME[name] if line.method == "GET" for thing in line.things]
        assert sorted(asked) == sorted(cases(name)), name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.security(1, 25, 26, 30, 31)
def test_answers(name: str, world: World) -> None:
    faults = [fault for case in asked(name) if not is_alike(*case) for fault in wrong(world, *case)]
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_answers_of_what_is_alike_for_all_hold_for_the_others_too(name: str, world: World) -> None:
    faults = [fault for case in asked(name) if is_alike(*case) for fault in wrong(world, *case)]
    assert not faults, "\n".join(faults)


def asked(name: str) -> Iterator[tuple[Line, str, str]]:
    """Every question of the table about an address: its line, whose thing, and who asks."""
    for line in BY_NAME[name]:
        for thing in line.things:
            for reader in line.statuses:
                yield line, thing, reader


def is_alike(line: Line, thing: str, reader: str) -> bool:
    """What does not exist, is no page, or is open to all is asked for by a few on every run, by the others in long ones."""
    signed_in = {status for one, status in line.statuses.items() if one not in (ANONYMOUS, NO_ROLE)}
    return (thing == "none" or signed_in in ({200}, {405})) and reader not in A_FEW


def wrong(world: World, line: Line, thing: str, reader: str) -> Iterator[str]:
    """In what the answer differs from the table."""
    with taken_back(), written_tables() as written, refusals_of(reader):
        answer = ask(world, line.name, line.method, thing, reader)
    if answer.status_code != line.statuses[reader]:
        yield f"{line.method} {thing} as {reader}: {answer.status_code}, not {line.statuses[reader]}"
    if line.method == "GET" and written and line.name not in RECORDS_THE_DOWNLOAD:
        yield f"GET {thing} as {reader} wrote to {', '.join(sorted(written))}"
    if line.method == "POST" and AUDIT not in written and (silent := written.changed - set(NOT_ON_RECORD)):
        yield f"POST {thing} as {reader} changed {', '.join(sorted(silent))} without an audit event"
    yield from (f"{line.method} {thing} as {reader}: {fault}" for fault in header_faults(answer, reader))


@contextmanager
def refusals_of(reader: str) -> Iterator[None]:
    """Draw the page of a refusal for a few readers; for the others its status and headers are enough.

    Most questions of the table end in a refusal, whose page is the same for all, and drawing it would take longer than the rest.
    """
    if reader in A_FEW:
        yield
    else:
        with patch.object(errors, "render", undrawn), patch.object(middleware, "render", undrawn):
            yield


def undrawn(request: HttpRequest, template: str, context: object = None, *, status: int) -> HttpResponse:
    """A page without its words."""
    return HttpResponse(status=status)


def header_faults(answer: HttpResponse, reader: str) -> list[str]:
    """What is missing among the headers that every answer carries."""
    faults = []
    if "'none'" not in answer.headers.get("Content-Security-Policy", ""):
        faults.append("no content security policy")
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("types may be guessed")
    if reader != ANONYMOUS and answer.status_code != 302 and "no-store" not in answer.headers.get("Cache-Control", ""):
        faults.append("a cache may keep it")
    return faults


@pytest.mark.parametrize("name", [name for name in NAMES if all(line.method == "GET" for line in BY_NAME[name])])
def test_an_address_without_a_post_line_takes_no_post(name: str, world: World) -> None:
    answer = ask(world, name, "POST", cases(name)[0], Role.EDI_LEAD)
    assert answer.status_code == (200 if name in STATIC else 405)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.security(26)
def test_whatever_changes_something_needs_the_token_of_the_form(name: str, world: World) -> None:
    url = address(world, name, cases(name)[0])
    for reader, method in ((Role.EDI_LEAD, "post"), (Role.PORTAL_ADMIN, "post"), (ANONYMOUS, "post"), (Role.EDI_LEAD, "delete")):
        client = world.client(reader, checks_csrf=True)
        with written_tables() as written:
            refused = TOKEN_LATER.get((name, reader, method), 403)
            answered = getattr(client, method)(url).status_code
            if name.startswith("api:") and reader == ANONYMOUS:
                # The API takes no visitor's cookie, so there is nothing that another site could misuse.
                assert answered in NO_COOKIE, method
            else:
                assert answered == refused, (reader, method)
        assert not written


@pytest.mark.security(12)
def test_a_visitor_reads_the_public_pages_and_nothing_else() -> None:
    open_to_all = {line.name for line in lines() if line.statuses[ANONYMOUS] == 200}
    assert open_to_all == PUBLIC
    assert {line.statuses[ANONYMOUS] for line in lines() if line.name not in PUBLIC} <= {302, 401, 404, 410}


def test_another_organisations_return_does_not_exist_for_anybody() -> None:
    for line in lines():
        if line.name.startswith("returns:") and "other" in line.things and line.method == "GET":
            signed_in = {reader: status for reader, status in line.statuses.items() if reader != ANONYMOUS}
            assert set(signed_in.values()) <= {404, 405}, line.name


def test_no_exact_figure_is_open_to_those_who_govern_the_whole() -> None:
    for line in lines():
        if line.name.startswith("returns:") and set(line.things) & {"own", "other"}:
            for role in (Role.STEERING_MEMBER, Role.BOARD_MEMBER, Role.HEALTHWATCH_READER, Role.PORTAL_ADMIN, NO_ROLE):
                assert line.statuses[role] in {404, 405}, (line.name, role)


@pytest.mark.parametrize("name", [name for name in NAMES if "other" in cases(name)])
@pytest.mark.security(2)
def test_a_hidden_page_looks_like_one_that_does_not_exist(name: str, world: World) -> None:
    method = "GET" if 405 not in {status for line in BY_NAME[name] for status in line.statuses.values()} else "POST"
    for reader in AT_AN_ORGANISATION:
        with taken_back():
            hidden, missing = (ask(world, name, method, thing, reader) for thing in ("other", "none"))
            if hidden.status_code == 404:
                assert stable(hidden) == stable(missing), reader


LISTS = [
    name
    for name in NAMES
    if cases(name) == ("page",) and not name.startswith(("account", "mfa")) and name not in PUBLIC - {"published:list"}
]


@pytest.mark.parametrize(
    "reader",
    [
        Role.EDI_LEAD,
        Role.HEALTHWATCH_READER,
        *(
            pytest.param(one, marks=pytest.mark.long)
            for one in (*AT_AN_ORGANISATION, Role.STEERING_MEMBER, Role.BOARD_MEMBER)
            if one != Role.EDI_LEAD
        ),
    ],
)
@pytest.mark.security(3)
def test_lists_change_no_byte_when_another_organisation_gains_something(reader: str, world: World) -> None:
    seen = [stable(ask(world, name, "GET", "page", reader)) for name in LISTS]
    _another_organisation_gains(world)
    for name, before in zip(LISTS, seen, strict=True):
        assert stable(ask(world, name, "GET", "page", reader)) == before, name


def _another_organisation_gains(world: World) -> None:
    """A return with figures, a person, an invitation: at a third organisation and at the other one."""
    third = Organisation.objects.get(slug="east-cheshire")
    running = Collection.objects.get(period=OPEN)
    fill(KpiReturn.objects.create(collection=running, organisation=third), plain_values(third, running.quarter))
    for organisation in (world.other, third):
        person(Role.EDI_LEAD, organisation)
        address_of_guest = f"guest.{organisation.slug}@example.invalid"
        admin = world.readers[Role.PORTAL_ADMIN]
        assert admin is not None
        invite(email=address_of_guest, display_name="Guest", role=Role.CONTRIBUTOR, organisation=organisation, by=admin)
