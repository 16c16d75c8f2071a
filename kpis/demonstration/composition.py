"""Every return of the demonstration in memory: generated, stories planted, checked by the rules, queries explained.

Reads no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from edi_portal.periods import Quarter
from kpis.catalogue import Measure
from kpis.demonstration import stories
from kpis.demonstration.generator import Cells, generate, together
from kpis.demonstration.profile import Known, Profile, profile_of
from kpis.exact_counts import ReturnedQuarter
from kpis.framework import Framework
from kpis.selectors.returns import earlier_values
from kpis.validation import check_return
from kpis.validation.facts import AnswerState, CollectionFacts, ReturnFacts
from kpis.validation.findings import Finding, Level
from kpis.validation.subjects import comparisons_of, pay_gap_of

Breaks = Mapping[tuple[str, Quarter], str]


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation of the footprint: its row (`OrganisationFacts`), and what the reference data says of it."""

    facts: Any
    known: Known


@dataclass(frozen=True, slots=True)
class Composed:
    """One version of one return as it will be stored."""

    slug: str
    quarter: Quarter
    number: int
    status: str
    cells: Cells
    states: Mapping[str, AnswerState]
    evidence: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    explanations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    comments: tuple[tuple[str, str, str], ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What would block sending."""
        return tuple(finding for finding in self.findings if finding.level is Level.ERROR)


FrameworkOf = Callable[[Quarter], Framework]


def compose(
    quarters: Iterable[Quarter], members_in: Callable[[Quarter], Iterable[Member]], framework_of: FrameworkOf, breaks: Breaks
) -> list[Composed]:
    """All returns, oldest quarter first. `members_in` gives who was due; `breaks` why a series breaks, by slug and quarter."""
    composed: list[Composed] = []
    signed: dict[str, dict[Quarter, ReturnedQuarter]] = {}
    profiles: dict[str, Profile] = {}
    for quarter in quarters:
        framework = framework_of(quarter)
        for member in members_in(quarter):
            profiles.setdefault(member.known.slug, stories.told(profile_of(member.known)))
        for member in members_in(quarter):
            history = signed.setdefault(member.known.slug, {})
            for one in _versions(member, quarter, framework, profiles, history, breaks):
                composed.append(one)
                if one.status == "signed_off":
                    history[quarter] = ReturnedQuarter(one.cells, one.states)
    return composed


def _versions(
    member: Member,
    quarter: Quarter,
    framework: Framework,
    profiles: Mapping[str, Profile],
    history: Mapping[Quarter, ReturnedQuarter],
    breaks: Breaks,
) -> Iterable[Composed]:
    slug = member.known.slug
    measures = framework.due_measures(member.facts)
    cells, states = _content(slug, quarter, measures, framework, profiles)
    evidence = {code: text for code, text in stories.EVIDENCE.items() if any(code == measure.code for measure in measures)}
    one = Composed(slug, quarter, 1, "signed_off", cells, states, evidence)
    reason = breaks.get((slug, quarter), "")
    if quarter == stories.OPEN_QUARTER:
        plan = stories.OPEN_RETURNS.get(slug, stories.NOT_STARTED)
        part = _partly(one, plan, measures)
        yield _checked(part, member, framework, measures, history, reason, explained=plan.explained)
        return
    if (slug, quarter) == (stories.LATE, stories.LATE_PERIOD):
        part = _partly(one, stories.OpenReturn("draft", ("workforce-standards",)), measures)
        yield _checked(part, member, framework, measures, history, reason, explained=True)
        return
    if (slug, quarter) == (stories.CORRECTED, stories.CORRECTED_PERIOD):
        wrong = {**cells, stories.CORRECTED_CELL: max(Decimal(0), cells[stories.CORRECTED_CELL] - stories.CORRECTED_BY)}
        yield _checked(replace(one, cells=wrong), member, framework, measures, history, reason, explained=True)
        one = replace(one, number=2)
    yield _checked(one, member, framework, measures, history, reason, explained=True)


def _content(
    slug: str, quarter: Quarter, measures: tuple[Measure, ...], framework: Framework, profiles: Mapping[str, Profile]
) -> tuple[Cells, Mapping[str, AnswerState]]:
    rows = tuple(row.key for row in framework.measures["staff_ethnicity"].rows)
    planted = stories.PLANTED_CELLS.get((slug, quarter), {})
    cells, states = generate(profiles[slug], quarter, measures, rows, planted)
    if slug == stories.MERGED_INTO and quarter >= stories.OPEN_QUARTER:
        other, _ = generate(profiles[stories.MERGED_FROM], quarter, measures, rows, {})
        cells = together(cells, other, framework.measures)
    return cells, states


def _partly(one: Composed, plan: stories.OpenReturn, measures: tuple[Measure, ...]) -> Composed:
    """The return with only the sections that were answered so far."""
    done = {measure.code for measure in measures if measure.workstream in plan.sections and measure.code not in plan.skipped}
    return replace(
        one,
        status=plan.status,
        cells={address: number for address, number in one.cells.items() if address[0] in done},
        states={code: state for code, state in one.states.items() if code in done},
        evidence={code: text for code, text in one.evidence.items() if code in done},
        comments=plan.comments,
    )


def facts_of(
    one: Composed,
    member: Member,
    framework: Framework,
    measures: tuple[Measure, ...],
    history: Mapping[Quarter, ReturnedQuarter],
    break_reason: str,
) -> ReturnFacts:
    """What the rules read of a composed return; the same as they will read from the database."""
    by_code = {measure.code: measure for measure in measures}
    definitions = [kpi.definition for kpi in framework.due_kpis(member.facts)]
    last_year = one.quarter.previous(4)
    return ReturnFacts(
        period=one.quarter,
        measures=by_code,
        values=one.cells,
        applicability_class=member.facts.applicability_class,
        headcount=member.facts.headcount_estimate,
        states=one.states,
        texts={(code, "evidence"): text for code, text in one.evidence.items()},
        evidence=frozenset(one.evidence),
        previous=earlier_values(history, measures, one.quarter) if history else None,
        last_year=history[last_year].values if last_year in history else None,
        collection=CollectionFacts(is_open=True),
        comparisons=comparisons_of(definitions, by_code),
        pay_gap=pay_gap_of(definitions, by_code),
        breaks=dict.fromkeys(by_code, break_reason) if break_reason else {},
    )


def _checked(
    one: Composed,
    member: Member,
    framework: Framework,
    measures: tuple[Measure, ...],
    history: Mapping[Quarter, ReturnedQuarter],
    break_reason: str,
    *,
    explained: bool,
) -> Composed:
    findings = check_return(facts_of(one, member, framework, measures, history, break_reason))
    queries = [finding for finding in findings if finding.level is Level.QUERY] if explained else []
    explanations = {
        finding.key: (stories.reason_for(one.slug, one.quarter, finding.rule), finding.fingerprint) for finding in queries
    }
    return replace(one, findings=findings, explanations=explanations)
