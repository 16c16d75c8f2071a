"""A number in a query string opens nothing that the reader may not read, and does not tell whether there is such a thing."""

import pytest
from django.urls import reverse

from organisations.roles import Role
from steering.models import Decision
from tests.access.test_matrix import stable
from tests.access.world import NO_SUCH, World


@pytest.mark.security(2)
def test_who_reads_no_decisions_does_not_learn_which_there_are(world: World) -> None:
    decision = Decision.objects.filter(withdrawn_on=None)[0].pk
    pages = {
        (reader, number): stable(world.client(reader).get(f"{reverse('actions:add')}?decision={number}"))
        for reader in (Role.EDI_LEAD, Role.STEERING_MEMBER)
        for number in (decision, NO_SUCH)
    }
    assert pages[Role.EDI_LEAD, decision] == pages[Role.EDI_LEAD, NO_SUCH]
    assert f"From decision {decision}" in pages[Role.STEERING_MEMBER, decision]
