"""No row of a file stays: planted names, numbers and dates of birth are looked for wherever the portal keeps or says anything."""

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from edi_portal.celery import app
from edi_portal.logs import JsonFormatter
from kpis.extract_reading import reader
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn
from kpis.services import extracts as services
from kpis.views import extract_uploads
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.extract_files import PLANTED, as_csv, as_workbook, staff_rows
from tests.kpis.factories import open_collection
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
NEEDLES = tuple(text.encode() for text in PLANTED)


@pytest.fixture
def draft() -> KpiReturn:
    organisation = Organisation.objects.get(slug="countess-of-chester")
    return KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation)


@pytest.fixture
def client(draft: KpiReturn) -> Client:
    return signed_in(person(Role.EDI_LEAD, draft.organisation))


@pytest.fixture
def address(draft: KpiReturn) -> str:
    return reverse("returns:extracts", args=[draft.organisation.slug, draft.collection.period])


class Collected(logging.Handler):
    """Everything that is logged, formatted as in production and in full as well."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [JsonFormatter().format(record), logging.Formatter("%(message)s").format(record), repr(record.__dict__)]


@pytest.fixture
def logged() -> Iterator[Collected]:
    handler = Collected()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


@pytest.fixture
def files_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Temporary files that anybody makes in this process, and Django's own upload handlers when they are asked."""
    made: list[str] = []
    real = tempfile.NamedTemporaryFile

    def noted(*args: object, **kwargs: object) -> object:
        made.append("temporary file")
        return real(*args, **kwargs)

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", noted)
    for name in ("MemoryFileUploadHandler", "TemporaryFileUploadHandler"):
        monkeypatch.setattr(
            getattr(uploadhandler, name), "receive_data_chunk", lambda self, raw, start: made.append(type(self).__name__) or raw
        )
    return made


def assert_nothing(where: str, content: bytes) -> None:
    found = [needle.decode() for needle in NEEDLES if needle in content]
    assert not found, f"{found} in {where}"


def assert_nothing_stays(logged: Collected, since: float) -> None:
    """Every table, every file that was written meanwhile, every key of Redis, every line of the logs."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        assert "kpis_extract" in tables
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            assert_nothing(table, "\n".join(text for (text,) in cursor.fetchall()).encode())
    for path in _files_of_the_portal():
        if _is_new_file(path, since):
            assert_nothing(str(path), path.read_bytes())
    with app.connection_for_write() as broker:
        redis = broker.channel().client
        for key in redis.scan_iter():
            assert_nothing("redis", redis.dump(key) or b"")
    assert_nothing("the logs", "\n".join(logged.lines).encode())


def _files_of_the_portal() -> Iterator[Path]:
    """Media, what instances keep, and whatever was made as a temporary file of this machine."""
    for folder in (Path(settings.MEDIA_ROOT), Path(settings.BASE_DIR) / "var"):
        yield from folder.rglob("*") if folder.exists() else ()
    for path in Path(tempfile.gettempdir()).glob(f"{tempfile.gettempprefix()}*"):
        yield from path.rglob("*") if path.is_dir() else (path,)


def _is_new_file(path: Path, since: float) -> bool:
    try:
        return path.is_file() and os.access(path, os.R_OK) and path.stat().st_mtime >= since and path.stat().st_size < 50_000_000
    except OSError:
        return False


def now() -> float:
    """The moment, as the file system counts."""
    with tempfile.TemporaryFile() as file:
        return os.fstat(file.fileno()).st_mtime


def post(client: Client, address: str, name: str, content: bytes) -> bytes:
    response = client.post(address, {"staff_in_post": SimpleUploadedFile(name, content)}, follow=True)
    assert response.status_code == 200
    return response.content


@pytest.mark.parametrize("make", [as_csv, as_workbook], ids=["csv", "xlsx"])
def test_of_a_file_that_is_read_only_counts_stay(
    make: object, client: Client, address: str, logged: Collected, files_made: list[str]
) -> None:
    since = now()
    page = post(client, address, "staff.csv", make(staff_rows(300)))
    assert Extract.objects.get().state == ExtractState.READ
    assert_nothing("the page", page)
    assert_nothing_stays(logged, since)
    assert files_made == []


def test_of_a_file_whose_columns_have_moved_nothing_stays(client: Client, address: str, logged: Collected) -> None:
    since = now()
    rows = [[*row[1:], row[0]] for row in staff_rows(300)]
    page = post(client, address, "staff.csv", as_csv(rows))
    assert_nothing("the page", page)
    assert_nothing_stays(logged, since)


def test_of_names_that_stand_where_a_pay_scale_belongs_none_is_repeated(client: Client, address: str, logged: Collected) -> None:
    since = now()
    rows = staff_rows(300)
    for number, row in enumerate(rows):
        row[9] = f"{row[1]} {row[2]}" if number % 3 else row[9]
    page = post(client, address, "staff.csv", as_csv(rows))
    assert_nothing("the page", page)
    assert_nothing_stays(logged, since)


def test_of_a_reading_that_ends_in_an_error_nothing_is_told(
    client: Client, address: str, logged: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a fault in our own code, raised with the content in hand, ends in an error page and a log line without it."""
    since = now()

    def fails(self: object, content: bytes) -> None:
        raise ValueError(content.decode())

    monkeypatch.setattr(reader.Reader, "send", fails)
    client.raise_request_exception = False
    response = client.post(address, {"staff_in_post": SimpleUploadedFile("staff.csv", as_csv(staff_rows(300)))})
    assert response.status_code == 500
    assert_nothing("the error page", response.content)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM kpis_extract t")
        assert_nothing("the table of extracts", "\n".join(text for (text,) in cursor.fetchall()).encode())
    written = [line for line in logged.lines if line.startswith("{") and '"level"' in line]
    assert written
    assert_nothing("the logs as they are written", "\n".join(written).encode())
    assert since


