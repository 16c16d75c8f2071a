"""F7: a body takes back its return of a version at the moment when the group proposes the next: one of the two is refused."""

from datetime import date

import pytest

from edi_portal.clock import set_business_day
from organisations.roles import Role
from strategies.models import ModelVersion
from strategies.services.model_documents import VersionEntry, begin_version, propose_version, record_reply, save_version
from strategies.shared_model.replies import RATIFY, RETURN
from tests.kpis.test_two_at_once import at_once
from tests.organisations.factories import person
from tests.strategies.operating_models import pass_all, proposed_version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference")]
TODAY = date(2020, 1, 20)
ROUNDS = 4


def test_f7_a_reply_and_the_next_proposal_at_once_leave_one_version_that_is_proposed() -> None:
    set_business_day(TODAY)
    member, board = person(Role.STEERING_MEMBER), person(Role.BOARD_MEMBER)
    first = proposed_version(member)
    pass_all(person(Role.PORTAL_ADMIN))
    record_reply(version=first, by=board, decision=RETURN, reason="Vague", on=TODAY)
    draft = begin_version(by=member)
    second = save_version(version=draft, entry=VersionEntry("Clearer.", draft.sections), seen_version=0, by=member)
    for _ in range(ROUNDS):
        proposed, replied = at_once(
            lambda: propose_version(version=second, by=member),
            lambda: record_reply(version=first, by=board, decision=RATIFY, reason="", on=TODAY),
        )
        assert (proposed.refused is None) != (replied.refused is None)
        assert ModelVersion.objects.get(state="proposed") == (second if proposed.refused is None else first)
        ModelVersion.objects.filter(pk=first.pk).update(state="returned", settled_on=TODAY)
        ModelVersion.objects.filter(pk=second.pk).update(state="draft", proposed_on=None, proposed_by=None)
