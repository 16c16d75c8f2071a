"""Planned outcomes: evidence, the figure at the baseline and now, and the stored verdict, or why it is too early.

`progress_of` is what the page, the board's home and the assurance report share, so that none of them says more than the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.dashboards.changes import change_of, quarters_apart
from kpis.dashboards.figure_words import value_text
from kpis.published_indicators import INDICATORS
from kpis.selectors.published import values_of_indicators
from kpis.selectors.releases import Reading, ReleaseAsSeen
from steering.models.efficiencies import EfficiencyYear
from steering.models.outcomes import OutcomeEvidence
from steering.outcomes import Plan, Start, is_too_early, plans, start_of
from steering.selectors.compliance import baseline_quarters
from steering.selectors.efficiencies import frozen_years
from steering.selectors.outcomes import BySubject, baseline_readings, evidence_for, system_readings, wordings
from steering.selectors.proposals import ModelState, operating_model_for

TOO_EARLY, NO_FIGURE = "Too early to tell", "no figure"
STATISTICS = ("pooled", "median")


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """One KPI behind an outcome: where it began, where it stands, and the verdict over time that is stored with the figure.

    `broken`: the change of method since the baseline, empty where there was none.
    """

    definition: KpiDefinition
    baseline: Quarter | None
    now: Quarter | None
    before_text: str
    now_text: str
    change: str
    word: str
    note: str
    broken: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one planned outcome is, by the verdicts that are stored with its figures and nothing else."""

    plan: Plan
    lines: tuple[ProgressLine, ...]

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
        _, _, told = self._moves
        if not told:
            return "No figure behind it has an earlier one that it can be compared with."
        return f"{told} of {len(self.lines)} figures have an earlier one that they can be compared with."

    @property
    def _moves(self) -> tuple[int, int, int]:
        marks = [line.change for line in self.lines]
        return marks.count("better"), marks.count("worse"), len(marks) - marks.count("too_few")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One planned outcome with everything that is known about it."""

    progress: Progress
    title: str
    statement: str
    worded: bool
    evidence: tuple[tuple[OutcomeEvidence, str], ...]
    years: tuple[EfficiencyYear, ...]
    model: ModelState | None
    context: tuple[Context, ...]

    @property
    def plan(self) -> Plan:
        """What was planned."""
        return self.progress.plan

    @property
    def lines(self) -> tuple[ProgressLine, ...]:
        """The figures behind it."""
        return self.progress.lines

    @property
    def verdict(self) -> tuple[str, str]:
        """Mark and words of the whole."""
        return self.progress.verdict

    @property
    def summary(self) -> str:
        """What the mark rests on."""
        return self.progress.summary


@dataclass(frozen=True, slots=True)
class Context:
    """A published figure of all staff, year by year: not split, never compared with a KPI."""

    title: str
    address: str
    years: tuple[tuple[str, int, str], ...]


def outcomes_page(seen: ReleaseAsSeen | None, user: Any) -> tuple[Outcome, ...]:
    """The five outcomes for one reader. Without a release their figures are missing, and say so."""
    worded, evidence, years = wordings(user), evidence_for(user), tuple(frozen_years())
    model, context = operating_model_for(user), _context()
    found = []
    for progress in progress_of(seen, baseline_quarters()):
        plan = progress.plan
        words = worded.get(plan.number)
        found.append(
            Outcome(
                progress,
                words.title if words is not None else plan.title,
                words.statement if words is not None else plan.statement,
                words is not None,
                tuple(evidence.get(plan.number, ())),
                years if plan.efficiencies else (),
                model if plan.operating_model else None,
                tuple(context[slug] for slug in plan.context if slug in context),
            )
        )
    return tuple(found)


def progress_of(seen: ReleaseAsSeen | None, fixed: Mapping[str, Quarter]) -> tuple[Progress, ...]:
    """How far each outcome is, from releases alone. `fixed`: KPI → the baseline that the group fixed. At most eight queries."""
    if seen is None:
        return tuple(Progress(plan, ()) for plan in plans())
    codes = {code for plan in plans() for code in plan.kpis}
    baselines = {code: plan.baseline for plan in plans() for code in plan.kpis if plan.baseline is not None}
    baselines |= {code: quarter for code, quarter in fixed.items() if code in codes}
    now = system_readings(seen, codes)
    starts = {code: start_of(code, baseline, now[code][0]) for code, baseline in baselines.items() if code in now}
    wanted = {(code, quarter) for code, start in starts.items() for quarter in (baselines[code], start.quarter)}
    figures = _Figures(now, baseline_readings(seen, wanted), baselines, starts)
    definitions = {kpi.definition.code: kpi.definition for kpi in seen.framework.kpis}
    return tuple(
        Progress(plan, figures.lines(definitions[code] for code in plan.kpis if code in definitions)) for plan in plans()
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    """What is known of the KPIs behind the outcomes: figures now and in earlier periods, and where each is measured from."""

    now: Mapping[str, tuple[Quarter, BySubject]]
    then: Mapping[tuple[str, Quarter], BySubject]
    baselines: Mapping[str, Quarter]
    starts: Mapping[str, Start]

    def lines(self, definitions: Iterable[KpiDefinition]) -> tuple[ProgressLine, ...]:
        """A line for each KPI."""
        return tuple(self._line(definition) for definition in definitions)

    def _line(self, definition: KpiDefinition) -> ProgressLine:
        code = definition.code
        quarter, readings = self.now.get(code, (None, {}))
        statistic = next((one for one in STATISTICS if _has_value(readings.get((code, one)))), STATISTICS[0])
        reading, start = readings.get((code, statistic)), self.starts.get(code)
        before = self._at(code, start.quarter, statistic) if start is not None else None
        early = quarter is not None and start is not None and is_too_early(start, quarter, quarters_apart(definition))
        change = change_of(reading)
        return ProgressLine(
            definition=definition,
            baseline=start.quarter if start is not None else self.baselines.get(code),
            now=quarter,
            before_text=value_text(definition, before) if before is not None else NO_FIGURE,
            now_text=f"{value_text(definition, reading)} ({statistic})" if _has_value(reading) else NO_FIGURE,
            change="too_few" if early else change.verdict,
            word=TOO_EARLY if early else change.word,
            note=self._note(definition, start, quarter, statistic),
            broken=start.broken.words if start is not None and start.broken is not None else "",
        )

    def _at(self, code: str, quarter: Quarter, statistic: str) -> Reading | None:
        return self.then.get((code, quarter), {}).get((code, statistic))

    def _note(self, definition: KpiDefinition, start: Start | None, now: Quarter | None, statistic: str) -> str:
        if now is None:
            return "Not released yet."
        if start is None:
            return "The steering group has not fixed a baseline."
        if start.broken is not None:
            return self._note_of_break(definition, start, statistic)
        if now <= start.quarter:
            return "The newest figure is that of the baseline itself."
        known = self._at(definition.code, start.quarter, statistic) is not None
        return "" if known else "No release of the baseline period holds this figure."

    def _note_of_break(self, definition: KpiDefinition, start: Start, statistic: str) -> str:
        """Why it is measured anew, with the figure of the baseline for the record."""
        assert start.broken is not None
        baseline = self.baselines[definition.code]
        first = self._at(definition.code, baseline, statistic)
        was = f" The baseline, {baseline.label}, was {value_text(definition, first)}." if first is not None else ""
        return f"{start.broken.words} Measured anew from {start.quarter.label}.{was}"


def _has_value(reading: Reading | None) -> bool:
    return reading is not None and reading.value is not None


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
