"""Synthetic content of governance for the demonstration: marked, planted once, its words passed by the demonstration's admins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_today
from edi_portal.exceptions import NotAllowed
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Kind, Organisation, Place, User
from organisations.roles import Role
from steering import demonstration_content as content
from steering.models import (
    Action,
    ActionUpdate,
    Contribution,
    Decision,
    GroupMember,
    Meeting,
    Milestone,
    PanelAnswer,
    PanelComment,
    PanelScore,
    Proposal,
    Reply,
    Risk,
    RiskScore,
    TermsOfReference,
    Workstream,
    WorkstreamLead,
)
from steering.models.texts import Reviewed
from steering.panels import ANSWER_DAYS
from steering.services.texts import ask_for_reviews

NOUNS = tuple(
    f"{one.NOUN}:"
    for one in (
        *(Action, ActionUpdate, Contribution, Decision, Meeting, Milestone, Proposal, Risk, TermsOfReference),
        *(PanelScore, PanelComment, PanelAnswer),
    )
)


@transaction.atomic
def plant_governance() -> bool:
    """Plant everything, once; True when this call did. Raises NotAllowed outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise NotAllowed("Demonstration data are loaded only with PORTAL_DEMONSTRATION=1.")
    if Action.objects.exists() or Meeting.objects.exists():
        return False
    accounts = User.objects.filter(is_demonstration=True)
    member = accounts.filter(memberships__role=Role.STEERING_MEMBER).first()
    admin = accounts.filter(memberships__role=Role.PORTAL_ADMIN).first()
    if member is None or admin is None:
        raise NotAllowed("Load the demonstration's accounts first.")
    organisations = list(Organisation.objects.in_footprint(business_today()).order_by("slug"))
    written: list[Reviewed] = [*_plans(organisations), *_group(organisations, member), *_actions(member)]
    written += [*_risks(organisations), *_contributions(), *_proposals(accounts), *_panels()]
    for row in written:
        ask_for_reviews(row, by=member)
    for review in waiting():
        if review.subject.startswith(NOUNS):
            pass_text(review=review, nobody_recognisable=True, by=admin)
    record(action="demonstration.loaded", by=None, subject="demonstration:governance", details={"rows": len(written)})
    return True


def _plans(organisations: list[Organisation]) -> list[Reviewed]:
    """Leads and milestones of the seven workstreams."""
    made: list[Reviewed] = []
    for place, workstream in enumerate(Workstream.objects.all()):
        WorkstreamLead.objects.create(
            workstream=workstream,
            organisation=organisations[place * 4 % len(organisations)],
            role_holder=content.LEADS[workstream.slug],
            valid_from=content.FIRST_TERM,
        )
        for title, day, reached in content.MILESTONES[workstream.slug]:
            reached_on = day - timedelta(days=3) if reached else None
            made.append(Milestone.objects.create(workstream=workstream, title=title, due_on=day, reached_on=reached_on))
    return made


def _group(organisations: list[Organisation], member: User) -> list[Reviewed]:
    """Terms, members, two past meetings with a decision each, and the next one."""
    purpose, remit = content.TERMS
    terms = TermsOfReference.objects.create(
        number=1, purpose=purpose, remit=remit, in_force_from=content.FIRST_TERM, made_by=member, synthetic=True
    )
    workstreams = {one.slug: one for one in Workstream.objects.all()}
    seats = [
        GroupMember.objects.create(
            seat=seat,
            role_holder=role,
            organisation=organisations[place * 3 % len(organisations)],
            workstream=workstreams.get(slug),
            user=member if seat == "chair" else None,
            valid_from=content.FIRST_TERM,
        )
        for place, (seat, role, slug) in enumerate(content.MEMBERS)
    ]
    seat, role, last = content.FORMER
    GroupMember.objects.create(
        seat=seat, role_holder=role, organisation=organisations[1], valid_from=content.FIRST_TERM, valid_to=last
    )
    made: list[Reviewed] = [terms, Meeting.objects.create(held_on=content.NEXT_MEETING, synthetic=True)]
    for day, (title, text, reason, slug, kpi) in zip(content.MEETINGS, content.DECISIONS, strict=True):
        meeting = Meeting.objects.create(held_on=day, minutes=content.MINUTES, minutes_by=member, version=1, synthetic=True)
        meeting.attended.set(seats[:6])
        values = {"workstream": workstreams[slug], "kpi": kpi, "recorded_by": member}
        decision = Decision.objects.create(meeting=meeting, title=title, text=text, reason=reason, **values)
        made += [meeting, decision]
    return made


