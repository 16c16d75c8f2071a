"""F7: two people at the same moment, in two threads that meet at a barrier, on committed rows. One wins; nothing typed is lost.

One of the meetings is played on every run, the others among the long tests: committed rows are slow to take away again.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from edi_portal.exceptions import BusinessError, Incomplete, InvalidTransition
from kpis.catalogue import CellKey
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.services import collections, returns
from kpis.services.return_saving import CellChange, SaveOutcome
from kpis.services.returns import SponsorComment
from kpis.workflow import Status
from organisations.models import User
from organisations.roles import Role
from tests.kpis.return_world import GRID, ReturnWorld, return_world
from tests.organisations.factories import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference")]
ROUNDS = 3
WHITE, BME = CellKey("white", "applied"), CellKey("bme", "applied")


@dataclass
class Ended:
    """How one of the two ended: what the service returned, or the rule that refused."""

    result: Any = None
    refused: BusinessError | None = None


def at_once(*deeds: Callable[[], Any]) -> list[Ended]:
    """Do all at the same moment, each on a connection of its own; an error that is no business rule is raised here."""
    barrier = threading.Barrier(len(deeds))
    ended = [Ended() for _ in deeds]
    broken: list[BaseException] = []

    def play(place: int, deed: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            ended[place].result = deed()
        except BusinessError as refusal:
            ended[place].refused = refusal
        except BaseException as fault:  # noqa: BLE001 - told to the test, which is another thread
            broken.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=play, args=numbered) for numbered in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not broken, broken
    assert not any(thread.is_alive() for thread in threads), "one waits for the other for ever"
    return ended


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


@pytest.fixture
def second(world: ReturnWorld) -> User:
    """Another lead of the same organisation."""
    return person(Role.EDI_LEAD, world.organisation)


def fresh(kpi_return: KpiReturn) -> KpiReturn:
    return KpiReturn.objects.get(pk=kpi_return.pk)


def save(
    kpi_return: KpiReturn, by: User, amount: int, cell: CellKey = WHITE, **seen: Decimal | None
) -> Callable[[], SaveOutcome]:
    change = CellChange(GRID, cell, Decimal(amount), **seen)
    return lambda: returns.save_answers(kpi_return=fresh(kpi_return), by=by, cells=[change])


def stored(kpi_return: KpiReturn, cell: CellKey = WHITE) -> Decimal | None:
    row = ReturnValue.objects.filter(kpi_return=kpi_return, measure=GRID, row=cell.row, column=cell.column).first()
    return row.amount if row else None


def test_of_two_who_change_one_cell_one_wins_and_the_other_sees_both_values(world: ReturnWorld, second: User) -> None:
    before: Decimal | None = None
    for number in range(ROUNDS):
        mine, theirs = 100 + number, 200 + number
        ended = at_once(save(world.draft, world.lead, mine, seen=before), save(world.draft, second, theirs, seen=before))
        conflicts = [one for ending in ended for one in ending.result.conflicts]
        assert [ending.refused for ending in ended] == [None, None] and len(conflicts) == 1
        assert {conflicts[0].mine, conflicts[0].theirs} == {Decimal(mine), Decimal(theirs)}
        before = stored(world.draft)
        assert before == conflicts[0].theirs


@pytest.mark.long
def test_of_two_who_change_different_cells_both_are_kept(world: ReturnWorld, second: User) -> None:
    for number in range(ROUNDS):
        mine, theirs = Decimal(100 + number), Decimal(200 + number)
        seen = stored(world.draft), stored(world.draft, BME)
        ended = at_once(
            save(world.draft, world.lead, int(mine), seen=seen[0]), save(world.draft, second, int(theirs), BME, seen=seen[1])
        )
        assert not any(one.result.conflicts for one in ended)
        assert (stored(world.draft), stored(world.draft, BME)) == (mine, theirs)
    assert fresh(world.draft).version == 2 * ROUNDS


@pytest.mark.long
def test_what_is_typed_while_somebody_sends_is_in_the_sent_return_or_refused(world: ReturnWorld, second: User) -> None:
    draft = world.filled()
    first = stored(draft)
    assert first is not None
    typed = int(first) + 1
    for number in range(ROUNDS):
        sent, saved = at_once(
            lambda: returns.submit_return(kpi_return=fresh(draft), by=world.lead), save(draft, second, typed, seen=first)
        )
        assert stored(draft) == (first if saved.refused else typed)
        if sent.refused is None:  # what was typed before it is in it, what came later was refused
            assert fresh(draft).status == Status.SUBMITTED and (
                saved.refused is None or isinstance(saved.refused, InvalidTransition)
            )
            returns.recall_return(kpi_return=fresh(draft), by=world.lead, comment=f"Round {number} again.")
        else:  # the new figure asks a question, which is not explained yet
            assert isinstance(sent.refused, Incomplete) and saved.refused is None and fresh(draft).status == Status.DRAFT
        if saved.refused is None:
            save(draft, second, int(first), seen=Decimal(typed))()


@pytest.mark.long
def test_a_return_is_sent_before_the_close_or_not_at_all(world: ReturnWorld) -> None:
    draft = world.filled()
    admin = person(Role.PORTAL_ADMIN)
    collection = Collection.objects.get(pk=draft.collection_id)
    sent, closed = at_once(
        lambda: returns.submit_return(kpi_return=fresh(draft), by=world.lead),
        lambda: collections.close_now(collection=Collection.objects.get(pk=collection.pk), by=admin),
    )
    assert closed.refused is None and closed.result is True
    assert (fresh(draft).status == Status.SUBMITTED) is (sent.refused is None)
    later = at_once(lambda: returns.submit_return(kpi_return=fresh(draft), by=world.lead))
    assert later[0].refused is not None


@pytest.mark.long
def test_of_a_signature_and_a_sending_back_only_one_happens(world: ReturnWorld) -> None:
    sent = world.sent()
    other = person(Role.EXECUTIVE_SPONSOR, world.organisation)
    look_again = SponsorComment("Look again at recruitment.")
    for _ in range(ROUNDS):
        seen = returns.content_hash(fresh(sent))
        statement = returns.statement_for(fresh(sent), world.sponsor)
        signed, returned = at_once(
            lambda: returns.sign_off_return(kpi_return=fresh(sent), by=world.sponsor, statement=statement, seen_hash=seen),  # noqa: B023
            lambda: returns.send_back_return(kpi_return=fresh(sent), by=other, comments=[look_again]),
        )
        assert (signed.refused is None) != (returned.refused is None)
        if signed.refused is None:
            assert fresh(sent).status == Status.SIGNED_OFF
            return
        assert fresh(sent).status == Status.SENT_BACK
        returns.submit_return(kpi_return=fresh(sent), by=world.lead)


@pytest.mark.long
def test_ten_who_send_the_same_return_send_it_once(world: ReturnWorld) -> None:
    draft = world.filled()
    ended = at_once(*[lambda: returns.submit_return(kpi_return=fresh(draft), by=world.lead)] * 10)
    assert sum(one.refused is None for one in ended) == 1
    assert all(isinstance(one.refused, InvalidTransition) for one in ended if one.refused)
