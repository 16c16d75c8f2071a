"""The demonstration's returns for tests: composed once in memory, and loaded once in a transaction that is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.test import override_settings

from edi_portal.periods import quarters_between
from kpis.demonstration import stories
from kpis.demonstration.composition import Composed, compose
from kpis.demonstration.footprint import breaks_by_quarter, members_by_quarter
from kpis.demonstration.loading import load_returns
from kpis.demonstration.profile import FIRST_QUARTER
from kpis.selectors.definitions import framework_for

QUARTERS = quarters_between(FIRST_QUARTER, stories.OPEN_QUARTER)


def compose_all() -> list[Composed]:
    """Every return, without any writing."""
    members = members_by_quarter(QUARTERS)
    return compose(QUARTERS, lambda quarter: members[quarter], framework_for, breaks_by_quarter())


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def loaded_demonstration() -> Iterator[list[str]]:
    """The demonstration's returns in the database; yields the progress lines. Gone afterwards."""
    said: list[str] = []
    with override_settings(DEMONSTRATION=True), rolled_back():
        load_returns(say=said.append)
        yield said
