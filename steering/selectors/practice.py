"""Questions about good practice: the library as a reader may read it, and which notes a KPI offers to an organisation."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from kpis.selectors.releases import Reading, ReleaseAsSeen
from organisations.models import Organisation
from organisations.permissions import can, keys_of_organisations_with_right, organisations_with_right
from organisations.roles import Right
from steering.models.practice import PracticeAdoption, PracticeNote
from steering.practice import Standing
from steering.selectors.texts import Words


def library(user: Any) -> list[PracticeNote]:
    """Notes in use that the reader may read: the own ones as they stand, those of others once every text passed its review.

    At most three queries. Public reviews that came with the portal need none.
    """
    rows = list(PracticeNote.objects.filter(retired_at=None).select_related("organisation", "written_for"))
    own = keys_of_organisations_with_right(user, Right.VIEW_REGISTERS)
    theirs = [row for row in rows if row.organisation_id not in own and row.changed_by_id is not None]
    words = Words(user, theirs)
    hidden = {row.pk for row in theirs if not all(words.may_read(row, field) for field in row.TEXTS)}
    return [row for row in rows if row.pk not in hidden]


def get_note(user: Any, slug: str) -> PracticeNote:
    """A note that the reader may read; Http404 otherwise."""
    found = next((row for row in library(user) if row.slug == slug), None)
    return found if found is not None else get_object_or_404(PracticeNote.objects.none())


def own_notes(user: Any) -> QuerySet[PracticeNote]:
    """The notes that this reader may change: of the own organisation; reviews for whoever governs."""
    kept = Q(organisation__in=organisations_with_right(user, Right.KEEP_REGISTERS))
    if can(user, Right.GOVERN):
        kept |= Q(organisation=None)
    return PracticeNote.objects.filter(kept, retired_at=None).select_related("organisation", "written_for")


def adoptions_of(note: PracticeNote) -> list[PracticeAdoption]:
    """Who stands where with a note."""
    return list(note.adoptions.select_related("organisation"))


def adopted_counts() -> dict[int, int]:
    """Note → how many organisations do it. One query."""
    found: dict[int, int] = defaultdict(int)
    for note in PracticeAdoption.objects.filter(state="adopted").values_list("note_id", flat=True):
        found[note] += 1
    return found


def own_adoptions(organisation: Organisation) -> dict[int, PracticeAdoption]:
    """Note → where the own organisation stands."""
    return {row.note_id: row for row in PracticeAdoption.objects.filter(organisation=organisation)}


def standings_of(seen: ReleaseAsSeen) -> dict[str, list[Standing]]:
    """KPI → the organisations' released figures within the reader's tier, those without a value left out. One query."""
    codes = {kpi.kpi_id: kpi.definition.code for kpi in seen.framework.kpis if kpi.definition.direction != "none"}
    found: dict[str, list[Standing]] = defaultdict(list)
    for reading in seen.headlines(level="organisation", status="shown"):
        if reading.kpi_id in codes and reading.value is not None and reading.organisation_id is not None:
            found[codes[reading.kpi_id]].append(_standing(reading, reading.organisation_id))
    return found


def _standing(reading: Reading, organisation: int) -> Standing:
    value = float(reading.value or 0)
    low = float(reading.low) if reading.low is not None else value
    high = float(reading.high) if reading.high is not None else value
    return Standing(organisation, reading.verdict, value, low, high)
