"""A return by API alone: read, corrected, sent; versions, replays, tokens and their limits."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from edi_portal.api.limits import PerMinute
from edi_portal.api.models import Replay
from edi_portal.api.replays import forget_old
from edi_portal.audit.models import AuditEvent
from edi_portal.clock import business_today
from edi_portal.exceptions import InvalidTransition
from kpis.models.returns import ReturnValue
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of
from kpis.services.returns import AnswerChange, save_answers
from kpis.tasks import do_what_is_due
from kpis.workflow import Status
from organisations.models import ApiToken, Membership, User
from organisations.roles import Role
from organisations.services.memberships import withdraw_membership
from organisations.services.tokens import end_token, make_token
from tests.kpis.factories import plain_values
from tests.kpis.return_world import ReturnWorld, return_world
from tests.organisations.factories import OrganisationFactory, hold, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
ALL = ("released:read", "returns:read", "returns:write", "returns:submit")


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """No test counts against another's minute."""
    for window in PerMinute.windows.values():
        window._seen.clear()
    yield


class System:
    """A trust's own system: it holds a token and nothing else."""

    def __init__(self, user: User, *scopes: str, membership: Membership | None = None) -> None:
        membership = membership or user.memberships.get()
        until = business_today() + timedelta(days=30)
        name = f"ESR {user.api_tokens.count() + 1}"
        self.token, self.text = make_token(by=user, membership=membership, label=name, scopes=scopes or ALL[:3], expires_on=until)
        self.client = Client(headers={"Authorization": f"Bearer {self.text}"})

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(address, headers=headers)

    def patch(self, address: str, body: object, **headers: str) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.patch(address, text, content_type="application/json", headers=headers)

    def post(self, address: str, **headers: str) -> Any:
        return self.client.post(address, "", content_type="application/json", headers=headers)


def address_of(world: ReturnWorld, name: str = "api:return") -> str:
    return reverse(name, args=[world.organisation.slug, "2019-20-q3"])


def all_values(world: ReturnWorld) -> dict[str, str]:
    """Every cell of the return as a system would send it."""
    values = plain_values(world.organisation, world.draft.quarter)
    sent = {"/".join(key): format(amount.normalize(), "f") for key, amount in values.items()}
    for measure in framework_for(world.draft.quarter).due_measures(world.organisation):
        for cell in measure.cells():
            if options := measure.options_of(cell):
                name = f"{measure.code}/{cell}"
                sent[name] = options[int(sent[name]) - 1]
    return sent


def test_a_return_is_sent_corrected_and_submitted_by_api_alone(world: ReturnWorld) -> None:
    system, address = System(world.lead, *ALL), address_of(world)
    first = system.get(address)
    assert first.status_code == 200 and first.json()["values"] == {} and not first.json()["can_be_sent"]

    values = all_values(world)
    wrong = dict(values)
    name = next(key for key in wrong if key.startswith("recruitment_ethnicity/bme/"))
    wrong[name] = "12.5"
    refused = system.patch(address, {"values": wrong}, **{"If-Match": first.headers["ETag"]})
    assert refused.status_code == 422 and name in refused.json()["errors"]
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert not ReturnValue.objects.filter(kpi_return=world.draft).exists(), "with a problem nothing is kept"

    saved = system.patch(address, {"values": values}, **{"If-Match": first.headers["ETag"]})
    assert saved.status_code == 200
    assert set(saved.json()["values"]) == set(values)
    queries = [one["key"] for one in saved.json()["findings"] if one["level"] == "query" and not one["settled"]]
    assert saved.json()["unanswered"] == []
    tag = saved.headers["ETag"]
    if queries:
        said = {"explanations": dict.fromkeys(queries, "Checked with the data owner.")}
        explained = system.patch(address, said, **{"If-Match": tag})
        assert explained.status_code == 200 and explained.json()["can_be_sent"], explained.json()
        tag = explained.headers["ETag"]

    sent = system.post(address_of(world, "api:submit"), **{"If-Match": tag})
    assert sent.status_code == 200, sent.json()
    world.draft.refresh_from_db()
    assert world.draft.status == Status.SUBMITTED and world.draft.submitted_by == world.lead
    late = system.patch(address, {"values": {}}, **{"If-Match": sent.headers["ETag"]})
    assert late.status_code == 409 and "take it back" in late.json()["detail"]


