"""The small portal that the matrix is tried on: two trusts, three collections, a release, open invitations, a failed job.

Made once per module in one transaction that is rolled back at the end, so it costs no other test anything.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from edi_portal.clock import LONDON, set_business_day
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.dashboards.own_kpis import build_own_kpi
from kpis.extracts import ExtractKind, read_extract
from kpis.models.collections import Collection, ExtensionRequest
from kpis.models.definitions import Kpi
from kpis.models.evidence import Evidence
from kpis.models.extracts import Extract, ValueMeaning
from kpis.models.files import WorkbookUpload
from kpis.models.notices import NoticeChoice
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.models.series import SeriesRebase
from kpis.models.waivers import Waiver
from kpis.models.ward_packs import WardPack
from kpis.published_indicators import INDICATORS
from kpis.selectors.calendar import address_secret
from kpis.services import definitions, extracts, releases, workbooks
from kpis.services.evidence import GivenFile, add_evidence
from kpis.workflow import Status
from organisations.models import ApiToken, Delegation, Invitation, Membership, Organisation, OrganisationPlace, Place, User
from organisations.roles import Role
from organisations.services.delegations import make_delegation
from organisations.services.invitations import invite
from organisations.services.tokens import make_token
from organisations.session_rules import SEEN
from steering.models import (
    Action,
    ComplianceRecord,
    Consultation,
    Contribution,
    Decision,
    Efficiency,
    EfficiencyYear,
    GroupMember,
    ImpactAction,
    ImpactAssessment,
    Meeting,
    Milestone,
    OutcomeEvidence,
    PanelComment,
    Proposal,
    Risk,
    Workstream,
)
from steering.models.reports import AssuranceReport
from steering.services.consultations import ask_organisations
from steering.services.packs import keep_archive
from steering.services.reports import start_report
from strategies.models import (
    FileContent,
    JointProject,
    Objective,
    PlanStep,
    PooledOffer,
    PooledUse,
    ProposedLine,
    StrategyDocument,
    StrategyFile,
)
from strategies.services.appraisals import begin_appraisal
from strategies.services.assessments import begin_assessment
from strategies.services.framework import begin_draft
from strategies.services.model_documents import begin_version
from tests.kpis.extract_files import staff_file
from tests.kpis.factories import fill, plain_values, signed_return
from tests.kpis.ward_files import shown_pack
from tests.organisations.factories import UserFactory, hold, person, signed_in
from tests.strategies import operating_models
from workforce.models import (
    EdiApprenticeship,
    EdiPost,
    EdiYear,
    MappingInterview,
    MappingRound,
    OutreachAction,
    Resource,
    StaffNetwork,
)
from workforce.selectors.interviews import newest_code_book

TODAY = date(2020, 1, 20)
OWN, OTHER = "countess-of-chester", "mid-cheshire"
RELEASED, SENT, OPEN, NEVER = "2019-20-q2", "2019-20-q1", "2019-20-q3", "2031-32-q1"
NO_SUCH = 999_999
NO_ROLE, ANONYMOUS = "no_role", "anonymous"
READERS = (*(str(role) for role in Role), NO_ROLE, ANONYMOUS)
"""The columns of the matrix: who asks."""

Addresses = Mapping[str, object]


class Browser(Client):
    """Django's test client without its memory of templates, which takes longer than the pages; an error is a page (500)."""

    def request(self, **request: Any) -> Any:
        """One request through every middleware."""
        answer = self.handler(self._base_environ(**request))
        self.cookies.update(answer.cookies)
        return answer


