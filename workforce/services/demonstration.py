"""Synthetic interviews and toolkit of the demonstration, each marked as such. Written once, straight into the tables."""

from datetime import date, datetime, time
from random import Random
from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import LONDON
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import ask_for_reviews, pass_text
from organisations.models import Membership, Organisation
from organisations.roles import Role
from workforce.engagement import STEP_NAMES
from workforce.mapping import AREAS, Theme
from workforce.models import (
    CodeBook,
    MappingInterview,
    MappingRound,
    OutreachAction,
    Resource,
    ResourceUse,
    StepProgress,
)
from workforce.selectors.interviews import newest_code_book
from workforce.selectors.toolkit import cheshire_organisations

SEED = 2019
TODAY = date(2020, 1, 20)
PlannedRound = tuple[str, date, int, date | None]
PlannedEntry = tuple[str, str, str, tuple[str, ...], str, str, str, date]
# Round, its first day of interviews, how many organisations, and the day on which it was closed.
ROUNDS: tuple[PlannedRound, ...] = (
    ("2017-18", date(2018, 1, 15), 12, date(2018, 3, 20)),
    ("2018-19", date(2018, 10, 8), 30, date(2019, 2, 28)),
    ("2019-20", date(2019, 11, 4), 19, None),
)
# Owner (empty: the partnership), kind, title, whom it is for, topic, form, language, day of the next review.
ENTRIES: tuple[PlannedEntry, ...] = (
    (
        "",
        "message",
        "You can have an interpreter",
        ("patients", "carers"),
        "accessible_information",
        "text",
        "en",
        date(2020, 6, 1),
    ),
    ("", "message", "Why we ask about ethnicity", ("patients", "public"), "race", "text", "en", date(2020, 2, 15)),
    (
        "",
        "message",
        "Tell us how to write to you",
        ("patients", "carers"),
        "accessible_information",
        "text",
        "en",
        date(2020, 9, 1),
    ),
    ("", "message", "What our networks do for you", ("staff",), "networks", "text", "en", date(2019, 12, 1)),
    ("mersey-care", "resource", "The Equality Act in ten slides", ("boards",), "rights", "slides", "en", date(2020, 4, 1)),
    ("mersey-care", "resource", "Asking for adjustments", ("staff",), "disability", "video", "bsl", date(2020, 10, 1)),
    ("alder-hey", "resource", "Coming to hospital", ("patients", "carers"), "disability", "easy_read", "en", date(2020, 1, 10)),
    (
        "countess-of-chester",
        "resource",
        "Interpreter poster",
        ("patients",),
        "accessible_information",
        "leaflet",
        "pl",
        date(2020, 3, 1),
    ),
    ("mid-cheshire", "resource", "How we grade ourselves", ("public",), "rights", "web", "en", date(2019, 11, 1)),
)
ACTIONS = (
    ("countess-of-chester", "Health talks with the Polish community", "bme", "25_99", "PAT-2"),
    ("mersey-care", "Walks with disabled people's groups", "disabled", "100_499", "PAT-1"),
    ("alder-hey", "Parents' evenings with interpreters", "bme", "25_99", "PAT-2"),
    ("warrington-and-halton", "Asking about ethnicity at the desk", "both", "500_up", "PAT-4"),
)
WORDS = "Synthetic: written for the demonstration, so that the page can be tried. Put [the name of your trust] here."
NOTHING = "Synthetic: nothing stood out here."


@transaction.atomic
def plant_workforce() -> int:
    """Plant the demonstration's interviews where there are none; how many were planted."""
    book = newest_code_book()
    if not settings.DEMONSTRATION or book is None or MappingRound.objects.exists():
        return 0
    interviewer = _interviewer()
    if interviewer is None:
        return 0
    draw = Random(SEED)
    planted = sum(_plant_round(planned, book, interviewer, draw) for planned in ROUNDS)
    _plant_toolkit(draw)
    record(action="demonstration.workforce_planted", by=None, subject="demonstration", details={"interviews": planted})
    return planted


def _interviewer() -> Any:
    held = Membership.objects.filter(user__is_demonstration=True, role=Role.STEERING_MEMBER).select_related("user")
    membership = held.order_by("pk").first()
    return membership.user if membership is not None else None