def test_what_is_read_can_be_sent_again_and_changes_nothing(world: ReturnWorld) -> None:
    world.filled()
    system, address = System(world.lead), address_of(world)
    read = system.get(address)
    same = {part: read.json()[part] for part in ("values", "answers", "snapshots", "explanations")}
    again = system.patch(address, same, **{"If-Match": read.headers["ETag"]})
    assert again.status_code == 200 and again.headers["ETag"] == read.headers["ETag"]
    assert len(again.json()["values"]) > 100


def test_an_answer_sent_without_evidence_leaves_the_evidence_that_is_there(world: ReturnWorld) -> None:
    there = AnswerChange("publications", evidence="Minute 14 of the board")
    save_answers(kpi_return=world.draft, by=world.lead, answers=[there])
    system, address = System(world.lead), address_of(world)

    def saved(answer: dict[str, str]) -> Any:
        tag = system.get(address).headers["ETag"]
        return system.patch(address, {"answers": {"publications": answer}}, **{"If-Match": tag}).json()["answers"]["publications"]

    said = saved({"state": "not_collected", "reason": "No register yet"})
    assert (said["state"], said["evidence"]) == ("not_collected", "Minute 14 of the board")
    assert saved({"state": "value", "evidence": ""})["evidence"] == "", "what is sent empty is emptied"
    assert saved({"state": "value"})["evidence"] == ""


def test_the_findings_are_those_of_the_form(world: ReturnWorld) -> None:
    system, address = System(world.lead), address_of(world)
    values = all_values(world) | {"recruitment_ethnicity/bme/appointed": "999999"}
    saved = system.patch(address, {"values": values}, **{"If-Match": system.get(address).headers["ETag"]})
    assert saved.status_code == 200, saved.json()
    content = content_of(world.draft)
    assert [one["key"] for one in saved.json()["findings"]] == [finding.key for finding in content.findings]
    assert any(one["level"] == "error" for one in saved.json()["findings"])
    refused = system.post(address_of(world, "api:submit"), **{"If-Match": saved.headers["ETag"]})
    assert refused.status_code == 403, "this token may not send"


def test_a_change_names_the_version_it_saw(world: ReturnWorld) -> None:
    system, address = System(world.lead), address_of(world)
    body = {"values": {"recruitment_ethnicity/bme/applied": "40"}}
    assert system.patch(address, body).status_code == 428
    tag = system.get(address).headers["ETag"]
    assert system.patch(address, body, **{"If-Match": tag}).status_code == 200
    stale = system.patch(address, {"values": {"recruitment_ethnicity/bme/applied": "41"}}, **{"If-Match": tag})
    assert stale.status_code == 412
    assert (
        ReturnValue.objects.get(kpi_return=world.draft, row="bme", column="applied", measure="recruitment_ethnicity").amount == 40
    )


def test_the_same_request_twice_is_done_once(world: ReturnWorld) -> None:
    system, address, key = System(world.lead), address_of(world), str(uuid.uuid4())
    tag = system.get(address).headers["ETag"]
    body = {"values": {"recruitment_ethnicity/bme/applied": "40"}}
    first = system.patch(address, body, **{"If-Match": tag, "Idempotency-Key": key})
    second = system.patch(address, body, **{"If-Match": tag, "Idempotency-Key": key})
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json() and second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert AuditEvent.objects.filter(action="return.saved").count() == 1
    other = system.patch(address, {"values": {}}, **{"If-Match": tag, "Idempotency-Key": key})
    assert other.status_code == 422
    assert system.patch(address, body, **{"If-Match": tag, "Idempotency-Key": "x"}).status_code == 400