@dataclass(frozen=True, slots=True)
class World:
    """What the matrix's rows speak of."""

    readers: Mapping[str, User | None]
    own: Organisation
    other: Organisation
    release: Release
    rebase: SeriesRebase
    job: Job
    memberships: Mapping[str, Membership]
    invitations: Mapping[str, Invitation]
    uploads: Mapping[str, WorkbookUpload]
    extracts: Mapping[str, Extract]
    meanings: Mapping[str, ValueMeaning]
    waivers: Mapping[str, Waiver]
    networks: Mapping[str, StaffNetwork]
    resources: Mapping[str, Resource]
    documents: Mapping[str, StrategyDocument]
    registers: Mapping[str, Mapping[str, Any]]
    evidence: Mapping[str, Evidence]
    actions: Mapping[str, Action]
    kept: Mapping[str, Mapping[str, Any]]
    claim: Efficiency
    outcome_evidence: OutcomeEvidence
    consultation: Consultation
    remarks: Mapping[str, PanelComment]
    milestone: Milestone
    governance: Mapping[str, int]
    delegations: Mapping[str, Delegation]
    report: AssuranceReport
    tokens: Mapping[str, ApiToken]
    cookies: Mapping[str, str]
    step: PlanStep
    pooled: Mapping[str, tuple[PooledOffer, PooledUse, JointProject]]
    ward_pack: WardPack

    def client(self, reader: str, *, checks_csrf: bool = False) -> Client:
        """A fresh browser with the session of this reader."""
        client = Browser(enforce_csrf_checks=checks_csrf)
        if reader in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[reader]
        return client

    def parameters(self, name: str, which: str) -> dict[str, object]:
        """The parts of an address: the own organisation's thing, the other's, or one that does not exist."""
        slug = {"own": self.own.slug, "other": self.other.slug, "none": "nowhere"}.get(which, "nowhere")
        exists = which != "none"
        period = PERIODS.get(name, OPEN)
        of_organisation: dict[str, object] = {
            "organisation": slug,
            "slug": slug,
            "period": period if exists or "returns:" in name or "excuse" in name else NEVER,
            "section": "workforce-standards",
            "measure": "recruitment_ethnicity",
            "row": "clinical.band_5",
            "column": "white",
            "release": self.release.pk if exists else NO_SUCH,
            "job": self.job.pk if exists else NO_SUCH,
            "code": {"shared": "dq-1", "own": "own-1", "other": "own-2"}.get(which, "own-99"),
            "rebase": self.rebase.pk if exists else NO_SUCH,
            "chart": "organisations",
            "kind": "xlsx",
            "template": "wres",
            "token": "no-such-token",
            "uidb36": "zzz",
            "key": "no-such-key",
            "tier": "steering",
            "item": self.evidence[which].pk if which in self.evidence else uuid4(),
            "indicator": INDICATOR if exists else "no-such-indicator",
            "pk": NO_SUCH,
            "network": self.networks[which].slug if which in self.networks else "no-such-network",
            "document": self.documents[which].slug if which in self.documents else "no-such-document",
            "number": 1 if exists else 99,
            "duty": "wres" if exists else "no-such-duty",
            "kpi": "wres-7" if exists else "no-such-kpi",
            "financial_year": "2018-19" if exists else "1999-00",
            "note": "a-model-employer" if exists else "no-such-note",
            "entry": "fair-to-refer-2019" if exists else "no-such-entry",
            "consultation": self.consultation.pk if exists else NO_SUCH,
            "remark": self.remarks[which].pk if which in self.remarks else NO_SUCH,
            "workstream": "staff-networks" if exists else "no-such-workstream",
            "day": "2020-01-13" if exists else "2019-02-31",
            **(self.governance if exists else dict.fromkeys(self.governance, NO_SUCH)),
            "milestone": self.milestone.pk if exists else NO_SUCH,
            "action": self.actions[which].pk if which in self.actions else NO_SUCH,
            "theme": "access" if exists else "no-such-theme",
            "year": "2019-20" if exists else "2031-32",
            "criterion": "budget" if exists else "no-such-criterion",
            "step": self.step.pk if exists else NO_SUCH,
            "offer": self.pooled[which][0].slug if which in self.pooled else "no-such-offer",
            "use": self.pooled[which][1].pk if which in self.pooled else NO_SUCH,
            "project": self.pooled[which][2].slug if which in self.pooled else "no-such-project",
            "part": {"operating-model:appraisal-criterion": "cost"}.get(name, "each-alone") if exists else "no-such-part",
            "model_step": "objectives" if exists else "no-such-step",
            "resource": f"{which}-leaflet",
            "report": self.report.pk if exists else NO_SUCH,
            "chapter": 1,
            "ending": "csv",
            "file": "figures.csv",
            "place": "overall",
            "area": "halton" if exists else "no-such-place",
            "pack": self.ward_pack.pk if exists else NO_SUCH,
        }
        if name.startswith("inequalities:") and exists:
            of_organisation["indicator"] = WARD_INDICATOR
        if name == "efficiencies:decide" and exists:
            of_organisation["number"] = self.claim.pk
        if name == "outcomes:withdraw":
            of_organisation["key"] = self.outcome_evidence.pk if exists else NO_SUCH
        if name in ("method-release", "api:release", "api:figures"):
            of_organisation["release"] = self.release.number if exists else NO_SUCH
        if name in OF_UPLOADS:
            of_organisation["key"] = uuid4() if not exists else self.uploads[which].pk
        if name in OF_EXTRACTS:
            of_organisation |= {"key": uuid4() if not exists else self.extracts[which].pk, "measure": "staff_ethnicity"}
        if exists and name == "notices:calendar":
            of_organisation["token"] = address_secret(NoticeChoice.objects.order_by("pk")[0])
        rows: dict[str, Mapping[str, Any]] = {
            "organisations:end-role": self.memberships,
            "organisations:end-delegation": self.delegations,
            "organisations:end-token": self.tokens,
            "meanings:decide": self.meanings,
            "waivers:detail": self.waivers,
        }
        rows |= {name: self.kept[name.partition(":")[0]] for name in OF_KEPT_ROWS}
        rows["impact:close-action"] = self.kept["impact-action"]
        rows |= dict.fromkeys(OF_INVITATIONS, self.invitations) | dict(self.registers)
        if exists and name in rows:
            of_organisation["pk"] = rows[name][which].pk
        return of_organisation


