"""The matrix's world, made once per module, and every test's changes to it taken back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.world import World, build_world


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this folder's tests: one transaction for a whole module, rolled back after it.

    It stands in for the fixture of the same name, by which pytest-django knows that a test database is needed.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made_world(db: None) -> World:
    """The world, made once for the module."""
    return build_world()


@pytest.fixture
def world(made_world: World) -> Iterator[World]:
    """The world; whatever the test does to it is undone."""
    with transaction.atomic():
        yield made_world
        transaction.set_rollback(True)
