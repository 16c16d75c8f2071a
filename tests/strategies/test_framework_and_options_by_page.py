"""The framework, the options and the plan as the group writes them by page: refusals in words, undo, nothing typed lost."""

import html
import re
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import set_business_day
from edi_portal.exceptions import InvalidTransition
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.models import AppraisalScore, FrameworkVersion, OptionsAppraisal, PlanStep, Theme
from strategies.selectors.appraisals import draft_of_appraisal
from strategies.services import appraisals, framework, plan_steps
from tests.organisations.factories import OrganisationFactory, person, signed_in
from tests.strategies.operating_models import decided_appraisal, pass_all, step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
TODAY = date(2020, 1, 20)
FRAMEWORK, DRAFT = "/strategies/framework/", "/strategies/framework/draft/"
APPRAISAL, PLAN = "/operating-model/options/", "/operating-model/plan/"


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def member() -> User:
    return person(Role.STEERING_MEMBER)


@pytest.fixture
def browser(member: User) -> Client:
    return signed_in(member)


@pytest.fixture
def trust() -> Organisation:
    return OrganisationFactory.create(slug="here")


def sent(client: Client, address: str, status: int = 302, **typed: object) -> str:
    """The page after a form was sent; where it was saved, the page that it leads to."""
    answer = client.post(address, typed, follow=status == 302)
    page = html.unescape(answer.content.decode())
    got = answer.redirect_chain[0][1] if status == 302 and answer.redirect_chain else answer.status_code
    assert got == status, page
    return page


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def theme(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "domain": "cultural", "description": "Everybody is heard.", "eds2": ["1"], **more}


def test_a_theme_of_a_name_that_is_there_is_refused_and_stays_typed(browser: Client) -> None:
    assert "Save the theme" not in html.unescape(browser.get(DRAFT + "new/", follow=True).content.decode()), "no draft yet"
    sent(browser, FRAMEWORK + "begin/")
    assert "is in the draft" in sent(browser, DRAFT + "new/", **theme("Carers at work"))
    page = sent(browser, DRAFT + "new/", 422, **theme("Carers at work", description="Said in other words."))
    assert "The framework already has a theme of that name." in page and "Said in other words." in page
    (made,) = Theme.objects.filter(name="Carers at work")
    assert (made.key, made.eds2, made.description) == ("carers_at_work", [1], "Everybody is heard.")
    sent(browser, DRAFT + "carers_at_work/", **theme("Carers", domain="technical", eds2=[], version="0"))
    made.refresh_from_db()
    assert (made.name, made.domain, made.eds2, made.key) == ("Carers", "technical", [], "carers_at_work")
    stale = sent(browser, DRAFT + "carers_at_work/", 409, remove="yes", version="0")
    assert "Somebody saved this theme while you had it open." in stale and Theme.objects.filter(pk=made.pk).exists()
    assert "Carers is left out of the draft." in sent(browser, DRAFT + "carers_at_work/", remove="yes", version="1")
    assert browser.get(DRAFT + "carers_at_work/").status_code == 404


@pytest.mark.parametrize("name", ["New", "平等"])
def test_each_theme_option_and_criterion_has_an_address_of_its_own(browser: Client, member: User, name: str) -> None:
    sent(browser, FRAMEWORK + "begin/")
    sent(browser, DRAFT + "new/", **theme(name))
    assert "Add a theme</h1>" in shown(browser, DRAFT + "new/")
    assert f"Change {name}</h1>" in shown(browser, f"{DRAFT}{Theme.objects.get(name=name).key}/")
    draft = appraisals.begin_appraisal(by=member)
    entry = appraisals.OptionEntry(name)
    key = appraisals.save_option(draft=draft, key=None, entry=entry, seen_version=0, by=member).key
    assert "Add an option</h1>" in shown(browser, APPRAISAL + "draft/options/new/")
    assert f"Change {name}</h1>" in shown(browser, f"{APPRAISAL}draft/options/{key}/")


def test_a_framework_without_a_domain_is_not_put_into_force(browser: Client, member: User) -> None:
    draft = framework.begin_draft(by=member)
    for one in draft.themes.filter(domain="cultural"):
        framework.remove_theme(draft=draft, key=one.key, seen_version=one.version, by=member)
    words = {"on": "1/2/2020", "note": "Fewer themes."}
    page = sent(browser, DRAFT, 422, **words)
    assert "The framework needs themes in both domains" in page and 'value="Fewer themes."' in page
    assert FrameworkVersion.objects.get(status="in_force").number != draft.number
    sent(browser, DRAFT + "new/", **theme("Being heard"))
    assert f"Version {draft.number} of the common framework is in force." in sent(browser, DRAFT, **words)
    assert FrameworkVersion.objects.get(status="in_force").note == "Fewer themes."
    assert "Being heard" in shown(browser, FRAMEWORK)
    assert browser.get(f"{FRAMEWORK}versions/{draft.number + 1}/").status_code == 404