# Pages that need a return in another state than the draft of the open collection.
PERIODS = {
    "returns:sign-off": SENT,
    "returns:take-back": SENT,
    "returns:reopen": RELEASED,
    "returns:receipt": RELEASED,
    "releases:prepare": RELEASED,
}
OF_INVITATIONS = (
    "organisations:confirm-invitation",
    "organisations:send-invitation-again",
    "organisations:withdraw-invitation",
)


OF_KEPT_ROWS = (
    "compliance:public",
    "compliance:withdraw",
    "impact:detail",
    "impact:change",
    "impact:sign",
    "impact:decide",
    "impact:add-action",
    "efficiencies:change",
    "efficiencies:withdraw",
)
OF_UPLOADS = ("returns:upload-result", "returns:upload-file", "returns:upload-comparison")
OF_EXTRACTS = ("returns:extract-result", "returns:extract-stop", "returns:extract-mapping", "returns:extract-trace")
INDICATOR = next(iter(INDICATORS))
WARD_INDICATOR = "bowel-screening"


def _session(user: User) -> str:
    """The key of a session whose code and last click count for an hour more, however slow the machine.

    Otherwise a code would grow too old for what asks for a new one, and each request would write down a click.
    """
    client = signed_in(user, code_minutes_ago=-60)
    session = client.session
    session[SEEN] = int(time.time()) + 60 * 60
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def build_world() -> World:
    """Make everything; inside a transaction of the caller."""
    if not Kpi.objects.exists():
        call_command("load_reference", stdout=StringIO())
    set_business_day(TODAY)
    own, other = Organisation.objects.get(slug=OWN), Organisation.objects.get(slug=OTHER)
    OrganisationPlace.objects.get_or_create(organisation=own, place=Place.objects.get(slug="liverpool"))
    third = Organisation.objects.exclude(pk__in=(own.pk, other.pk))[0]
    readers = _readers(own)
    strangers = {"lead": person(Role.EDI_LEAD, other), "sponsor": person(Role.EXECUTIVE_SPONSOR, other)}
    senders = {"lead": person(Role.EDI_LEAD, own), "sponsor": person(Role.EXECUTIVE_SPONSOR, own)}
    _own_kpi("OWN-1", own, by=senders["lead"])
    _own_kpi("OWN-2", other, by=strangers["lead"])
    release = _released(own, other, lead=senders["lead"], sponsor=senders["sponsor"])
    drafts = _sent_and_open(own, other, lead=senders["lead"])
    begin_assessment(organisation=own, by=senders["lead"])
    begin_assessment(organisation=other, by=strangers["lead"])
    step = _operating_model(own, by=person(Role.STEERING_MEMBER), reviewer=readers[Role.PORTAL_ADMIN])
    leads = [senders["lead"], strangers["lead"]]
    admin = readers[Role.PORTAL_ADMIN]
    return World(
        readers=readers,
        own=own,
        other=other,
        release=release,
        rebase=_rebase(),
        job=Job.objects.create(kind="prepare_release", key="a job that failed", status=JobStatus.FAILED, error="ValueError"),
        memberships={
            "own": senders["lead"].memberships.get(),
            "other": strangers["lead"].memberships.get(),
        },
        invitations={
            which: invite(
                email=f"invited.{which}@example.invalid",
                display_name="Invited",
                role=Role.EDI_LEAD,
                organisation=organisation,
                by=admin,
            )
            for which, organisation in (("own", own), ("other", other))
        },
        waivers={which: _around(draft, by=lead) for which, draft, lead in zip(("own", "other"), drafts, leads, strict=True)},
        uploads={
            "own": _uploaded(drafts[0], by=readers[Role.EDI_LEAD]),
            "other": _uploaded(drafts[1], by=strangers["lead"]),
        },
        networks={
            which: StaffNetwork.objects.create(organisation=organisation, name="Carers", slug=f"{which}-carers", focus="carers")
            for which, organisation in (("own", own), ("other", other))
        },
        resources={"own": _leaflet(own, "own"), "other": _leaflet(other, "other")},
        documents={"own": _strategy(own), "other": _strategy(other)},
        registers=_registers(own, other),
        kept=_kept(own, other),
        claim=_claim(),
        outcome_evidence=OutcomeEvidence.objects.create(
            number=1, title="The framework", dated_on=date(2019, 12, 2), link="https://example.invalid/framework"
        ),
        consultation=_consultation(),
        remarks={"own": _remark(own), "other": _remark(other)},
        actions={which: _action(where) for which, where in (("own", own), ("other", other))},
        milestone=_milestone(),
        governance=_governance(own),
        evidence={
            "own": _evidence(own, by=readers[Role.EDI_LEAD]),
            "other": _evidence(other, by=strangers["lead"]),
        },
        extracts={
            "own": _read(drafts[0], by=readers[Role.EDI_LEAD]),
            "other": _read(drafts[1], by=strangers["lead"]),
        },
        meanings={
            "own": _meaning(own, by=readers[Role.EDI_LEAD]),
            "other": _meaning(other, by=strangers["lead"]),
        },
        delegations={
            "own": _delegation(own, by=readers[Role.EXECUTIVE_SPONSOR]),
            "other": _delegation(other, by=strangers["sponsor"]),
        },
        report=_report(release),
        tokens={"own": _token(readers[Role.EDI_LEAD]), "other": _token(strangers["lead"])},
        cookies={reader: _session(user) for reader, user in readers.items() if user is not None},
        step=step,
        pooled={"own": operating_models.pooled(own, other), "other": operating_models.pooled(other, third)},
        ward_pack=shown_pack(by=admin),
    )


