"""The page of planned outcomes: evidence, the figure at the baseline and now, and the stored verdict, or why it is too early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.dashboards.changes import change_of
from kpis.dashboards.figure_words import value_text
from kpis.published_indicators import INDICATORS
from kpis.selectors.published import values_of_indicators
from kpis.selectors.releases import Reading, ReleaseAsSeen
from steering.models.efficiencies import EfficiencyYear
from steering.models.outcomes import OutcomeEvidence
from steering.outcomes import Plan, break_between, plans
from steering.selectors.compliance import baseline_quarters
from steering.selectors.efficiencies import frozen_years
from steering.selectors.outcomes import BySubject, baseline_readings, evidence_for, system_readings, wordings

TOO_EARLY = "Too early to tell"
STATISTICS = ("pooled", "median")


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """One KPI behind an outcome: where it began, where it stands, and the verdict over time that is stored with the figure."""

    definition: KpiDefinition
    baseline: Quarter | None
    now: Quarter | None
    before_text: str
    now_text: str
    change: str
    word: str
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One planned outcome with everything that is known about it."""

    plan: Plan
    title: str
    statement: str
    worded: bool
    lines: tuple[ProgressLine, ...]
    evidence: tuple[tuple[OutcomeEvidence, str], ...]
    years: tuple[EfficiencyYear, ...]
    context: tuple[Context, ...]

    @property
    def verdict(self) -> tuple[str, str]:
        """One mark and its words: on how many figures it got better or worse. Mixed is said, never averaged."""
        better, worse, told = self._moves
        if better and worse:
            return "watch", f"Better on {better}, worse on {worse} of {len(self.lines)}"
        if worse:
            return "worse", f"Worse on {worse} of {len(self.lines)}"
        if better:
            return "better", f"Better on {better} of {len(self.lines)}"
        return ("no_difference", "No real change") if told else ("too_few", TOO_EARLY)

    @property
    def summary(self) -> str:
        """What the mark rests on."""
        if not self.lines and self.plan.efficiencies:
            return "No KPI measures it. The frozen totals of efficiencies show what is shared."
        _, _, told = self._moves
        if not told:
            return "No figure behind it has an earlier one that it can be compared with."
        return f"{told} of {len(self.lines)} figures have an earlier one that they can be compared with."

    @property
    def _moves(self) -> tuple[int, int, int]:
        marks = [line.change for line in self.lines]
        return marks.count("better"), marks.count("worse"), len(marks) - marks.count("too_few")


@dataclass(frozen=True, slots=True)
class Context:
    """A published figure of all staff, year by year: not split, never compared with a KPI."""

    title: str
    address: str
    years: tuple[tuple[str, int, str], ...]


def outcomes_page(seen: ReleaseAsSeen | None, user: Any) -> tuple[Outcome, ...]:
    """The five outcomes for one reader. Without a release their figures are missing, and say so."""
    codes = {code for plan in plans() for code in plan.kpis}
    fixed = {code: quarter for code, quarter in baseline_quarters().items() if code in codes}
    baselines = {code: plan.baseline for plan in plans() for code in plan.kpis if plan.baseline is not None} | fixed
    now = system_readings(seen, codes) if seen is not None else {}
    then = baseline_readings(seen, baselines) if seen is not None else {}
    definitions = {kpi.definition.code: kpi.definition for kpi in seen.framework.kpis} if seen is not None else {}
    worded, evidence, years = wordings(user), evidence_for(user), tuple(frozen_years())
    context = _context()
    found = []
    for plan in plans():
        words = worded.get(plan.number)
        lines = tuple(
            _line(definitions[code], baselines.get(code), now.get(code), then.get(code, {}))
            for code in plan.kpis
            if code in definitions
        )
        found.append(
            Outcome(
                plan,
                words.title if words is not None else plan.title,
                words.statement if words is not None else plan.statement,
                words is not None,
                lines,
                tuple(evidence.get(plan.number, ())),
                years if plan.efficiencies else (),
                tuple(context[slug] for slug in plan.context if slug in context),
            )
        )
    return tuple(found)


def _line(
    definition: KpiDefinition, baseline: Quarter | None, now: tuple[Quarter, BySubject] | None, then: BySubject
) -> ProgressLine:
    code = definition.code
    quarter, readings = now if now is not None else (None, {})
    statistic = next((one for one in STATISTICS if _has_value(readings.get((code, one)))), STATISTICS[0])
    reading, before = readings.get((code, statistic)), then.get((code, statistic))
    broken = break_between(code, baseline, quarter) if baseline is not None and quarter is not None else ""
    change = change_of(reading)
    return ProgressLine(
        definition=definition,
        baseline=baseline,
        now=quarter,
        before_text=value_text(definition, before) if before is not None else "no figure",
        now_text=f"{value_text(definition, reading)} ({statistic})" if _has_value(reading) else "no figure",
        change="too_few" if broken else change.verdict,
        word=TOO_EARLY if broken else change.word,
        note=broken or _note(baseline, quarter, before),
    )


def _has_value(reading: Reading | None) -> bool:
    return reading is not None and reading.value is not None


def _note(baseline: Quarter | None, now: Quarter | None, before: Reading | None) -> str:
    if now is None:
        return "Not released yet."
    if baseline is None:
        return "The steering group has not fixed a baseline."
    if now <= baseline:
        return "The newest figure is that of the baseline itself."
    return "" if before is not None else "No release of the baseline period holds this figure."


def _context() -> Mapping[str, Context]:
    wanted = [slug for plan in plans() for slug in plan.context]
    values: dict[tuple[str, str], list[float]] = {}
    for one in values_of_indicators(wanted) if wanted else ():
        if one.slug and one.is_main:
            values.setdefault((one.indicator, one.year), []).append(float(one.value))
    return {
        slug: Context(
            INDICATORS[slug].title,
            slug,
            tuple(
                (year, len(found), f"{median(found):.1f}%")
                for (indicator, year), found in sorted(values.items())
                if indicator == slug
            ),
        )
        for slug in wanted
    }
