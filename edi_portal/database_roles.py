"""The role of the database that web, worker and beat sign in as: it reads and writes rows, and cannot change what a table is.

The portal's own role owns the tables and runs `migrate`; nothing that answers a request does. So a fault in a page can
neither drop nor alter a table, nor lift a trigger that keeps the audit trail append-only. Rights are given anew after `migrate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

APP, READER = "edi_app", "edi_release_ro"
GROW_ONLY = frozenset({"audit_auditevent", "audit_auditlink"})
"""Tables of the audit trail: a row is added and read, nothing else. Triggers refuse the rest for every role."""
READ_ONLY = frozenset({"django_migrations"})
EVERY_ROW = "portal_every_row"
"""The policy by which this role sees all rows of a table that hides some from the reader of releases."""


class UnfitRole(Exception):
    """The role would be no restriction; the message says why."""


def give_rights(role: str = APP, *, password: str = "") -> list[str]:
    """Make the role where it is missing and give it its rights, all or nothing. Returns what was done, without the password."""
    with transaction.atomic(), connection.cursor() as cursor:
        done = list(statements(role))
        for statement in done:
            cursor.execute(statement)
        if password:
            cursor.execute(f"ALTER ROLE {_name(role)} LOGIN PASSWORD %s", [password])
        _check(cursor, role)
    return done


def statements(role: str = APP) -> Iterator[str]:
    """What gives this role its rights on the tables that are there now. They may be run again and again."""
    name = _name(role)
    with connection.cursor() as cursor:
        if not _rows(cursor, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            yield f"CREATE ROLE {name} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"
        yield f"GRANT USAGE ON SCHEMA public TO {name}"
        yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}"
        for (table,) in _rows(cursor, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"):
            yield f"GRANT {_rights_on(table)} ON {_name(table)} TO {name}"
        for (table,) in _rows(cursor, HIDES_ROWS, role):
            yield f"CREATE POLICY {_name(f'{EVERY_ROW}_{role}')} ON {_name(table)} TO {name} USING (true) WITH CHECK (true)"
        if _rows(cursor, "SELECT 1 FROM pg_roles WHERE rolname = %s", READER):
            yield f"GRANT {READER} TO {name}"


HIDES_ROWS = f"""
    SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = '{EVERY_ROW}_' || %s) ORDER BY 1
"""
WHAT_IT_IS = """
    SELECT rolsuper OR rolcreaterole OR rolcreatedb, pg_has_role(rolname, current_user, 'MEMBER'),
           has_schema_privilege(rolname, 'public', 'CREATE'),
           EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(rolname, tableowner, 'MEMBER'))
    FROM pg_roles WHERE rolname = %s
"""


def may_sign_in(role: str) -> bool:
    """Whether the role exists and may sign in; one that was made without a password may not."""
    with connection.cursor() as cursor:
        return _rows(cursor, "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", role) == [(True,)]


def _check(cursor: Any, role: str) -> None:
    """Raise UnfitRole for a role that could still change what a table is."""
    [(above, is_owner, may_make, owns)] = _rows(cursor, WHAT_IT_IS, role)
    if above or is_owner or owns:
        raise UnfitRole(f"{role} is above the tables: it is a superuser, makes roles or databases, or owns tables.")
    if may_make:
        raise UnfitRole(
            f"{role} may make tables in the schema public. As superuser: REVOKE CREATE ON SCHEMA public FROM PUBLIC, "
            "and GRANT it to the role that owns the tables."
        )


def _rights_on(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in GROW_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def _rows(cursor: Any, query: str, *values: object) -> list[tuple[Any, ...]]:
    cursor.execute(query, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _name(name: str) -> str:
    return str(connection.ops.quote_name(name))
