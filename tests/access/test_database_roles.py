"""The role of the database for web, worker and beat: every page works under it, and it cannot change what a table is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from edi_portal.audit.models import AuditEvent, AuditLink
from edi_portal.audit.services import record
from edi_portal.database_roles import READER, give_rights, statements
from kpis.models.releases import Release
from tests.access.matrix import Line, lines
from tests.access.test_matrix import wrong
from tests.access.world import World

ROLE = "edi_app_of_the_tests"
GOOD = {200, 302, 409, 422}


@contextmanager
def as_the_role() -> Iterator[None]:
    """Everything inside is asked as the role; what it does is taken back, and with it the role."""
    with transaction.atomic():
        give_rights(ROLE)
        with connection.cursor() as cursor:
            take_on(cursor)
            cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        transaction.set_rollback(True)


def take_on(cursor: Any) -> None:
    """Let the portal's own role act as the other one. From PostgreSQL 16 on, whoever makes a role may not by that alone."""
    cursor.execute("SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[0]:
        cursor.execute(f"GRANT {ROLE} TO CURRENT_USER")


def refused(statement: str) -> bool:
    """Whether the database refuses a statement for want of a right."""
    with (
        pytest.raises(DatabaseError, match="permission denied|must be owner|must be able"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return True


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE kpis_returnvalue",
        "ALTER TABLE kpis_returnvalue ADD COLUMN mine int",
        "ALTER TABLE kpis_release DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_append_only ON audit_auditevent",
        "CREATE INDEX mine ON kpis_returnvalue (id)",
        "TRUNCATE kpis_returnvalue",
        "TRUNCATE audit_auditevent",
        "UPDATE audit_auditevent SET action = ''",
        "DELETE FROM audit_auditevent",
        "DELETE FROM audit_auditlink",
        "DELETE FROM django_migrations",
        "CREATE ROLE mine",
    ],
)
@pytest.mark.security(41)
def test_the_role_of_web_and_worker_cannot_change_what_a_table_is(world: World, statement: str) -> None:
    with as_the_role():
        assert refused(statement)


@pytest.mark.security(41)
def test_the_role_passes_no_right_on_and_takes_on_no_other(world: World) -> None:
    with as_the_role(), connection.cursor() as cursor:
        # PostgreSQL gives what the role may pass on, which is nothing, and only warns.
        cursor.execute("GRANT ALL ON kpis_returnvalue TO PUBLIC")
        cursor.execute("SELECT 'kpis_returnvalue'::regclass, relacl::text FROM pg_class WHERE oid = 'kpis_returnvalue'::regclass")
        assert "{=" not in cursor.fetchone()[1].replace(",=", "{=")
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')")
        assert cursor.fetchall() == [(READER,)]


def faults_under_the_role(world: World, asked: Iterable[Line]) -> list[str]:
    """What answers otherwise than in the table of the matrix, when the first reader who gets a page asks for it."""
    faults = []
    with as_the_role():
        for line in asked:
            thing = next((thing for thing in line.things if thing in ("page", "own", "shared")), None)
            reader = next((reader for reader, status in line.statuses.items() if status in GOOD), None)
            if thing is not None and reader is not None:
                faults += [f"{line.name}: {fault}" for fault in wrong(world, line, thing, reader)]
    return faults


@pytest.mark.security(41)
def test_pages_from_every_part_of_the_portal_work_under_the_role(world: World) -> None:
    assert not faults_under_the_role(world, list(lines())[::20])


@pytest.mark.long
@pytest.mark.security(41)
def test_every_page_works_under_the_role(world: World) -> None:
    assert not faults_under_the_role(world, lines())


@pytest.mark.security(41)
def test_the_role_writes_the_audit_trail_and_sees_every_release(world: World) -> None:
    releases, events = Release.objects.count(), AuditEvent.objects.count()
    assert releases
    with as_the_role():
        record(action="tried", by=None)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the chain is tied when the transaction ends
        assert (Release.objects.count(), AuditEvent.objects.count(), AuditLink.objects.count()) == (
            releases,
            events + 1,
            events + 1,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
            assert cursor.fetchone()[0] > 100


@pytest.mark.security(41)
def test_the_rights_are_printed_and_given_again_without_harm(world: World, settings: Any) -> None:
    said = StringIO()
    settings.DATABASE_APP_PASSWORD = "a password of the tests"
    call_command("database_rights", role=ROLE, stdout=said)
    assert f'CREATE ROLE "{ROLE}"' in said.getvalue() and 'GRANT SELECT, INSERT ON "audit_auditevent"' in said.getvalue()
    call_command("database_rights", role=ROLE, apply=True, stdout=said)
    again = list(statements(ROLE))
    assert not [statement for statement in again if statement.startswith(("CREATE ROLE", "CREATE POLICY"))]
    call_command("database_rights", role=ROLE, apply=True, stdout=said)


@pytest.mark.security(41)
def test_a_role_without_a_password_stops_the_start_with_a_sentence(world: World, settings: Any) -> None:
    settings.DATABASE_APP_PASSWORD = ""
    with pytest.raises(CommandError, match=r"it has no password\. Set PORTAL_DATABASE_APP_PASSWORD"):
        call_command("database_rights", role=ROLE, apply=True, stdout=StringIO())
    settings.DATABASE_APP_PASSWORD = "a password of the tests"
    call_command("database_rights", role=ROLE, apply=True, stdout=StringIO())
    settings.DATABASE_APP_PASSWORD = ""
    call_command("database_rights", role=ROLE, apply=True, stdout=StringIO())  # it keeps the one it has


@pytest.mark.parametrize("power", ["CREATEROLE", "CREATEDB", "SUPERUSER", "owner", "owns", "schema"])
@pytest.mark.security(41)
def test_a_role_that_would_be_no_restriction_is_refused(world: World, power: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if power in {"SUPERUSER", "owner"} and not cursor.fetchone()[0]:
            pytest.skip("Only a superuser can give such a power; the others can be given by the owner of the tables.")
        cursor.execute(f"CREATE ROLE {ROLE} {power if power.isupper() else ''}")
        if power == "owner":
            cursor.execute(f"GRANT {connection.settings_dict['USER']} TO {ROLE}")
        if power == "owns":
            take_on(cursor)
            cursor.execute(f"GRANT CREATE ON SCHEMA public TO {ROLE}")
            cursor.execute(f"ALTER TABLE django_session OWNER TO {ROLE}")
            cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM {ROLE}")
        if power == "schema":
            cursor.execute(f"GRANT CREATE ON SCHEMA public TO {ROLE}")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("database_rights", role=ROLE, apply=True)
