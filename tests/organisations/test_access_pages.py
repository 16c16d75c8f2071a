"""Who saw and changed an organisation's data, who may see it and why, and where faults are reported."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.audit.services import record
from organisations.roles import Role
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db


def test_the_record_shows_the_own_organisation_who_took_figures_out_and_nothing_of_others(django_assert_max_num_queries):
    own, other = OrganisationFactory(), OrganisationFactory()
    lead = person(Role.EDI_LEAD, own)
    record(action="return.exported", by=lead, organisation=own, subject=f"return:{own.slug}/2019-20-q3", details={"file": "wres"})
    record(action="return.saved", by=lead, organisation=own, subject=f"return:{own.slug}/2019-20-q3")
    record(action="return.exported", by=None, organisation=other, subject="return:other/2019-20-q3")
    for _ in range(60):
        record(action="return.saved", by=lead, organisation=own, subject=f"return:{own.slug}/2019-20-q3")
    page, client = reverse("organisations:record", args=[own.slug]), signed_in(lead)
    with django_assert_max_num_queries(25):
        everything = client.get(page).content.decode()
    assert "Rows 1 to 50 of 62" in everything and lead.display_name in everything
    assert "Return 2019-20-q3" in everything
    seen = client.get(page, {"only": "seen"}).content.decode()
    assert "Return: exported" in seen and "Return: saved" not in seen and "return:other" not in everything + seen
    assert client.get(page, {"only": "nonsense"}).status_code == 404


def test_each_person_with_rights_is_there_with_the_role_that_gives_them(django_assert_max_num_queries):
    own, other = OrganisationFactory(), OrganisationFactory()
    lead, sponsor, stranger = person(Role.EDI_LEAD, own), person(Role.EXECUTIVE_SPONSOR, own), person(Role.EDI_LEAD, other)
    board = person(Role.BOARD_MEMBER)
    client = signed_in(lead)
    with django_assert_max_num_queries(25):
        text = client.get(reverse("organisations:access", args=[own.slug])).content.decode()
    assert lead.display_name in text and sponsor.display_name in text
    assert "See the return and its exact figures" in text
    assert f"{stranger.display_name}:" not in text and f"{board.display_name}:" not in text


@pytest.mark.security(38)
def test_security_txt_names_a_contact_and_an_end_within_a_year(settings):
    settings.SECURITY_CONTACT, settings.BASE_URL = "mailto:security@example.invalid", "https://edi.example.invalid/"
    answer = Client().get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@example.invalid"
    assert fields["Canonical"] == "https://edi.example.invalid/.well-known/security.txt"
    ends = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < ends - datetime.now(UTC) < timedelta(days=365)
    assert (settings.BASE_DIR / "SECURITY.md").read_text().count("\n") > 5