def _operating_model(own: Organisation, *, by: User, reviewer: Any) -> PlanStep:
    """Version 1 of document and appraisal, read by a reviewer; the drafts of version 2; and a step of the own organisation."""
    operating_models.decided_appraisal(by)
    operating_models.proposed_version(by)
    begin_appraisal(by=by)
    begin_version(by=by)
    step = operating_models.step(own, by)
    operating_models.pass_all(reviewer)
    return step


def _kept(own: Organisation, other: Organisation) -> dict[str, dict[str, Any]]:
    """One row of each register that the steering app adds, at both organisations."""
    both = (("own", own), ("other", other))
    day, link = date(2019, 9, 30), "https://example.invalid/wres"
    assessments = {
        which: ImpactAssessment.objects.create(
            organisation=where, title="A move", kind="policies", proposal="A clinic moves.", decision_on=date(2020, 3, 2)
        )
        for which, where in both
    }
    return {
        "compliance": {
            which: ComplianceRecord.objects.create(organisation=where, duty="wres", due_on=day, published_on=day, link=link)
            for which, where in both
        },
        "impact": assessments,
        "impact-action": {
            which: ImpactAction.objects.create(assessment=row, text="Signs", owner="Estates lead", due_on=day)
            for which, row in assessments.items()
        },
        "efficiencies": {which: _efficiency(where, "claimed") for which, where in both},
    }


def _efficiency(organisation: Organisation, state: str) -> Efficiency:
    return Efficiency.objects.create(
        organisation=organisation,
        written_for=organisation,
        title="One contract",
        kind="purchase",
        challenge="interpreting",
        how="One tender.",
        financial_year="2018-19",
        hours=12,
        state=state,
    )


