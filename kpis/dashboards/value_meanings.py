"""What values of files mean: asked of the organisation that has them, and the list that portal admins decide about.

What an admin learns. The value, what it is said to mean, and roughly how common it is; never a count, and nothing at all of a
value that stands in too few rows: that one person of an organisation has a rare value would be told by the value alone. So
a rare value never waits for an admin; the organisation's meaning of it stands on the eyes of its lead and its sponsor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edi_portal.clock import LONDON
from kpis.extracts import FIELDS, UnmappedValue
from kpis.models.extracts import Extract, MeaningState, ValueMeaning
from kpis.models.returns import KpiReturn
from kpis.selectors.extracts import aggregates_of, meanings_that_wait, open_values
from kpis.services.value_meanings import codes_of

MEANS = "means/"
HOW_COMMON = ((1_000, "1,000 rows or more"), (100, "100 rows or more"), (0, "fewer than 100 rows"))


@dataclass(frozen=True, slots=True)
class ValueQuestion:
    """One value that needs a meaning. `chosen` is our guess, or what a person chose before."""

    name: str
    field: str
    shown: str
    rows: str
    choices: tuple[tuple[str, str], ...]
    chosen: str
    suggested: bool
    declined: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """A value whose meaning is remembered."""

    field: str
    shown: str
    meaning: str
    state: str


@dataclass(frozen=True, slots=True)
class MappingPage:
    """The values of files without a meaning, and what is remembered of others."""

    questions: tuple[ValueQuestion, ...]
    remembered: tuple[Remembered, ...]
    unnamed: int


def mapping_page(
    kpi_return: KpiReturn, extracts: Iterable[Extract], meanings: Mapping[tuple[str, str], str], *, everything: bool = False
) -> MappingPage:
    """What to ask. `everything` asks again for values that have a meaning already, to change it."""
    extracts = list(extracts)
    known = {(row.field, row.value): row for row in ValueMeaning.objects.filter(organisation_id=kpi_return.organisation_id)}
    asked = open_values(extracts, {} if everything else meanings)
    found = {(one.field, one.value) for aggregate in aggregates_of(extracts) for one in aggregate.unmapped}
    return MappingPage(
        questions=tuple(_question(one, known.get((one.field, one.value))) for one in asked),
        remembered=tuple(
            Remembered(_label(row.field), row.shown, words_of(row), str(row.get_state_display()))
            for key, row in known.items()
            if key in found and row.state != MeaningState.DECLINED
        ),
        unnamed=sum(
            problem.rows
            for aggregate in aggregates_of(extracts)
            for problem in aggregate.problems
            if problem.code == "rare_value"
        ),
    )


def name_of(field: str, value: str) -> str:
    """The name of a value's select in the form."""
    return f"{MEANS}{field}/{value}"


def words_of(row: ValueMeaning) -> str:
    """What a meaning is, in words."""
    return codes_of(row.field).get(row.code, row.code)


def _label(name: str) -> str:
    return FIELDS[name].label if name in FIELDS else name


def _question(one: UnmappedValue, known: ValueMeaning | None) -> ValueQuestion:
    declined = known is not None and known.state == MeaningState.DECLINED
    chosen = known.code if known is not None and not declined else one.suggestion
    return ValueQuestion(
        name=name_of(one.field, one.value),
        field=_label(one.field),
        shown=one.shown or "blank",
        rows=f"{one.rows:,}",
        choices=tuple(codes_of(one.field).items()),
        chosen=chosen,
        suggested=bool(one.suggestion) and known is None,
        declined=known.reason if known is not None and declined else "",
    )


@dataclass(frozen=True, slots=True)
class WaitingMeaning:
    """One row of the portal admins' list."""

    pk: int
    organisation: str
    field: str
    shown: str
    meaning: str
    how_common: str
    since: str


def waiting_page(user: Any) -> tuple[WaitingMeaning, ...]:
    """What waits for a portal admin, oldest first; the own proposals of the reader left out."""
    return tuple(
        WaitingMeaning(
            pk=row.pk,
            organisation=row.organisation.short_name,
            field=_label(row.field),
            shown=row.shown or "blank",
            meaning=words_of(row),
            how_common=next(words for least, words in HOW_COMMON if row.rows >= least),
            since=f"{row.proposed_at.astimezone(LONDON):%-d %B %Y}",
        )
        for row in meanings_that_wait()
        if row.proposed_by_id != user.pk
    )
