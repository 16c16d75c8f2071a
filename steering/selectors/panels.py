"""Questions about EDS panels: what organisations scored themselves, what Healthwatch scored beside it, comments and answers.

An organisation's own scores come from a release, in the public tier alone, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Value
from django.shortcuts import get_object_or_404

from edi_portal.clock import business_today
from kpis.models.definitions import Kpi
from kpis.models.releases import Release
from kpis.selectors.releases import TIERS_OF, readings_of, releases_up_to
from organisations.models import Kind, Organisation, OrganisationPlace, Place
from organisations.permissions import can, memberships_that_count, organisations_with_right
from organisations.roles import Right, Tier
from steering.models import Action, PanelAnswer, PanelComment, PanelScore
from steering.panels import DOMAINS, OUTCOMES, TOTAL


@dataclass(frozen=True, slots=True)
class OwnScores:
    """What organisations scored themselves in one year: organisation key → outcome → score, and → total."""

    release: Release | None = None
    scores: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    totals: Mapping[int, int] = field(default_factory=dict)

    @property
    def financial_year(self) -> str:
        """The year, as 2018-19; empty before the first released scores."""
        return self.release.quarter.financial_year if self.release is not None else ""

    def of(self, organisation: Organisation) -> Mapping[str, int]:
        """Outcome → score of one organisation."""
        return self.scores.get(organisation.pk, {})


def own_scores(release: Release | None, organisations: Iterable[Organisation]) -> OwnScores:
    """The newest released scores up to a release: EDS is collected once a year. Three queries at most."""
    if release is None:
        return OwnScores()
    found = releases_up_to(release).filter(collection__period__endswith="-q4").first()
    if found is None:
        return OwnScores()
    codes = dict(Kpi.objects.filter(code__in=[*DOMAINS, TOTAL]).values_list("pk", "code"))
    pks = [one.pk for one in organisations]
    public = TIERS_OF[Tier.PUBLIC]
    rows = readings_of(found, public, level="organisation", statistic="own", kpi__in=list(codes), organisation__in=pks)
    scores: dict[int, dict[str, int]] = {}
    totals: dict[int, int] = {}
    for reading in rows:
        if reading.value is None or reading.organisation_id is None:
            continue
        if reading.component in OUTCOMES:
            scores.setdefault(reading.organisation_id, {})[reading.component] = int(reading.value)
        elif not reading.component and codes[reading.kpi_id] == TOTAL:
            totals[reading.organisation_id] = int(reading.value)
    return OwnScores(found, scores, totals)


def place_of(user: Any) -> Place | None:
    """The place for whose Healthwatch somebody scores and comments."""
    if not can(user, Right.SCORE_PANELS):
        return None
    return next((one.place for one in memberships_that_count(user) if one.place is not None), None)


def organisations_with_panels(user: Any) -> QuerySet[Organisation]:
    """The organisations whose panels somebody may read: all for the group and every Healthwatch, the own for its leads.

    A commissioning support unit has no duty to score.
    """
    if can(user, Right.SCORE_PANELS) or can(user, Right.VIEW_GOVERNANCE):
        found = Organisation.objects.in_footprint(business_today())
    else:
        found = organisations_with_right(user, Right.VIEW_REGISTERS)
    return found.exclude(kind=Kind.CSU).order_by("short_name")


def with_own_place(rows: QuerySet[Organisation], place: Place | None) -> QuerySet[Organisation]:
    """With `is_of_place`: whether it is based in the place, or commissions for its people; those first."""
    here = OrganisationPlace.objects.filter(organisation=OuterRef("pk"), place=place)
    return rows.annotate(is_of_place=Exists(here)).order_by("-is_of_place", "short_name")


def get_panel_organisation(user: Any, slug: str) -> Organisation:
    """One of them; Http404 otherwise."""
    return get_object_or_404(organisations_with_panels(user), slug=slug)


def scores_given(financial_year: str, organisations: Iterable[Organisation]) -> list[PanelScore]:
    """Every version of every score of a year, oldest version first. One query."""
    rows = PanelScore.objects.filter(financial_year=financial_year, organisation__in=[one.pk for one in organisations])
    return list(rows.select_related("place").order_by("organisation", "place__name", "outcome", "version"))


def in_force(rows: Iterable[PanelScore]) -> dict[tuple[int, int], dict[str, PanelScore]]:
    """(organisation, place) → outcome → the newest version."""
    found: dict[tuple[int, int], dict[str, PanelScore]] = {}
    for row in sorted(rows, key=lambda one: one.version):
        found.setdefault((row.organisation_id, row.place_id), {})[row.outcome] = row
    return found


def comments_on(organisations: Iterable[Organisation]) -> list[PanelComment]:
    """Every comment on these, newest first, with its answers. Two queries."""
    answers = Prefetch("answers", PanelAnswer.objects.select_related("comment"))
    rows = PanelComment.objects.filter(organisation__in=[one.pk for one in organisations])
    return list(rows.select_related("place", "organisation").prefetch_related(answers))


def comments_of(place: Place) -> list[PanelComment]:
    """Every comment of the Healthwatch of a place, newest first, with its answers. Two queries."""
    rows = PanelComment.objects.filter(place=place).select_related("place", "organisation")
    return list(rows.prefetch_related("answers"))


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A comment that waits for an organisation's answer."""

    pk: int
    body: str
    due_on: date


def overdue_and_unanswered(overdue: QuerySet[Action], organisation: Organisation) -> tuple[int, list[Unanswered]]:
    """How many actions, and which comments wait for the organisation, those due first on top. One query for a home page."""
    actions = overdue.order_by().annotate(kind=Value("action"), named=Value(""), where=Value(""))
    waiting = PanelComment.objects.filter(organisation=organisation, answers__isnull=True).order_by()
    comments = waiting.annotate(kind=Value("comment"), named=F("place__healthwatch_name"), where=F("place__name"))
    of_actions = actions.values_list("kind", "pk", "due_on", "named", "where")
    rows = list(of_actions.union(comments.values_list("kind", "pk", "answer_due_on", "named", "where")))
    found = [Unanswered(pk, named or f"Healthwatch {where}", due) for kind, pk, due, named, where in rows if kind == "comment"]
    return len(rows) - len(found), sorted(found, key=lambda one: (one.due_on, one.pk))


def state_of(comment: PanelComment, today: date) -> str:
    """Answered, waiting, or late: `answered`, `waits`, `late`."""
    if comment.answers.all():
        return "answered"
    return "late" if comment.answer_due_on < today else "waits"


def get_comment(user: Any, pk: int) -> PanelComment:
    """One comment on an organisation whose panel the reader may read; Http404 otherwise."""
    return get_object_or_404(
        PanelComment.objects.select_related("place", "organisation").prefetch_related("answers"),
        pk=pk,
        organisation__in=organisations_with_panels(user).order_by().values("pk"),
    )
