"""F5 as a browser sees it: the database is away while a form is sent. What was typed comes back; nothing is saved by halves."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http.multipartparser import MultiPartParser
from django.test import Client

from kpis.models.returns import KpiReturn, ReturnValue
from kpis.services import return_saving
from tests.kpis.return_world import GRID, SECTION, ReturnWorld, return_world
from tests.organisations.factories import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
ADDRESS = f"/returns/countess-of-chester/2019-20-q3/{SECTION}/"
PLAIN = "application/x-www-form-urlencoded"
CELL = f"{GRID}/white/applied"


class Forms(HTMLParser):
    """The forms of a page: address and hidden fields of each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or one of its hidden fields."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((told["action"], {}))
        elif tag == "input" and told.get("type") == "hidden":
            self.found[-1][1][told["name"]] = told["value"]


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


@pytest.fixture
def lead(world: ReturnWorld) -> Client:
    """The lead's browser, which shows pages of errors and sends the token against forged forms like a real one."""
    client = signed_in(world.lead)
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = True
    return client


@contextmanager
def database_away(error: type[Exception] = OperationalError) -> Iterator[None]:
    """No question can be asked, as while PostgreSQL restarts."""

    def refused(self: BaseDatabaseWrapper, *args: Any) -> None:
        raise error("server closed the connection unexpectedly")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "_cursor", refused)
        yield


def typed(client: Client) -> dict[str, str]:
    """A cell as the form has it, with its token."""
    client.get(ADDRESS)
    token = client.cookies["edi_csrf"].value
    return {"csrfmiddlewaretoken": token, CELL: "1234", f"seen-{CELL}": "", "stay": "1"}


def saved(kpi_return: KpiReturn) -> list[int]:
    return [int(amount or 0) for amount in ReturnValue.objects.filter(kpi_return=kpi_return).values_list("amount", flat=True)]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_f5_a_form_sent_while_the_database_is_away_is_sent_again_from_the_page(
    world: ReturnWorld, lead: Client, error: type[Exception]
) -> None:
    form = typed(lead)
    with database_away(error):
        answer = lead.post(ADDRESS, urlencode(form), content_type=PLAIN)
    assert (answer.status_code, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (
        503,
        "30",
        "no-store, private",
    )
    assert "may not have been saved." in answer.content.decode()
    [(action, fields)] = Forms(answer.content.decode()).found
    assert (action, fields) == (ADDRESS, form)
    assert saved(world.draft) == []
    assert lead.post(action, fields).status_code == 302
    assert saved(world.draft) == [1234]


def test_f5_a_database_that_goes_away_in_the_middle_of_saving_keeps_nothing(
    world: ReturnWorld, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = typed(lead)
    version = world.draft.version

    def gone(*args: object, **options: object) -> None:
        raise OperationalError("terminating connection due to administrator command")

    with monkeypatch.context() as patch:
        patch.setattr(return_saving, "record", gone)
        answer = lead.post(ADDRESS, form)
    world.draft.refresh_from_db()
    assert (answer.status_code, saved(world.draft), world.draft.version) == (503, [], version)


def test_typed_text_is_shown_as_text(lead: Client) -> None:
    form = typed(lead) | {"why": '"><script>alert(1)</script>'}
    with database_away():
        page = lead.post(ADDRESS, urlencode(form), content_type=PLAIN).content.decode()
    assert "<script>alert" not in page and Forms(page).found[-1][1] == form


def test_a_file_that_nobody_has_read_stays_unread(lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff-level files pass through memory alone, by a handler that their page puts in place; no error page may be sooner."""

    def read(*arguments: object) -> None:
        raise AssertionError("the body was read")

    form = typed(lead)
    monkeypatch.setattr(MultiPartParser, "parse", read)
    with database_away():
        answer = lead.post(ADDRESS, form | {"file": SimpleUploadedFile("staff.csv", b"x" * 5_000_000)})
    assert answer.status_code == 503 and "back button" in answer.content.decode() and not Forms(answer.content.decode()).found


def test_files_are_asked_for_again_where_the_form_was_read(lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = typed(lead)

    def gone(*args: object, **options: object) -> None:
        raise OperationalError("terminating connection due to administrator command")

    monkeypatch.setattr(return_saving, "record", gone)
    page = lead.post(ADDRESS, form | {"file": SimpleUploadedFile("proof.pdf", b"%PDF-")}).content.decode()
    assert "Files cannot be kept" in page and Forms(page).found[-1][1] == form


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("/account/login/", {"login": "lead@example.invalid", "password": "correct horse"}),
        (ADDRESS, {"password1": "correct horse"}),
    ],
)
def test_a_secret_never_comes_back_in_a_page(lead: Client, address: str, secret: dict[str, str]) -> None:
    form = typed(lead) | secret
    with database_away():
        answer = lead.post(address, urlencode(form), content_type=PLAIN)
    page = answer.content.decode()
    assert answer.status_code == 503 and "correct horse" not in page and not Forms(page).found
    assert "back button" in page


def test_a_page_that_was_only_asked_for_is_asked_for_again(lead: Client) -> None:
    with database_away():
        answer = lead.get(f"{ADDRESS}?only=open&x=%22")
    assert answer.status_code == 503
    assert f'href="{ADDRESS}?only=open&amp;x=%22"' in answer.content.decode()


def test_the_autosave_and_programs_get_a_sentence_of_their_own(lead: Client) -> None:
    form = typed(lead)
    with database_away():
        by_script = lead.post(f"{ADDRESS}autosave/", form, headers={"Accept": "application/json"})
        by_program = lead.get("/api/v1/organisations/")
    assert by_script.status_code == by_program.status_code == 503
    assert by_script.json()["problem"].endswith("What you typed stays here.")
    assert by_program.headers["Content-Type"] == "application/problem+json" and by_program.headers["Retry-After"] == "30"


def test_another_error_is_still_an_incident(lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = typed(lead)

    def wrong(*args: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(return_saving, "record", wrong)
    answer = lead.post(ADDRESS, form)
    assert answer.status_code == 500 and "tell us this number" in answer.content.decode()
