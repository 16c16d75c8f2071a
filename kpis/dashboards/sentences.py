"""A figure of a KPI as a sentence: the definition gives the words, the stored verdict decides what may be said."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from edi_portal.charts.numbers import format_figure, interval_text
from edi_portal.charts.words import (
    Sentence,
    Side,
    sentence_for_direction,
    sentence_for_gap,
    sentence_for_likelihood,
    sentence_for_no_cases,
    sentence_for_no_figure,
    sentence_for_pay_gap,
    sentence_for_share,
)
from edi_portal.stats.comparison import verdict_against_target
from edi_portal.stats.representation import headcount_to_parity
from kpis.catalogue import KpiDefinition
from kpis.catalogue.formulas import Disparity, Likelihood, PairGap, PayGap, ShareGap

GOOD = {
    "higher": "Higher is better.",
    "lower": "Lower is better.",
    "closer_to_0": "Good is close to 0.",
    "closer_to_1": "Good is close to 1.",
    "none": "",
}


class AnyFigure(Protocol):
    """What a sentence needs of a figure: an owner's `Figure` or a stored `ReleasedFigure`."""

    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def word(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def low(self) -> Decimal | None: ...
    @property
    def high(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...
    @property
    def reference_numerator(self) -> Decimal | None: ...
    @property
    def reference_denominator(self) -> Decimal | None: ...


def choice_text(option: str) -> str:
    """The chosen option in words: "Co-lead" of "co_lead"; empty for none."""
    return option.replace("_", "-").capitalize()


def verdict_of_own(definition: KpiDefinition, component: str | None, figure: AnyFigure) -> str:
    """The verdict of an owner's exact figure against target or accepted range; others are compared in releases only."""
    if figure.value is None:
        return "too_few" if figure.status in {"too_few", "not_calculable"} else figure.status
    if component is None and definition.target.kind != "none":
        found = verdict_against_target(
            figure.value,
            figure.low,
            figure.high,
            target_low=definition.target.low,
            target_high=definition.target.high,
            direction=definition.direction,
        )
        if found != "none":
            return found
    return "no_difference"


def sentence_of(
    definition: KpiDefinition, component: str | None, figure: AnyFigure, verdict: str, *, across: str = ""
) -> Sentence:
    """The figure in words with its base, interval and direction of good."""
    formula = definition.formula_of(component)
    if figure.value is None:
        return _without_value(definition, component, figure)
    if isinstance(formula, Likelihood):
        return _likelihood(formula, figure, verdict, across)
    if isinstance(formula, ShareGap):
        return _share_gap(definition, formula, figure)
    if isinstance(formula, PairGap):
        return _pair_gap(definition, component, formula, figure)
    if isinstance(formula, PayGap):
        return sentence_for_pay_gap(gap=figure.value, measure=_pay_of(definition))
    return _plain(definition, component, figure)


def _without_value(definition: KpiDefinition, component: str | None, figure: AnyFigure) -> Sentence:
    formula = definition.formula_of(component)
    if figure.word and isinstance(formula, Likelihood):
        return sentence_for_direction(
            word=figure.word, reference=formula.first.label, comparison=formula.second.label, verb=_verb(formula)
        )
    group = formula.second.label if isinstance(formula, Likelihood) else ""
    for reason in (figure.reason, figure.status):
        try:
            return sentence_for_no_figure(reason, group=group)
        except ValueError:
            continue
    return sentence_for_no_figure("not_calculable")


def _verb(formula: Likelihood) -> str:
    return formula.first.verb or formula.second.verb or "to be counted"


def _likelihood(formula: Likelihood, figure: AnyFigure, verdict: str, across: str) -> Sentence:
    first, second = formula.first, formula.second
    counts = {
        "reference": (figure.reference_numerator, figure.reference_denominator),
        "comparison": (figure.numerator, figure.denominator),
    }
    over, under = (
        (counts["reference"], counts["comparison"])
        if formula.over == "reference"
        else (counts["comparison"], counts["reference"])
    )
    if figure.value == 0 and over[1] is not None and under[0] is not None and under[1]:
        return sentence_for_no_cases(group=first.label, other=second.label.split(" ")[0], expected=over[1] * under[0] / under[1])
    stored = verdict if verdict in {"act", "watch", "no_difference", "better", "worse"} else "no_difference"
    return sentence_for_likelihood(
        reference=Side(first.label, *over),
        comparison=Side(second.label, *under),
        verb=_verb(formula),
        ratio=figure.value or Decimal(0),
        verdict=stored,
        low=figure.low,
        high=figure.high,
        adverse=formula.over == "comparison",
        across=across,
    )


def _share_gap(definition: KpiDefinition, formula: ShareGap, figure: AnyFigure) -> Sentence:
    part, base = figure.numerator, figure.denominator
    whole, whole_base = figure.reference_numerator, figure.reference_denominator
    if part is None or whole is None or not base or not whole_base:
        return _plain(definition, None, figure)
    said = sentence_for_share(
        group=formula.part.verb.removeprefix("are ") or "in the group",
        part=formula.part.label,
        whole=formula.whole.label,
        part_percent=part / base * 100,
        whole_percent=whole / whole_base * 100,
        gap=figure.value or Decimal(0),
        parity=headcount_to_parity(float(part), float(base), float(whole), float(whole_base)),
    )
    counts = f"{format_figure(part, 'count')} of {format_figure(base, 'count')}"
    small = f"({counts}. {_interval(definition, None, figure)}{GOOD[definition.direction]})"
    return Sentence(said.text, said.strong, small)


def _pair_gap(definition: KpiDefinition, component: str | None, formula: PairGap, figure: AnyFigure) -> Sentence:
    rates = getattr(figure, "group_value", None), getattr(figure, "reference_value", None)
    if rates[0] is None or rates[1] is None:
        return _plain(definition, component, figure)
    said = sentence_for_gap(
        reference=formula.reference.label,
        comparison=formula.comparison.label,
        belief=formula.comparison.verb or "gave the counted answer",
        reference_percent=rates[1],
        comparison_percent=rates[0],
        gap=figure.value or Decimal(0),
        low=figure.low,
        high=figure.high,
    )
    return Sentence(said.text, said.strong, f"({GOOD[definition.direction]})" if GOOD[definition.direction] else "")


def _pay_of(definition: KpiDefinition) -> str:
    return (
        definition.short_name.removesuffix(" gap").lower() + " pay"
        if "pay" not in definition.short_name.lower()
        else "mean hourly pay"
    )


def _interval(definition: KpiDefinition, component: str | None, figure: AnyFigure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"95% interval {interval_text(figure.low, figure.high, definition.unit_of(component))}. "


def _plain(definition: KpiDefinition, component: str | None, figure: AnyFigure) -> Sentence:
    """Name and figure, for kinds without a template of their own."""
    unit = definition.unit_of(component)
    if unit == "choice":  # a position among options is no number to show
        shown = choice_text(figure.word)
    elif unit == "yes_no":
        shown = "Yes" if figure.value else "No"
    else:
        shown = format_figure(figure.value if figure.value is not None else Decimal(0), unit)
    if figure.word and unit == "score":
        shown = f"{shown} ({figure.word})"
    label = definition.component(component).label if component else definition.name
    counts = ""
    if figure.numerator is not None and figure.denominator:
        counts = f"{format_figure(figure.numerator, 'count')} of {format_figure(figure.denominator, 'count')}. "
    if isinstance(definition.formula_of(component), Disparity):
        counts = ""
    small = f"{counts}{_interval(definition, component, figure)}{GOOD[definition.direction]}".strip()
    return Sentence(f"{label}: {shown}.", shown, f"({small})" if small else "")
