"""The matrix's world, made once per module, and every test's changes to it taken back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.world import World, build_world


@pytest.fixture(scope="module")
def made_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world in a transaction of its own, rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made_world: World) -> Iterator[World]:
    """The world; whatever the test does to it is undone."""
    with transaction.atomic():
        yield made_world
        transaction.set_rollback(True)
