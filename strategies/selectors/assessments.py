"""Questions about self-assessments, as far as a reader may know them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from edi_portal.clock import business_today
from edi_portal.reviews.selectors import cleared
from organisations.models import Organisation
from organisations.permissions import tier_of
from organisations.roles import Tier
from strategies.models import CriteriaVersion, Criterion, CriterionAnswer, SelfAssessment


def criteria_in_force(day: date) -> CriteriaVersion:
    """The newest version that holds on a day, with its criteria. Two queries."""
    version = CriteriaVersion.objects.filter(in_force_from__lte=day).prefetch_related("rows").first()
    if version is None:
        raise Http404
    return version


def assessments_shown_to(user: Any) -> QuerySet[SelfAssessment]:
    """The own organisation's assessments, and for the steering tier those that others confirmed and shared. Two queries."""
    own = Q(pk__in=SelfAssessment.objects.whole_for(user).values("pk"))
    open_ones = Q(pk__in=SelfAssessment.objects.open_to_others().values("pk"))
    rows = SelfAssessment.objects.filter(own | open_ones if tier_of(user) is Tier.STEERING else own)
    return rows.select_related("organisation", "criteria", "confirmed_by").prefetch_related(
        Prefetch("answers", CriterionAnswer.objects.select_related("criterion").order_by("criterion__position"))
    )


def get_assessment(user: Any, organisation: str, year: str) -> SelfAssessment:
    """The assessment, if this account may read it; Http404 otherwise."""
    return get_object_or_404(assessments_shown_to(user), organisation__slug=organisation, financial_year=year)


def previous_of(assessment: SelfAssessment) -> SelfAssessment | None:
    """The last confirmed assessment of the same organisation before this one, with its answers."""
    earlier = SelfAssessment.objects.filter(
        organisation=assessment.organisation,
        financial_year__lt=assessment.financial_year,
        state=SelfAssessment.State.CONFIRMED,
    )
    return earlier.prefetch_related("answers__criterion").order_by("-financial_year").first()


def levels_of(assessment: SelfAssessment) -> dict[str, int]:
    """Criterion key → level; answers and their criteria should be prefetched."""
    return {answer.criterion.key: answer.level for answer in assessment.answers.all()}


def texts_of(assessments: Iterable[SelfAssessment]) -> dict[str, str]:
    """Everything that was written into each assessment, under its name in the queue of reviews."""
    return {
        f"self-assessment:{one.organisation.slug}:{one.financial_year}": "\n".join(
            f"{answer.criterion.name}: {text}"
            for answer in one.answers.select_related("criterion").order_by("criterion__position")
            for text in (answer.evidence_link, answer.evidence_text, answer.note)
            if text
        )
        for one in assessments
    }


def are_texts_open(assessment: SelfAssessment) -> bool:
    """Whether others may read its evidence and notes."""
    return assessment.is_open_to_others and bool(cleared(texts_of([assessment])))


def open_assessments(year: str) -> list[SelfAssessment]:
    """What organisations confirmed and shared for a year, by name. Three queries."""
    rows = SelfAssessment.objects.open_to_others().filter(financial_year=year)
    return list(
        rows.select_related("organisation", "criteria")
        .prefetch_related("answers__criterion")
        .order_by("organisation__short_name")
    )


def years_with_open_assessments() -> list[str]:
    """Financial years of which somebody shared something, newest first."""
    rows = SelfAssessment.objects.open_to_others().order_by("-financial_year")
    return list(rows.values_list("financial_year", flat=True).distinct())


def members_today() -> QuerySet[Organisation]:
    """The members of the partnership."""
    return Organisation.objects.in_footprint(business_today())


def criteria_of(version: CriteriaVersion) -> list[Criterion]:
    """The criteria of a version in their order."""
    return list(version.rows.all())
