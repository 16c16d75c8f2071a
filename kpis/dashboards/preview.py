"""What others will see of a return once it is released: each figure as the owner and as every tier of readers has it.

The rule for a single count is the release's own, with the settings in force. A release protects all organisations together, so
it may withhold more than stands here, never less.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from edi_portal.charts.numbers import format_figure
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Shown, protect_count
from kpis.catalogue import WORKSTREAMS, KpiDefinition, Measure
from kpis.exact_counts import ExactCounts, ReturnedQuarter
from kpis.indicators import Absent, Cell, Figure, Known, compute
from kpis.release_content.figures import FEW_BELOW
from kpis.release_content.protected_counts import ROUNDING
from kpis.selectors.disclosure import policy_of_next_release
from kpis.selectors.returns import ReturnContent

TIERS = {"steering": "Steering group", "board": "STP board", "public": "Public"}
NOT_SHOWN, WITHHELD = "not shown", "withheld"
NO_FIGURE, NOT_CALCULABLE = "no figure", "not calculable"
_BY_TIER, _BY_COUNT = "tier", "count"


@dataclass(frozen=True, slots=True)
class PreviewCounts:
    """`Counts` under the primary rule alone. `hidden_by` gathers why something is missing: its tier, or its size."""

    exact: ExactCounts
    small: bool
    tier: str
    policy: Policy
    hidden_by: set[str] = field(default_factory=set)

    def part(self, measure: str, part: str) -> Cell:
        """The part as this tier will see it."""
        definition = self.exact.measures[measure]
        if definition.protection == "public":
            return self.exact.part(measure, part)
        if self.tier == "public" or definition.protection == "magnitude":
            return self._hidden(_BY_TIER)
        if definition.protection in {"things", "survey"}:
            return self.exact.part(measure, part)
        return self._of_people(definition, part)

    def _of_people(self, measure: Measure, part: str) -> Cell:
        total, pieces = Decimal(0), measure.parts_of(part)
        for piece in pieces:
            amount = self.exact.part(measure.code, piece.key)
            if isinstance(amount, Absent):
                return amount
            if piece.level == "system" or (piece.level == "organisation" and (self.small or self.tier == "board")):
                return self._hidden(_BY_TIER)
            sensitive = measure.sensitive or all(measure.is_sensitive(cell) for cell in piece.cells)
            protected = protect_count(int(amount.value), sensitive=sensitive, policy=self.policy)
            if not isinstance(protected, Shown):
                return self._hidden(_BY_COUNT)
            total += protected.value
        return Known(total, spread=Decimal(ROUNDING * len(pieces)))

    def _hidden(self, why: str) -> Absent:
        self.hidden_by.add(why)
        return Absent("withheld")


@dataclass(frozen=True, slots=True)
class Preview:
    """One figure as each group of readers will see it."""

    code: str
    name: str
    exact: str
    steering: str
    board: str
    public: str


@dataclass(frozen=True, slots=True)
class TierLine:
    """One figure as one tier will see it."""

    code: str
    name: str
    part: str
    exact: str
    seen: str

    @property
    def is_seen(self) -> bool:
        """Whether this tier reads a figure."""
        return self.seen not in {NOT_SHOWN, WITHHELD, NO_FIGURE, NOT_CALCULABLE}


@dataclass(frozen=True, slots=True)
class TierPage:
    """The whole return as one tier will see it, by section."""

    tier: str
    title: str
    sections: tuple[tuple[str, tuple[TierLine, ...]], ...]

    @property
    def facts(self) -> tuple[dict[str, str], ...]:
        """How much is seen, withheld and not shown."""
        lines = [line for _, lines in self.sections for line in lines]
        return (
            {"label": "Figures seen", "value": f"{sum(line.is_seen for line in lines)} of {len(lines)}"},
            {"label": "Withheld to protect people", "value": str(sum(line.seen == WITHHELD for line in lines))},
            {"label": "Not shown to this group", "value": str(sum(line.seen == NOT_SHOWN for line in lines))},
            {"label": "Without a figure", "value": str(sum(line.seen in {NO_FIGURE, NOT_CALCULABLE} for line in lines))},
        )


def previews_of(content: ReturnContent, now: dict[tuple[str, str], Figure]) -> tuple[Preview, ...]:
    """The headline of each KPI for the sponsor's page. `now` are the exact figures."""
    rows, policy = [], policy_of_next_release(content.kpi_return.collection_id)
    for definition in _definitions(content):
        exact = _exact(content, definition, None)
        seen = {tier: seen_by(tier, content, definition, exact, policy=policy) for tier in TIERS}
        rows.append(
            Preview(definition.code, definition.short_name, figure_text(now[definition.code, ""], definition.unit), **seen)
        )
    return tuple(rows)


def tier_page(content: ReturnContent, tier: str) -> TierPage:
    """Every figure of the return, components included, as one tier will see it."""
    found: dict[str, list[TierLine]] = {}
    policy = policy_of_next_release(content.kpi_return.collection_id)
    for definition in _definitions(content):
        for component in (None, *(item.key for item in definition.components)):
            if content.framework.quarter.number not in definition.quarters_of(component):
                continue
            exact = _exact(content, definition, component)
            label = next((item.label for item in definition.components if item.key == component), "")
            mine = figure_text(compute(definition, exact, component=component), definition.unit_of(component))
            seen = seen_by(tier, content, definition, exact, component, policy=policy)
            found.setdefault(definition.workstream, []).append(
                TierLine(definition.code, definition.short_name, label, mine, seen)
            )
    sections = tuple((title, tuple(found[slug])) for slug, title in WORKSTREAMS.items() if slug in found)
    return TierPage(tier, TIERS[tier], sections)


def seen_by(
    tier: str,
    content: ReturnContent,
    definition: KpiDefinition,
    exact: ExactCounts,
    component: str | None = None,
    *,
    policy: Policy,
) -> str:
    """A figure in the words of one tier: the figure, withheld, or not shown to this group at all."""
    small = (content.kpi_return.organisation.headcount_estimate or 0) < policy.small_organisation
    counts = PreviewCounts(exact, small, tier, policy)
    people = any(content.framework.measures[code].protection == "people" for code in definition.measures())
    few_below = FEW_BELOW if people else None
    figure = compute(definition, counts, component=component, rounding=ROUNDING, few_below=few_below)
    if figure.value is not None or figure.word:
        return figure_text(figure, definition.unit_of(component))
    if figure.status == "withheld":
        return NOT_SHOWN if _BY_TIER in counts.hidden_by else WITHHELD
    return NOT_CALCULABLE if figure.status == "not_calculable" else NO_FIGURE


def figure_text(figure: Figure | None, unit: str) -> str:
    """A figure in words; an answer is its own word, and few cases are a word only."""
    if figure is None:
        return NO_FIGURE
    if figure.word and (figure.value is None or unit in {"choice", "yes_no"}):
        return figure.word.replace("_", " ")
    return NO_FIGURE if figure.value is None else format_figure(figure.value, unit)


def _definitions(content: ReturnContent) -> list[KpiDefinition]:
    return [kpi.definition for kpi in content.framework.due_kpis(content.kpi_return.organisation)]


def _exact(content: ReturnContent, definition: KpiDefinition, component: str | None) -> ExactCounts:
    draft = ReturnedQuarter(content.facts.values, content.facts.states)
    quarters = dict(content.history) | {content.framework.quarter: draft}
    window = definition.formula_of(component).window
    return ExactCounts(content.framework.measures, content.framework.quarter, window, quarters)
