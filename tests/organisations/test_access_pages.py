"""Who saw and changed an organisation's data, who may see it and why, and where faults are reported."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.audit.selectors import whole_log
from edi_portal.audit.services import record
from edi_portal.clock import LONDON
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


def test_the_audit_log_is_searched_by_who_what_where_and_when(django_assert_max_num_queries):
    own, other = OrganisationFactory(), OrganisationFactory()
    lead, admin = person(Role.EDI_LEAD, own), person(Role.PORTAL_ADMIN)
    record(action="return.saved", by=lead, organisation=own, subject="return:own/2019-20-q3", details={"door": "workbook"})
    record(action="return.exported", by=admin, organisation=other, subject="return:other/2019-20-q2")
    record(action="account.signed_in", by=lead, subject=f"user:{lead.pk}")
    page, client = reverse("organisations:log"), signed_in(admin)

    def found(**asked):
        with django_assert_max_num_queries(25):
            answer = client.get(page, asked)
        assert answer.status_code == 200
        return [title for title in ("Return: saved", "Return: exported") if title in answer.content.decode()]

    everything = client.get(page).content.decode()
    assert lead.display_name in everything and "door: workbook" in everything
    assert "Account: signed in" not in everything, "when somebody works is shown to that person alone"
    assert found() == ["Return: saved", "Return: exported"]
    assert found(q=lead.display_name) == found(q="saved q3") == found(q=lead.email) == ["Return: saved"]
    assert found(organisation=other.slug) == found(only="seen") == ["Return: exported"]
    assert found(only="changed", organisation=other.slug) == found(q="nothing like it") == []
    assert found(days=1) == found(days=365) == ["Return: saved", "Return: exported"]
    wrong = client.get(page, {"days": "soon"})
    assert wrong.status_code == 422 and "nhsuk-error-summary" in wrong.content.decode()
    assert client.get(reverse("organisations:log-file"), {"days": "soon"}).status_code == 404


def test_the_log_of_some_days_begins_with_the_first_of_them_in_london():
    record(action="return.saved", by=None, subject="return:own/2019-20-q3")
    day = datetime.now(LONDON).date()
    assert whole_log(besides=(), since=day).filter(action="return.saved").exists()
    assert not whole_log(besides=(), since=day + timedelta(days=1)).exists()


def test_what_was_found_in_the_log_is_taken_out_as_a_file_and_that_is_on_record():
    own = OrganisationFactory()
    admin = person(Role.PORTAL_ADMIN)
    record(action="return.saved", by=admin, organisation=own, subject="return:own/2019-20-q3")
    record(action="return.signed", by=None, organisation=own, subject="return:own/2019-20-q3")
    answer = signed_in(admin).get(reverse("organisations:log-file"), {"q": "saved"})
    heads, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert heads == "When,Who,What,Of which,Organisation,More"
    assert len(lines) == 1 and f"Return: saved,Return own 2019-20-q3,{own.slug}" in lines[0]
    assert AuditEvent.objects.get(action="audit.exported").actor == admin


@pytest.mark.parametrize("role", [Role.EDI_LEAD, Role.STEERING_MEMBER, Role.BOARD_MEMBER])
def test_the_audit_log_is_for_those_who_run_the_portal(role):
    somebody = person(role, OrganisationFactory() if role is Role.EDI_LEAD else None)
    for name in ("log", "log-file"):
        assert signed_in(somebody).get(reverse(f"organisations:{name}")).status_code == 404
