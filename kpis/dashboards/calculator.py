"""The calculator's pages: which figures can be worked out, and one worked out from what was typed. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.charts.words import Sentence
from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from kpis.calculator import Beside, Question, TypedCounts, find_mistakes, question_of
from kpis.calculator.mistakes import is_few
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.catalogue import quarter_of_kpi
from kpis.dashboards.figure_words import interval_words, target_words, value_text
from kpis.dashboards.sentences import GOOD, sentence_of, verdict_of_own
from kpis.framework import Framework
from kpis.indicators import Figure, compute
from kpis.selectors.definitions import framework_for
from kpis.validation.findings import Finding, Level
from kpis.validation.registry import RULES


@dataclass(frozen=True, slots=True)
class ListSection:
    """The figures of one workstream."""

    title: str
    kpis: tuple[KpiDefinition, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One finding as the page shows it."""

    kind: str
    message: str
    mend: str
    rule: str
    rule_title: str


@dataclass(frozen=True, slots=True)
class Result:
    """The figure in words, with everything a reader needs to judge it."""

    value: str
    interval: str
    verdict: str
    chance: str
    sentence: Sentence
    direction: str
    target: str
    mistakes: tuple[Mistake, ...]

    @property
    def has_errors(self) -> bool:
        """Whether the counts cannot be true."""
        return any(mistake.kind == "error" for mistake in self.mistakes)


def calculable(quarter: Quarter | None = None) -> tuple[Framework, Mapping[str, KpiDefinition]]:
    """The baseline KPIs in force, by their address; an organisation's own KPI is no public thing."""
    framework = framework_for(quarter or Quarter.containing(business_today()))
    return framework, {kpi.definition.slug: kpi.definition for kpi in framework.kpis if kpi.owner_id is None}


def sections_of_calculator() -> tuple[ListSection, ...]:
    """Every figure that can be worked out, by workstream."""
    kpis = calculable()[1].values()
    found = (ListSection(title, tuple(kpi for kpi in kpis if kpi.workstream == slug)) for slug, title in WORKSTREAMS.items())
    return tuple(section for section in found if section.kpis)


def question_for(slug: str, component: str) -> Question | None:
    """The question of a KPI, or of one of its parts; None where there is none."""
    framework, kpis = calculable(quarter_of_kpi(slug, Quarter.containing(business_today())))
    definition = kpis.get(slug)
    if definition is None or component not in {"", *(part.key for part in definition.components)}:
        return None
    return question_of(definition, framework.measures, component or None)


def result_of(question: Question, values: Mapping[str, Decimal], beside: Beside) -> Result:
    """The figure, its interval, its reading, its sentence and the mistakes found."""
    definition, component = question.definition, question.component
    quarter = Quarter.containing(business_today())
    framework = calculable()[0]
    figure = compute(definition, TypedCounts(values, framework.measures), component=component)
    mistakes = find_mistakes(question, values, figure, beside, quarter)
    verdict = "too_few" if is_few(question, figure) else verdict_of_own(definition, component, figure)
    has_target = component is None and definition.target.kind != "none"
    return Result(
        value=value_text(definition, figure, component),
        interval=interval_words(definition, figure, component),
        verdict=verdict if has_target or figure.value is None or verdict == "too_few" else "",
        chance=_chance(definition.direction_of(component), figure) if verdict != "too_few" else "",
        sentence=sentence_of(definition, component, figure, verdict),
        direction=GOOD[definition.direction_of(component)],
        target=target_words(definition) if has_target else "",
        mistakes=tuple(_mistake(finding) for finding in mistakes),
    )


def _chance(direction: str, figure: Figure) -> str:
    """Whether the interval leaves parity out, where there is a parity."""
    parity = {"closer_to_0": 0, "closer_to_1": 1}.get(direction)
    if parity is None or figure.low is None or figure.high is None:
        return ""
    if figure.low <= parity <= figure.high:
        return f"This may be chance: the interval includes {parity}."
    return f"This is more than chance: the interval leaves out {parity}."


def _mistake(finding: Finding) -> Mistake:
    kind = {Level.ERROR: "error", Level.QUERY: "query"}.get(finding.level, "note")
    return Mistake(kind, finding.message, finding.mend, finding.rule, RULES[finding.rule].title)
