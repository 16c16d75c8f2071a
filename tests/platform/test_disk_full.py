"""F10: the disk is full, of the database or of files on their way in. A person is told in a sentence, nothing half written is
kept, and after somebody made room the same works."""

import contextlib
import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.backups.programs import connection_environment, fitting_program
from edi_portal.database_roles import APP, READER
from edi_portal.embedded.places import IS_ROOT, PASSING_PREFIX, Instance, held, own_folder, servers_account
from edi_portal.embedded.postgresql import postgresql
from edi_portal.embedded.processes import Child
from edi_portal.errors import NO_ROOM
from kpis.models.evidence import Evidence, EvidenceFile
from kpis.models.returns import ReturnValue
from tests.kpis.return_world import GRID, SECTION, ReturnWorld, return_world
from tests.organisations.factories import signed_in
from tests.platform.web_rig import Web, web_server

MEGABYTE = 1024 * 1024
CELL = f"{GRID}/white/applied"


def paper(size: int) -> bytes:
    """A PDF that cannot be packed."""
    return b"%PDF-1.7\n" + secrets.token_bytes(size)


def page(world: ReturnWorld, name: str, *more: object) -> str:
    return reverse(f"returns:{name}", args=[world.organisation.slug, world.draft.collection.period, *more])


@contextlib.contextmanager
def no_room_in(table: str) -> Iterator[None]:
    """The server refuses a new row of this table with the error of a full disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
        )
        cursor.execute(f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER no_room ON {table}; DROP FUNCTION no_room()")


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> tuple[ReturnWorld, Client]:
    """The lead's browser, which shows pages of errors."""
    world = return_world()
    client = signed_in(world.lead)
    client.raise_request_exception = False
    return world, client


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["kpis_evidencefile", "kpis_evidence", "audit_auditevent"])
def test_f10_evidence_for_which_there_is_no_room_is_kept_whole_or_not_at_all(
    browser: tuple[ReturnWorld, Client], table: str
) -> None:
    world, client = browser
    before = AuditEvent.objects.count()
    with no_room_in(table):
        answer = client.post(page(world, "evidence"), {"title": "A", "file": SimpleUploadedFile("a.pdf", paper(1_000))})
    said = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30") and NO_ROOM in said and "make room" in said
    assert (Evidence.objects.count(), EvidenceFile.objects.count(), AuditEvent.objects.count()) == (0, 0, before)
    answer = client.post(page(world, "evidence"), {"title": "A", "file": SimpleUploadedFile("a.pdf", paper(1_000))})
    assert answer.status_code == 302 and Evidence.objects.count() == 1


@pytest.mark.django_db
def test_f10_figures_for_which_there_is_no_room_come_back_in_the_page(browser: tuple[ReturnWorld, Client]) -> None:
    world, client = browser
    form = {CELL: "1234", f"seen-{CELL}": "", "stay": "1"}
    with no_room_in("kpis_returnvalue"):
        answer = client.post(page(world, "section", SECTION), form)
    assert answer.status_code == 503 and NO_ROOM in answer.content.decode() and 'value="1234"' in answer.content.decode()
    assert not ReturnValue.objects.exists()


@dataclass
class SmallServer:
    """A PostgreSQL of the test's own with all of its files, the log of changes too, on a disk of a fixed size."""

    instance: Instance
    disk: Path
    address: str
    server: Child
    running: contextlib.ExitStack

    def restart(self) -> None:
        """As whoever looks after it does when it ended by itself."""
        self.running.close()
        self.address, self.server = self.running.enter_context(postgresql(self.instance, durable=False))

    def rows(self, question: str) -> int:
        """What one question counts."""
        asking = psycopg2.connect(self.address)
        try:
            with asking.cursor() as cursor:
                cursor.execute(question)
                return int(cursor.fetchone()[0])  # type: ignore[index]
        finally:
            asking.close()

    def leave(self, free: int) -> Path:
        """Fill the disk until so many bytes are free: the file to remove later."""
        ballast = self.disk / "ballast"
        space = os.statvfs(self.disk)
        with open(ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize - free)
        return ballast


@contextlib.contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of this size at the folder, for the account of the servers."""
    account = servers_account()
    assert account is not None
    options = f"size={megabytes}m,mode=700,uid={account.uid},gid={account.gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_server(transactional_db: None) -> Iterator[SmallServer]:
    """It runs, with an empty database."""
    instance = Instance(f"{PASSING_PREFIX}{os.getpid()}d")
    try:
        with held(instance), contextlib.ExitStack() as disks, contextlib.ExitStack() as running:
            own_folder(instance.sockets, account=servers_account())
            disk = own_folder(instance.home / "postgresql", account=servers_account())
            disks.enter_context(mounted(disk, 400))
            address, server = running.enter_context(postgresql(instance, durable=False))
            yield SmallServer(instance, disk, address, server, running)
    finally:
        instance.remove()


def copied_to(small: SmallServer) -> None:
    """The database of this test, as it is, onto the small server."""
    asking = psycopg2.connect(small.address)
    with asking, asking.cursor() as cursor:
        for role in (READER, APP):
            cursor.execute(f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO CURRENT_USER")
    asking.close()
    words = [fitting_program("pg_dump"), "--format=custom", "--no-owner"]
    restored = [fitting_program("pg_restore"), "--no-owner", "--dbname", small.address]
    with subprocess.Popen(words, env=connection_environment(), stdout=subprocess.PIPE) as dump:
        subprocess.run(restored, stdin=dump.stdout, check=True, capture_output=True)
    assert dump.returncode == 0


@pytest.mark.long
@pytest.mark.skipif(not IS_ROOT, reason="only root may mount a small disk")
def test_f10_a_database_whose_disk_is_full_keeps_nothing_by_halves_and_goes_on_when_there_is_room(
    small_server: SmallServer, tmp_path: Path
) -> None:
    world = return_world()
    browser, path = signed_in(world.lead), page(world, "evidence")
    browser.get(path)
    copied_to(small_server)
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    with mounted(incoming, 4), web_server(tmp_path, DATABASE_URL=small_server.address, TMPDIR=str(incoming)) as web:
        assert added(web, path, browser, paper(8 * MEGABYTE)) == (503, True), "the folder of files on their way in is full"
        ballast = small_server.leave(3 * MEGABYTE)
        status, says_so = added(web, path, browser, paper(5 * MEGABYTE))
        # A server that cannot write its log of changes ends all connections: then the page says that the database is away.
        assert status == 503 and (says_so or "No space left" in small_server.server.log.read_text())
        ballast.unlink()
        if not small_server.server.running():
            small_server.restart()
        assert kept(small_server) == (0, 0, 0)
        assert added(web, path, browser, paper(5 * MEGABYTE)) == (302, False)
        assert kept(small_server) == (1, 1, 1)


def kept(small: SmallServer) -> tuple[int, ...]:
    """Items, whole files and what is on record about them."""
    return (
        small.rows("SELECT count(*) FROM kpis_evidence"),
        small.rows(f"SELECT count(*) FROM kpis_evidencefile WHERE length(content) = {5 * MEGABYTE + 9}"),
        small.rows("SELECT count(*) FROM audit_auditevent WHERE action = 'evidence.added'"),
    )


def added(web: Web, path: str, browser: Client, content: bytes) -> tuple[int, bool]:
    """Add a file to the library: the status of the answer, and whether it says that there is no room."""
    answer = web.send(path, browser, {"title": "A paper"}, {"file": ("paper.pdf", content)})
    return answer.status, NO_ROOM in answer.read().decode()