def test_the_draft_of_the_framework_is_the_groups_alone(member: User, trust: Organisation) -> None:
    draft = framework.begin_draft(by=member)
    for reader in (person(Role.EDI_LEAD, trust), person(Role.BOARD_MEMBER), person(Role.PORTAL_ADMIN)):
        client = signed_in(reader)
        assert client.get(DRAFT).status_code == 403 == client.get(DRAFT + "new/").status_code
        sent(client, DRAFT + "new/", 403, **theme("Ours"))
        sent(client, FRAMEWORK + "begin/", 403)
        assert client.get(f"{FRAMEWORK}versions/{draft.number}/").status_code == 404
    assert not Theme.objects.filter(name="Ours").exists()


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(-?\d*)"', page)
    assert found is not None
    return found[1]


def test_an_appraisal_is_written_and_decided_by_page(browser: Client) -> None:
    assert "No option is decided yet" in html.unescape(browser.get(APPRAISAL + "draft/", follow=True).content.decode())
    sent(browser, APPRAISAL + "begin/")
    address = APPRAISAL + "draft/"
    page = sent(browser, address + "criteria/new/", 422, name="Cost", weight="101", version="0")
    assert "Weight in points must be 100 or less" in page and 'value="Cost"' in page
    sent(browser, address + "criteria/new/", name="Cost", weight="100", version="0")
    for number, name in enumerate(("Alone", "Team"), start=1):
        sent(
            browser,
            address + "options/new/",
            name=name,
            description="",
            version=number,
            **{"score-cost": number + 1, "reason-cost": "R"},
        )
    page = sent(browser, address + "options/team/", 422, name="Team", version="3", **{"score-cost": "4", "reason-cost": ""})
    assert "Say why you score “Cost” 4" in page
    stale = sent(browser, address + "options/team/", 409, name="Group", version="1", **{"score-cost": "3", "reason-cost": "R"})
    assert "Somebody saved this appraisal while you were typing." in stale and 'value="Group"' in stale
    refused = sent(browser, address, 422, preferred="team", reason="", version="3")
    assert "1 answer must be mended" in refused and OptionsAppraisal.objects.get().state == "draft"
    assert "Version 1 is decided." in sent(browser, address, preferred="team", reason="It reaches all.", version="3")
    made = OptionsAppraisal.objects.get()
    assert (made.state, made.preferred.key) == ("decided", "team")  # type: ignore[union-attr]
    assert AuditEvent.objects.filter(action="appraisal.decided").count() == 1


def test_a_score_that_is_taken_away_is_gone_and_the_appraisal_cannot_be_decided(browser: Client, member: User) -> None:
    decided_appraisal(member)
    sent(browser, APPRAISAL + "begin/")
    draft = draft_of_appraisal()
    assert draft is not None
    address = APPRAISAL + "draft/options/shared-team/"
    left = {"score-reach": "4", "reason-reach": "All of them"}
    sent(
        browser,
        address,
        name="Shared team",
        description="",
        version=draft.version,
        **left,
        **{"score-cost": "", "reason-cost": ""},
    )
    rows = AppraisalScore.objects.filter(option__appraisal=draft, option__key="shared-team")
    assert list(rows.values_list("criterion__key", "score")) == [("reach", 4)]
    typed = {"preferred": "shared-team", "reason": "It reaches all.", "version": version_in(shown(browser, APPRAISAL + "draft/"))}
    assert "no score for every criterion: Shared team" in sent(browser, APPRAISAL + "draft/", 422, **typed)
    assert AppraisalScore.objects.filter(option__appraisal__number=1).count() == 4, "what was decided stays"


def test_parts_of_a_draft_are_left_out_and_only_by_who_saw_the_newest(browser: Client, member: User) -> None:
    decided_appraisal(member)
    sent(browser, APPRAISAL + "begin/")
    address = APPRAISAL + "draft/"
    assert "while you were typing" in sent(browser, address + "options/each-alone/", 409, remove="yes", version="7")
    assert "Each alone is left out of the draft." in sent(browser, address + "options/each-alone/", remove="yes", version="0")
    assert "Cost is left out of the draft." in sent(browser, address + "criteria/cost/", remove="yes", version="1")
    draft = OptionsAppraisal.objects.get(state="draft")
    assert [one.key for one in draft.options.all()] == ["shared-team"] and [one.key for one in draft.criteria.all()] == ["reach"]
    assert browser.get(address + "options/each-alone/").status_code == 404
    assert browser.get(APPRAISAL + "versions/2/", follow=True).redirect_chain[0][0] == address, (
        "a draft is read where it is written"
    )
    board = signed_in(person(Role.BOARD_MEMBER))
    assert board.get(address).status_code == 403 == board.get(address + "options/new/").status_code


