"""P11, second half: the database itself keeps the reader of releases from everything but released figures and their names."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from kpis.models.releases import Release, ReleasedCount, ReleasedFigure, ReleaseStatus
from organisations.models import Organisation
from tests.kpis.dashboard_factories import figure, published_release, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

READER = "edi_release_ro"
WHOLE = {"kpis_releasedcount", "kpis_releasedfigure"}
NAMES = {
    "kpis_release": {
        *("id", "collection_id", "number", "revision", "revises_id", "status", "fingerprint", "catalogue_version", "due"),
        *("returned", "counts_shown", "counts_hidden", "counts_withheld", "published_at", "synthetic"),
    },
    "kpis_collection": {"id", "period"},
    "kpis_kpi": {"id", "code", "slug", "position"},
    "organisations_organisation": {"id", "slug", "kind", "name", "short_name"},
}
REFUSED = (
    *("kpis_returnvalue", "kpis_returnanswer", "kpis_kpireturn", "kpis_explanation", "kpis_extract", "kpis_evidence"),
    *("kpis_releasecertificate", "kpis_knownfact", "kpis_buildpart", "audit_auditevent", "django_session"),
)


@contextmanager
def as_reader() -> Iterator[None]:
    """Everything inside is asked as the reader of releases; afterwards as the portal again."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {READER}")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def refused(statement: str) -> bool:
    """Whether the database refuses a statement of the reader for want of a right."""
    with pytest.raises(ProgrammingError, match="permission denied"), as_reader(), connection.cursor() as cursor:
        cursor.execute(statement)
    return True


def rows(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def test_p11_the_reader_of_releases_reads_released_figures_with_their_names() -> None:
    trust = Organisation.objects.filter(kind="acute").order_by("slug")[0]
    write(figure(published_release("2019-20-q2", 14, [trust]), "DQ-1", trust, value=4))
    with as_reader():
        assert not ReleasedCount.objects.exists()
        found = ReleasedFigure.objects.filter(release__status="published", release__collection__period="2019-20-q2")
        names = found.values_list("release__number", "kpi__code", "organisation__short_name", "value")
        assert list(names) == [(14, "DQ-1", trust.short_name, 4)]


def test_p11_what_is_prepared_or_discarded_is_not_there_for_it() -> None:
    trust = Organisation.objects.filter(kind="acute").order_by("slug")[0]
    out = published_release("2019-20-q2", 14, [trust])
    write(figure(out, "DQ-1", trust, value=4))
    for status in (ReleaseStatus.PREPARED, ReleaseStatus.PROPOSED, ReleaseStatus.DISCARDED):
        kept = {
            "policy": {},
            "catalogue_version": "test",
            "due": [],
            "returned": [],
            "input_digest": status,
            "fingerprint": status,
        }
        release = Release.objects.create(collection=out.collection, status=status, **kept)
        write(figure(release, "DQ-1", trust, value=5))
    assert ReleasedFigure.objects.count() == 4, "the portal itself reads every release"
    with as_reader():
        assert list(Release.objects.values_list("number", flat=True)) == [14]
        assert list(ReleasedFigure.objects.values_list("value", flat=True)) == [4]
        assert set(rows("SELECT release_id FROM kpis_releasedfigure")) == {(out.pk,)}


@pytest.mark.parametrize("table", REFUSED)
@pytest.mark.security(41)
def test_p11_the_reader_of_releases_is_refused_everything_else(table: str) -> None:
    assert refused(f"SELECT * FROM {table}")
    assert refused(f"SELECT count(*) FROM {table}")


def test_p11_no_table_of_returns_people_or_workforce_is_open_to_it() -> None:
    """Of all tables of the database, whatever is added to it, exactly the released ones and the columns that name them."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label == "workforce"]
    assert models and all(refused(f"SELECT * FROM {model._meta.db_table}") for model in models)
    open_columns: dict[str, set[str]] = {}
    query = """
        SELECT c.relname, a.attname
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')"""
    for table, column in rows(query, READER):
        open_columns.setdefault(table, set()).add(column)
    assert set(open_columns) == WHOLE | set(NAMES)
    assert {table: columns for table, columns in open_columns.items() if table in NAMES} == NAMES


@pytest.mark.security(41)
def test_p11_it_writes_nothing_and_nobody_signs_in_as_it() -> None:
    for table in (*WHOLE, *NAMES):
        assert refused(f"DELETE FROM {table}")
    assert refused("UPDATE kpis_releasedfigure SET value = 1")
    assert refused("SELECT made_from FROM kpis_release")
    assert refused("SELECT headcount_estimate FROM organisations_organisation")
    assert rows("SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", READER) == [
        (False, False, False, False)
    ]


def test_the_role_is_made_again_where_it_exists_and_taken_back() -> None:
    migration = import_module("kpis.migrations.0012_release_reader")
    with connection.cursor() as cursor:
        cursor.execute(migration.READER)
        assert rows("SELECT has_table_privilege(%s, 'kpis_releasedfigure', 'SELECT')", READER) == [(True,)]
        cursor.execute(migration.READER_BACK)
        left = rows(
            "SELECT has_table_privilege(rolname, 'kpis_releasedfigure', 'SELECT') FROM pg_roles WHERE rolname = %s", READER
        )
        assert left in ([], [(False,)]), "it is gone, or another database of the server keeps it"
        cursor.execute(migration.READER_BACK)
        cursor.execute(migration.READER)
    with as_reader():
        assert not Release.objects.values_list("number").exists()
