"""F16 and F12: steps of the database go back and forward on filled tables and change no row; old code works beside a new table.

Everything happens in one transaction that is taken back: PostgreSQL changes tables in transactions like rows.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import OperationalError, connection, models, transaction
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from edi_portal.reviews.models import TextReview
from kpis.demonstration.profile import FIRST_QUARTER
from kpis.demonstration.publishing import publish_period
from tests.access.world import build_world
from tests.kpis.demonstration_data import loaded_demonstration

OWN = tuple(
    sorted(
        name.rpartition(".")[2]
        for name in settings.INSTALLED_APPS
        if name.partition(".")[0] in {"edi_portal", "organisations", "workforce", "kpis", "strategies", "steering"}
    )
)
IRREVERSIBLE: Mapping[str, str] = {}
"""app.migration → why nothing can bring the tables back to what they were."""
BEFORE_THE_FIRST_SERVICE = {
    "kpis.0003_measure_position",
    "kpis.0004_release_certificates",
    "kpis.0005_release_day_is_a_job",
    "kpis.0007_shared_work",
    "kpis.0011_series_breaks",
    "kpis.0014_sheets_to_choose_from",
    "organisations.0014_session_epoch",
    "reviews.0002_parts_and_published",
    "steering.0006_publications_on_public_pages",
    "strategies.0006_line_version",
}
"""Steps from before anybody ran the portal, when no old code could stand beside them."""

CHANGED_BY_A_STEP = {
    "kpis_collection": "kpis.0013 gives open collections the template with dates, and says so again after it was taken back",
    "mfa_authenticator": "organisations.0015 and 0017 encrypt secrets, each time with another key, and hash codes",
}
"""table → which step writes other values into it, as it is meant to."""
REWRITTEN: Mapping[str, str] = {}
"""step: table → why all of it may be written anew under a lock."""
LONGEST_STEP = 5.0
"""Seconds that the database may work for a step on filled tables. Whoever meets its locks waits; a page gives up after 10."""
GROWING = {"returnvalue", "returnevent", "releasedcount", "releasedfigure", "auditevent", "auditlink", "job", "proposedline"}
"""Tables with many rows for each quarter and organisation."""

Columns = dict[str, dict[str, tuple[bool, bool]]]
"""table → column → whether it may stay empty, and whether the database fills it."""


@pytest.fixture
def loader(db: None) -> MigrationLoader:
    return MigrationLoader(connection)


def chain(loader: MigrationLoader, app: str) -> list[str]:
    """The names of the migrations of an app, in their order."""
    return sorted(name for label, name in loader.disk_migrations if label == app)


def columns() -> Columns:
    """The tables as they are."""
    found: Columns = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, is_nullable = 'YES', column_default IS NOT NULL OR is_identity = 'YES' "
            "FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for table, column, optional, filled in cursor.fetchall():
            found.setdefault(table, {})[column] = (optional, filled)
    return found


def digests(of: Columns) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table, of the columns given; a new order of rows or columns changes nothing."""
    found = {}
    with connection.cursor() as cursor:
        for table, names in of.items():
            cells = ", ".join(f'"{name}"' for name in sorted(names))
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(md5(r::text), ',' ORDER BY md5(r::text))), '') "
                f'FROM (SELECT {cells} FROM "{table}") r'
            )
            found[table] = cursor.fetchone()
    return found


