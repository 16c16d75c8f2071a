"""The register of staff networks: who reads what, who writes, and what others never learn."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.periods import Quarter
from edi_portal.reviews.models import TextReview
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in
from workforce.models import StaffNetwork
from workforce.selectors.networks import core_networks, matches_in, network_counts, networks_shown_to
from workforce.services.networks import (
    NetworkEntry,
    add_meeting,
    add_network,
    ask_about_shared_networks,
    change_network,
    end_network,
    reopen_network,
)
from workforce.services.reference import characteristics_of, load_published_networks

pytestmark = pytest.mark.django_db

ENTRY = NetworkEntry(
    name="REACH",
    characteristics=("race",),
    purpose="Hears and speaks for colleagues.",
    chair="The chair",
    sponsor="A board member",
    terms_agreed_on=date(2018, 4, 1),
    members=1237,
    leads=2,
    protected_time=True,
    lead_hours=Decimal("8.25"),
    budget=64_321,
    is_shared=True,
    contact="reach@trust.invalid",
)
SECRET = ("1,237", "1237", "8.25", "64,321", "64321", "The chair", "A board member")


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(date(2020, 1, 20))


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def network(trust: Organisation, lead: User) -> StaffNetwork:
    made = add_network(organisation=trust, entry=ENTRY, by=lead)
    add_meeting(network=made, held_on=date(2019, 11, 4), by=lead)
    pass_all()
    return made


def test_the_register_answers_the_questions_of_the_quarter(trust: Organisation, network: StaffNetwork) -> None:
    counts = network_counts(trust, Quarter(2019, 3))
    assert counts is not None
    assert (counts.running, counts.sponsored, counts.protected_time, counts.members, counts.budget) == (1, 1, 1, 1237, 64_321)
    assert counts.core == {"bame": "standalone", "lgbt": "", "disability": ""}


def test_an_organisation_without_confirmed_entries_has_no_register_to_answer_from(trust: Organisation) -> None:
    StaffNetwork.objects.create(organisation=trust, name="Published", slug="published", is_shared=True)
    assert network_counts(trust, Quarter(2019, 3)) is None


def test_a_partner_counts_a_joint_network(trust: Organisation, lead: User) -> None:
    partner = OrganisationFactory.create(slug="there")
    made = add_network(organisation=trust, entry=NetworkEntry(**{**_fields(), "partners": (partner,)}), by=lead)
    add_meeting(network=made, held_on=date(2019, 12, 2), by=lead)
    counts = network_counts(partner, Quarter(2019, 3))
    assert counts is not None and (counts.running, counts.core["bame"], counts.members) == (1, "shared", 0)


def _fields() -> dict[str, object]:
    return {name: getattr(ENTRY, name) for name in NetworkEntry.__dataclass_fields__}


@pytest.mark.parametrize("role", [Role.STEERING_MEMBER, Role.BOARD_MEMBER, Role.PORTAL_ADMIN])
def test_others_read_that_a_shared_network_exists_and_no_number_or_name(role: Role, network: StaffNetwork) -> None:
    client = signed_in(person(role))
    for address in ("/networks/", f"/networks/{network.slug}/"):
        body = client.get(address).content.decode()
        assert "REACH" in body
        assert [words for words in SECRET if words in body] == []


def test_the_lead_of_another_trust_reads_no_more_than_others(network: StaffNetwork) -> None:
    client = signed_in(person(Role.EDI_LEAD, OrganisationFactory.create()))
    body = client.get(f"/networks/{network.slug}/").content.decode()
    assert "REACH" in body and [words for words in SECRET if words in body] == []


def test_a_network_that_is_not_shared_does_not_exist_for_others(network: StaffNetwork) -> None:
    StaffNetwork.objects.update(is_shared=False)
    client = signed_in(person(Role.STEERING_MEMBER))
    assert client.get(f"/networks/{network.slug}/").status_code == 404
    assert "REACH" not in client.get("/networks/").content.decode()


def test_the_own_lead_and_sponsor_read_the_whole_entry(trust: Organisation, lead: User, network: StaffNetwork) -> None:
    for user in (lead, person(Role.EXECUTIVE_SPONSOR, trust)):
        body = signed_in(user).get(f"/networks/{network.slug}/").content.decode()
        assert "1,237" in body and "The chair" in body and "It runs, and counts in your return." in body


def test_only_the_lead_writes(trust: Organisation, network: StaffNetwork) -> None:
    for user in (person(Role.EXECUTIVE_SPONSOR, trust), person(Role.CONTRIBUTOR, trust), person(Role.PORTAL_ADMIN)):
        with pytest.raises(NotAllowed):
            change_network(network=network, entry=ENTRY, seen_version=network.version, by=user)


def test_a_save_over_a_newer_one_is_refused_and_shows_what_was_typed(lead: User, network: StaffNetwork) -> None:
    seen = network.version
    change_network(network=network, entry=ENTRY, seen_version=seen, by=lead)
    with pytest.raises(StaleData):
        change_network(network=network, entry=ENTRY, seen_version=seen, by=lead)
    answer = signed_in(lead).post(
        f"/networks/{network.slug}/change/", {"name": "Typed for nothing", "focus": "carers", "version": str(seen)}
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Typed for nothing" in page and "Saved meanwhile, beside what you typed" in page
    assert f'name="version" value="{seen + 1}"' in page
    mistyped = signed_in(lead).post(f"/networks/{network.slug}/change/", {"name": "", "version": str(seen)})
    assert mistyped.status_code == 422 and f'name="version" value="{seen}"' in mistyped.content.decode()
    assert StaffNetwork.objects.get(slug=network.slug).name == "REACH"


def test_a_form_without_purpose_or_characteristic_says_which_field_to_mend(lead: User) -> None:
    answer = signed_in(lead).post("/networks/add/", {"name": "Nameless"})
    assert answer.status_code == 422
    assert "Say what the network is for" in answer.content.decode()


def test_a_network_is_added_by_form(lead: User, trust: Organisation) -> None:
    answer = signed_in(lead).post(
        "/networks/add/",
        {
            "name": "Proud",
            "characteristics": ["sexual_orientation", "gender_reassignment"],
            "terms_agreed_on": "1/4/2019",
            "members": "12",
        },
    )
    assert answer.status_code == 302
    made = StaffNetwork.objects.get(name="Proud")
    assert (made.organisation, made.terms_agreed_on, made.core) == (trust, date(2019, 4, 1), frozenset({"lgbt"}))
    assert AuditEvent.objects.filter(action="network.added", organisation="here").count() == 1


def test_the_same_meeting_is_noted_once_and_none_in_the_future(lead: User, network: StaffNetwork) -> None:
    add_meeting(network=network, held_on=date(2019, 11, 4), by=lead)
    assert network.meetings.count() == 1
    with pytest.raises(Incomplete):
        add_meeting(network=network, held_on=date(2020, 1, 21), by=lead)


def test_a_wrong_day_keeps_the_page_and_names_the_field(lead: User, network: StaffNetwork) -> None:
    answer: Client = signed_in(lead).post(f"/networks/{network.slug}/met/", {"held_on": "40/1/2020"})
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Day of the meeting must be a real date" in answer.content.decode()  # type: ignore[attr-defined]


def test_an_end_needs_a_reason_keeps_the_record_and_can_be_taken_back(lead: User, network: StaffNetwork) -> None:
    with pytest.raises(Incomplete):
        end_network(network=network, on=date(2020, 1, 1), reason=" ", by=lead)
    ended = end_network(network=network, on=date(2020, 1, 1), reason="The chair moved on.", by=lead)
    with pytest.raises(InvalidTransition):
        change_network(network=ended, entry=ENTRY, seen_version=ended.version, by=lead)
    assert reopen_network(network=ended, by=lead).ended_on is None
    assert network.meetings.count() == 1


def test_the_database_knows_the_characteristics_and_the_order_of_days(trust: Organisation) -> None:
    wrong = ({"characteristics": ["hair"]}, {"started_on": date(2020, 1, 2), "ended_on": date(2020, 1, 1)}, {"maturity": 9})
    for number, fields in enumerate(wrong):
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffNetwork.objects.create(organisation=trust, name=f"n{number}", slug=f"n{number}", **fields)


def test_an_organisation_without_a_network_is_shown_who_could_help_those_of_its_kind_first(network: StaffNetwork) -> None:
    other = OrganisationFactory.create(slug="zz-needs-help")
    own_lead = person(Role.EDI_LEAD, other)
    bame = next(match for match in matches_in(core_networks(own_lead), other) if match.key == "bame")
    assert network in bame.helpers
    same_kind = [helper.organisation.kind == other.kind for helper in bame.helpers]
    assert same_kind == sorted(same_kind, reverse=True)


def test_the_overview_asks_as_often_however_many_organisations_there_are(network: StaffNetwork) -> None:
    reader = person(Role.STEERING_MEMBER)
    reader.active_membership = reader.memberships.get()
    with CaptureQueriesContext(connection) as few:
        core_networks(reader)
    for number in range(5):
        StaffNetwork.objects.create(
            organisation=OrganisationFactory.create(), name="N", slug=f"more-{number}", characteristics=["sex"], is_shared=True
        )
    with CaptureQueriesContext(connection) as many:
        core_networks(reader)
    assert len(many) == len(few) <= 7


def test_the_published_networks_load_once_with_their_source_and_count_nowhere(reference: None) -> None:
    load_published_networks()
    loaded = StaffNetwork.objects.filter(source_url__gt="")
    assert loaded.count() == 20
    assert not loaded.filter(confirmed_at__isnull=False).exists()
    assert loaded.get(name="Dyslexia and Dyspraxia").focus == "neurodiversity"
    assert loaded.get(name="Armed Forces").characteristics == []
    assert load_published_networks() == 0
    assert len(networks_shown_to(person(Role.BOARD_MEMBER))) == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("race", (["race"], "")),
        ("sexual orientation; gender reassignment", (["gender_reassignment", "sexual_orientation"], "")),
        ("disability (neurodiversity)", (["disability"], "neurodiversity")),
        ("not a protected characteristic (veterans and reservists)", ([], "veterans and reservists")),
        ("", ([], "")),
    ],
)
def test_characteristics_are_read_as_published(text: str, expected: tuple[list[str], str]) -> None:
    assert characteristics_of(text) == expected


@pytest.mark.parametrize("how", ["shared", "partner"])
def test_others_read_name_focus_purpose_and_contact_only_after_their_review(how: str, lead: User, trust: Organisation) -> None:
    partner = OrganisationFactory.create()
    entry = replace(
        ENTRY,
        name="Marked deaf nurses",
        focus="marked carers",
        purpose="For our 2 marked nurses.",
        contact="marked@trust.invalid",
        is_shared=how == "shared",
        partners=(partner,) if how == "partner" else (),
    )
    network = add_network(organisation=trust, entry=entry, by=lead)
    stranger = signed_in(person(Role.STEERING_MEMBER) if how == "shared" else person(Role.EDI_LEAD, partner))
    address = reverse("networks:detail", args=[network.slug])
    assert "marked" not in address.casefold(), "an address is read before the name"
    own = signed_in(lead).get(address).content.decode()
    assert "2 marked nurses" in own and "Waits for review: others do not read it yet." in own
    assert stranger.get(address).status_code == 404
    for page in ("networks:list", "networks:start"):
        assert "marked" not in stranger.get(reverse(page)).content.decode().casefold()
    found = stranger.get(reverse("networks:list"), {"q": "marked"}).content.decode()
    assert "No shared network matches." in found, "a search would tell that the words are there"
    pass_text(review=TextReview.objects.get(subject=network.review_subject), nobody_recognisable=True, by=_admin())
    page = stranger.get(address).content.decode()
    assert all(words in page for words in ("Marked deaf nurses", "marked carers", "2 marked nurses", "marked@trust.invalid"))
    change_network(network=network, entry=replace(entry, name="Unread name"), seen_version=network.version, by=lead)
    assert "Unread name" not in stranger.get(reverse("networks:list")).content.decode()
    assert "Marked deaf nurses" in stranger.get(address).content.decode(), "others read it as it was before"


def _admin() -> User:
    return person(Role.PORTAL_ADMIN)


def pass_all() -> None:
    """A portal admin passes every text that waits."""
    admin = _admin()
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=admin)


def test_an_upgrade_puts_what_others_used_to_read_into_the_queue_once(network: StaffNetwork) -> None:
    TextReview.objects.filter(subject=network.review_subject).delete()
    assert (ask_about_shared_networks(), ask_about_shared_networks()) == (1, 0)
