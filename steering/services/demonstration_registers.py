"""Synthetic content of the registers that the steering app keeps, for the demonstration: made by rule, marked, planted once.

What is on record follows from a fixed pattern over organisations, so that every run gives the same picture; nothing of it says
anything about a real organisation, and no link leads anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from edi_portal.exceptions import NotAllowed
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.models.definitions import Kpi
from organisations.models import Membership, Organisation
from organisations.roles import Role
from steering.compliance import due_days, duties
from steering.models import (
    Baseline,
    ComplianceRecord,
    Consultation,
    Efficiency,
    ImpactAssessment,
    OutcomeEvidence,
    PracticeNote,
)
from steering.selectors.compliance import bound_organisations, member_since
from steering.services.compliance import fix_baseline
from steering.services.consultations import answer_consultation, ask_organisations
from steering.services.efficiencies import (
    EfficiencyEntry,
    add_efficiency,
    decide_efficiency,
    freeze_year,
    propose_year,
    say_challenges,
)
from steering.services.impact import AssessmentEntry, add_action, add_assessment, close_action, sign_assessment
from steering.services.outcomes import link_evidence
from steering.services.practice import NoteEntry, add_note, say_adoption
from workforce.vocabulary import CHARACTERISTICS

LINK = "https://demonstration.example.invalid"
OURS = ("baseline:", "consultation:", "answer:", "efficiency:", "practice:", "outcome-evidence:")
HOME = "countess-of-chester"
NOTES = (
    (
        "st-helens-and-knowsley",
        "Interpreters booked with the appointment",
        ("PAT-2",),
        "The booking form asks for the language first.",
    ),
    ("mersey-care", "A second look before a case becomes formal", ("WRES-3", "WDES-3"), "Two trained people read each case."),
    ("alder-hey", "Ask again, and say why", ("DQ-1", "DQ-2"), "Staff are asked once a year, with a line on what it changes."),
)
SHARED = (
    ("liverpool-womens", "One interpreting contract", "purchase", "interpreting", 180, 21500),
    ("alder-hey", "One interpreting contract", "purchase", "interpreting", 210, 24000),
    ("walton-centre", "One interpreting contract", "purchase", "interpreting", 120, 16200),
    ("mersey-care", "Policies written once", "duplication", "policies", 340, 0),
    ("wirral-university-teaching", "Policies written once", "duplication", "policies", 310, 0),
    ("east-cheshire", "Policies written once", "duplication", "policies", 260, 0),
)


@transaction.atomic
def plant_register_content() -> bool:
    """Plant everything, once; True when this call did. Raises NotAllowed outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise NotAllowed("Demonstration data are loaded only with PORTAL_DEMONSTRATION=1.")
    if ComplianceRecord.objects.exists() or Efficiency.objects.exists():
        return False
    people = _People()
    _plant_publications(people)
    _plant_baselines(people)
    _plant_assessments(people)
    _plant_efficiencies(people)
    _plant_notes(people)
    _plant_consultation(people)
    _plant_evidence(people)
    for review in waiting():
        if review.subject.startswith(OURS):
            pass_text(review=review, nobody_recognisable=True, by=people.admin)
    record(action="demonstration.loaded", by=None, subject="demonstration:steering-registers")
    return True


class _People:
    """The demonstration's accounts: leads and sponsors by organisation, a member of the group, a portal admin."""

    def __init__(self) -> None:
        held = Membership.objects.filter(user__is_demonstration=True).select_related("user", "organisation").order_by("pk")
        by_role: dict[str, list[Membership]] = {}
        for membership in held:
            by_role.setdefault(membership.role, []).append(membership)
        self.leads = self._of(by_role[Role.EDI_LEAD])
        self.sponsors = self._of(by_role[Role.EXECUTIVE_SPONSOR])
        self.member = by_role[Role.STEERING_MEMBER][0].user
        self.admin = by_role[Role.PORTAL_ADMIN][0].user

    @staticmethod
    def _of(memberships: list[Membership]) -> Mapping[str, Any]:
        return {one.organisation.slug: one.user for one in memberships if one.organisation is not None}

    def at(self, slug: str) -> tuple[Organisation, Any]:
        """An organisation with its lead."""
        return Organisation.objects.get(slug=slug), self.leads[slug]


def _plant_publications(people: _People) -> None:
    """Most published in time, one in seven late, one in nine not at all; duties of the year to come are open."""
    today = business_today()
    rows = []
    for place, organisation in enumerate(bound_organisations(today)):
        for step, duty in enumerate(duties().values()):
            if not duty.days or not duty.binds(organisation.applicability_class, organisation.headcount_estimate):
                continue
            for due in due_days(duty, (), since=member_since(organisation), until=today):
                if due > today or (place + step) % 9 == 4:
                    continue
                days = 12 if (place + 2 * step) % 7 == 3 else -(5 + (place * 3 + step) % 30)
                link = f"{LINK}/{organisation.slug}/{duty.key}-{due.year}"
                rows.append(
                    ComplianceRecord(
                        organisation=organisation,
                        duty=duty.key,
                        due_on=due,
                        published_on=due + timedelta(days),
                        link=link,
                        on_public_page=(place + step) % 3 != 1,
                        recorded_by=people.leads.get(organisation.slug),
                        is_synthetic=True,
                    )
                )
    ComplianceRecord.objects.bulk_create(rows)


