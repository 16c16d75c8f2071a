"""Questions about extracts: what was read for a return, which of it counts, what spellings mean, where a cell came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from kpis import permissions
from kpis.catalogue import Measure
from kpis.extracts import Cell, ExtractAggregate, ExtractKind, UnmappedValue
from kpis.models.extracts import Extract, ExtractState, MeaningState, ValueMeaning
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.disclosure import policy_in_force
from organisations.models import Organisation
from organisations.models.history import OrganisationCode

Mappings = dict[tuple[str, str], str]


def questions_open_to(user: Any, kpi_return: KpiReturn) -> dict[str, Measure]:
    """The questions of this return that this person may see, by code."""
    due = framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
    return {measure.code: measure for measure in permissions.measures_open_to(user, kpi_return, due)}


def kinds_open_to(user: Any, kpi_return: KpiReturn) -> tuple[ExtractKind, ...]:
    """The kinds of file that fill at least one of these questions."""
    mine = set(questions_open_to(user, kpi_return))
    return tuple(kind for kind in ExtractKind if mine & set(kind.measures))


def extracts_of(user: Any, kpi_return: KpiReturn) -> list[Extract]:
    """The extracts for a return that this person may see, newest first. The kind of a file of counts is not known at first."""
    rows = Extract.objects.visible_to(user).of_return(kpi_return)
    rows = rows.filter(Q(kind__in=kinds_open_to(user, kpi_return)) | Q(kind="", uploaded_by=user))
    return list(rows.select_related("uploaded_by", "taken_by", "kpi_return__organisation", "kpi_return__collection"))


def get_extract(user: Any, kpi_return: KpiReturn, key: UUID) -> Extract:
    """One of them; Http404 for one that this person may not see, with the same answer as for none."""
    for found in extracts_of(user, kpi_return):
        if found.pk == key:
            return found
    raise Http404


def in_use(extracts: Iterable[Extract]) -> list[Extract]:
    """Of extracts in order of newest first: for each kind the newest that was read, in the order of the kinds."""
    newest: dict[str, Extract] = {}
    for one in extracts:
        if one.state == ExtractState.READ and one.forgotten_at is None:
            newest.setdefault(one.kind, one)
    return [newest[kind] for kind in ExtractKind if kind in newest]


def aggregates_of(extracts: Iterable[Extract]) -> list[ExtractAggregate]:
    """The counts of extracts, as the engine knows them."""
    return [ExtractAggregate.from_data(one.aggregate) for one in extracts if one.aggregate is not None]


def meanings_of(organisation: Organisation) -> Mappings:
    """What an organisation's own spellings mean: approved ones, and those that wait for approval, which count meanwhile."""
    rows = ValueMeaning.objects.filter(organisation=organisation).exclude(state=MeaningState.DECLINED)
    return {(name, value): code for name, value, code in rows.values_list("field", "value", "code")}


def meanings_that_wait() -> list[ValueMeaning]:
    """What portal admins decide about: proposals whose value stands in enough rows to be about nobody in particular."""
    rows = _common_meanings().filter(state=MeaningState.PROPOSED)
    return list(rows.select_related("organisation").order_by("proposed_at", "field", "value"))


def get_meaning(pk: int) -> ValueMeaning:
    """One of them, or one that is decided since; Http404 for any other."""
    found = _common_meanings().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _common_meanings() -> QuerySet[ValueMeaning]:
    return ValueMeaning.objects.filter(rows__gt=policy_in_force().threshold)


def code_of(organisation: Organisation, day: date) -> str:
    """The ODS code of an organisation on a day, or its newest one."""
    rows = OrganisationCode.objects.filter(organisation=organisation)
    in_force = rows.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))
    found = in_force.order_by("-valid_from").first() or rows.order_by("-valid_from").first()
    return found.code if found else ""


def names_by_code() -> dict[str, str]:
    """Every ODS code with the short name of its organisation, to recognise a file of another one."""
    return dict(OrganisationCode.objects.values_list("code", "organisation__short_name"))


def readings_under_way(organisation: Organisation) -> tuple[int, int]:
    """How many files are being read at this moment: of this organisation, and of all."""
    since = timezone.now() - timedelta(seconds=settings.EXTRACT_SILENCE_SECONDS)
    rows = Extract.objects.for_the_portal("counts how many files are being read")
    rows = rows.filter(state=ExtractState.READING, alive_at__gte=since)
    found = list(rows.values_list("kpi_return__organisation", flat=True))
    return found.count(organisation.pk), len(found)


@dataclass(frozen=True, slots=True)
class CellSource:
    """The file that a cell's value was taken over from."""

    extract: UUID
    label: str
    at: datetime | None


def sources_of(kpi_return: KpiReturn, values: Mapping[Cell, Decimal]) -> dict[Cell, CellSource]:
    """For each cell that still has the value of a file: which file. A value typed over it since has no source. One query."""
    rows = Extract.objects.of_return(kpi_return).exclude(taken_at=None).order_by("taken_at")
    found: dict[Cell, CellSource] = {}
    for key, kind, at, taken in rows.values_list("pk", "kind", "taken_at", "taken"):
        source = CellSource(key, ExtractKind(kind).label, at)
        for measure, row, column, amount in taken:
            if values.get((measure, row, column)) == Decimal(amount):
                found[measure, row, column] = source
            else:
                found.pop((measure, row, column), None)
    return found


def files_by_question(sources: Mapping[Cell, CellSource]) -> dict[str, CellSource]:
    """For each question the file that most of its cells came from."""
    tally: dict[str, Counter[CellSource]] = {}
    for cell, source in sources.items():
        tally.setdefault(cell[0], Counter())[source] += 1
    return {code: counted.most_common(1)[0][0] for code, counted in tally.items()}


def usable_counts(extracts: Iterable[Extract], meanings: Mapping[tuple[str, str], str]) -> list[Extract]:
    """Of extracts that were read: those of which enough is understood to take them over."""
    return [one for one in extracts if not ExtractAggregate.from_data(one.aggregate).blocked(meanings)]


def open_values(extracts: Iterable[Extract], meanings: Mapping[tuple[str, str], str]) -> list[UnmappedValue]:
    """The values of these files that have no meaning yet, each once, most rows first; those that cannot be named left out."""
    found: dict[tuple[str, str], UnmappedValue] = {}
    for aggregate in aggregates_of(extracts):
        for one in aggregate.open_values(meanings):
            known = found.get((one.field, one.value))
            if known is None or known.rows < one.rows:
                found[one.field, one.value] = one
    return sorted(found.values(), key=lambda one: (-one.rows, one.field, one.value))
