"""What each question of the return answers: national standards, plans and duties, from the reviewed files."""

from __future__ import annotations

from dataclasses import dataclass

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS, Measure
from kpis.catalogue.frameworks import Answered, FrameworkOfItems, answered_by_measure, load_frameworks
from kpis.framework import Framework
from kpis.selectors.definitions import framework_for


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One question with the items it answers, framework by framework."""

    measure: Measure
    workstream: str
    cells: tuple[tuple[FrameworkOfItems, str], ...]
    number: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a framework with the questions that answer it."""

    code: str
    title: str
    questions: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole matrix, and each framework's items the other way round."""

    frameworks: tuple[FrameworkOfItems, ...]
    rows: tuple[CoverageRow, ...]
    by_framework: tuple[tuple[FrameworkOfItems, tuple[ItemRow, ...]], ...]
    shared: int


def answered_in(framework: Framework) -> dict[str, tuple[Answered, ...]]:
    """Measure → items it answers, by the baseline KPIs in force."""
    kpis: dict[str, list[str]] = {}
    for kpi in framework.kpis:
        if kpi.owner_id is None:
            for code in kpi.measures:
                kpis.setdefault(code, []).append(kpi.definition.code)
    return answered_by_measure(framework.measures, kpis, load_frameworks())


def enter_once_line(found: tuple[Answered, ...]) -> str:
    """ "These figures also answer …" under a question; empty where they answer one thing alone."""
    if len(found) < 2:
        return ""
    by_framework: dict[str, list[str]] = {}
    for one in found:
        by_framework.setdefault(one.framework.short, []).append(one.item.code)
    words = ", ".join(f"{short} {' and '.join(codes)}" for short, codes in by_framework.items())
    return f"Enter once: these figures answer {words}."


def coverage() -> Coverage:
    """The matrix of every baseline question against every framework."""
    framework = framework_for(Quarter.containing(business_today()))
    frameworks = load_frameworks()
    found = answered_in(framework)
    rows = tuple(_row(framework.measures[code], answered, frameworks) for code, answered in found.items() if answered)
    titles = {code: measure.title for code, measure in framework.measures.items()}
    by_framework = tuple(
        (
            one,
            tuple(
                ItemRow(
                    item.code,
                    item.title,
                    tuple(titles[code] for code, answered in found.items() if any(each.item is item for each in answered)),
                    item.note,
                )
                for item in one.items
            ),
        )
        for one in frameworks
    )
    return Coverage(frameworks, rows, by_framework, sum(row.number > 1 for row in rows))


def _row(measure: Measure, found: tuple[Answered, ...], frameworks: tuple[FrameworkOfItems, ...]) -> CoverageRow:
    cells = tuple(
        (framework, ", ".join(one.item.code for one in found if one.framework is framework)) for framework in frameworks
    )
    return CoverageRow(measure, WORKSTREAMS[measure.workstream], cells, sum(bool(text) for _, text in cells))
