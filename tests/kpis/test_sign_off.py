"""The signature: what the page shows, kept approvals, new rules, who else may sign, delegates, preview and receipt."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.clock import business_today
from edi_portal.disclosure.policy import Policy
from edi_portal.exceptions import NotAllowed
from kpis.dashboards.preview import NOT_SHOWN, TIERS, WITHHELD, tier_page
from kpis.dashboards.sign_off import sign_off_page
from kpis.models.approvals import SectionApproval
from kpis.models.definitions import Setting
from kpis.models.returns import Explanation, KpiReturn, ReturnValue
from kpis.selectors.disclosure import POLICY
from kpis.selectors.returns import content_of
from kpis.selectors.shared_work import section_digest
from kpis.services import returns
from kpis.services.evidence import GivenFile, add_evidence, rest_on
from kpis.services.returns import CellChange, SponsorComment
from kpis.services.waivers import decide_waiver, dispute_rule
from kpis.validation import registry
from kpis.validation.waiving import may_be_waived
from kpis.workflow import Status
from organisations.models import Delegation, User
from organisations.roles import Role
from tests.kpis.return_world import GRID, SECTION, ReturnWorld, return_world
from tests.organisations.factories import UserFactory, hold, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


BACK = "equality-assurance"


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


def address(kpi_return: KpiReturn, name: str, *more: object) -> str:
    return reverse(f"returns:{name}", args=[kpi_return.organisation.slug, kpi_return.collection.period, *more])


def decisions(kpi_return: KpiReturn, back: str = "", **more: str) -> dict[str, str]:
    sections = {measure.workstream for measure in content_of(kpi_return).measures}
    chosen = {f"decision-{slug}": "back" if slug == back else "approve" for slug in sections}
    return chosen | {"content_hash": returns.content_hash(kpi_return)} | more


def deputy_of(world: ReturnWorld) -> User:
    deputy, today = UserFactory.create(), business_today()
    row = Delegation.objects.create(
        organisation=world.organisation,
        sponsor=world.sponsor,
        email=deputy.email,
        display_name=deputy.display_name,
        delegate=deputy,
        valid_from=today,
        valid_to=today + timedelta(days=5),
    )
    hold(deputy, Role.EXECUTIVE_SPONSOR, world.organisation, valid_from=today, valid_to=row.valid_to, delegation=row)
    return deputy


def test_one_section_goes_back_and_the_approvals_of_the_others_are_kept(world: ReturnWorld) -> None:
    kpi_return = world.sent()
    client = signed_in(world.sponsor)
    page = address(kpi_return, "sign-off")
    missing = client.post(page, decisions(kpi_return, back=BACK))
    assert missing.status_code == 422 and "Say what should change" in missing.content.decode()
    comment = {f"comment-{BACK}": "Please check the applicants."}
    assert client.post(page, decisions(kpi_return, back=BACK, **comment)).status_code == 302
    kpi_return.refresh_from_db()
    approved = set(SectionApproval.objects.filter(kpi_return=kpi_return).values_list("workstream", flat=True))
    sections = {measure.workstream for measure in content_of(kpi_return).measures}
    assert (kpi_return.status, approved) == (Status.SENT_BACK, sections - {BACK})

    explained = next(finding for finding in content_of(kpi_return).explained_queries if finding.measure)
    other = content_of(kpi_return).facts.measures[explained.measure].workstream
    assert other != BACK
    returns.explain(kpi_return=kpi_return, finding=explained.key, text="Asked the data owner once more.", by=world.lead)
    kpi_return.refresh_from_db()
    returns.submit_return(kpi_return=kpi_return, by=world.lead)
    text = client.get(page).content.decode()
    changed, unchanged = text.count("It changed since."), text.count("It has not changed since.")
    assert (changed, unchanged) == (1, len(sections) - 2), f"only {other} changed"


def test_what_a_rule_found_meanwhile_is_said_on_the_page_and_comments_stay_typed(world: ReturnWorld) -> None:
    kpi_return = world.sent()
    Explanation.objects.filter(kpi_return=kpi_return).delete()
    typed = decisions(kpi_return, statement="1", **{f"comment-{BACK}": "Ask again about the applicants."})
    answer = signed_in(world.sponsor).post(address(kpi_return, "sign-off"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Your decision is not saved yet" in page and "A rule found something" in page
    assert "Ask again about the applicants." in page
    kpi_return.refresh_from_db()
    assert kpi_return.status == Status.SUBMITTED and not SectionApproval.objects.filter(kpi_return=kpi_return).exists()


def test_the_page_signs_the_hash_that_the_database_has(world: ReturnWorld) -> None:
    item = add_evidence(
        organisation=world.organisation, title="A", dated_on=None, link="https://www.example.org/a", by=world.lead
    )
    file = GivenFile("b.pdf", b"%PDF-1.7")
    other = add_evidence(organisation=world.organisation, title="B", dated_on=None, file=file, by=world.lead)
    for one in (item, other):
        rest_on(kpi_return=world.draft, evidence=one, measures=[GRID], seen=[], by=world.lead)
    reason = returns.AnswerChange("publications", "not_available", "Late", business_today(), "In the archive")
    returns.save_answers(kpi_return=world.draft, by=world.lead, answers=[reason])
    kpi_return = world.filled()
    assert returns.content_hash_of(content_of(kpi_return)) == returns.content_hash(kpi_return)


def test_the_digest_of_a_section_moves_with_its_content_alone(world: ReturnWorld) -> None:
    world.filled()
    content = content_of(world.draft)
    before = {measure.workstream: section_digest(content, measure.workstream) for measure in content.measures}
    ReturnValue.objects.filter(kpi_return=world.draft, measure=GRID).update(amount=3)
    after = content_of(world.draft)
    assert [slug for slug, digest in before.items() if section_digest(after, slug) != digest] == [SECTION]


def test_a_rule_that_is_new_since_it_was_sent_is_told(world: ReturnWorld) -> None:
    kpi_return = world.sent()
    assert tuple(kpi_return.sent_rules) == registry.rules_in_force()
    client = signed_in(world.sponsor)
    assert "new since it was sent" not in client.get(address(kpi_return, "sign-off")).content.decode()
    KpiReturn.objects.filter(pk=kpi_return.pk).update(
        sent_rules=[mark for mark in kpi_return.sent_rules if not mark.startswith("V7 ")]
    )
    text = client.get(address(kpi_return, "sign-off")).content.decode()
    assert "1 rule is new since it was sent" in text and registry.RULES["V7"].text.split(".")[0] in text
    assert registry.rules_new_since([]) == (), "returns sent before this was written down have no new rules"


def test_the_sender_is_told_who_may_sign_instead(world: ReturnWorld) -> None:
    hold(world.lead, Role.EXECUTIVE_SPONSOR, world.organisation)
    kpi_return = world.sent()
    client = signed_in(world.lead)
    session = client.session
    session["membership"] = f"executive_sponsor:{world.organisation.slug}"
    session.save()
    answer = client.get(address(kpi_return, "sign-off"))
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "You sent this return, so someone else signs it." in text and world.sponsor.display_name in text


def test_whoever_entered_figures_does_not_sign(world: ReturnWorld) -> None:
    change = CellChange(GRID, next(iter(content_of(world.draft).facts.measures[GRID].cells())), 5)  # type: ignore[arg-type]
    hold(world.recruiter, Role.EXECUTIVE_SPONSOR, world.organisation)
    world.filled()
    returns.save_answers(kpi_return=world.draft, by=world.recruiter, cells=[change])
    for finding in content_of(world.draft).open_queries:
        returns.explain(kpi_return=world.draft, finding=finding.key, text="So it is.", by=world.lead)
    world.draft.refresh_from_db()
    kpi_return = world.draft
    KpiReturn.objects.filter(pk=kpi_return.pk).update(
        status=Status.SUBMITTED, submitted_at=kpi_return.last_edited_at, submitted_by=world.lead
    )
    kpi_return.refresh_from_db()
    with pytest.raises(NotAllowed, match="You entered figures"):
        returns.send_back_return(kpi_return=kpi_return, by=world.recruiter, comments=[SponsorComment("No")])


def test_a_delegate_signs_during_leave_and_the_receipt_says_for_whom(world: ReturnWorld) -> None:
    deputy = deputy_of(world)
    kpi_return = world.sent()
    client = signed_in(deputy)
    page = client.get(address(kpi_return, "sign-off"))
    assert f"as delegate of {world.sponsor}" in page.content.decode()
    answer = client.post(address(kpi_return, "sign-off"), decisions(kpi_return, statement="1"))
    assert answer.headers["Location"] == address(kpi_return, "receipt")
    kpi_return.refresh_from_db()
    assert kpi_return.signed_off_by == deputy and str(world.sponsor) in kpi_return.statement
    for reader in (deputy, world.lead, world.sponsor):
        receipt = signed_in(reader).get(address(kpi_return, "receipt")).content.decode()
        assert f"delegate of {world.sponsor}" in receipt
        assert kpi_return.content_hash[:8] in receipt and "the content is what was signed" in receipt


def test_a_receipt_stays_with_the_signed_version_when_a_later_one_is_open(world: ReturnWorld) -> None:
    signed = world.signed()
    assert signed_in(world.stranger).get(address(signed, "receipt")).status_code == 404
    returns.reopen_return(kpi_return=signed, by=world.lead, reason="A late correction")
    text = signed_in(world.lead).get(address(signed, "receipt")).content.decode()
    assert "A later version is open" in text and signed.content_hash[:8] in text


def test_without_a_signature_there_is_no_receipt(world: ReturnWorld) -> None:
    assert signed_in(world.lead).get(address(world.draft, "receipt")).status_code == 404


def test_the_preview_shows_each_tier_no_more_than_the_one_above_it(world: ReturnWorld) -> None:
    world.filled()
    content = content_of(world.draft)
    seen = {
        tier: {(line.code, line.part): line for _, lines in tier_page(content, tier).sections for line in lines} for tier in TIERS
    }
    assert set(seen["steering"]) == set(seen["board"]) == set(seen["public"])
    for key, line in seen["public"].items():
        if line.is_seen:
            assert seen["board"][key].is_seen and seen["steering"][key].is_seen, key
    assert any(line.seen == NOT_SHOWN for line in seen["public"].values())


def test_small_counts_are_withheld_in_the_preview(world: ReturnWorld) -> None:
    world.filled()

    def withheld() -> set[tuple[str, str]]:
        sections = tier_page(content_of(world.draft), "steering").sections
        return {(line.code, line.part) for _, lines in sections for line in lines if line.seen == WITHHELD}

    before = withheld()
    ReturnValue.objects.filter(kpi_return=world.draft, measure="staff_ethnicity").update(amount=0)
    first = ReturnValue.objects.filter(kpi_return=world.draft, measure="staff_ethnicity", column="missing").earliest("pk")
    ReturnValue.objects.filter(pk=first.pk).update(amount=2)
    ReturnValue.objects.filter(kpi_return=world.draft, measure="staff_ethnicity", row=first.row, column="white").update(
        amount=900
    )
    assert withheld() - before


def test_the_preview_follows_the_disclosure_settings_in_force(world: ReturnWorld) -> None:
    world.filled()

    def withheld() -> set[tuple[str, str]]:
        sections = tier_page(content_of(world.draft), "steering").sections
        return {(line.code, line.part) for _, lines in sections for line in lines if line.seen == WITHHELD}

    before, sent = withheld(), sign_off_page(content_of(world.draft), {}).previews
    Setting.objects.create(key=POLICY, value=asdict(Policy(version=2, threshold=60)))
    assert before < withheld()
    assert [one.code for one in sent if one.steering == WITHHELD] != [
        one.code for one in sign_off_page(content_of(world.draft), {}).previews if one.steering == WITHHELD
    ]


@pytest.mark.parametrize("name", ["sign-off", "receipt", "preview"])
def test_pages_of_the_signature_stay_in_their_budget(world: ReturnWorld, name: str) -> None:
    kpi_return = world.signed() if name == "receipt" else world.sent()
    client = signed_in(world.sponsor)
    more = ["steering"] if name == "preview" else []
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address(kpi_return, name, *more), {"all": "1"})
    assert answer.status_code == 200
    assert len(queries) <= 25, "\n".join(query["sql"][:150] for query in queries)
    assert len(answer.content) <= 200_000, len(answer.content)


def test_whoever_signs_sees_what_a_waiver_sets_aside_by_whom_and_until_when(world: ReturnWorld) -> None:
    draft = world.filled()
    finding = next(one for one in content_of(draft).explained_queries if may_be_waived(one) and one.measure)
    waiver = dispute_rule(kpi_return=draft, finding=finding.key, reason="The wards moved.", by=world.lead)
    kpi_return = returns.submit_return(kpi_return=draft, by=world.lead)
    client = signed_in(world.sponsor)
    assert "The wards moved." not in client.get(address(kpi_return, "sign-off")).content.decode(), "asked is not granted"
    admin, until = person(Role.PORTAL_ADMIN), business_today() + timedelta(days=60)
    decide_waiver(waiver=waiver, granted=True, answer="Checked with the trust.", by=admin, until=until)
    (line,) = sign_off_page(content_of(kpi_return), {}).waived
    assert (line.rule, line.found, line.by, line.until) == (finding.rule, finding.message, admin.display_name, until)
    text = client.get(address(kpi_return, "sign-off")).content.decode()
    for words in ("1 finding is set aside by a waiver", "The wards moved.", "Checked with the trust.", admin.display_name):
        assert words in text
    assert f"{until:%-d %b %Y}" in text


def test_the_page_asks_the_database_no_more_for_many_waivers_than_for_one(world: ReturnWorld) -> None:
    draft = world.filled()
    keys = [one.key for one in content_of(draft).explained_queries if may_be_waived(one)][:3]
    assert len(keys) == 3
    disputes = [dispute_rule(kpi_return=draft, finding=key, reason="The wards moved.", by=world.lead) for key in keys]
    kpi_return = returns.submit_return(kpi_return=draft, by=world.lead)
    client = signed_in(world.sponsor)
    numbers = []
    for waiver in disputes:
        until = business_today() + timedelta(days=60)
        decide_waiver(waiver=waiver, granted=True, answer="Checked.", by=person(Role.PORTAL_ADMIN), until=until)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(kpi_return, "sign-off")).status_code == 200
        numbers.append(len(queries))
    assert len(set(numbers)) == 1, numbers
