"""One migrated database for all workers of a run: the first that needs a database makes it, the others copy its files.

Migrating takes half a minute of a processor, copying less than a second. While the first worker migrates, the others
have files whose tests need no database; one that has none left waits.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
NAME = f"test_template_{RUN[:20]}"


@contextmanager
def server() -> Iterator[CursorWrapper]:
    """The server itself, not one of its databases; nothing here is cut off in time."""
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        yield cursor


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Everything meanwhile happens in this database of the server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before


def use_template() -> None:
    """Let this worker's test database be a copy of the one that all workers share; whoever comes first makes that."""
    with server() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [NAME])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if cursor.fetchone() is None:
            _make(cursor)
    connection.settings_dict["TEST"]["TEMPLATE"] = NAME


def _make(cursor: CursorWrapper) -> None:
    """Migrate under another name, so that the template is whole where there is one."""
    half = f"{NAME}_part"
    cursor.execute(f'CREATE DATABASE "{half}"')
    with connected_to(half):
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        call_command("createcachetable")
        call_command("load_reference", stdout=StringIO())
    cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{NAME}"')


def remove_template() -> None:
    """Leave no copy behind on a server that lives on."""
    with server() as cursor:
        for name in (NAME, f"{NAME}_part"):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