@pytest.mark.security(7)
def test_a_kept_answer_does_not_outlive_the_right_to_it(world: ReturnWorld) -> None:
    system, address, key = System(world.lead), address_of(world), str(uuid.uuid4())
    tag = system.get(address).headers["ETag"]
    sent = {"values": {"recruitment_ethnicity/bme/applied": "40"}}
    assert system.patch(address, sent, **{"If-Match": tag, "Idempotency-Key": key}).status_code == 200
    withdraw_membership(membership=world.lead.memberships.get(), by=person(Role.PORTAL_ADMIN), reason="Moved")
    elsewhere = hold(world.lead, Role.EDI_LEAD, OrganisationFactory.create())
    moved = System(world.lead, membership=elsewhere)
    assert moved.patch(address, sent, **{"If-Match": tag, "Idempotency-Key": key}).status_code == 404


def test_a_kept_answer_is_forgotten_after_a_day(world: ReturnWorld) -> None:
    system, address, key = System(world.lead), address_of(world), str(uuid.uuid4())
    tag = system.get(address).headers["ETag"]
    system.patch(address, {"values": {"recruitment_ethnicity/bme/applied": "40"}}, **{"If-Match": tag, "Idempotency-Key": key})
    forget_old()
    assert Replay.objects.count() == 1
    Replay.objects.update(created_at=Now() - timedelta(hours=25))
    do_what_is_due()
    assert not Replay.objects.exists()


def test_a_refused_request_leaves_its_key_free(world: ReturnWorld) -> None:
    system, address, key = System(world.lead), address_of(world), str(uuid.uuid4())
    tag = system.get(address).headers["ETag"]
    bad = {"values": {"recruitment_ethnicity/bme/applied": "forty"}}
    assert system.patch(address, bad, **{"If-Match": tag, "Idempotency-Key": key}).status_code == 422
    good = {"values": {"recruitment_ethnicity/bme/applied": "40"}}
    assert system.patch(address, good, **{"If-Match": tag, "Idempotency-Key": key}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        '{"values": {"recruitment_ethnicity/bme/applied": NaN}}',
        '{"values": {"recruitment_ethnicity/bme/applied": "Infinity"}}',
        '{"values": {"recruitment_ethnicity/bme/applied": "1e9"}}',
        '{"values": {"recruitment_ethnicity/bme/applied": "1\\u0000"}}',
        '{"values": {"recruitment_ethnicity/bme/applied": "' + "9" * 500 + '"}}',
        '{"values": {"recruitment_ethnicity/nobody/applied": "1"}}',
        '{"answers": {"recruitment_ethnicity": {"state": "signed_off"}}}',
        '{"values": ' + "[" * 200 + "]" * 200 + "}",
        "{",
    ],
)
@pytest.mark.security(28)
def test_bad_input_is_named_and_keeps_nothing(world: ReturnWorld, body: str) -> None:
    system, address = System(world.lead), address_of(world)
    answer = system.patch(address, body, **{"If-Match": system.get(address).headers["ETag"]})
    assert answer.status_code in (400, 422) and answer.json()["detail"]
    assert not ReturnValue.objects.exists()


@pytest.mark.security(9)
def test_fields_that_belong_to_others_are_not_writable(world: ReturnWorld) -> None:
    system, address = System(world.lead), address_of(world)
    body = {"organisation": "east-cheshire", "status": "signed_off", "signed_off_by": 1, "id": 7, "values": {}}
    assert system.patch(address, body, **{"If-Match": system.get(address).headers["ETag"]}).status_code == 200
    world.draft.refresh_from_db()
    assert world.draft.status == Status.DRAFT and world.draft.organisation == world.organisation


@pytest.mark.security(9)
def test_forms_of_browsers_are_no_way_around_the_fields_of_the_api(world: ReturnWorld) -> None:
    system, address = System(world.lead), address_of(world)
    body = {"organisation": "east-cheshire", "status": "signed_off", "signed_off_by": "1", "id": "7"}
    tag = system.get(address).headers["ETag"]
    for kind in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        text = "&".join(f"{name}={value}" for name, value in body.items())
        answer = system.client.patch(address, text, content_type=kind, headers={"If-Match": tag})
        assert answer.status_code == 415
    client = signed_in(world.lead)
    client.post(reverse("returns:section", args=[world.organisation.slug, "2019-20-q3", "workforce-standards"]), body)
    before = (world.draft.pk, Status.DRAFT, world.organisation, None)
    world.draft.refresh_from_db()
    assert (world.draft.pk, world.draft.status, world.draft.organisation, world.draft.signed_off_by) == before


