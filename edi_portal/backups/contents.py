"""What a database holds, in few words: rows and a digest of each table, migrations, releases."""

import hashlib
import json
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# Sessions are nobody's record, and those of the backup end with it: a stolen backup signs nobody in.
LEFT_OUT = ("django_session",)


def contents() -> dict[str, Any]:
    """Tables with rows and digest, applied migrations, fingerprints of releases. Equal contents mean equal databases.

    Reads in the caller's transaction, so that all of it is of one moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute("SET LOCAL statement_timeout = 0")
        tables = {table: _digest(cursor, table) for table in _tables(cursor)}
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        migrations = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT fingerprint FROM kpis_release WHERE number IS NOT NULL ORDER BY number")
        releases = [fingerprint for (fingerprint,) in cursor.fetchall()]
    return {"tables": tables, "migrations": migrations, "releases": releases}


def fingerprint(found: dict[str, Any]) -> str:
    """SHA-256 of contents."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def is_empty() -> bool:
    """Whether the database holds no table."""
    with connection.cursor() as cursor:
        return not _tables(cursor, all_of_them=True)


def migrations_to_apply() -> list[str]:
    """What this version of the portal still has to do to the database."""
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _tables(cursor: Any, *, all_of_them: bool = False) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [table for (table,) in cursor.fetchall() if all_of_them or table not in LEFT_OUT]


def _digest(cursor: Any, table: str) -> list[Any]:
    """Number of rows, and a digest that does not depend on their order on disk."""
    name = connection.ops.quote_name(table)
    rows = f"(SELECT md5(t::text) AS row FROM {name} t) s"
    cursor.execute(f"SELECT count(*), md5(coalesce(string_agg(row, '' ORDER BY row), '')) FROM {rows}")
    count, digest = cursor.fetchone()
    return [count, digest]
