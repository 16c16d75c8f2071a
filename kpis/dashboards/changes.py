"""Whether a released figure got better or worse: this quarter's window against the one a year earlier, which it does not overlap.

A claim of change needs the difference to be more than chance (95%); anything else is "no real change". Figures without an
interval (counts of things, scores, answers) carry no such claim.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from edi_portal.charts.words import Sentence, sentence_for_two_windows
from edi_portal.periods import Quarter
from edi_portal.stats.distribution import badness
from kpis.catalogue import KpiDefinition
from kpis.dashboards.figure_words import value_text
from kpis.selectors.releases import Reading

QUARTERS_APART = 4
LIMIT = 1.959964


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a figure within a year. `size` is the distance in standard errors, for ordering."""

    verdict: str
    size: float
    before: Reading | None
    after: Reading | None

    @property
    def is_claim(self) -> bool:
        """Whether it may be called better or worse."""
        return self.verdict in {"better", "worse"}


def quarters_apart(definition: KpiDefinition) -> int:
    """How many quarters lie between two windows of the figure that do not overlap: a year, two for windows of two years."""
    return 2 * QUARTERS_APART if definition.formula.window == "twenty_four_months" else QUARTERS_APART


def change_between(definition: KpiDefinition, before: Reading | None, after: Reading | None) -> Change:
    """The verdict of two windows that do not overlap."""
    steps = None if before is None or after is None else _steps(definition, before, after)
    if before is None or after is None or steps is None or definition.direction == "none":
        return Change("too_few", 0.0, before, after)
    if abs(steps) <= LIMIT:
        return Change("no_difference", abs(steps), before, after)
    was, now = (badness(float(figure.value or 0), definition.direction) for figure in (before, after))
    return Change("better" if now < was else "worse" if now > was else "no_difference", abs(steps), before, after)


def _steps(definition: KpiDefinition, before: Reading, after: Reading) -> float | None:
    """The difference in standard errors, ratios on the logarithmic scale; None where an interval is missing."""
    placed = [_place(definition.unit, figure) for figure in (before, after)]
    if placed[0] is None or placed[1] is None:
        return None
    (was, was_error), (now, now_error) = placed[0], placed[1]
    error = math.hypot(was_error, now_error)
    return (now - was) / error if error > 0 else None


def _place(unit: str, figure: Reading) -> tuple[float, float] | None:
    if figure.value is None or figure.low is None or figure.high is None:
        return None
    value, low, high = float(figure.value), float(figure.low), float(figure.high)
    if unit == "ratio":
        if min(value, low, high) <= 0:
            return None
        value, low, high = math.log(value), math.log(low), math.log(high)
    return value, (high - low) / (2 * LIMIT)


def change_sentence(definition: KpiDefinition, change: Change, quarter: Quarter) -> Sentence | None:
    """The change in words with both figures and both windows; None where there is nothing to say."""
    if change.verdict == "too_few" or change.before is None or change.after is None:
        return None
    return sentence_for_two_windows(
        change.verdict,
        before_text=value_text(definition, change.before),
        before=window_words(definition, quarter.previous(quarters_apart(definition))),
        after_text=value_text(definition, change.after),
        after=window_words(definition, quarter),
    )


def window_words(definition: KpiDefinition, quarter: Quarter) -> str:
    """The time a figure of this quarter covers."""
    last = f"{quarter.last_day:%-d %B %Y}"
    match definition.formula.window:
        case "twelve_months":
            return f"the 12 months to {last}"
        case "twenty_four_months":
            return f"the 24 months to {last}"
        case "last_march":
            march = quarter if quarter.number == 4 else Quarter(quarter.year - 1, 4)
            return f"the year to {march.last_day:%-d %B %Y}"
        case _:
            return quarter.months