def _consultation() -> Consultation:
    """A question that every organisation may read and answer."""
    made = ask_organisations(
        title="One day",
        question="Shall we?",
        background="",
        opens_on=TODAY,
        due_on=date(2020, 2, 14),
        by=person(Role.STEERING_MEMBER),
    )
    for review in waiting().filter(subject__startswith="consultation:"):
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    return made


def _remark(organisation: Organisation) -> PanelComment:
    """What a Healthwatch of some other place than the reader's said of this organisation; nobody has answered or reviewed it."""
    place = Place.objects.get(slug="sefton")
    return PanelComment.objects.create(place=place, organisation=organisation, text="Why so?", answer_due_on=date(2020, 2, 14))


def _claim() -> Efficiency:
    """A claim that waits for the group, and a year whose totals wait for a second person."""
    EfficiencyYear.objects.create(financial_year="2018-19", proposed_by=person(Role.STEERING_MEMBER))
    return _efficiency(Organisation.objects.get(slug=OTHER), "evidenced")


def _action(organisation: Organisation) -> Action:
    """An action that this organisation raised about its own figure, past its day."""
    made = Action.objects.create(
        written_for=organisation,
        workstream=Workstream.objects.get(slug="workforce-standards"),
        kpi="DQ-1",
        owner_organisation=organisation,
        owner_role="EDI lead",
        title="Ask staff to say",
        what="A campaign.",
        effect="Fewer unknown.",
        raised_on=date(2019, 6, 3),
        period="2019-20-q1",
        due_on=date(2019, 9, 2),
    )
    made.organisations.add(organisation)
    return made


def _milestone() -> Milestone:
    """A step of a workstream's plan."""
    return Milestone.objects.create(
        workstream=Workstream.objects.get(slug="staff-networks"), title="Every trust has a network", due_on=date(2020, 3, 31)
    )


def _governance(organisation: Organisation) -> dict[str, int]:
    """A meeting with a decision, a risk, a member, a contribution and a proposal that nobody has reviewed."""
    day = date(2020, 1, 13)
    meeting = Meeting.objects.create(held_on=day)
    owner = {"owner_role": "Director", "raised_on": day, "review_on": date(2020, 4, 1)}
    member = GroupMember.objects.create(role_holder="Director", organisation=organisation, valid_from=date(2018, 4, 1))
    return {
        "risk": Risk.objects.create(title="Late", cause="Leave", mitigation="Cover", **owner).pk,
        "seat": member.pk,
        "decision": Decision.objects.create(meeting=meeting, title="Ask again", text="All of them", reason="Too few").pk,
        "contribution": Contribution.objects.create(
            kind="cross_sector", subject_line="Homes", who="Housing", planned_on=date(2020, 2, 3)
        ).pk,
        "proposal": Proposal.objects.create(
            kind="priority", title="Fair shortlists", text="Two people", reason="Gaps", proposed_on=day, reply_by=TODAY
        ).pk,
    }


def _report(release: Release) -> AssuranceReport:
    """A draft of a report, and an archive of packs."""
    keep_archive(release=release, content=b"PK", packs=2, by=None)
    return start_report(period=RELEASED, by=person(Role.STEERING_MEMBER))


def _strategy(organisation: Organisation) -> StrategyDocument:
    """A document that others may not read, with one line; and the draft of a framework that it could answer to."""
    begin_draft(by=person(Role.STEERING_MEMBER))
    document = StrategyDocument.objects.create(
        organisation=organisation, slug=f"{organisation.slug}-plan", kind="plan", title="A plan of our own"
    )
    Objective.objects.create(document=document, number=1, text="Equal access")
    file = StrategyFile.objects.create(
        document=document,
        number=1,
        content=FileContent.objects.create(content=b"%PDF-1.7 of the plan", digest="0" * 64),
        file_name="plan.pdf",
        file_type="pdf",
        file_size=20,
        pages=9,
        has_text=True,
        found={"vision": {"text": "A fair place for everybody", "page": 2}},
    )
    for number in (1, 2):
        ProposedLine.objects.create(file=file, number=number, kind="objective", text=f"Hear people, part {number}", page=3)
    return document


