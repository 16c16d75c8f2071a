"""Questions about documents and their lines, as far as a reader may know them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from edi_portal.clock import business_today
from organisations.models import Organisation
from strategies.alignment.coverage import Coverage, coverage_of
from strategies.alignment.similarity import SimilarPair, similar_pairs
from strategies.models import Objective, OverlapJudgement, SharedObjective, StrategyDocument, Theme


def documents_shown_to(user: Any) -> QuerySet[StrategyDocument]:
    """Every document that this account may read, with its state and number of lines. Two queries."""
    return (
        StrategyDocument.objects.visible_to(user)
        .with_state()
        .select_related("organisation", "replaces")
        .prefetch_related("lines")
    )


def get_document(user: Any, slug: str) -> StrategyDocument:
    """The document, if this account may read it; Http404 otherwise."""
    return get_object_or_404(documents_shown_to(user), slug=slug)


def lines_shown_to(user: Any) -> list[Objective]:
    """Every line of those documents that were not replaced or ended. One query."""
    live = StrategyDocument.objects.visible_to(user).filter(successors__isnull=True, ended_on__isnull=True)
    rows = Objective.objects.filter(document__in=live).select_related("document__organisation", "shared")
    return list(rows.order_by("pk"))


def coverage_for(lines: Iterable[Objective], themes: Iterable[Theme]) -> Coverage:
    """Members of the partnership and others with a document × themes in force. One query."""
    found = list(lines)
    members = list(Organisation.objects.in_footprint(business_today()).values_list("slug", flat=True))
    others = sorted({line.document.organisation.slug for line in found} - set(members))
    return coverage_of((line.as_line() for line in found), [*members, *others], [theme.key for theme in themes])


def overlaps_in(lines: Iterable[Objective]) -> tuple[SimilarPair, ...]:
    """Pairs of objectives of different organisations that share words, highest score first."""
    found = [line for line in lines if line.kind in {"objective", "action"}]
    return similar_pairs(
        {line.pk: line.words for line in found}, apart={line.pk: line.document.organisation_id for line in found}
    )


def judgements() -> dict[tuple[int, int], OverlapJudgement]:
    """What people decided, by pair."""
    return {(row.first_id, row.second_id): row for row in OverlapJudgement.objects.select_related("judged_by")}


def shared_objectives() -> QuerySet[SharedObjective]:
    """Shared texts with those who adopted them."""
    return SharedObjective.objects.prefetch_related("adoptions__document__organisation")