def _plant_baselines(people: _People) -> None:
    for code in ("WRES-7", "WDES-5", "GAP-CP-BME", "GAP-CP-DIS", "REP-BME-67", "REP-BME-8V", "REP-DIS-67", "REP-DIS-8V"):
        quarter = Quarter(2018, 4)
        fix_baseline(kpi=Kpi.objects.get(code=code), quarter=quarter, reason="The project's first year.", by=people.member)
    Baseline.objects.update(is_synthetic=True)


def _plant_assessments(people: _People) -> None:
    """Three proposals of one trust: decided in time, waiting for the sponsor, and begun."""
    organisation, lead = people.at(HOME)
    none = dict.fromkeys(CHARACTERISTICS, "none")
    entries = (
        ("Evening clinic moves to the main site", "service_changes", 40, none | {"disability": "negative", "age": "mixed"}),
        ("Policy on flexible working", "policies", 9, none | {"sex": "positive", "maternity": "positive"}),
        ("New car park charges", "business_cases", 60, {"disability": "negative"}),
    )
    for place, (title, kind, days, effects) in enumerate(entries):
        entry = AssessmentEntry(
            title=title,
            kind=kind,
            proposal="What changes, for whom, and from when.",
            decision_on=business_today() + timedelta(days),
            effects=effects,
            evidence_text="Attendance by ward, and what patients told us.",
            mitigation="A bus stops at the door, and staff are asked again after a year." if place < 2 else "",
        )
        row = add_assessment(organisation=organisation, entry=entry, by=lead)
        if place == 0:
            sign_assessment(row=row, seen_version=row.version, by=people.sponsors[HOME])
            done = add_action(assessment=row, text="Put up signs", owner="Estates lead", due_on=business_today(), by=lead)
            close_action(action=done, on=business_today(), by=lead)
    ImpactAssessment.objects.update(is_synthetic=True)


def _plant_efficiencies(people: _People) -> None:
    """A shared contract and shared policies, accepted and frozen for 2018-19; one claim of this year waits."""
    for slug, title, kind, challenge, hours, pounds in SHARED:
        organisation, lead = people.at(slug)
        entry = EfficiencyEntry(
            title=title,
            kind=kind,
            challenge=challenge,
            how="Several organisations wrote it once, and each of them uses it.",
            financial_year="2018-19",
            hours=Decimal(hours),
            pounds=pounds,
            basis="Hours of the people who would have written it.",
            link=f"{LINK}/{slug}/efficiency",
            is_offered=True,
        )
        row = add_efficiency(organisation=organisation, entry=entry, by=lead)
        decide_efficiency(row=row, accept=True, reason="", by=people.member)
    organisation, lead = people.at(HOME)
    waits = EfficiencyEntry(
        title="Training bought together",
        kind="purchase",
        challenge="training",
        how="Four trusts booked one course.",
        financial_year="2019-20",
        hours=Decimal(60),
        pounds=4200,
        link=f"{LINK}/{HOME}/training",
    )
    add_efficiency(organisation=organisation, entry=waits, by=lead)
    say_challenges(organisation=organisation, challenges=["interpreting", "policies"], by=lead)
    freeze_year(row=propose_year(year="2018-19", by=people.member), by=people.admin)
    Efficiency.objects.update(is_synthetic=True)


def _plant_notes(people: _People) -> None:
    made = []
    for slug, title, kpis, how in NOTES:
        organisation, lead = people.at(slug)
        entry = NoteEntry(
            title=title, what="An example of the demonstration.", how=how, kpis=kpis, contact=f"edi.{slug}@example.invalid"
        )
        made.append(add_note(organisation=organisation, entry=entry, by=lead))
    PracticeNote.objects.filter(pk__in=[note.pk for note in made]).update(is_synthetic=True)
    for state, slug in (("adopted", HOME), ("looking", "east-cheshire")):
        organisation, lead = people.at(slug)
        say_adoption(note=made[0], organisation=organisation, state=state, by=lead)


def _plant_consultation(people: _People) -> None:
    today = business_today()
    made = ask_organisations(
        title="One day for reports to boards",
        question="Shall all boards read their EDI figures in the same month?",
        background="Boards read them in different months today.",
        opens_on=today - timedelta(10),
        due_on=today + timedelta(18),
        by=people.member,
    )
    for place, slug in enumerate(("mersey-care", "alder-hey", "walton-centre", "east-cheshire")):
        organisation, lead = people.at(slug)
        position, text = (("changes", "In the month after the release."), ("agree", ""))[place % 2]
        answer_consultation(consultation=made, organisation=organisation, position=position, text=text, by=lead)
    Consultation.objects.update(is_synthetic=True)


def _plant_evidence(people: _People) -> None:
    for number, title, day in (
        (1, "First proposal of the common framework, put to every organisation", date(2019, 11, 5)),
        (4, "Paper on bands 6, 7 and 8 read by the group", date(2019, 12, 3)),
    ):
        link_evidence(number=number, title=title, dated_on=day, link=f"{LINK}/outcomes/{number}", by=people.member)
    OutcomeEvidence.objects.update(is_synthetic=True)
