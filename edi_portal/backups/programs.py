"""Finds `pg_dump` and `pg_restore` of a version that fits the server."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


class NoPrograms(Exception):
    """No program fits the server; the message says what to do."""


def fitting_program(name: str) -> Path:
    """The path of a PostgreSQL program: of the server's own version if there is one, else of the oldest newer one."""
    server = server_version()
    found = sorted(
        (version, number, path) for number, path in enumerate(_candidates(name)) if (version := _version(path)) >= server
    )
    if not found:
        raise NoPrograms(
            f"No {name} of PostgreSQL {server} or newer was found. Install PostgreSQL's client programs, or name their folder in "
            "PORTAL_POSTGRESQL_PROGRAMS."
        )
    return found[0][2]


def server_version() -> int:
    """The major version of the portal's server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        [number] = cursor.fetchone()
    return int(number) // 10_000


def connection_environment() -> dict[str, str]:
    """How the programs reach the portal's database: in variables, so that the password stands in no list of processes."""
    values = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    given = {variable: str(values[name]) for name, variable in names.items() if values.get(name)}
    return {**os.environ, **given, "PGTZ": "UTC"}


def _candidates(name: str) -> Iterator[Path]:
    """The named folder alone, or the machine's program and the one of the Python package of `make run`."""
    if settings.POSTGRESQL_PROGRAMS:
        yield Path(settings.POSTGRESQL_PROGRAMS) / name
        return
    from edi_portal.embedded.places import CannotRun
    from edi_portal.embedded.wheels import postgresql_programs

    if path := shutil.which(name):
        yield Path(path)
    try:
        yield postgresql_programs() / name
    except CannotRun:
        return


def _version(path: Path) -> int:
    """The major version of a program; 0 where it cannot say."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0
