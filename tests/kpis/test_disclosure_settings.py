"""Disclosure settings: two people, never below the floor, for new releases only. Facts public elsewhere: in the audit, pinned."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.disclosure.policy import DEFAULT_POLICY, Policy
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from kpis.forms.disclosure import WORDS
from kpis.models.definitions import Setting
from kpis.models.disclosure import DisclosureChange, KnownFact
from kpis.models.releases import ReleasedCount
from kpis.release_content import build_content
from kpis.release_content.inputs import FactInput
from kpis.release_content.people import ReleaseRefusedError
from kpis.release_content.protected_counts import people_tables
from kpis.selectors.disclosure import policy_in_force
from kpis.services import disclosure, release_checks, releases
from organisations.models import User
from organisations.roles import Role
from tests.kpis.release_world import closed_collection, people, shrink_partnership
from tests.kpis.test_release_content import made_from
from tests.organisations.factories import person, signed_in

VALUES = disclosure.settings_of(DEFAULT_POLICY)
BELOW_THE_FLOOR = [
    ("threshold", 6),
    ("survey_respondents", 10),
    ("width", 2),
    ("base", 4),
    ("base", 6),
    ("base", 40),
    ("small_organisation", 500),
]


@pytest.fixture
def admins(db: None) -> tuple[User, User]:
    return person(Role.PORTAL_ADMIN), person(Role.PORTAL_ADMIN)


@pytest.mark.django_db
def test_one_admin_proposes_and_another_confirms(admins: tuple[User, User]) -> None:
    one, two = admins
    change = disclosure.propose_policy(values=VALUES | {"width": 4}, reason="The group wants more room.", by=one)
    assert policy_in_force() == DEFAULT_POLICY, "nothing changes yet"
    with pytest.raises(NotAllowed, match="another portal admin"):
        disclosure.confirm_policy(change=change, by=one)
    assert disclosure.confirm_policy(change=change, by=two) == Policy(version=2, width=4)
    assert policy_in_force() == Policy(version=2, width=4)
    with pytest.raises(InvalidTransition):
        disclosure.confirm_policy(change=change, by=two)
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {"disclosure.proposed", "disclosure.confirmed"}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), BELOW_THE_FLOOR)
def test_settings_below_the_floor_are_refused_by_service_page_and_check(admins: tuple[User, User], name: str, value: int) -> None:
    wrong = VALUES | {name: value}
    with pytest.raises(Incomplete):
        disclosure.propose_policy(values=wrong, reason="Show more.", by=admins[0])
    answer = signed_in(admins[0]).post(reverse("disclosure:settings"), wrong | {"reason": "Show more."})
    assert answer.status_code == 422 and not DisclosureChange.objects.exists()
    Setting.objects.create(key="disclosure.policy", value=wrong | {"version": 2})
    assert "kpis.E001" in {problem.id for problem in run_checks(include_deployment_checks=True)}


@pytest.mark.django_db
def test_the_database_refuses_a_change_below_the_floor_and_one_by_one_person(admins: tuple[User, User]) -> None:
    with pytest.raises(IntegrityError, match="keeps_the_floor"), transaction.atomic():
        DisclosureChange.objects.create(before=VALUES, values=VALUES | {"threshold": 5}, reason="x", proposed_by=admins[0])
    change = disclosure.propose_policy(values=VALUES | {"width": 4}, reason="More room.", by=admins[0])
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        DisclosureChange.objects.filter(pk=change.pk).update(status="confirmed", version=2, decided_by=admins[0])


@pytest.mark.django_db
def test_a_proposal_on_the_page_keeps_what_was_typed_and_is_logged(admins: tuple[User, User]) -> None:
    one, two = signed_in(admins[0]), signed_in(admins[1])
    address = reverse("disclosure:settings")
    answer = one.post(address, VALUES | {"threshold": 9, "reason": ""})
    assert answer.status_code == 422 and 'value="9"' in answer.content.decode()
    assert one.post(address, VALUES | {"threshold": 9, "reason": "Small <b>wards</b>."}).status_code == 302
    change = DisclosureChange.objects.get()
    assert one.post(address, {"doing": "confirm", "change": change.pk}).status_code == 403
    text = two.get(address).content.decode()
    assert "Small &lt;b&gt;wards&lt;/b&gt;." in text and "Confirm the change" in text
    assert two.post(address, {"doing": "confirm", "change": change.pk}).status_code == 302
    assert policy_in_force().threshold == 9
    assert "T, highest hidden count: 7 to 9" in two.get(address).content.decode()
    assert two.post(address, {"doing": "drop", "change": "x"}).status_code == 404


def test_every_setting_has_words() -> None:
    assert set(WORDS) == set(VALUES)


@pytest.mark.django_db
@pytest.mark.usefixtures("reference")
def test_new_settings_and_facts_are_for_new_releases_and_kept_with_them() -> None:
    shrink_partnership()
    lead, sponsor, one, two = people()
    collection = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor)
    first = releases.publish_release(
        release=releases.propose_release(release=releases.prepare_release(collection=collection), by=one), by=two
    )
    change = disclosure.propose_policy(values=VALUES | {"threshold": 12}, reason="Wider.", by=one)
    disclosure.confirm_policy(change=change, by=two)
    fact = disclosure.add_fact(
        measure="staff_ethnicity", part="", organisation=None, period="", source="National", address="", year=2019, by=one
    )
    revision = releases.prepare_release(collection=collection)
    assert revision.pk != first.pk and revision.made_from["facts"] == [fact.pk], "a new fact is a reason to audit again"
    assert revision.policy["threshold"] == 7, "what was shown once is not hidden after the fact"
    second = releases.prepare_release(collection=closed_collection("2019-20-q3", lead=lead, sponsor=sponsor))
    assert second.policy["threshold"] == 12 and second.made_from["facts"] == [fact.pk]
    assert not ReleasedCount.objects.filter(release=second, value=10).exists(), "8 to 12 are hidden now"
    disclosure.retire_fact(fact=fact, reason="Withdrawn by its publisher.", by=two)
    for release in (first, revision, second):
        assert release_checks.check_release(release).faults == ()
    text = Client().get(reverse("method-release", args=[first.number])).content.decode()
    assert first.audit["certificates"] in text and first.policy["threshold"] == 7


def test_a_fact_is_an_equation_that_every_reader_knows() -> None:
    plain = made_from("WRES-2")
    table = next(table for table in people_tables(plain).tables if table.variant.measure == "recruitment_ethnicity")
    part = table.parts[0].key
    known = replace(plain, facts=(FactInput(1, "recruitment_ethnicity", part, "org-1", ""),))
    found = next(table for table in people_tables(known).tables if table.variant.measure == "recruitment_ethnicity").facts
    assert [fact.atoms for fact in found] == [
        frozenset(atom for atom in table.atoms if atom[0] == "org-1" and atom[1] in table.parts[0].cells)
    ]


def test_a_hidden_number_that_is_public_is_refused_and_not_passed_over() -> None:
    def few(slug: str, quarter: object, values: dict) -> None:
        if slug == "org-2":
            values["recruitment_ethnicity", "bme", "appointed"] = Decimal(1)

    plain = made_from("WRES-2", change=few)
    build_content(plain)
    table = next(table for table in people_tables(plain).tables if table.variant.measure == "recruitment_ethnicity")
    part = next(part.key for part in table.parts if any(cell.endswith("bme/appointed") for cell in part.cells))
    with pytest.raises(ReleaseRefusedError, match="org-2"):
        build_content(replace(plain, facts=(FactInput(1, "recruitment_ethnicity", part, "org-2", ""),)))


@pytest.mark.django_db
@pytest.mark.usefixtures("reference")
def test_a_fact_is_entered_and_retired_on_its_page() -> None:
    admin = person(Role.PORTAL_ADMIN)
    client, address = signed_in(admin), reverse("disclosure:facts")
    typed = {"subject": "staff_ethnicity/", "source": "NHS Workforce Statistics", "year": "2019", "period": "2019-20 Q5"}
    assert client.post(address, typed).status_code == 422
    assert client.post(address, typed | {"period": "2019-20 Q3"}).status_code == 302
    fact = KnownFact.objects.get()
    assert (fact.measure, fact.part, fact.period, fact.added_by) == ("staff_ethnicity", "", "2019-20-q3", admin)
    assert client.post(address, typed | {"period": "2019-20 Q3"}).status_code == 409
    assert client.post(address, {"doing": "retire", "fact": fact.pk, "reason": ""}).status_code == 422
    assert client.post(address, {"doing": "retire", "fact": fact.pk, "reason": "Withdrawn."}).status_code == 302
    assert not KnownFact.objects.in_force().exists()
    assert "Withdrawn." in client.get(address).content.decode()


@pytest.mark.django_db
def test_a_change_needs_a_reason_and_a_difference_and_one_waits_at_a_time(admins: tuple[User, User]) -> None:
    one, two = admins
    wanted = VALUES | {"threshold": VALUES["threshold"] + 1}
    with pytest.raises(Incomplete, match="Say why the settings change"):
        disclosure.propose_policy(values=wanted, reason=" ", by=one)
    with pytest.raises(Incomplete, match="in force already"):
        disclosure.propose_policy(values=VALUES, reason="No change", by=one)
    change = disclosure.propose_policy(values=wanted, reason="More care", by=one)
    with pytest.raises(InvalidTransition, match="waits for a second admin"):
        disclosure.propose_policy(values=VALUES | {"threshold": VALUES["threshold"] + 2}, reason="More", by=two)
    client, address = signed_in(one), reverse("disclosure:settings")
    assert client.post(address, {"doing": "drop", "change": "²"}).status_code == 404
    assert client.post(address, {"doing": "drop", "change": change.pk}).status_code == 302
    change.refresh_from_db()
    assert (change.status, change.decided_by) == ("dropped", one)
    with pytest.raises(InvalidTransition, match="was decided already"):
        disclosure.confirm_policy(change=change, by=two)
    with pytest.raises(InvalidTransition, match="was decided already"):
        disclosure.drop_policy(change=change, by=two)
    assert policy_in_force() == DEFAULT_POLICY


@pytest.mark.django_db
def test_a_fact_is_retired_once(admins: tuple[User, User]) -> None:
    given = {"measure": "staff_ethnicity", "part": "", "organisation": None, "period": "", "source": "A table", "address": ""}
    fact = disclosure.add_fact(**given, year=2019, by=admins[0])  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        disclosure.retire_fact(fact=fact, reason="Ours", by=person(Role.STEERING_MEMBER))
    disclosure.retire_fact(fact=fact, reason="Withdrawn.", by=admins[1])
    with pytest.raises(InvalidTransition, match="was retired already"):
        disclosure.retire_fact(fact=fact, reason="Another reason", by=admins[0])
    assert KnownFact.objects.get().retired_reason == "Withdrawn."
    assert disclosure.add_fact(**given, year=2020, by=admins[0]) != fact, "it may be public again"  # type: ignore[arg-type]