def test_a_step_is_added_changed_and_a_conflict_keeps_what_was_typed(browser: Client, member: User, trust: Organisation) -> None:
    slug = Organisation.objects.get(slug="mid-cheshire").slug
    typed = {"name": "One pool", "domain": "talent", "owner": slug, "due_on": "31/3/2020", "detail": ""}
    page = sent(browser, PLAN + "add/", 422, **(typed | {"name": " ", "detail": "For all trusts"}))
    assert "1 answer must be mended" in page and "For all trusts" in page and not PlanStep.objects.exists()
    sent(browser, PLAN + "add/", **typed)
    made = PlanStep.objects.get()
    sent(browser, f"{PLAN}{made.pk}/change/", **(typed | {"name": "Two pools", "version": made.version}))
    page = sent(browser, f"{PLAN}{made.pk}/change/", 409, **(typed | {"name": "Mine", "version": made.version}))
    assert "Saved meanwhile, beside what you typed" in page and "Two pools" in page and 'value="Mine"' in page
    assert PlanStep.objects.get().name == "Two pools"


def test_a_step_is_done_left_out_and_opened_again_by_page(browser: Client, member: User, trust: Organisation) -> None:
    row = step(trust, member)
    address = f"{PLAN}{row.pk}/"
    assert "This step is open." in sent(browser, address + "reopen/", 409)
    page = sent(browser, address + "done/", 422, on="21/1/2020", note="The panels are mixed.")
    assert "A step is done today or was done on an earlier day." in page and "The panels are mixed." in page
    sent(browser, address + "done/", on="20/1/2020", note="The panels are mixed.")
    page = sent(browser, address + "leave-out/", 422, reason="Not needed.")
    assert "This step is done, so it stays in the plan." in page and "Not needed." in page
    assert "The step is open again." in sent(browser, address + "reopen/")
    sent(browser, address + "leave-out/", reason="Done by the region.")
    set_business_day(date(2020, 1, 27))
    assert "This step is left out already." in sent(browser, address + "leave-out/", 422, reason="Another reason.")
    row.refresh_from_db()
    assert (row.left_out_on, row.left_out_reason) == (TODAY, "Done by the region.")
    assert "Take it up again first." in sent(browser, address + "done/", 422, on="20/1/2020", note="")
    lead = signed_in(person(Role.EDI_LEAD, trust))
    sent(lead, address + "leave-out/", 403, reason="Ours")
    sent(browser, address + "reopen/")
    assert "The step is done." in sent(lead, address + "done/", on="20/1/2020", note="")
    whats = [f"plan_step.{what}" for what in ("added", "done", "reopened", "left_out", "reopened", "done")]
    rows = AuditEvent.objects.filter(subject=f"plan-step:{row.pk}", action__startswith="plan_step.").order_by("pk")
    assert list(rows.values_list("action", flat=True)) == whats


def test_the_plan_is_filtered_and_taken_out_as_far_as_it_is_read(member: User, trust: Organisation) -> None:
    step(trust, member)
    stranger, lead = signed_in(person(Role.EDI_LEAD, OrganisationFactory.create())), signed_in(person(Role.EDI_LEAD, trust))
    assert "One pool of panels" not in shown(stranger, PLAN) + stranger.get(PLAN + "data.csv").content.decode()
    assert "One pool of panels" in shown(lead, PLAN + "?owner=here")
    pass_all(person(Role.PORTAL_ADMIN))
    assert (
        "One pool of panels" in shown(stranger, PLAN) and "One pool of panels" in stranger.get(PLAN + "data.csv").content.decode()
    )
    book = load_workbook(BytesIO(stranger.get(PLAN + "data.xlsx").content)).active
    assert "One pool of panels" in [cell for row in book.values for cell in row]
    other = plan_steps.add_step(
        entry=plan_steps.StepEntry("Talent days", "talent", Organisation.objects.get(slug="mid-cheshire"), date(2020, 5, 1)),
        by=member,
    )
    page = shown(signed_in(member), PLAN + "?owner=here")
    assert "One pool of panels" in page and other.name not in page


def test_a_theme_is_not_saved_into_a_draft_that_was_put_into_force_meanwhile(member: User) -> None:
    seen = framework.begin_draft(by=member)
    key = seen.themes.all()[0].key
    framework.put_into_force(draft=seen, note="Fewer themes.", on=TODAY, by=member)
    assert seen.status == "draft", "as the other browser read it before"
    with pytest.raises(InvalidTransition):
        late = framework.ThemeEntry("Late", "cultural", "Too late.")
        framework.save_theme(draft=seen, key=key, entry=late, seen_version=0, by=member)
    with pytest.raises(InvalidTransition):
        framework.remove_theme(draft=seen, key=key, seen_version=0, by=member)
    assert not Theme.objects.filter(name="Late").exists()


def test_a_theme_that_a_colleague_left_out_meanwhile_does_not_come_back_by_a_save(member: User) -> None:
    draft = framework.begin_draft(by=member)
    key = draft.themes.all()[0].key
    framework.remove_theme(draft=draft, key=key, seen_version=0, by=member)
    with pytest.raises(InvalidTransition, match="Somebody left this theme out of the draft meanwhile"):
        late = framework.ThemeEntry("Late", "cultural", "Too late.")
        framework.save_theme(draft=draft, key=key, entry=late, seen_version=0, by=member)
    assert not Theme.objects.filter(name="Late").exists()
