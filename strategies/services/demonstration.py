"""Synthetic content of the shared operating model for the demonstration: made by rule, marked, planted once.

Levels follow from a fixed pattern over organisations and criteria, so that every run gives the same picture; nothing of it says
anything about a real organisation.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import NotAllowed
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import ask_for_review, pass_text
from organisations.models import Organisation, User
from organisations.roles import Role
from strategies.demonstration_content import (
    APPRAISAL,
    CHOICE,
    DOCUMENT,
    OFFERS,
    PLAN,
    PROJECTS,
    WEIGHTS,
    evidence_for,
    level_for,
)
from strategies.models import CriterionAnswer, PlanStep, PooledOffer, SelfAssessment
from strategies.selectors.appraisals import draft_of_appraisal
from strategies.selectors.assessments import criteria_in_force, criteria_of, texts_of
from strategies.services.appraisals import OptionEntry, begin_appraisal, decide_appraisal, save_criterion, save_option
from strategies.services.model_documents import VersionEntry, begin_version, propose_version, save_version
from strategies.services.plan_steps import StepEntry, add_step, finish_step
from strategies.services.pooled import OfferEntry, ProjectEntry, UseEntry, answer_use, ask_for, save_offer, save_project
from strategies.shared_model.vocabulary import SECTIONS

YEARS = (("2018-19", date(2019, 2, 14)), ("2019-20", date(2020, 1, 10)))
REVIEWED = ("self-assessment:", "operating-model:", "pooled-offer:", "joint-project:")


@transaction.atomic
def plant_operating_model() -> bool:
    """Plant everything, once; True when this call did. Raises NotAllowed outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise NotAllowed("Demonstration data are loaded only with PORTAL_DEMONSTRATION=1.")
    if SelfAssessment.objects.exists() or PlanStep.objects.exists() or PooledOffer.objects.exists():
        return False
    people = _People()
    assessed = _plant_assessments(people)
    _plant_appraisal(people.member)
    _plant_document(people.member)
    _plant_plan(people)
    _plant_pooled(people)
    _review_all(people)
    record(action="demonstration.loaded", by=None, subject="demonstration:operating-model", details={"assessments": assessed})
    return True


class _People:
    """The demonstration's accounts that write this content."""

    def __init__(self) -> None:
        held = User.objects.filter(is_demonstration=True).order_by("email")
        self.member = _first(held.filter(memberships__role=Role.STEERING_MEMBER))
        self.admins = list(held.filter(memberships__role=Role.PORTAL_ADMIN).distinct())
        rows = held.exclude(email__startswith="lead.shared").prefetch_related("memberships__organisation")
        self.leads: dict[str, User] = {}
        self.sponsors: dict[str, User] = {}
        for user in rows:
            for held_role in user.memberships.all():
                if held_role.organisation is None:
                    continue
                if held_role.role == Role.EDI_LEAD:
                    self.leads.setdefault(held_role.organisation.slug, user)
                elif held_role.role == Role.EXECUTIVE_SPONSOR:
                    self.sponsors.setdefault(held_role.organisation.slug, user)
        members = Organisation.objects.in_footprint(business_today()).order_by("slug")
        self.organisations = [one for one in members if one.slug in self.leads and one.slug in self.sponsors]

    def organisation(self, place: int) -> Organisation:
        """The organisation at a place of the list, counted round."""
        return self.organisations[place % len(self.organisations)]

    def lead_of(self, organisation: Organisation) -> User:
        """Its EDI lead."""
        return self.leads[organisation.slug]


def _first(rows: Any) -> User:
    found: User | None = rows.first()
    if found is None:
        raise NotAllowed("Load the demonstration's accounts first.")
    return found


