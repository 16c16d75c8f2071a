"""The reply of the board and of each Healthwatch on its page: who is asked, when, and what is kept of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.clock import set_business_day
from edi_portal.exceptions import InvalidTransition, NotAllowed
from organisations.models import Place, User
from organisations.roles import Role
from steering.selectors.proposals import operating_model_for
from steering.selectors.reminders import model_to_remind_of
from strategies.models import ModelReply, ModelVersion
from strategies.selectors.replies import can_reply
from strategies.services.model_documents import VersionEntry, begin_version, propose_version, record_reply, save_version
from strategies.shared_model.replies import RATIFY, RETURN
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.strategies.operating_models import pass_all, proposed_version

pytestmark = pytest.mark.django_db
PROPOSED, TODAY = date(2020, 1, 13), date(2020, 1, 20)
PAGE, REPLY = "/operating-model/document/versions/1/", "/operating-model/document/versions/1/reply/"


@pytest.fixture
def member() -> User:
    set_business_day(PROPOSED)
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def unread(member: User) -> ModelVersion:
    """Proposed a week ago; no reviewer has read it."""
    made = proposed_version(member)
    set_business_day(TODAY)
    return made


@pytest.fixture
def version(unread: ModelVersion) -> ModelVersion:
    """The same, passed by a reviewer."""
    pass_all(person(Role.PORTAL_ADMIN))
    return unread


@pytest.fixture(params=["board", "healthwatch"])
def reader(request: Any, unread: ModelVersion) -> User:
    """Somebody of a body that is asked."""
    if request.param == "board":
        return person(Role.BOARD_MEMBER)
    return person(Role.HEALTHWATCH_READER, Place.objects.get(slug="sefton"))


def typed(day: date = TODAY, **more: str) -> dict[str, str]:
    return {"on-day": str(day.day), "on-month": str(day.month), "on-year": str(day.year), **more}


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_nobody_replies_to_what_they_cannot_read_or_is_asked_to(unread: ModelVersion, reader: User) -> None:
    for decision in (RATIFY, RETURN):
        with pytest.raises(InvalidTransition, match="waits for a reviewer"):
            record_reply(version=unread, by=reader, decision=decision, reason="Vague", on=TODAY)
    client = signed_in(reader)
    assert "Reply to:" not in text(client, "/") and REPLY not in text(client, PAGE)
    assert client.get(REPLY).status_code == 409
    refused = client.post(REPLY, typed(decision=RETURN, reason="JKQ VXZ"))
    assert refused.status_code == 422 and "waits for a reviewer" in refused.content.decode()
    assert "JKQ VXZ" in refused.content.decode(), "what was typed is kept"
    state = operating_model_for(reader)
    assert state is not None and not state.waits
    assert model_to_remind_of() is None
    assert not ModelReply.objects.exists()
    pass_all(person(Role.PORTAL_ADMIN))
    state = operating_model_for(reader)
    assert state is not None and state.waits
    assert model_to_remind_of() == (unread, frozenset())
    assert "Reply to:" in text(client, "/") and REPLY in text(client, PAGE)


def test_the_pages_ask_little_of_the_database(version: ModelVersion, reader: User) -> None:
    client = signed_in(reader)
    client.get("/help/")  # the first click of a session is noted
    for address in ("/", PAGE, "/operating-model/document/", REPLY, "/ratifications/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 25, address


def test_a_body_replies_and_its_newest_reply_counts(version: ModelVersion, reader: User) -> None:
    client = signed_in(reader)
    form = text(client, REPLY)
    assert 'value="20"' in form and "Do not name people." in form and "has replied" not in form
    day = TODAY - timedelta(days=3)
    answer = client.post(REPLY, typed(day, decision=RETURN, reason="JKQ VXZ"), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    shown = answer.content.decode()
    assert "Your reply to version 1 is kept: returned with a reason." in shown and "Version 1 was returned" in shown
    assert "Returned on 17 January 2020" in shown and "Reply again to version 1" in shown
    form = text(client, REPLY)
    assert "Your body has replied: returned with a reason, on 17 January 2020. Reason: JKQ VXZ" in form
    colleague = person(Role(reader.memberships.get().role), reader.memberships.get().place)
    form = text(signed_in(colleague), REPLY)
    assert "Your body has replied" in form and "JKQ VXZ" not in form, "a reason is read after a reviewer"
    shown = client.post(REPLY, typed(decision=RATIFY), follow=True).content.decode()
    assert "Version 1 waits for replies" in shown
    replies = [(one.decision, one.reason, one.replied_on, one.recorded_by) for one in version.replies.all()]
    assert replies == [(RETURN, "JKQ VXZ", day, reader), (RATIFY, "", TODAY, reader)]
    assert {one.place for one in version.replies.all()} == {reader.memberships.get().place}


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (typed(), "Answer the question: What did your body decide?"),
        (typed(decision="perhaps"), "choose one of the answers shown"),
        (typed(decision=RETURN, reason=""), "Say why you return it, so that the steering group knows what to change"),
        (typed(decision=RETURN, reason="  "), "Say why you return it, so that the steering group knows what to change"),
        (typed(PROPOSED - timedelta(days=1), decision=RATIFY), "between 13 January 2020 and 20 January 2020"),
        (typed(TODAY + timedelta(days=1), decision=RATIFY), "between 13 January 2020 and 20 January 2020"),
        ({"decision": RATIFY, "on-day": "31", "on-month": "2", "on-year": "2020"}, "must be a real date"),
        ({"decision": RATIFY}, "Enter the day of the reply"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    version: ModelVersion, reader: User, sent: dict[str, str], says: str
) -> None:
    answer = signed_in(reader).post(REPLY, {"reason": "JKQ VXZ", **sent})
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page, page
    assert all(f'value="{sent[name]}"' in page for name in sent if name.startswith("on-"))
    assert ('value="ratify" checked' in page) == (sent.get("decision") == RATIFY)
    assert "reason" in sent or "JKQ VXZ" in page
    assert not ModelReply.objects.exists()


def test_others_neither_see_the_reply_nor_give_one(version: ModelVersion, member: User) -> None:
    trust = OrganisationFactory.create(slug="here")
    others = [member, person(Role.PORTAL_ADMIN), person(Role.EDI_LEAD, trust), person(Role.EXECUTIVE_SPONSOR, trust)]
    for one in others:
        client = signed_in(one)
        assert REPLY not in text(client, PAGE) and not can_reply(one, version)
        assert client.get(REPLY).status_code == client.post(REPLY, typed(decision=RATIFY)).status_code == 403
        with pytest.raises(NotAllowed):
            record_reply(version=version, by=one, decision=RATIFY, reason="", on=TODAY)
    assert not ModelReply.objects.exists()


def test_the_next_version_ends_the_replies_to_the_one_before(version: ModelVersion, reader: User, member: User) -> None:
    client = signed_in(reader)
    client.post(REPLY, typed(decision=RETURN, reason="Vague"))
    draft = begin_version(by=member)
    assert client.get(REPLY.replace("/1/", "/2/")).status_code == 404, "a draft is its writers' own"
    assert client.get(REPLY).status_code == 200
    saved = save_version(version=draft, entry=VersionEntry("Clearer.", draft.sections), seen_version=0, by=member)
    propose_version(version=saved, by=member)
    assert client.get(REPLY).status_code == 409 and REPLY not in text(client, PAGE)
    late = client.post(REPLY, typed(decision=RATIFY))
    assert late.status_code == 422 and "A later version was proposed. Reply to that one." in late.content.decode()


def test_it_is_ratified_on_the_day_of_the_last_yes_whoever_types_it_last(version: ModelVersion) -> None:
    readers = [person(Role.HEALTHWATCH_READER, place) for place in Place.objects.all()]
    board = person(Role.BOARD_MEMBER)
    first, second = TODAY - timedelta(days=4), TODAY - timedelta(days=2)
    record_reply(version=version, by=readers[0], decision=RETURN, reason="Vague", on=first)
    version.refresh_from_db()
    assert (version.state, version.settled_on) == ("returned", first)
    for reader in readers:
        record_reply(version=version, by=reader, decision=RATIFY, reason="", on=second)
    version.refresh_from_db()
    assert (version.state, version.settled_on) == ("proposed", None)
    record_reply(version=version, by=board, decision=RATIFY, reason="", on=first)
    version.refresh_from_db()
    assert (version.state, version.settled_on) == ("ratified", second)
    assert signed_in(board).get(reverse("operating-model:reply", args=[1])).status_code == 409