def _plant_round(planned: PlannedRound, book: CodeBook, who: Any, draw: Random) -> int:
    year, first, many, closed = planned
    at = datetime.combine(closed, time(16, 0), tzinfo=LONDON) if closed else None
    made = MappingRound.objects.create(
        financial_year=year,
        is_synthetic=True,
        opened_by=who,
        opened_at=datetime.combine(first, time(9, 0), tzinfo=LONDON),
        closed_at=at,
        closed_by=who if at else None,
    )
    members = sorted(Organisation.objects.in_footprint(first), key=lambda one: one.slug)
    chosen = sorted(draw.sample(members, min(many, len(members))), key=lambda one: one.slug)
    MappingInterview.objects.bulk_create(
        _interview(made, one, first, number, book, who, draw) for number, one in enumerate(chosen)
    )
    return len(chosen)


def _interview(
    made: MappingRound, organisation: Organisation, first: date, number: int, book: CodeBook, who: Any, draw: Random
) -> MappingInterview:
    themes = [theme for theme in book.offered if draw.random() < 0.42]
    return MappingInterview(
        organisation=organisation,
        round=made,
        held_on=date.fromordinal(first.toordinal() + number * 2),
        interviewer=who,
        roles="EDI lead and one director",
        code_book=book,
        themes=sorted(theme.key for theme in themes),
        is_synthetic=True,
        version=1,
        **{area: _said(area, themes) for area in AREAS},
    )


def _said(area: str, themes: list[Theme]) -> str:
    words = [theme.description for theme in themes if theme.area == area]
    return "Synthetic: " + " ".join(words) if words else NOTHING


def _plant_toolkit(draw: Random) -> None:
    """Entries, who uses them, steps of the Merseyside model in Cheshire, and outreach; texts are passed by the second admin."""
    by_slug = {one.slug: one for one in Organisation.objects.in_footprint(TODAY)}
    entries = [
        _entry(number, planned, by_slug)
        for number, planned in enumerate(ENTRIES, start=1)
        if not planned[0] or planned[0] in by_slug
    ]
    Resource.objects.bulk_create(entries)
    ResourceUse.objects.bulk_create(
        ResourceUse(resource=entry, organisation=one, since=date(2019, 10, 1))
        for entry in entries
        for one in by_slug.values()
        if draw.random() < 0.3
    )
    StepProgress.objects.bulk_create(
        StepProgress(organisation=one, step=step, state=state, since=_since(state), is_synthetic=True, version=1)
        for one in cheshire_organisations()
        for step in STEP_NAMES
        for state in [draw.choice(("adopted", "adopted", "working", "not_started"))]
    )
    actions = [
        OutreachAction(
            organisation=by_slug[slug],
            title=title,
            what=WORDS,
            group=group,
            started_on=date(2019, 4, 1),
            reach=reach,
            aims_at=kpi,
            is_shared=True,
            is_synthetic=True,
            version=1,
        )
        for slug, title, group, reach, kpi in ACTIONS
        if slug in by_slug
    ]
    OutreachAction.objects.bulk_create(actions)
    _pass_texts([*entries, *actions])


def _entry(number: int, planned: PlannedEntry, by_slug: dict[str, Organisation]) -> Resource:
    slug, kind, title, audiences, topic, form, language, review_on = planned
    owner = by_slug.get(slug)
    return Resource(
        organisation=owner,
        slug=f"{slug or 'partnership'}-entry-{number}",
        kind=kind,
        title=title,
        summary="Synthetic: an entry of the demonstration.",
        body=WORDS if kind == "message" else "",
        link="" if kind == "message" else "https://example.invalid/toolkit",
        audiences=sorted(audiences),
        topic=topic,
        format=form,
        language=language,
        review_on=review_on,
        is_shared=True,
        is_synthetic=True,
        version=1,
    )


def _since(state: str) -> date | None:
    return None if state == "not_started" else date(2019, 9, 1)


def _pass_texts(rows: list[Resource | OutreachAction]) -> None:
    """Reviewed as anybody's texts are: asked about by nobody, passed by a demonstration admin."""
    held = Membership.objects.filter(user__is_demonstration=True, role=Role.PORTAL_ADMIN).select_related("user")
    admin = held.order_by("pk").first()
    if admin is None:
        return
    for row in rows:
        ask_for_reviews(rows=[row], organisation=row.organisation, by=None)
    subjects = [row.review_subject for row in rows]
    for review in waiting().filter(subject__in=subjects):
        pass_text(review=review, nobody_recognisable=True, by=admin.user)
