"""The same shared text written by two people at the same moment: each has an address of its own."""

import pytest

from organisations.roles import Role
from strategies.models import SharedObjective
from strategies.services.overlaps import share_objective
from tests.kpis.test_two_at_once import at_once
from tests.organisations.factories import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference")]
ROUNDS = 6


def test_two_equal_texts_at_once_have_two_addresses() -> None:
    members = [person(Role.STEERING_MEMBER) for _ in range(2)]

    def deed(by: object) -> object:
        return share_objective(text="One text", themes=("pay",), kpis=(), by=by)

    for number in range(1, ROUNDS + 1):
        ended = at_once(lambda: deed(members[0]), lambda: deed(members[1]))
        assert [one.refused for one in ended] == [None, None]
        assert SharedObjective.objects.count() == 2 * number
