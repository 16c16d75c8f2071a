"""A released figure as the texts of a page: value, interval, counts behind it, target, and why it is not there."""

from __future__ import annotations

from decimal import Decimal

from edi_portal.charts.numbers import count_text, format_figure, interval_text
from edi_portal.charts.verdicts import verdict_for
from edi_portal.charts.words import sentence_for_no_figure
from kpis.catalogue import KpiDefinition
from kpis.catalogue.formulas import Count, CountGroup, Likelihood, Share, ShareGap, Sum
from kpis.dashboards.sentences import AnyFigure, choice_text
from kpis.selectors.releases import Reading

SYSTEM = "C&M"
DASH = "\u2013"
NUMBERLESS_UNITS = frozenset({"yes_no", "choice"})

GROUP_WORDS = {
    "acute": "acute trusts",
    "acute-specialist": "acute specialist trusts",
    "mental-health": "mental health trusts",
    "community": "community trusts",
    "ambulance": "ambulance trusts",
    "ccg": "CCGs",
    "csu": "CSUs",
    "commissioning": "CCGs and CSUs",
}


def is_total(definition: KpiDefinition, component: str | None = None) -> bool:
    """Whether the pooled figure is a sum over organisations, which no target or figure of one organisation compares with."""
    return isinstance(definition.formula_of(component), Count | Sum)


def rests_on_counts(definition: KpiDefinition, component: str | None = None) -> bool:
    """Whether the figure is a percentage of counted people or things, so that a small base takes its decimal place away."""
    formula = definition.formula_of(component)
    return isinstance(formula, ShareGap) or (isinstance(formula, Share) and isinstance(formula.group, CountGroup))


def base_of(definition: KpiDefinition, figure: AnyFigure, component: str | None = None) -> int | None:
    """The number of people behind a percentage, where it decides how many decimals are shown."""
    if figure.denominator is None or not rests_on_counts(definition, component):
        return None
    return int(figure.denominator)


def value_text(definition: KpiDefinition, figure: AnyFigure | None, component: str | None = None) -> str:
    """The figure in its unit; where there is none, the word of the result, the mark [c] or a dash."""
    if figure is None:
        return DASH
    if figure.value is None:
        return figure.word.capitalize() if figure.word else "[c]" if figure.status == "withheld" else DASH
    unit = definition.unit_of(component)
    if unit in NUMBERLESS_UNITS and getattr(figure, "statistic", "own") == "median":
        return DASH
    if unit == "choice":
        return choice_text(figure.word) or count_text(figure.value)
    return format_figure(figure.value, unit, base_of(definition, figure, component))


def interval_words(definition: KpiDefinition, figure: AnyFigure | None, component: str | None = None) -> str:
    """The 95% interval, "1.25 to 2.06", or nothing."""
    if figure is None or figure.low is None or figure.high is None or definition.unit_of(component) in NUMBERLESS_UNITS:
        return ""
    return interval_text(figure.low, figure.high, definition.unit_of(component), base_of(definition, figure, component))


def rounding_words(definition: KpiDefinition, reading: Reading, component: str | None = None) -> str:
    """Between which values the figure of the exact counts lies, where rounding can move it."""
    if reading.rounding_low is None or reading.rounding_high is None:
        return ""
    return interval_text(reading.rounding_low, reading.rounding_high, definition.unit_of(component))


def count_columns(definition: KpiDefinition, component: str | None = None) -> tuple[str, ...]:
    """Headings of the counts behind a figure, one for each group it compares."""
    formula = definition.formula_of(component)
    if isinstance(formula, Likelihood):
        return formula.reference.label, formula.comparison.label
    if isinstance(formula, ShareGap):
        return formula.part.label, formula.whole.label
    if isinstance(formula, Share) and isinstance(formula.group, CountGroup):
        return ("n of N",)
    return ()


def counts_of(definition: KpiDefinition, figure: AnyFigure, component: str | None = None) -> tuple[str, ...]:
    """The counts behind a figure, "490 of 2,190", in the order of `count_columns`; empty without them."""
    own = _pair(figure.numerator, figure.denominator)
    reference = _pair(figure.reference_numerator, figure.reference_denominator)
    formula = definition.formula_of(component)
    if isinstance(formula, Likelihood):
        return (reference, own)
    if isinstance(formula, ShareGap):
        return (own, reference)
    return (own,) if count_columns(definition, component) else ()


def _pair(number: Decimal | None, base: Decimal | None) -> str:
    return DASH if number is None or base is None else f"{count_text(number)} of {count_text(base)}"


def absence_words(reading: Reading | None) -> str:
    """Why there is no value, in a few words without a full stop; empty where there is one."""
    if reading is None:
        return "not shown at this level"
    if reading.value is not None:
        return ""
    if reading.word:
        return "fewer than 20 in a group, so the direction only"
    for code in (reading.reason, reading.status):
        try:
            return str(sentence_for_no_figure(code).text).rstrip(".")
        except ValueError:
            continue
    return verdict_for(reading.verdict).word


def comparison_words(definition: KpiDefinition, reading: Reading, peers: str) -> str:
    """What the verdict compares with: "Than the median of acute trusts (26%)", "Outside 0.80 to 1.25"."""
    if reading.value is None:
        # The mark itself says "withheld" or "not returned"; only a further reason is worth a line.
        return absence_words(reading) if reading.word or reading.reason else ""
    if reading.comparator_kind in {"range", "target"}:
        return (
            f"Outside {target_words(definition)}" if reading.comparator_kind == "range" else f"Target {target_words(definition)}"
        )
    if reading.comparator is None or definition.unit in NUMBERLESS_UNITS:
        return ""
    of = peers if reading.comparator_kind == "peers" else "all organisations"
    return f"Against the median of {of}, {format_figure(reading.comparator, definition.unit, base_of(definition, reading))}"


def target_words(definition: KpiDefinition) -> str:
    """Target or accepted range, "0.80 to 1.25" or "at least 90.0%"."""
    target, unit = definition.target, definition.unit
    if unit in NUMBERLESS_UNITS or target.kind == "none":
        return target.text
    if target.low is not None and target.high is not None:
        return interval_text(target.low, target.high, unit)
    if target.low is not None:
        return f"at least {format_figure(target.low, unit)}"
    return f"at most {format_figure(target.high, unit)}" if target.high is not None else target.text


def group_words(group: str) -> str:
    """A peer group inside a sentence: "acute trusts"."""
    return GROUP_WORDS.get(group, group.replace("-", " "))
