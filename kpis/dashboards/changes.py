"""What became of a released figure over time, in words: the verdict is the one that is stored with the figure, never another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from edi_portal.charts.words import Sentence, sentence_for_time, sentence_for_two_windows
from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.dashboards.figure_words import value_text
from kpis.selectors.releases import Reading

QUARTERS_APART = 4
LIMIT = 1.959964
# In tables and files, where the figure stands beside it.
CHANGE_WORDS = {
    "better": "Getting better",
    "worse": "Getting worse",
    "changed": "Changed",
    "no_difference": "No real change",
    "too_few": "Too early to tell",
}
VARIATION_WORDS = {
    "common_cause": "No real change",
    "improvement_high": "Improving (high is good)",
    "improvement_low": "Improving (low is good)",
    "concern_high": "Getting worse (low is good)",
    "concern_low": "Getting worse (high is good)",
    "neutral_high": "Rising, by more than chance",
    "neutral_low": "Falling, by more than chance",
}
VARIATION_ICONS = {
    "common_cause": "common",
    "improvement_high": "improving_high",
    "improvement_low": "improving_low",
    "concern_high": "worsening_high",
    "concern_low": "worsening_low",
    "neutral_high": "changing_high",
    "neutral_low": "changing_low",
}
ASSURANCE_WORDS = {
    "pass": "will go on meeting its target",
    "fail": "will go on missing its target",
    "inconsistent": "may meet or miss its target by chance",
}
ASSURANCE_ICONS = {"pass": "passes", "fail": "fails", "inconsistent": "either"}
POINTS_FOR_LIMITS = 12


@dataclass(frozen=True, slots=True)
class Change:
    """The stored verdict over time of a figure. `size` is its distance in standard errors where windows were compared."""

    stored: str
    size: float = 0.0
    before: Reading | None = None

    @property
    def verdict(self) -> str:
        """The mark of the vocabulary; a change that is neither good nor bad has none of its own."""
        return {"": "too_few", "changed": "no_difference"}.get(self.stored, self.stored)

    @property
    def word(self) -> str:
        """The word beside the mark."""
        return CHANGE_WORDS[self.stored or "too_few"]

    @property
    def is_claim(self) -> bool:
        """Whether it may be called better or worse."""
        return self.stored in {"better", "worse"}


@dataclass(frozen=True, slots=True)
class TimeIcons:
    """The pair of Making Data Count icons with their words."""

    variation: str
    assurance: str
    words: str


def quarters_apart(definition: KpiDefinition) -> int:
    """How many quarters lie between two windows of the figure that do not overlap: a year, two for windows of two years."""
    return 2 * QUARTERS_APART if definition.formula.window == "twenty_four_months" else QUARTERS_APART


def detail_of(reading: Reading | None) -> Mapping[str, Any]:
    """What the stored verdict rests on; empty where there is none."""
    return json.loads(reading.time_detail) if reading is not None and reading.time_detail else {}


def change_of(reading: Reading | None) -> Change:
    """The stored verdict with the figure of the window that it was compared with, where there is one."""
    if reading is None or not reading.over_time:
        return Change("")
    detail = detail_of(reading)
    before = None
    if "before" in detail:
        before = replace(reading, value=Decimal(detail["before"]), low=None, high=None, numerator=None, denominator=None)
    return Change(reading.over_time, float(detail.get("size", 0)), before)


def change_sentence(definition: KpiDefinition, reading: Reading | None, quarter: Quarter) -> Sentence | None:
    """The verdict as one sentence: what it found, what it rests on, what it is not; None where the figure has none."""
    if reading is None or not reading.over_time:
        return None
    detail = detail_of(reading)
    if detail.get("basis") != "windows":
        return _of_chart(reading, detail)
    if reading.over_time == "too_few" or "before" not in detail:
        return Sentence("Too early to tell whether it changes: there is no earlier figure that it can be compared with.")
    earlier = Quarter.parse(detail["earlier"])
    return sentence_for_two_windows(
        reading.over_time,
        before_text=value_text(definition, change_of(reading).before),
        before=window_words(definition, earlier),
        after_text=value_text(definition, reading),
        after=window_words(definition, quarter),
    )


def _of_chart(reading: Reading, detail: Mapping[str, Any]) -> Sentence:
    return sentence_for_time(
        reading.over_time,
        points=reading.time_points or 0,
        since=Quarter.parse(detail["since"]).label if "since" in detail else "",
        run=detail.get("run", 0) if detail.get("rule") == "run" else 0,
        side=detail.get("side", ""),
        all_inside=detail.get("all_inside", True),
    )


def icons_of(reading: Reading | None) -> TimeIcons | None:
    """The icons of the stored verdict; None for a figure that is not read quarter by quarter."""
    if reading is None or not reading.variation:
        return None
    words = VARIATION_WORDS[reading.variation]
    points = reading.time_points or 0
    if points < POINTS_FOR_LIMITS:
        words += f". Too few points for limits ({points} of {POINTS_FOR_LIMITS})"
    if reading.assurance:
        words += f"; {ASSURANCE_WORDS[reading.assurance]}"
    return TimeIcons(VARIATION_ICONS[reading.variation], ASSURANCE_ICONS.get(reading.assurance, ""), words)


def icons_in_words(reading: Reading) -> str:
    """The same for a table or file: variation and assurance, or the verdict of two windows."""
    icons = icons_of(reading)
    return icons.words if icons is not None else CHANGE_WORDS.get(reading.over_time, "")


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