def test_a_token_opens_what_its_scopes_name_and_nothing_of_others(world: ReturnWorld) -> None:
    reader, address = System(world.lead, "returns:read"), address_of(world)
    tag = reader.get(address).headers["ETag"]
    refused = reader.patch(address, {"values": {}}, **{"If-Match": tag})
    assert refused.status_code == 403 and "returns:write" in refused.json()["detail"]
    stranger = System(world.stranger)
    missing = stranger.get(reverse("api:return", args=["nowhere", "2019-20-q3"]))
    other = stranger.get(address)
    assert other.status_code == missing.status_code == 404 and other.json() == missing.json()
    assert [row["organisation"] for row in reader.get(reverse("api:returns")).json()["results"]] == [world.organisation.slug]
    assert stranger.get(reverse("api:returns")).json()["results"] == []


def test_a_contributor_reads_and_writes_the_own_questions_only(world: ReturnWorld) -> None:
    world.filled()
    system, address = System(world.recruiter, "returns:read", "returns:write"), address_of(world)
    read = system.get(address)
    codes = {name.split("/")[0] for name in read.json()["values"]}
    assert codes and all(code.startswith("recruitment") for code in codes)
    assert {one["question"] for one in read.json()["findings"] if one["question"]} <= codes
    refused = system.patch(address, {"values": {"staff_ethnicity/band_5/bme": "3"}}, **{"If-Match": read.headers["ETag"]})
    assert refused.status_code == 422


def test_a_second_token_of_one_name_is_refused_while_the_first_works(world: ReturnWorld) -> None:
    mine, until = world.lead.memberships.get(), business_today() + timedelta(days=30)

    def make(label: str) -> ApiToken:
        return make_token(by=world.lead, membership=mine, label=label, scopes=ALL[:1], expires_on=until)[0]

    first = make("Payroll")
    with pytest.raises(InvalidTransition, match="with this name"):
        make(" Payroll ")
    end_token(token=first, by=world.lead)
    make("Payroll")


def test_a_token_that_ended_expired_or_lost_its_role_is_refused_alike(world: ReturnWorld) -> None:
    address = reverse("api:returns")
    ended, expired, roleless = System(world.lead), System(world.lead), System(world.lead)
    end_token(token=ended.token, by=world.lead)
    ApiToken.objects.filter(pk=expired.token.pk).update(
        created_at="2000-01-01T00:00Z", expires_on=business_today() - timedelta(days=1)
    )
    assert roleless.get(address).status_code == 200
    withdraw_membership(membership=world.lead.memberships.get(), by=person(Role.PORTAL_ADMIN), reason="Left")
    unknown = Client(headers={"Authorization": "Bearer edi_nonsense"}).get(address)
    answers = [system.get(address) for system in (ended, expired, roleless)]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.content for answer in answers} == {unknown.content}
    assert unknown.headers["WWW-Authenticate"].startswith("Bearer")


def test_reading_exact_figures_is_on_record(world: ReturnWorld) -> None:
    System(world.lead).get(address_of(world))
    assert AuditEvent.objects.get(action="return.exported").details == {"file": "api"}


@pytest.mark.security(29)
def test_too_many_requests_are_told_when_to_come_back(world: ReturnWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PerMinute.windows["read"], "per_minute", 2)
    system = System(world.lead)
    answers = [system.get(reverse("api:returns")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 61


@pytest.mark.parametrize("part", ["values", "answers", "explanations"])
def test_half_a_character_in_a_name_is_named_and_not_an_error(world: ReturnWorld, part: str) -> None:
    system, address = System(world.lead), address_of(world)
    version = system.get(address).headers["ETag"]
    inner = '{"state": "not_available"}' if part == "answers" else '"1"'
    body = f'{{"{part}": {{"staff\\ud800": {inner}}}}}'
    answer = system.patch(address, body, **{"If-Match": version, "Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 400 and "no JSON" in answer.json()["detail"]
