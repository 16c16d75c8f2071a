"""The search for cycles waits while much is made, and is as it was afterwards."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from edi_portal.garbage import cycles_searched_later


class Node:
    """An object that can hold itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def searching_as_before() -> Iterator[None]:
    """Whatever a test does, Python searches afterwards and nothing is frozen."""
    yield
    gc.unfreeze()
    gc.enable()


def test_no_search_in_the_body_and_none_at_once_after_it() -> None:
    with cycles_searched_later():
        assert not gc.isenabled()
        made = [[number] for number in range(50_000)]
        assert gc.get_count()[0] > len(made) / 2
    assert gc.isenabled()
    assert gc.get_count()[0] < 5_000, "the next new object starts a search of all that was made"


def test_a_cycle_made_meanwhile_is_found_by_a_full_search() -> None:
    with cycles_searched_later():
        gone = weakref.ref(Node())
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_a_search_that_was_off_stays_off() -> None:
    gc.disable()
    with cycles_searched_later():
        pass
    assert not gc.isenabled()


def test_what_a_server_froze_stays_frozen() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with cycles_searched_later():
        pass
    assert gc.get_freeze_count() > frozen / 2


def test_as_a_decorator_it_wraps_each_call_anew() -> None:
    @cycles_searched_later()
    def whether() -> bool:
        return gc.isenabled()

    assert [whether(), whether()] == [False, False]
    assert gc.isenabled()
