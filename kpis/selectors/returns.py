"""Questions about returns: the facts that rules need, findings, earlier values, own exact figures, progress."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404

from edi_portal.clock import business_now
from edi_portal.periods import Quarter, last_march
from kpis import permissions
from kpis.catalogue import Measure
from kpis.exact_counts import ExactCounts, ReturnedQuarter, quarters_needed
from kpis.framework import Framework
from kpis.indicators import Figure, compute
from kpis.models.evidence import Evidence
from kpis.models.returns import Explanation as ExplanationRow
from kpis.models.returns import KpiReturn, ReturnAnswer, ReturnValue
from kpis.models.waivers import Waiver
from kpis.selectors.definitions import framework_for
from kpis.selectors.evidence import evidence_by_measure
from kpis.selectors.waivers import waivers_by_finding
from kpis.validation import check_return
from kpis.validation.facts import AnswerState, CollectionFacts, ReturnFacts, Values
from kpis.validation.findings import Explanation, Finding, Level, is_settled
from kpis.validation.subjects import comparisons_of, pay_gap_of
from kpis.workflow import Status
from organisations.models import Organisation, Succession


def get_return(user: Any, organisation_slug: str, period: str) -> KpiReturn:
    """The live return of an organisation and period, if the user may see it; Http404 otherwise."""
    rows = KpiReturn.objects.visible_to(user).live().select_related("organisation", "collection", "submitted_by", "signed_off_by")
    rows = rows.prefetch_related("collection__extensions")
    return get_object_or_404(rows, organisation__slug=organisation_slug, collection__period=period)


def values_of(kpi_return: KpiReturn) -> dict[tuple[str, str, str], Decimal]:
    """Every cell of one return."""
    rows = ReturnValue.objects.filter(kpi_return=kpi_return).values_list("measure", "row", "column", "amount")
    return {(measure, row, column): amount for measure, row, column, amount in rows}


def reasons_given(kpi_return: KpiReturn) -> frozenset[str]:
    """The questions of one return for which a reason says why there is no figure. One query."""
    rows = ReturnAnswer.objects.filter(kpi_return=kpi_return).exclude(state="value")
    return frozenset(rows.values_list("measure", flat=True))


def signed_quarters(organisation: Organisation, quarters: Iterable[Quarter]) -> dict[Quarter, ReturnedQuarter]:
    """The newest signed-off content of an organisation for each of the quarters that has one. Three queries."""
    return signed_quarters_of_all([organisation], quarters).get(organisation.pk, {})


def signed_quarters_of_all(
    organisations: Iterable[Organisation], quarters: Iterable[Quarter]
) -> dict[int, dict[Quarter, ReturnedQuarter]]:
    """Organisation key → quarter → newest signed-off content. Three queries whatever the number of organisations."""
    newest = _newest_signed(organisations, quarters)
    contents = contents_of_returns(newest.values())
    found: dict[int, dict[Quarter, ReturnedQuarter]] = defaultdict(dict)
    for (organisation, period), pk in newest.items():
        found[organisation][Quarter.parse(period)] = contents[pk].returned
    return dict(found)


def _newest_signed(organisations: Iterable[Organisation], quarters: Iterable[Quarter]) -> dict[tuple[int, str], int]:
    """(organisation, period) → key of the newest signed return."""
    rows = KpiReturn.objects.filter(
        organisation__in=[organisation.pk for organisation in organisations],
        collection__period__in=[quarter.slug for quarter in quarters],
        status=Status.SIGNED_OFF,
    ).order_by("number")
    # Rows, not bare numbers: what was reached through the organisation may be asked for its cells (edi_portal/scope.py).
    found = rows.select_related("collection").only("organisation_id", "collection__period")
    return {(one.organisation_id, one.collection.period): one.pk for one in found}


@dataclass(frozen=True, slots=True)
class _Content:
    """What one return says: figures and states, and the answers with everything that was said."""

    returned: ReturnedQuarter
    answers: tuple[ReturnAnswer, ...]


def contents_of_returns(keys: Iterable[int]) -> dict[int, _Content]:
    """Cells and answers of several returns. Two queries."""
    values: dict[int, dict[tuple[str, str, str], Decimal]] = {pk: {} for pk in keys}
    answers: dict[int, list[ReturnAnswer]] = {pk: [] for pk in values}
    cells = ReturnValue.objects.filter(kpi_return__in=list(values))
    for pk, measure, row, column, amount in cells.values_list("kpi_return_id", "measure", "row", "column", "amount"):
        values[pk][measure, row, column] = amount
    for answer in ReturnAnswer.objects.filter(kpi_return__in=list(values)):
        answers[answer.kpi_return_id].append(answer)
    return {pk: _Content(ReturnedQuarter(values[pk], _states(answers[pk])), tuple(answers[pk])) for pk in values}


def _states(answers: Iterable[ReturnAnswer]) -> dict[str, AnswerState]:
    return {answer.measure: AnswerState(answer.state, answer.reason, answer.expected_on) for answer in answers}


def earlier_values(
    quarters: Mapping[Quarter, ReturnedQuarter], measures: Iterable[Measure], before: Quarter
) -> dict[tuple[str, str, str], Decimal]:
    """For each measure the cells of the last quarter before `before` in which it was asked and returned (at most a year back)."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for measure in measures:
        for back in range(1, 5):
            quarter = before.previous(back)
            if quarter.number in measure.collected_in and quarter in quarters:
                cells = ((measure.code, cell.row, cell.column) for cell in measure.cells())
                values = quarters[quarter].values
                found.update({address: values[address] for address in cells if address in values})
                break
    return found


