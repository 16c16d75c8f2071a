"""Hours saved by shared objectives: nobody's are told, by a total, by two of them, or by a sum of several accounts."""

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.clock import set_business_day
from edi_portal.disclosure.policy import DEFAULT_POLICY
from organisations.models import Organisation
from organisations.roles import Role
from strategies.models import FrozenHours, Objective, SharedHours, StrategyDocument
from strategies.selectors.hours import released_hours
from strategies.services.hours import freeze_hours
from strategies.services.overlaps import adopt_objective, share_objective
from strategies.shared_hours import Frozen, frozen_totals
from tests.access.world import NO_ROLE, build_world
from tests.attack.scrapers import SCRAPERS
from tests.organisations.factories import OrganisationFactory, person, signed_in

OWNERS = "abcdef"
HOURS = st.dictionaries(st.sampled_from(OWNERS), st.integers(0, 60).map(Decimal), max_size=6)


def frozen(now: dict[str, int], *before: dict[str, int], accounts: tuple[frozenset[str], ...] = ()) -> Frozen:
    numbers = [{name: Decimal(hours) for name, hours in one.items()} for one in (now, *before)]
    return frozen_totals({"text": numbers[0]}, {"text": numbers[1:]}, policy=DEFAULT_POLICY, accounts=accounts)["text"]


def test_three_who_are_alike_are_added_up() -> None:
    assert frozen({"a": 20, "b": 24, "c": 18}) == Frozen(Decimal(62), {"a": 20, "b": 24, "c": 18})


@pytest.mark.parametrize(
    "now", [{}, {"a": 20, "b": 24}, {"a": 20, "b": 24, "c": 0}, {"a": 500, "b": 20, "c": 3}], ids=["none", "two", "zero", "p%"]
)
def test_too_few_or_one_that_stands_out_are_withheld_and_nothing_is_kept(now: dict[str, int]) -> None:
    assert frozen(now) == Frozen(None, {})


def test_an_account_that_reads_two_organisations_counts_as_a_reader_of_both() -> None:
    now = {"a": 20, "b": 24, "c": 18}
    assert frozen(now, accounts=(frozenset("ab"),)).total is None


def test_a_newcomer_alone_does_not_change_the_total_and_three_do() -> None:
    then = {"a": 20, "b": 24, "c": 18}
    assert frozen(then | {"d": 15}, then) == Frozen(Decimal(62), then, is_earlier=True)
    assert frozen(then | {"d": 15, "e": 12, "f": 14}, then).total == 103


def test_going_back_to_an_older_state_with_one_difference_gives_nobody_away() -> None:
    first = {"a": 20, "b": 24, "c": 18}
    second = {"a": 30, "b": 36, "c": 29}
    assert frozen(second, first).total == 95
    assert frozen(first | {"a": 21}, first, second) == Frozen(Decimal(95), second, is_earlier=True)


@given(st.lists(HOURS, min_size=1, max_size=6))
def test_no_total_and_no_difference_of_two_is_the_hours_of_one_or_two(rounds: list[dict[str, Decimal]]) -> None:
    shown: list[dict[str, Decimal]] = []
    for now in rounds:
        found = frozen_totals({"text": now}, {"text": shown}, policy=DEFAULT_POLICY)["text"]
        if found.total is not None:
            assert found.total == sum(found.basis.values())
            if dict(found.basis) not in shown:
                shown.append(dict(found.basis))
    for place, one in enumerate(shown):
        assert sum(hours > 0 for hours in one.values()) >= 3
        for other in shown[:place]:
            changed = {name for name in {*one, *other} if one.get(name, 0) != other.get(name, 0)}
            assert len(changed) == 0 or len(changed) >= 3


@pytest.mark.django_db
def test_hours_are_frozen_with_a_release_and_not_before_the_next() -> None:
    world = build_world()
    set_business_day(date(2020, 1, 20))
    shared = share_objective(text="Offer interpreters", themes=("access",), kpis=(), by=person(Role.STEERING_MEMBER))
    planted = (1237, 1238, 1241)
    for hours in planted:
        _adopted(OrganisationFactory.create(), shared, hours)
    assert freeze_hours() == 1 and freeze_hours() == 0
    _adopted(OrganisationFactory.create(), shared, 1249)
    assert freeze_hours() == 0, "one release is one freezing"
    assert SharedHours.objects.get().total == sum(planted)
    released = released_hours()
    assert released is not None and (released.release, released.sum_of_shown) == (world.release.number, sum(planted))
    everyone = (*planted, 1249)
    partial = {str(sum(some)) for size in range(1, 5) for some in combinations(everyone, size)} - {str(sum(planted))}
    for reader in (*Role, NO_ROLE):
        response = world.client(str(reader)).get("/strategies/overlaps/")
        if response.status_code == 200:
            numbers = SCRAPERS["strategies:overlaps"](response).numbers
            assert str(sum(planted)) in numbers, "what is released is read"
            assert not numbers & partial, f"{reader} reads hours of one or of some"


def _adopted(organisation: Organisation, shared: object, hours: int) -> None:
    document = StrategyDocument.objects.create(
        organisation=organisation, slug=f"{organisation.slug}-s", kind="plan", title="A plan", is_shared=True
    )
    line = Objective.objects.create(document=document, number=1, text="Interpreters for all")
    adopt_objective(line=line, shared=shared, hours_saved=hours, by=person(Role.EDI_LEAD, organisation))


@pytest.mark.django_db
def test_without_a_release_nothing_is_frozen_and_the_page_says_so() -> None:
    shared = share_objective(text="Offer interpreters", themes=("access",), kpis=(), by=person(Role.STEERING_MEMBER))
    for hours in (20, 24, 18):
        _adopted(OrganisationFactory.create(), shared, hours)
    assert freeze_hours() == 0 and not FrozenHours.objects.exists()
    body = signed_in(person(Role.STEERING_MEMBER)).get("/strategies/overlaps/").content.decode()
    assert "not released yet" in body and "add up to" not in body
