"""P8 measure by measure: numbers that are hidden in any question can be others, and no page of the steering group moves."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

import pytest
from django.db import transaction

from kpis.models.releases import ReleaseCertificate
from tests.attack.test_rendered import OWNER, World, db, make_world, put_in_place, witnesses  # noqa: F401

pytestmark = pytest.mark.long
READER = "steering"
FEW = frozenset({"bme", "disabled"})
# Questions of people in one quarter; those over twelve months have nothing released after one.
SMALL = ("training_ethnicity", "network_members", "complaints_recording", "board_development", "staff_disability")


def few_everywhere(position: int, values: dict[tuple[str, str, str], Decimal]) -> None:
    """Small numbers in every organisation's answers to several questions."""
    for measure, row, column in list(values):
        if measure in SMALL and position != OWNER:
            values[measure, row, column] = Decimal((position * 5 + len(row) * 3 + len(column)) % 11)
        elif measure == "staff_ethnicity" and column in FEW and any(word in row for word in ("band_8", "band_9", "vsm")):
            values[measure, row, column] = Decimal((position + len(row)) % 3 == 0 and position != OWNER)


@pytest.fixture(scope="module")
def small_world(db: None) -> Iterator[World]:  # noqa: F811
    """Returns with small numbers in several questions, released and published."""
    with transaction.atomic():
        yield make_world(few_everywhere)
        transaction.set_rollback(True)


def test_p8_a_witness_of_every_measure_gives_the_steering_group_the_same_bytes(small_world: World) -> None:
    first, tried = {READER: small_world.read(READER)}, set()
    for measure in ReleaseCertificate.objects.filter(release=small_world.release).values_list("measure", flat=True):
        for changes in islice(witnesses(small_world, measure), 1):
            put_in_place(small_world, first, changes, [READER], measure)
            tried.add(measure)
    assert len(tried) >= 4, tried