@dataclass(frozen=True, slots=True)
class ReturnContent:
    """A return with everything its pages and rules need, read once."""

    kpi_return: KpiReturn
    framework: Framework
    measures: tuple[Measure, ...]
    required: frozenset[str]
    facts: ReturnFacts
    findings: tuple[Finding, ...]
    explanations: Mapping[str, Explanation]
    history: Mapping[Quarter, ReturnedQuarter]
    answers: Mapping[str, ReturnAnswer]
    now: datetime
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    waivers: Mapping[str, Waiver] = field(default_factory=dict)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """Findings set aside by a waiver: they neither block nor ask."""
        return tuple(finding for finding in self.findings if finding.key in self.waivers)

    @property
    def standing(self) -> tuple[Finding, ...]:
        """Findings that no waiver sets aside."""
        return tuple(finding for finding in self.findings if finding.key not in self.waivers)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that block sending."""
        return tuple(finding for finding in self.standing if finding.level is Level.ERROR)

    @property
    def open_queries(self) -> tuple[Finding, ...]:
        """Queries that still need an explanation."""
        return tuple(
            finding for finding in self.standing if finding.level is Level.QUERY and not is_settled(finding, self.explanations)
        )

    @property
    def explained_queries(self) -> tuple[Finding, ...]:
        """Queries that carry an explanation for the figures as they are."""
        return tuple(
            finding for finding in self.standing if finding.level is Level.QUERY and is_settled(finding, self.explanations)
        )

    @property
    def unanswered(self) -> tuple[Measure, ...]:
        """Required questions with a cell still empty and no reason given."""
        return tuple(measure for measure in self.measures if measure.code in self.required and not self.is_answered(measure))

    def is_answered(self, measure: Measure) -> bool:
        """Whether every needed cell has a number, or a reason says why not."""
        if self.facts.states.get(measure.code, AnswerState()).state != "value":
            return True
        return all(
            (measure.code, cell.row, cell.column) in self.facts.values
            for cell in measure.cells()
            if not measure.is_optional(cell)
        )

    def is_touched(self, measure: Measure) -> bool:
        """Whether anything was typed or said about this question."""
        return measure.code in self.facts.states or any(key[0] == measure.code for key in self.facts.values)

    @property
    def can_be_sent(self) -> bool:
        """Whether nothing stands between this return and the sponsor."""
        return not (self.errors or self.open_queries or self.unanswered)


def content_of(
    kpi_return: KpiReturn, *, extra: Values | None = None, framework: Framework | None = None, now: datetime | None = None
) -> ReturnContent:
    """Read a return with its rules' findings. `extra` lays unsaved values over the saved ones (dry run of a workbook).

    `framework` and `now` (the business time) are given by a page that has read them already.
    """
    quarter, organisation = kpi_return.quarter, kpi_return.organisation
    framework, now = framework or framework_for(quarter), now or business_now()
    measures = framework.due_measures(organisation)
    signed = _newest_signed([organisation], [quarter.previous(back) for back in range(1, 9)])
    contents = contents_of_returns({kpi_return.pk, *signed.values()})
    history = {Quarter.parse(period): contents[pk].returned for (_organisation, period), pk in signed.items()}
    rows = tuple(ExplanationRow.objects.filter(kpi_return=kpi_return))
    evidence = evidence_by_measure(kpi_return)
    own = contents[kpi_return.pk]
    answers = {answer.measure: answer for answer in own.answers}
    values = {**own.returned.values, **(extra or {})}
    facts = facts_of(
        kpi_return,
        framework=framework,
        measures=measures,
        history=history,
        values=values,
        answers=answers,
        explanations=rows,
        evidence=frozenset(evidence),
        now=now,
        march_snapshots=_march_snapshots(contents, signed, quarter, framework),
    )
    return ReturnContent(
        kpi_return,
        framework,
        measures,
        framework.required_measures(organisation),
        facts,
        check_return(facts),
        {row.finding: Explanation(row.text, row.fingerprint) for row in rows},
        history,
        answers,
        now,
        evidence,
        waivers_by_finding(organisation),
    )


def _snapshots(answers: Iterable[ReturnAnswer]) -> dict[str, date]:
    """Question → the day that its figures are of, where it is stated."""
    return {answer.measure: answer.snapshot_on for answer in answers if answer.snapshot_on}


def _march_snapshots(
    contents: Mapping[int, _Content], signed: Mapping[tuple[int, str], int], quarter: Quarter, framework: Framework
) -> dict[str, date]:
    """Question → the day of the stock returned for the last 31 March: as stated there, else the 31st itself."""
    march = last_march(quarter)
    key = next((pk for (_organisation, period), pk in signed.items() if period == march.slug), None)
    if key is None:
        return {}
    asked = {code: march.last_day for code, measure in framework.measures.items() if measure.window == "snapshot"}
    return asked | _snapshots(contents[key].answers)


def facts_of(
    kpi_return: KpiReturn,
    *,
    framework: Framework,
    measures: tuple[Measure, ...],
    history: Mapping[Quarter, ReturnedQuarter],
    values: Values,
    answers: Mapping[str, ReturnAnswer],
    explanations: Iterable[ExplanationRow],
    evidence: frozenset[str],
    now: datetime,
    march_snapshots: Mapping[str, date] | None = None,
    breaks: Mapping[str, str] | None = None,
) -> ReturnFacts:
    """The plain values that the rules read. `evidence` are the questions that rest on items of the library.

    `breaks` are given by who reads many returns at once and does not compare them with earlier ones.
    """
    quarter, organisation = kpi_return.quarter, kpi_return.organisation
    texts = {
        (answer.measure, name): getattr(answer, name)
        for answer in answers.values()
        for name in ("reason", "evidence")
        if getattr(answer, name)
    }
    texts |= {(row.finding.split(":")[1].split("/")[0], f"explanation of {row.finding}"): row.text for row in explanations}
    last_year = quarter.previous(4)
    by_code = {measure.code: measure for measure in measures}
    definitions = [kpi.definition for kpi in framework.due_kpis(organisation)]
    return ReturnFacts(
        period=quarter,
        measures=by_code,
        values=values,
        applicability_class=organisation.applicability_class,
        headcount=organisation.headcount_estimate,
        states=_states(answers.values()),
        texts=texts,
        evidence=evidence | {answer.measure for answer in answers.values() if answer.evidence},
        previous=earlier_values(history, measures, quarter) if history else None,
        last_year=history[last_year].values if last_year in history else None,
        collection=CollectionFacts(is_open=now < permissions.closes_at_for(kpi_return) or not kpi_return.is_editable),
        comparisons=comparisons_of(definitions, by_code),
        pay_gap=pay_gap_of(definitions, by_code),
        snapshots=_snapshots(answers.values()),
        march_snapshots=march_snapshots or {},
        breaks=breaks_of(organisation, quarter, measures) if breaks is None else breaks,
    )


def breaks_of(organisation: Organisation, quarter: Quarter, measures: Iterable[Measure]) -> dict[str, str]:
    """Why the series of an organisation breaks in a quarter: it took in another body or gave part of itself away."""
    events = Succession.objects.filter(
        Q(successor=organisation) | Q(predecessor=organisation),
        breaks_series=True,
        effective_on__range=(quarter.first_day, quarter.last_day),
    )
    reason = "; ".join(str(event) for event in events)
    return {measure.code: reason for measure in measures} if reason else {}


def own_figures(
    organisation: Organisation,
    quarter: Quarter,
    *,
    framework: Framework | None = None,
    draft: ReturnedQuarter | None = None,
    history: Mapping[Quarter, ReturnedQuarter] | None = None,
    codes: Iterable[str] | None = None,
    headlines_only: bool = False,
) -> dict[tuple[str, str], Figure]:
    """The organisation's own exact figures: (KPI code, component key or "") → figure. `draft` stands for the quarter itself.

    Exact arithmetic for the owner's own eyes only.
    """
    framework = framework or framework_for(quarter)
    kpis = framework.due_kpis(organisation, quarter=quarter)
    wanted = None if codes is None else {code.lower() for code in codes}
    if history is None:
        windows = frozenset({"quarter", "twelve_months", "twenty_four_months", "last_march"})
        history = signed_quarters(organisation, quarters_needed(framework.measures, windows, quarter))
    quarters = dict(history) | ({quarter: draft} if draft is not None else {})
    figures: dict[tuple[str, str], Figure] = {}
    for kpi in kpis:
        definition = kpi.definition
        if wanted is not None and definition.code.lower() not in wanted:
            continue
        components = () if headlines_only else tuple(item.key for item in definition.components)
        for component in (None, *components):
            formula = definition.formula_of(component)
            counts = ExactCounts(framework.measures, quarter, formula.window, quarters)
            figures[definition.code, component or ""] = compute(definition, counts, component=component)
    return figures
