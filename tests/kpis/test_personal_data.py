"""A person sees what is held on them, is forgotten when they ask, and what was kept long enough goes: 40 and 18."""

import json
import time
from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from edi_portal.audit.chain import verify_chain
from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_now
from edi_portal.exceptions import InvalidTransition
from edi_portal.jobs.models import Job
from kpis.models.files import WorkbookUpload
from kpis.services.retention import delete_what_is_due, due_for_deletion
from organisations.models import Invitation, User
from organisations.permissions import can
from organisations.roles import Right, Role
from organisations.services.invitations import invite
from organisations.services.memberships import grant_membership
from organisations.services.password_links import ask_for_password_link
from organisations.services.personal_data import close_account, erase_account, personal_data
from tests.kpis.return_world import GRID, SECTION, ReturnWorld, return_world
from tests.organisations.factories import PASSWORD, TOTP_SECRET, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def told(*words: str) -> str:
    """What the command says."""
    out = StringIO()
    call_command("person_data", *words, stdout=out)
    return out.getvalue()


@pytest.mark.security(40)
def test_a_person_gets_everything_on_them_and_nothing_on_others(world: ReturnWorld) -> None:
    admin = person(Role.PORTAL_ADMIN)
    newcomer = person(Role.BOARD_MEMBER)
    grant_membership(user=newcomer, role=Role.CONTRIBUTOR, organisation=world.organisation, by=admin)
    world.sent()
    held = json.loads(told(world.lead.email.upper()))
    assert held["account"]["email"] == world.lead.email
    kinds = {row["what"] for row in held["rows"]}
    assert {"membership", "audit event", "email address", "kpi return"} <= kinds
    everything = json.dumps([held, personal_data(admin)])
    for other in User.objects.exclude(pk__in=[world.lead.pk, admin.pk]):
        assert other.email not in everything and f'"{other.display_name}"' not in everything
    assert "numerator" not in everything and "amount" not in everything and TOTP_SECRET not in everything
    given = [row for row in personal_data(admin)["rows"] if row["as"] == "granted_by"]
    assert given and all("role" not in row for row in given), "of another's role only the fact is told"


@pytest.mark.security(17)
def test_what_was_typed_before_the_session_ended_is_there_afterwards(world: ReturnWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    section = reverse("returns:section", args=[world.organisation.slug, "2019-20-q3", SECTION])
    client, cell = signed_in(world.lead), f"{GRID}/bme/applied"
    assert client.post(f"{section}autosave/", {cell: "1234", "seen": "{}"}).status_code == 200
    late = time.time() + 31 * 60
    monkeypatch.setattr("organisations.middleware.time.time", lambda: late)
    assert client.get(section).headers["Location"] == f"/account/login/?next={section}"
    monkeypatch.undo()
    assert 'value="1234"' in signed_in(world.lead).get(section).content.decode().replace("1,234", "1234")


@pytest.mark.security(18)
def test_a_closed_account_is_signed_out_and_told(world: ReturnWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
    browser = signed_in(world.lead)
    close_account(account=world.lead, by=None)
    assert browser.get("/organisations/").status_code == 302
    assert mail.outbox[-1].to == [world.lead.email] and "closed" in mail.outbox[-1].body
    assert not can(User.objects.get(pk=world.lead.pk), Right.VIEW_RETURN, world.organisation)
    with pytest.raises(InvalidTransition):
        close_account(account=world.lead, by=None)


@pytest.mark.security(40)
def test_an_erased_person_is_a_number_and_the_chain_stays_whole(world: ReturnWorld) -> None:
    world.sent()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    name, email = world.lead.display_name, world.lead.email
    before = AuditEvent.objects.filter(actor=world.lead).count()
    assert "would be done" in told(email, "--erase") and User.objects.filter(email=email).exists()
    Invitation.objects.filter(email=email).delete()
    assert erase_account(account=User.objects.get(email=email), by=None) == ()
    gone = User.objects.get(pk=world.lead.pk)
    assert (gone.display_name, gone.email) == ("Account erased", f"erased-{gone.pk}@erased.invalid")
    assert not gone.check_password(PASSWORD) and not gone.is_active
    assert name not in str(personal_data(gone)) and email not in str(personal_data(gone))
    assert AuditEvent.objects.filter(actor=gone).count() == before
    assert verify_chain().problems == ()


def test_the_command_says_what_it_would_do_does_it_once_and_refuses_in_a_sentence(world: ReturnWorld) -> None:
    email, browser = world.lead.email, signed_in(world.lead)
    with pytest.raises(CommandError, match="No account has this address"):
        told("nobody@example.invalid", "--close", "--really")
    assert "would be done (add --really): the account is closed" in told(email, "--close")
    assert browser.get("/organisations/").status_code == 200, "nothing is changed without --really"
    assert told(f" {email.upper()} ", "--close", "--really").startswith("Done: the account is closed.")
    assert browser.get("/organisations/").status_code == 302
    with pytest.raises(CommandError, match="This account is closed already"):
        told(email, "--close")
    name = world.lead.display_name
    about = Invitation.objects.create(
        email="other@example.invalid", display_name=f"{name} junior", role=Role.BOARD_MEMBER, expires_at=timezone.now()
    )
    said = told(email, "--erase", "--really")
    assert "Done: the account is erased." in said and f"name or address stands there: invitation {about.pk}" in said
    with pytest.raises(CommandError, match="No account has this address"):
        told(email)


@pytest.mark.security(40)
def test_the_dry_run_counts_what_the_real_run_deletes(world: ReturnWorld) -> None:
    signed_in(world.lead)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    for days in (29, 31):
        upload = WorkbookUpload.objects.create(
            kpi_return=world.draft, uploaded_by=world.lead, file_name="a.xlsx", digest="0" * 64, content=b"x", status="checked"
        )
        WorkbookUpload.objects.filter(pk=upload.pk).update(uploaded_at=business_now() - timedelta(days=days))
    asked = [ask_for_password_link(account=None) for _ in range(2)]
    Job.objects.filter(pk=asked[0].pk).update(created_at=timezone.now() - timedelta(days=31))
    open_one = invite(email="new@example.invalid", display_name="New", role=Role.BOARD_MEMBER, by=None)
    dead = invite(email="old@example.invalid", display_name="Old", role=Role.BOARD_MEMBER, by=None)
    Invitation.objects.filter(pk=dead.pk).update(expires_at=timezone.now() - timedelta(days=731))
    tried = AccessAttempt.objects.create(username="x@example.invalid", ip_address="192.0.2.7", failures_since_start=1)
    AccessAttempt.objects.filter(pk=tried.pk).update(attempt_time=timezone.now() - timedelta(days=2))
    out = StringIO()
    call_command("apply_retention", stdout=out)
    assert "Nothing was deleted" in out.getvalue() and Session.objects.exists()
    expected = due_for_deletion()
    assert list(expected.values()) == [1, 1, 1, 1, 1, 0, 0]
    assert delete_what_is_due() == expected
    assert not any(due_for_deletion().values())
    assert list(Job.objects.filter(kind="password_link")) == asked[1:]
    assert WorkbookUpload.objects.count() == 1 and list(Invitation.objects.all()) == [open_one]
    assert AuditEvent.objects.get(action="retention.applied").details == expected