def move(app: str, name: str) -> None:
    """Bring the tables to how they were, or are, with this migration."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate([(app, name)])


def back_and_forward(app: str, name: str, newest: Mapping[str, str]) -> None:
    """To `name` and back to the newest of every app. What both know is as before, and so are the tables."""
    before, full = columns(), digests(columns())
    move(app, name)
    known = {table: names for table, names in columns().items() if table != "django_migrations"}
    lower = digests(known)
    both = {
        table: dict.fromkeys(names.keys() & before[table].keys(), (True, True))
        for table, names in known.items()
        if table in before
    }
    down = digests(both)
    for label, last in newest.items():
        move(label, last)
    assert columns() == before, f"{app} {name}: the tables differ"
    after = digests(both)
    assert {table for table in both if after[table] != down[table]} == set(), f"{app} {name}: forward"
    kept = {table for table in both if both[table].keys() == before[table].keys()}
    assert {table for table in kept if digests({table: both[table]})[table] != full[table]} == set(), f"{app} {name}: back"
    assert sum(rows for rows, _ in lower.values()) > 1000, "the tables are filled"


def foundation(loader: MigrationLoader) -> list[tuple[str, str]]:
    """The first steps that need no later one of another app. What came after them goes with the steps it rests on."""
    firsts = {(app, chain(loader, app)[0]) for app in newest_of_all(loader)}
    return sorted(first for first in firsts if {one for one in loader.graph.forwards_plan(first) if one[0] in OWN} <= firsts)


def fill_tables() -> None:
    """Rows in most tables."""
    build_world()
    forget_what_passed_by_itself()


def forget_what_passed_by_itself() -> None:
    """Texts that the portal passed by itself break the rule of before reviews.0002."""
    TextReview.objects.filter(state="published").delete()


@contextmanager
def small_portal() -> Iterator[int]:
    """Rows in most tables; yields how many rows there are at least."""
    fill_tables()
    yield 1000


@contextmanager
def whole_partnership() -> Iterator[int]:
    """Thirty organisations with three years of returns of every KPI, and their first release."""
    with loaded_demonstration():
        publish_period(FIRST_QUARTER)
        forget_what_passed_by_itself()
        yield 100_000


class Watched:
    """What each step did to tables that hold rows: how long the database worked for it, and which it wrote anew."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.rewritten: set[str] = set()
        self._worked, self._files = 0.0, dict[str, int]()

    def __call__(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Called by the executor before and after every step."""
        if action in {"apply_start", "unapply_start"}:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self._worked, self._files = 0.0, files_of_filled_tables()
        elif action == "apply_success":
            step = f"{migration.app_label}.{migration.name}"
            self.seconds[step] = self._worked
            now = files_of_filled_tables()
            both = self._files.keys() & now.keys()
            self.rewritten |= {f"{step}: {table}" for table in both if self._files[table] != now[table]}

    def statement(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Around every statement: its time is that of the step."""
        began = time.monotonic()
        try:
            return execute(*arguments)
        finally:
            self._worked += time.monotonic() - began


def files_of_filled_tables() -> dict[str, int]:
    """table → its file, which changes when all of it is written anew. Empty tables are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_relation_filenode(oid) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"
        )
        return dict(cursor.fetchall())


def newest_of_all(loader: MigrationLoader) -> dict[str, str]:
    return {app: chain(loader, app)[-1] for app in OWN if chain(loader, app)}


@pytest.mark.long
@pytest.mark.usefixtures("reference")
def test_f16_the_last_step_of_every_app_goes_back_and_forward_on_filled_tables(loader: MigrationLoader) -> None:
    fill_tables()
    newest = newest_of_all(loader)
    for app, name in newest.items():
        steps = chain(loader, app)
        if len(steps) > 1 and f"{app}.{name}" not in IRREVERSIBLE:
            back_and_forward(app, steps[-2], newest)


@pytest.mark.long
@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("filled", [small_portal, whole_partnership])
def test_f16_every_step_from_the_first_tables_on_goes_back_and_forward_on_filled_tables(
    filled: Callable[[], AbstractContextManager[int]], loader: MigrationLoader
) -> None:
    """All the way back to the first step of every app and forward again: what both ends know is as it was."""
    with filled() as rows:
        check_all_the_way(loader, rows)


def check_all_the_way(loader: MigrationLoader, at_least: int) -> None:
    newest = newest_of_all(loader)
    before, watched = columns(), Watched()
    MigrationExecutor(connection, watched).migrate(foundation(loader))
    first = {table: names for table, names in columns().items() if table != "django_migrations"}
    lower = digests(first)
    with connection.execute_wrapper(watched.statement):
        MigrationExecutor(connection, watched).migrate(list(newest.items()))
    assert columns() == before
    both = {
        table: {name: (True, True) for name in names.keys() & before[table].keys()}
        for table, names in first.items()
        if table in before
    }
    kept = {table: names for table, names in both.items() if names.keys() == first[table].keys()}
    assert len(kept) > 20, "tables that stay"
    changed = {table for table, found in digests(kept).items() if found != lower[table]}
    assert changed == set(CHANGED_BY_A_STEP)
    assert sum(rows for rows, _ in lower.values()) > at_least, "the tables are filled"
    step, took = max(watched.seconds.items(), key=lambda one: one[1])
    print(f"{sum(rows for rows, _ in lower.values()):,} rows, {len(watched.seconds)} steps, the longest {took:.2f} s: {step}")
    slow = {step: took for step, took in watched.seconds.items() if took > LONGEST_STEP}
    assert (slow, watched.rewritten) == ({}, set(REWRITTEN))
    assert len(watched.seconds) > 40


def test_f16_no_step_reads_all_of_a_growing_table_under_its_lock(loader: MigrationLoader) -> None:
    """An index, a constraint or another type for a table that grows needs a way that lets others write meanwhile."""
    found = {
        f"{app}.{name}: {operation.describe()}"
        for (app, name), step in loader.disk_migrations.items()
        if app in OWN and f"{app}.{name}" not in BEFORE_THE_FIRST_SERVICE
        for operation in step.operations
        if isinstance(operation, AddIndex | AddConstraint | AlterField) and operation.model_name_lower in GROWING
        if operation.model_name_lower not in {made.name_lower for made in step.operations if isinstance(made, CreateModel)}
    }
    assert found == set()


@pytest.mark.django_db
def test_f16_a_step_that_waits_for_a_table_gives_up_before_the_pages_behind_it_do(monkeypatch: pytest.MonkeyPatch) -> None:
    table, page_waits = TextReview._meta.db_table, answer_to("SHOW lock_timeout")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
        monkeypatch.setattr("edi_portal.apps.STEP_WAITS", "50ms")
        emit_pre_migrate_signal(0, False, "default")
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN more int")
    finally:
        other.close()
    monkeypatch.undo()
    emit_pre_migrate_signal(0, False, "default")
    step_waits = answer_to("SHOW lock_timeout")
    emit_post_migrate_signal(0, False, "default")
    assert (step_waits, page_waits, answer_to("SHOW lock_timeout")) == ("5s", "10s", "10s")


def answer_to(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])


def test_f16_every_step_can_be_taken_back_or_says_why_not(loader: MigrationLoader) -> None:
    found = {
        f"{app}.{name}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in OWN and not all(operation.reversible for operation in migration.operations)
    }
    assert found == set(IRREVERSIBLE)


def test_f12_a_step_only_adds_what_code_of_before_can_leave_out(loader: MigrationLoader) -> None:
    """What is to go stays for one version without being used, and goes with the next."""
    found = {f"{app}.{name}": faults(step) for (app, name), step in loader.disk_migrations.items() if app in OWN}
    assert {name for name, words in found.items() if words} == BEFORE_THE_FIRST_SERVICE, found


def faults(migration: Migration) -> list[str]:
    """What of a step breaks filled tables, or code of before that still runs: nothing is taken away while that is so."""
    found = []
    made = {operation.name_lower for operation in migration.operations if isinstance(operation, CreateModel)}
    for operation in migration.operations:
        older = isinstance(operation, AddField) and operation.model_name_lower not in made
        if older and _must_be_given(operation.field):
            found.append(
                f"{operation.model_name}.{operation.name} is needed and the database does not fill it: give a db_default"
            )
        if isinstance(operation, RemoveField | DeleteModel | RenameField | RenameModel):
            found.append(f"{operation.describe()}: code of before still asks for it")
    return found


def _must_be_given(field: "models.Field[Any, Any]") -> bool:
    return not field.null and not field.has_db_default() and not field.many_to_many


def test_f12_code_of_the_step_before_writes_and_reads_the_tables_of_today(loader: MigrationLoader) -> None:
    """A web server or worker of before names the columns it knows; it must find them, and may leave out all others."""
    now = columns()
    for app in newest_of_all(loader):
        steps = chain(loader, app)
        if len(steps) < 2 or f"{app}.{steps[-1]}" in BEFORE_THE_FIRST_SERVICE:
            continue
        state = loader.project_state((app, steps[-2]), at_end=True)
        for (label, _), model in state.models.items():
            if label != app:
                continue
            table = model.options.get("db_table") or f"{app}_{model.name_lower}"
            known = {column for name, field in model.fields.items() if (column := _column(name, field))}
            assert known <= now[table].keys(), (table, known - now[table].keys())
            needed = {column for column, (optional, filled) in now[table].items() if not optional and not filled}
            assert needed <= known, (table, needed - known)


def _column(name: str, field: "models.Field[Any, Any]") -> str:
    if field.many_to_many:
        return ""
    return field.db_column or (f"{name}_id" if field.is_relation else name)


@pytest.mark.parametrize(
    ("operation", "is_fault"),
    [
        (lambda: AddField("Thing", "size", models.IntegerField(default=0)), True),
        (lambda: AddField("Thing", "size", models.IntegerField(default=0, db_default=0)), False),
        (lambda: AddField("Thing", "size", models.IntegerField(null=True)), False),
        (lambda: RemoveField("Thing", "size"), True),
        (lambda: RenameModel("Thing", "Object"), True),
        (lambda: CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]), False),
    ],
)
def test_the_rule_sees_what_it_is_for(operation: Callable[[], Operation], is_fault: bool) -> None:
    migration = Migration("0009_example", "example")
    migration.operations = [operation()]
    assert bool(faults(migration)) == is_fault
