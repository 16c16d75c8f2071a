"""What every test shares: real PostgreSQL, no network, and marks that follow from the fixtures a test asks for."""

import os

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

_flush = DatabaseOperations.execute_sql_flush


def flush_with_append_only_tables(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Tests that really commit are emptied by TRUNCATE, which the audit trail refuses: lift its trigger for that moment."""
    trigger = "ALTER TABLE audit_auditevent {} TRIGGER audit_append_only_truncate"
    clock = "INSERT INTO edi_portal_businessclock (id, \"offset\") VALUES (1, interval '0') ON CONFLICT DO NOTHING"
    _flush(self, [trigger.format("DISABLE"), *sql_list, trigger.format("ENABLE"), clock])
    load_reference()


DatabaseOperations.execute_sql_flush = flush_with_append_only_tables  # type: ignore[method-assign]


def load_reference() -> None:
    """Organisations, places and the KPI catalogue: every test may count on them, also after one that really committed."""
    from io import StringIO

    from django.core.management import call_command

    call_command("load_reference", stdout=StringIO())


# Every main page of every role through axe-core takes minutes: PORTAL_AXE=1 adds it to a run.
collect_ignore = [] if os.environ.get("PORTAL_AXE") else ["accessibility"]

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that this part can run alone on another server."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


@pytest.fixture
def reference(db: None) -> None:
    """Says that a test needs the reference data, which stand in every test database."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Load the reference data once per test database."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        load_reference()