def _plant_assessments(people: _People) -> int:
    """Two years of confirmed assessments for most, a draft or none for the rest. Four of five are shared."""
    criteria = criteria_of(criteria_in_force(business_today()))
    made = 0
    for place, organisation in enumerate(people.organisations):
        if place % 10 == 9:
            continue
        for number, (year, day) in enumerate(YEARS):
            is_draft = number == 1 and place % 7 == 6
            assessment = SelfAssessment.objects.create(
                organisation=organisation,
                financial_year=year,
                criteria=criteria[0].criteria,
                state="draft" if is_draft else "confirmed",
                is_shared=place % 5 != 3,
                is_synthetic=True,
                begun_by=people.lead_of(organisation),
                confirmed_at=None if is_draft else business_now().replace(year=day.year, month=day.month, day=day.day),
                confirmed_by=None if is_draft else people.sponsors[organisation.slug],
            )
            shown = criteria[: len(criteria) // 2] if is_draft else criteria
            CriterionAnswer.objects.bulk_create(
                _answer(assessment, one, level_for(place, nth, number), people.lead_of(organisation))
                for nth, one in enumerate(shown)
            )
            made += 1
    return made


def _answer(assessment: SelfAssessment, criterion: Any, level: int, by: User) -> CriterionAnswer:
    target = level + 1 if level < 4 else None
    return CriterionAnswer(
        assessment=assessment,
        criterion=criterion,
        level=level,
        evidence_text=evidence_for(criterion.evidence) if level > 1 else "",
        target_level=target,
        target_by=date(2021, 3, 31) if target is not None else None,
        version=1,
        changed_by=by,
    )


def _plant_appraisal(member: User) -> None:
    begin_appraisal(by=member, is_synthetic=True)
    keys = []
    for name, weight in WEIGHTS.items():
        keys.append(_save_weight(name, weight, member))
    for name, (description, scores) in APPRAISAL.items():
        given = dict(zip(keys, scores, strict=True))
        draft = _appraisal()
        entry = OptionEntry(name, description, given)
        save_option(draft=draft, key=None, entry=entry, seen_version=draft.version, by=member)
    draft = _appraisal()
    preferred, reason = CHOICE
    decide_appraisal(draft=draft, preferred=preferred, reason=reason, seen_version=draft.version, by=member)


def _save_weight(name: str, weight: int, member: User) -> str:
    draft = _appraisal()
    return save_criterion(draft=draft, key=None, name=name, weight=weight, seen_version=draft.version, by=member).key


def _appraisal() -> Any:
    draft = draft_of_appraisal()
    assert draft is not None
    return draft


def _plant_document(member: User) -> None:
    draft = begin_version(by=member, is_synthetic=True)
    entry = VersionEntry("The first proposal.", dict(zip(SECTIONS, DOCUMENT, strict=True)))
    propose_version(version=save_version(version=draft, entry=entry, seen_version=draft.version, by=member), by=member)


def _plant_plan(people: _People) -> None:
    for place, (name, domain, due_on, done_on, note) in enumerate(PLAN):
        entry = StepEntry(name, domain, people.organisation(place * 4), due_on)
        step = add_step(entry=entry, by=people.member, is_synthetic=True)
        if done_on is not None:
            finish_step(step=step, on=done_on, note=note, by=people.lead_of(step.owner))


def _plant_pooled(people: _People) -> None:
    for place, (kind, title, description, hours, pounds) in enumerate(OFFERS):
        owner, taker = people.organisation(place * 4), people.organisation(place * 4 + 3)
        entry = OfferEntry(kind, title, date(2019, 4, 1), description, hours, pounds, is_shared=True)
        offer = save_offer(
            organisation=owner, offer=None, entry=entry, seen_version=0, by=people.lead_of(owner), is_synthetic=True
        )
        wanted = UseEntry(date(2019, 10, 1), hours=hours // 2, pounds=pounds // 2, is_known=True)
        use = ask_for(offer=offer, organisation=taker, entry=wanted, by=people.lead_of(taker))
        if place % 2 == 0:
            answer_use(use=use, answer="agreed", by=people.lead_of(owner))
    for place, (name, programme, aim, state, outcome) in enumerate(PROJECTS):
        owner = people.organisation(place * 5 + 2)
        partners = (people.organisation(place * 5 + 3), people.organisation(place * 5 + 4))
        project = ProjectEntry(
            name, aim, programme, partners, state=state, starts_on=date(2019, 4, 1), outcome=outcome, is_shared=True
        )
        save_project(organisation=owner, project=None, entry=project, seen_version=0, by=people.lead_of(owner), is_synthetic=True)


def _review_all(people: _People) -> None:
    """The admins pass what was planted; each reads what somebody else wrote. Half of the assessments wait for a reviewer."""
    shared = SelfAssessment.objects.open_to_others().filter(financial_year=YEARS[-1][0]).select_related("organisation")
    for place, assessment in enumerate(shared):
        for subject, text in texts_of([assessment]).items():
            review = ask_for_review(
                subject=subject, text=text, organisation=assessment.organisation, by=people.lead_of(assessment.organisation)
            )
            if place % 2 == 0 and review is not None:
                pass_text(review=review, nobody_recognisable=True, by=people.admins[0])
    for review in waiting().exclude(subject__startswith="self-assessment:"):
        if review.subject.startswith(REVIEWED):
            pass_text(review=review, nobody_recognisable=True, by=people.admins[0])
