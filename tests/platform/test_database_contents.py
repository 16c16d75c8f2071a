"""After a test that really committed, the next one finds the rows that every test counts on, and no others."""

import pytest
from django.core.management import call_command
from django.db import connection

from organisations.models import Organisation, Place


def rows() -> dict[str, int]:
    """How many rows stand in each table."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.django_db(transaction=True)
def test_a_flush_puts_back_what_every_test_counts_on() -> None:
    before = rows()
    keys = set(Organisation.objects.values_list("pk", flat=True))
    Place.objects.create(slug="nowhere-at-all", name="Nowhere", la_name="Nowhere", la_code="E09999999")
    Organisation.objects.update(short_name="Another")
    call_command("flush", verbosity=0, interactive=False)
    assert rows() == before and len(keys) > 30
    assert set(Organisation.objects.values_list("pk", flat=True)) == keys
    assert not Organisation.objects.filter(short_name="Another").exists()


@pytest.mark.django_db(transaction=True)
def test_new_rows_get_new_keys_although_a_table_was_made_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE organisations_place_id_seq RESTART")
    call_command("flush", verbosity=0, interactive=False)
    known = set(Place.objects.values_list("pk", flat=True))
    added = Place.objects.create(slug="nowhere-at-all", name="Nowhere", la_name="Nowhere", la_code="E09999999")
    assert added.pk not in known and known
