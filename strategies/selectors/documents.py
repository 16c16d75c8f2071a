"""Questions about documents and their lines, as far as a reader may know them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404

from edi_portal.clock import business_today
from edi_portal.reviews.models import ReviewedTexts
from edi_portal.reviews.selectors import for_others, standings_of
from organisations.models import Organisation
from organisations.permissions import keys_of_organisations_with_right, organisations_with_right
from organisations.roles import Right
from strategies.alignment.coverage import Coverage, coverage_of
from strategies.alignment.similarity import SimilarPair, similar_pairs
from strategies.models import Objective, OverlapJudgement, SharedObjective, StrategyDocument, Theme


def documents_shown_to(user: Any, **conditions: Any) -> list[StrategyDocument]:
    """Every document that this account may read, with its state, and its lines as `shown_lines`. Five queries.

    Of others' documents it holds the texts that are cleared; a document or line without any is left out.
    """
    lines = Objective.objects.select_related("shared").order_by("number")
    found = StrategyDocument.objects.visible_to(user).filter(**conditions).with_state().select_related("organisation", "replaces")
    prefetch_related_objects(documents := list(found), Prefetch("lines", queryset=lines, to_attr="shown_lines"))
    return _as_read_by(user, documents)


def _as_read_by(user: Any, rows: Iterable[StrategyDocument]) -> list[StrategyDocument]:
    documents = list(rows)
    own = keys_of_organisations_with_right(user, Right.VIEW_REGISTERS)
    others = [one for one in documents if one.organisation_id not in own]
    lines = [line for one in others for line in one.shown_lines]
    read: set[ReviewedTexts] = set(for_others([*others, *lines]))
    for line in lines:
        # It speaks by the shared text that it adopted; its own words beside that one wait.
        if line.shared is not None and line not in read:
            line.show_to_others({})
            read.add(line)
    for one in others:
        one.shown_lines = [line for line in one.shown_lines if line in read]
    return [one for one in documents if one.organisation_id in own or one in read]


def _own(user: Any) -> QuerySet[Organisation, int]:
    return organisations_with_right(user, Right.VIEW_REGISTERS).values_list("pk", flat=True)


def get_document(user: Any, slug: str) -> StrategyDocument:
    """The document, if this account may read it; Http404 otherwise."""
    found = documents_shown_to(user, slug=slug)
    if not found:
        raise Http404
    return found[0]


def documents_beside(user: Any, document: StrategyDocument) -> tuple[StrategyDocument | None, list[StrategyDocument]]:
    """The document that this one replaces, and those that replace it, as far as this account may read them. Three queries."""
    found = StrategyDocument.objects.visible_to(user).filter(Q(pk=document.replaces_id) | Q(replaces=document))
    near = list(found)
    for one in near:
        one.shown_lines = []
    read = _as_read_by(user, near)
    return (
        next((one for one in read if one.pk == document.replaces_id), None),
        [one for one in read if one.replaces_id == document.pk],
    )


def standings_of_document(document: StrategyDocument) -> dict[str, str]:
    """Subject → what its owner is told of the document and its lines that others do not read as they stand. One query."""
    found = standings_of([document, *document.shown_lines]) if document.is_shared else {}
    return {subject: standing.words for subject, standing in found.items() if standing.words}


def lines_shown_to(user: Any) -> list[Objective]:
    """Every line of those documents that were not replaced or ended, as this account reads them. Five queries."""
    found = []
    for document in documents_shown_to(user, successors__isnull=True, ended_on__isnull=True):
        for line in document.shown_lines:
            # The line names its document as the same reader reads it.
            line.document = document
            found.append(line)
    return sorted(found, key=lambda line: line.pk)


def coverage_for(lines: Iterable[Objective], themes: Iterable[Theme]) -> Coverage:
    """Members of the partnership and others with a document × themes in force. One query."""
    found = list(lines)
    members = list(Organisation.objects.in_footprint(business_today()).values_list("slug", flat=True))
    others = sorted({line.document.organisation.slug for line in found} - set(members))
    return coverage_of((line.as_line() for line in found), [*members, *others], [theme.key for theme in themes])


def overlaps_in(lines: Iterable[Objective]) -> tuple[SimilarPair, ...]:
    """Pairs of objectives of different organisations that share words, highest score first."""
    found = [line for line in lines if line.kind in {"objective", "action"}]
    return _pairs_of(tuple((line.pk, line.words, line.document.organisation_id) for line in found))


@lru_cache(maxsize=4)
def _pairs_of(lines: tuple[tuple[int, str, int], ...]) -> tuple[SimilarPair, ...]:
    """Kept while nobody changes a word: what it is asked with is all that the answer depends on."""
    return similar_pairs({key: words for key, words, _ in lines}, apart={key: owner for key, _, owner in lines})


def judgements() -> dict[tuple[int, int], OverlapJudgement]:
    """What people decided, by pair."""
    return {(row.first_id, row.second_id): row for row in OverlapJudgement.objects.select_related("judged_by")}


def shared_objectives() -> QuerySet[SharedObjective]:
    """Every shared text. Who adopted one is read from the lines that a reader reads."""
    return SharedObjective.objects.all()