def _leaflet(organisation: Organisation, which: str) -> Resource:
    """An entry of the toolkit that others may not find."""
    about = {"topic": "race", "format": "leaflet", "audiences": ["staff"], "review_on": date(2021, 1, 1)}
    return Resource.objects.create(
        organisation=organisation, slug=f"{which}-leaflet", title="A leaflet", link="https://trust.invalid/leaflet", **about
    )


def _registers(own: Organisation, other: Organisation) -> dict[str, dict[str, Any]]:
    """One entry of each register of EDI capacity and one interview, at both organisations."""
    both = (("own", own), ("other", other))
    day = date(2019, 4, 1)
    post = {"title": "Adviser", "band": "5", "funded_wte": 1, "valid_from": day}
    programme = {"programme": "Management", "level": 5, "band": "5", "started_on": day}
    interviews = _interviews(both)
    return {
        "interviews:detail": interviews,
        "interviews:change": interviews,
        "toolkit:change-outreach": {
            which: OutreachAction.objects.create(organisation=where, title="A visit", group="bme", started_on=day)
            for which, where in both
        },
        "edi-posts:change": {which: EdiPost.objects.create(organisation=where, **post) for which, where in both},
        "edi-posts:change-apprenticeship": {
            which: EdiApprenticeship.objects.create(organisation=where, **programme) for which, where in both
        },
        "edi-posts:change-year": {
            which: EdiYear.objects.create(organisation=where, financial_year="2019-20") for which, where in both
        },
    }


def _interviews(both: tuple[tuple[str, Organisation], ...]) -> dict[str, MappingInterview]:
    """An interview in the open round of the year with each organisation, held by somebody who is no reader of the matrix."""
    book, interviewer = newest_code_book(), person(Role.STEERING_MEMBER)
    held = {"round": MappingRound.objects.create(financial_year="2019-20"), "held_on": TODAY, "interviewer": interviewer}
    return {
        which: MappingInterview.objects.create(organisation=where, capacity="Enough.", code_book=book, **held)
        for which, where in both
    }


def _around(kpi_return: KpiReturn, *, by: User) -> Waiver:
    """A request for more time and a dispute of a rule, both waiting; and one person's calendar."""
    ExtensionRequest.objects.create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        until=date(2020, 2, 20),
        reason="The system moves.",
        asked_by=by,
    )
    NoticeChoice.objects.create(user=by, calendar_number=1)
    return Waiver.objects.create(
        organisation=kpi_return.organisation,
        collection=kpi_return.collection,
        rule="V7",
        finding="V7:staff_ethnicity:headcount",
        measure="staff_ethnicity",
        reason="The wards moved.",
        asked_by=by,
    )


def _uploaded(kpi_return: KpiReturn, *, by: User) -> WorkbookUpload:
    """A workbook that this person downloaded and sent in unchanged; checked, not saved."""
    content = workbooks.download_workbook(kpi_return=kpi_return, by=by)
    return workbooks.check_upload(kpi_return=kpi_return, file=SimpleUploadedFile("workbook.xlsx", content), by=by)


def _read(kpi_return: KpiReturn, *, by: User) -> Extract:
    """A staff file that this person gave; read, not taken over."""
    counts = read_extract(BytesIO(staff_file(50)), period=kpi_return.quarter)
    extract = extracts.begin_reading(kpi_return=kpi_return, kind=ExtractKind.STAFF_IN_POST, file_name="staff.csv", by=by)
    return extracts.keep_counts(extract=extract, aggregate=counts.as_data(), by=by)[0]


def _meaning(organisation: Organisation, *, by: User) -> ValueMeaning:
    """A common value that waits for a portal admin."""
    return ValueMeaning.objects.create(
        organisation=organisation, field="pay_scale", value="ad hoc", shown="Ad Hoc", code="vsm", rows=40, proposed_by=by
    )


def _evidence(organisation: Organisation, *, by: User) -> Evidence:
    """A file in this organisation's library."""
    file = GivenFile("report.pdf", b"%PDF-1.7 of the board")
    return add_evidence(organisation=organisation, title="Report to the board", dated_on=None, file=file, by=by)


def _token(user: User) -> ApiToken:
    """A token of this person."""
    membership = user.memberships.get()
    return make_token(by=user, membership=membership, label="ESR", scopes=["returns:read"], expires_on=date(2020, 6, 30))[0]