def _actions(member: User) -> list[Reviewed]:
    """Actions about figures of the planted stories, two of them past their day."""
    known = {one.slug: one for one in Organisation.objects.all()}
    homes = {
        "WRES-2": "workforce-standards",
        "DQ-2": "equality-assurance",
        "PAT-2": "patient-participation",
        "NET-1": "staff-networks",
    }
    made: list[Reviewed] = []
    for title, what, effect, kpi, slugs, raised, due in content.ACTIONS:
        about = [known[slug] for slug in slugs if slug in known]
        action = Action.objects.create(
            title=title,
            what=what,
            effect=effect,
            kpi=kpi,
            workstream=Workstream.objects.get(slug=homes[kpi]),
            owner_organisation=about[0] if about else None,
            owner_role="Director of Workforce" if about else "Workstream lead",
            raised_on=raised,
            raised_by=member,
            period=Quarter.containing(raised).previous().slug,
            due_on=due,
            decision=Decision.objects.filter(kpi=kpi, meeting__held_on__lte=raised).first(),
            synthetic=True,
        )
        action.organisations.set(about)
        made.append(action)
    first = made[0]
    assert isinstance(first, Action)
    made.append(ActionUpdate.objects.create(action=first, progress="behind", text="Half of the panels are trained.", by=member))
    return made


def _risks(organisations: list[Organisation]) -> list[Reviewed]:
    made: list[Reviewed] = []
    for place, (title, cause, mitigation, likelihood, impact) in enumerate(content.RISKS):
        risk = Risk.objects.create(
            title=title,
            cause=cause,
            mitigation=mitigation,
            owner_organisation=organisations[place],
            owner_role="EDI lead",
            workstream=Workstream.objects.all()[place * 2],
            raised_on=date(2019, 6, 10),
            review_on=date(2020, 1, 13 + place * 14 % 15),
            synthetic=True,
        )
        RiskScore.objects.create(risk=risk, likelihood=likelihood, impact=impact)
        made.append(risk)
    return made


def _contributions() -> list[Reviewed]:
    today = business_today()
    return [
        Contribution.objects.create(
            kind=kind,
            subject_line=about,
            who=who,
            planned_on=day,
            held_on=day if day < today else None,
            changed=content.CHANGED if day < today else "",
            synthetic=True,
        )
        for kind, about, who, day in content.CONTRIBUTIONS
    ]


def _proposals(accounts: Any) -> list[Reviewed]:
    """One that waits for the board and the Healthwatches, and one that the board has ratified."""
    board = accounts.filter(memberships__role=Role.BOARD_MEMBER).first()
    made: list[Reviewed] = []
    for kind, title, text, reason, slug, key in content.PROPOSALS:
        proposal = Proposal.objects.create(
            kind=kind,
            title=title,
            text=text,
            reason=reason,
            workstream=Workstream.objects.filter(slug=slug).first(),
            subject_key=key,
            proposed_on=date(2019, 12, 11),
            reply_by=date(2020, 2, 28),
            synthetic=True,
        )
        made.append(proposal)
        if key:
            Reply.objects.create(proposal=proposal, outcome="ratified", replied_by=board)
    return made


def _panels() -> list[Reviewed]:
    """Two Healthwatch panels beside the scores of a trust each; one comment is answered, one waits."""
    made: list[Reviewed] = []
    panels = [(one, where) for one in content.PANELS if (where := _scored(one[0], one[1])) is not None]
    for (slug, _, day, scores), where in panels:
        place = Place.objects.get(slug=slug)
        given = [(key, 1, score, reason, day) for key, (score, reason) in scores.items()]
        outcome, score, reason, later = content.PANEL_CHANGED
        if not any(isinstance(row, PanelScore) for row in made):
            given.append((outcome, 2, score, reason, later))
        for key, version, score, reason, on in given:
            made.append(
                PanelScore.objects.create(
                    place=place,
                    organisation=where,
                    financial_year=content.PANEL_YEAR,
                    outcome=key,
                    version=version,
                    score=score,
                    reason=reason,
                    scored_at=_noon(on),
                    is_synthetic=True,
                )
            )
    for ((slug, *_), where), (about, text, day, answer) in zip(panels, content.PANEL_COMMENTS, strict=False):
        due = day + timedelta(days=ANSWER_DAYS)
        comment = PanelComment.objects.create(
            place=Place.objects.get(slug=slug),
            organisation=where,
            about=about,
            text=text,
            answer_due_on=due,
            made_at=_noon(day),
            is_synthetic=True,
        )
        made.append(comment)
        if answer is not None:
            said, on, done = answer
            row = PanelAnswer.objects.create(
                comment=comment, written_for=where, text=said, promised_on=done, answered_at=_noon(on)
            )
            made.append(row)
    return made


def _scored(place: str, slug: str) -> Organisation | None:
    """The organisation of a panel: the one named, or the first trust of the place."""
    rows = Organisation.objects.in_footprint(business_today()).filter(organisation_places__place__slug=place)
    rows = rows.filter(slug=slug) if slug else rows.exclude(kind__in=[Kind.CCG, Kind.CSU])
    return rows.order_by("slug").first()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LONDON)
