"""Two people set the colour of one plan at the same moment: one colour stands, the other is on record, nobody sees a fault."""

from datetime import date

import pytest

from edi_portal.clock import set_business_day
from organisations.roles import Role
from steering.models import RagOverride, Workstream
from steering.services import workstreams
from tests.kpis.test_two_at_once import at_once
from tests.organisations.factories import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference")]
ROUNDS = 6


def test_two_colours_at_once_leave_one_in_force() -> None:
    set_business_day(date(2020, 1, 20))
    members = [person(Role.STEERING_MEMBER) for _ in range(2)]
    plan = Workstream.objects.get(slug="staff-networks")

    def deed(colour: str, by: object) -> object:
        return workstreams.set_colour(workstream=plan, colour=colour, reason=f"It is {colour}.", rule_said="none", by=by)

    for number in range(1, ROUNDS + 1):
        ended = at_once(lambda: deed("red", members[0]), lambda: deed("amber", members[1]))
        assert [one.refused for one in ended] == [None, None]
        assert RagOverride.objects.filter(workstream=plan, ended_at=None).count() == 1
        assert RagOverride.objects.count() == 2 * number, "what was set before stays on record"
        workstreams.follow_rule(workstream=plan, by=members[0])
