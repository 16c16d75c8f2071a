"""Money, hours and whole-time equivalents: totals of many, or nothing."""

from decimal import Decimal

import pytest

from edi_portal.disclosure.magnitudes import protect_magnitudes
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.protection import Published, Withheld, protect_magnitude
from edi_portal.disclosure.universe import CellKey, PublishedPart, Structure

TYPES = dict.fromkeys("abc", "acute") | dict.fromkeys("defg", "community") | {"x": "ambulance"}
PARTS = (PublishedPart("budget", ("budget",)),)
SYSTEM = CellKey("system", "", "budget")


def released(amounts, parts=PARTS, accounts=()):
    figures = {(name, cell): Decimal(amount) for (name, cell), amount in amounts.items()}
    return protect_magnitudes(figures, parts, Structure(TYPES, accounts=accounts), DEFAULT_POLICY)


def budgets(**amounts):
    return {(name, "budget"): amount for name, amount in amounts.items()}


def test_totals_of_many_are_exact_and_no_organisation_is_named():
    found = released(budgets(a=30, b=40, c=50, d=10, e=20, f=30, g=40))
    assert found == {
        CellKey("type", "acute", "budget"): Published(Decimal(120)),
        CellKey("type", "community", "budget"): Published(Decimal(100)),
        SYSTEM: Published(Decimal(220)),
    }


def test_the_system_is_withheld_when_the_types_leave_one_organisation_over():
    found = released(budgets(a=30, b=40, c=50, d=10, e=20, f=30, g=40, x=15))
    assert found[SYSTEM] == Withheld("too_few_contributors")
    assert found[CellKey("type", "acute", "budget")] == Published(Decimal(120))


def test_nobody_left_over_when_the_rest_has_nothing():
    assert released(budgets(a=30, b=40, c=50, x=0))[SYSTEM] == Published(Decimal(120))


def test_a_part_that_contains_a_withheld_one_is_withheld():
    parts = (
        PublishedPart("pay", ("pay",)),
        PublishedPart("travel", ("travel",)),
        PublishedPart("all", ("pay", "travel")),
    )
    amounts = {(name, "pay"): 100 for name in "abc"} | {("a", "travel"): 5, ("b", "travel"): 5, ("c", "travel"): 0}
    found = released(amounts, parts)
    assert found[CellKey("type", "acute", "pay")] == Published(Decimal(300))
    assert found[CellKey("type", "acute", "travel")] == Withheld("too_few_contributors")
    assert found[CellKey("type", "acute", "all")] == Withheld("too_few_contributors")


def test_parts_that_cross_are_refused():
    parts = (PublishedPart("one", ("p", "q")), PublishedPart("two", ("q", "r")))
    with pytest.raises(ValueError, match="overlap"):
        released({(name, cell): 10 for name in "abc" for cell in "pqr"}, parts)


def test_a_shared_account_subtracts_all_that_it_reads():
    amounts = {"a": Decimal(100), "b": Decimal(60), "c": Decimal(60), "d": Decimal(8)}
    assert protect_magnitude(amounts, policy=DEFAULT_POLICY) == Published(Decimal(228))
    shared = [frozenset("bc")]
    assert protect_magnitude(amounts, policy=DEFAULT_POLICY, accounts=shared) == Withheld("dominated")
    assert protect_magnitude(amounts, policy=DEFAULT_POLICY, accounts=[frozenset("ab")]) == Published(Decimal(228))