def _delegation(organisation: Organisation, *, by: User) -> Delegation:
    """Somebody without an account, invited to sign next week."""
    return make_delegation(
        organisation=organisation,
        email=f"delegate.{organisation.slug}@example.invalid",
        display_name="Delegate",
        valid_from=date(2020, 1, 27),
        valid_to=date(2020, 2, 7),
        by=by,
    )


def _rebase() -> SeriesRebase:
    """A series that a steering group member started anew."""
    return SeriesRebase.objects.create(
        kpi=Kpi.objects.get(slug="dq-1"),
        before=RELEASED,
        reason="A new system counts leavers",
        role=Role.STEERING_MEMBER,
        made_by=person(Role.STEERING_MEMBER),
    )


def _own_kpi(code: str, organisation: Organisation, *, by: User) -> None:
    """A KPI of this organisation alone, asked from the released quarter on."""
    given = {
        "name": "Staff trained in cultural competence",
        "question": "How many of our staff finished the training?",
        "why": "People asked for it.",
        "shape": "share",
        "numerator": "Staff who finished",
        "denominator": "All staff",
        "counts": "people",
        "time": "state",
        "help": "Headcount.",
        "sensitive": "no",
        "direction": "higher",
        "target": Decimal(80),
        "quarters": ["2"],
        "workstream": "equality-assurance",
        "domain": "cultural",
        "contributor": "learning",
    }
    measure, kpi = build_own_kpi(code, given, owner=organisation.short_name, today=TODAY)
    definitions.add_bespoke_kpi(organisation=organisation, measure=measure, kpi=kpi, from_period=RELEASED, by=by)
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))


def _readers(own: Organisation) -> dict[str, User | None]:
    where: dict[Role, Organisation | Place] = {
        Role.EDI_LEAD: own,
        Role.CONTRIBUTOR: own,
        Role.EXECUTIVE_SPONSOR: own,
        Role.HEALTHWATCH_READER: Place.objects.get(slug="liverpool"),
    }
    found: dict[str, User | None] = {}
    for role in Role:
        user = UserFactory.create(email=f"{role}@example.invalid")
        hold(user, role, where.get(role), area="recruitment" if role is Role.CONTRIBUTOR else "")
        found[str(role)] = user
    return found | {NO_ROLE: UserFactory.create(email="no.role@example.invalid"), ANONYMOUS: None}


def _collection(period: str, opens: date, due: date, closes: date) -> Collection:
    closes_at = datetime(closes.year, closes.month, closes.day, 23, 59, tzinfo=LONDON)
    return Collection.objects.create(period=period, opens_on=opens, due_on=due, closes_at=closes_at)


def _released(own: Organisation, other: Organisation, *, lead: User, sponsor: User) -> Release:
    """A published release of the quarter before, of two returns."""
    collection = _collection(RELEASED, date(2019, 10, 6), date(2019, 10, 31), date(2019, 11, 9))
    set_business_day(collection.due_on)
    for scale, organisation in enumerate((own, other), start=1):
        values = plain_values(organisation, collection.quarter, scale=scale)
        signed_return(collection, organisation, values, lead=lead, sponsor=sponsor)
    set_business_day(TODAY)
    one, two = person(Role.PORTAL_ADMIN), person(Role.PORTAL_ADMIN)
    release = releases.prepare_release(collection=collection)
    return releases.publish_release(release=releases.propose_release(release=release, by=one), by=two)


def _sent_and_open(own: Organisation, other: Organisation, *, lead: User) -> list[KpiReturn]:
    """Returns that wait for the sponsor, and drafts with figures in the open collection."""
    sent = _collection(SENT, date(2019, 7, 6), date(2019, 7, 31), date(2019, 8, 9))
    drafts = []
    running = _collection(OPEN, date(2020, 1, 6), date(2020, 1, 31), date(2020, 2, 9))
    for organisation in (own, other):
        waiting = KpiReturn.objects.create(collection=sent, organisation=organisation)
        KpiReturn.objects.filter(pk=waiting.pk).update(status=Status.SUBMITTED, submitted_at=sent.closes_at, submitted_by=lead)
        draft = KpiReturn.objects.create(collection=running, organisation=organisation)
        fill(draft, plain_values(organisation, running.quarter))
        drafts.append(draft)
    return drafts
