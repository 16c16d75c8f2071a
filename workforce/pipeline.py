"""Apprenticeships as a pipeline: starts, completions and cost avoided, year by year, beside spending on consultants. Pure.

Cost avoided is what the organisation entered for each apprenticeship, counted in the year in which it was completed. Nothing here
is for others: money leaves an organisation through a release only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from edi_portal.periods import Quarter


@dataclass(frozen=True, slots=True)
class PipelineFacts:
    """One apprenticeship as the pipeline reads it. Money is whole pounds."""

    level: int
    started_on: date
    completed_on: date | None = None
    withdrawn_on: date | None = None
    cost_avoided: int | None = None


@dataclass(frozen=True, slots=True)
class PipelineYear:
    """What happened in one financial year. None: nothing was entered, so nothing can be added up."""

    year: str
    started: int
    completed: int
    withdrawn: int
    avoided: int | None
    consultants: int | None


@dataclass(frozen=True, slots=True)
class PipelineLevel:
    """How many stand where, at one level of the path from team leader to master's."""

    level: int
    on_programme: int
    completed: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All years, newest first, and the levels from below."""

    years: tuple[PipelineYear, ...]
    levels: tuple[PipelineLevel, ...]
    avoided: int
    without_cost: int


def pipeline_of(apprentices: Iterable[PipelineFacts], consultants: Mapping[str, int | None]) -> Pipeline:
    """The pipeline of one organisation. `consultants`: spending on outside consultants by financial year."""
    those = tuple(apprentices)
    years = sorted(_years(those) | set(consultants), reverse=True)
    done = [one for one in those if one.completed_on is not None]
    return Pipeline(
        years=tuple(_year(year, those, consultants.get(year)) for year in years),
        levels=tuple(
            PipelineLevel(
                level,
                sum(one.level == level and one.completed_on is None and one.withdrawn_on is None for one in those),
                sum(one.level == level for one in done),
            )
            for level in sorted({one.level for one in those})
        ),
        avoided=sum(one.cost_avoided or 0 for one in done),
        without_cost=sum(one.cost_avoided is None for one in done),
    )


def _years(those: Iterable[PipelineFacts]) -> set[str]:
    days = (day for one in those for day in (one.started_on, one.completed_on, one.withdrawn_on))
    return {_year_of(day) for day in days if day is not None}


def _year(year: str, those: Iterable[PipelineFacts], consultants: int | None) -> PipelineYear:
    those = tuple(those)
    done = [one for one in those if _year_of(one.completed_on) == year]
    known = [one.cost_avoided for one in done if one.cost_avoided is not None]
    return PipelineYear(
        year,
        started=sum(_year_of(one.started_on) == year for one in those),
        completed=len(done),
        withdrawn=sum(_year_of(one.withdrawn_on) == year for one in those),
        avoided=sum(known) if known else None,
        consultants=consultants,
    )


def _year_of(day: date | None) -> str:
    return Quarter.containing(day).financial_year if day is not None else ""
