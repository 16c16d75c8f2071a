"""What every test shares: real PostgreSQL, no network, and marks that follow from the fixtures a test asks for."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.middleware import csrf

from tests import database_contents, database_template

# A form's token is random: with digits or words in it, a page that hides a number would seem to show it now and then.
csrf.CSRF_ALLOWED_CHARS = "JKQVXZ"
# Ten thousand tests and all they import stay in memory: Python need not look through them for garbage so often.
gc.set_threshold(50_000, 20, 20)

# How long an example takes says how busy the machine is, not whether the portal is right. A tool that tries mutants has its own.
hypothesis.settings.register_profile("any_speed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
if hypothesis.settings.get_current_profile_name() == "default":
    hypothesis.settings.load_profile("any_speed")

_flush = DatabaseOperations.execute_sql_flush


def flush_with_append_only_tables(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Tests that really commit are emptied by TRUNCATE, which the audit trail refuses: lift its trigger for that moment."""
    trigger = (
        "ALTER TABLE audit_auditevent {0} TRIGGER audit_append_only_truncate;"
        "ALTER TABLE audit_auditlink {0} TRIGGER audit_link_stays_truncate"
    )
    _flush(self, [trigger.format("DISABLE"), *sql_list, trigger.format("ENABLE")])
    database_contents.put_back()


DatabaseOperations.execute_sql_flush = flush_with_append_only_tables  # type: ignore[method-assign]


def load_reference() -> None:
    """Organisations, places and the KPI catalogue: every test may count on them."""
    from io import StringIO

    from django.core.management import call_command

    call_command("load_reference", stdout=StringIO())


# What is too slow for every run is left out, unless PORTAL_LONG=1 (`make test-long`) asks for it and nothing else.
LONG = bool(os.environ.get("PORTAL_LONG"))
# Its cases are made while it is collected, which takes seconds of every worker, and all of them are long.
collect_ignore = [] if LONG else ["api/test_contract.py"]

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that this part can run alone on another server; set apart what is long."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
    unwanted = [item for item in items if (item.get_closest_marker("long") is not None) != LONG]
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if (item.get_closest_marker("long") is not None) == LONG]


@pytest.fixture
def reference(db: None) -> None:
    """Says that a test needs the reference data, which stand in every test database."""


@pytest.fixture(scope="session")
def from_template(
    django_db_modify_db_settings: None, django_db_blocker: Any, django_db_keepdb: bool, django_db_createdb: bool
) -> Iterator[bool]:
    """Whether this worker's database is a copy of one that is made once for all workers; kept databases are not."""
    if not database_template.RUN or (django_db_keepdb and not django_db_createdb):
        yield False
        return
    with django_db_blocker.unblock():
        database_template.use_template()
    yield True
    with django_db_blocker.unblock():
        database_template.remove_template()


@pytest.fixture(scope="session")
def django_db_setup(from_template: bool, django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the reference data once per test database, and keep what is there now for tests that really commit."""
    with django_db_blocker.unblock():
        if not from_template:
            load_reference()
        database_contents.keep()