def test_the_employee_numbers_of_senior_managers_are_kept_in_no_form_that_can_be_read(
    client: Client, address: str, logged: Collected
) -> None:
    since = now()
    client.post(
        address,
        {
            "marks": SimpleUploadedFile("marks.txt", b"20481632\n20481633\n"),
            "staff_in_post": SimpleUploadedFile("staff.csv", as_csv(staff_rows(300))),
        },
    )
    assert Extract.objects.get().marks
    assert_nothing_stays(logged, since)


def test_the_child_knows_no_secret_and_leaves_no_file(client: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    real = reader.children.start

    def noted(*args: object) -> object:
        child = real(*args)
        environment = Path(f"/proc/{child.pid}/environ")
        seen["environment"] = environment.read_text() if environment.exists() else ""
        seen["command"] = Path(f"/proc/{child.pid}/cmdline").read_text() if environment.exists() else ""
        return child

    monkeypatch.setattr(reader.children, "start", noted)
    post(client, address, "staff.csv", as_csv(staff_rows(100)))
    assert "SECRET" not in seen["environment"] and "DATABASE" not in seen["environment"]
    assert "2048" not in seen["command"]


def test_counts_that_nobody_takes_over_are_deleted_in_time(
    client: Client, address: str, draft: KpiReturn, django_capture_on_commit_callbacks: object
) -> None:
    post(client, address, "staff.csv", as_csv(staff_rows(100)))
    assert services.forget_old_counts() == 0
    Extract.objects.update(uploaded_at="2019-01-01T12:00Z")
    assert services.forget_old_counts() == 1
    extract = Extract.objects.get()
    assert extract.aggregate is None and extract.forgotten_at is not None
    assert "Its counts were deleted" in client.get(address).content.decode()


def test_sittings_keep_their_secrets_out_of_their_own_words() -> None:
    task = reader.Task("2019-20-q3", "RJR", marks=("20481632",))
    assert "20481632" not in repr(task)
    sitting = extract_uploads.Sitting(kpi_return=None, by=None)
    sitting.mark(b"20481632")
    assert "20481632" not in repr(sitting)
