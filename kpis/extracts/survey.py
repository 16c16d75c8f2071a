"""The benchmark workbook of the NHS Staff Survey: rates and bases as published, never a rebuilt count.

What the source does not show (“-”, “*” or blank) is not available and is never read as 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from kpis.extracts import spellings
from kpis.extracts.aggregate import QUERY, CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Reader, Remark
from kpis.extracts.spellings import normalised
from kpis.extracts.tally import steps_of

AT_SOURCE = "suppressed at source"
_HIDDEN = re.compile(r"[-–—*.]*|n/?a|suppressed|<\s*1[01]|\[?c\]?|\[x\]", re.IGNORECASE)
_TAKEN = (
    ("other_organisation", "Rows of other organisations", "The workbook holds all organisations; only yours is read."),
    ("other_question", "Other questions", "No measure asks for them."),
    ("other_group", "Other groups", "No measure asks for them."),
)
QUESTIONS = {
    "wres 5": "patients",
    "wres 6": "staff",
    "wres 7": "opportunities",
    "wres 8": "discrimination",
    "wdes 4a i": "patients",
    "wdes 4a ii": "managers",
    "wdes 4a iii": "colleagues",
    "wdes 4b": "reporting",
    "wdes 5": "opportunities",
    "wdes 6": "pressure",
    "wdes 7": "valued",
    "wdes 8": "adjustments",
    "q14a": "patients",
    "q14b": "managers",
    "q14c": "colleagues",
    "q14b c": "staff",
    "q14b and c": "staff",
    "q14d": "reporting",
    "q15": "opportunities",
    "q16b": "discrimination",
    "q11e": "pressure",
    "q4b": "valued",
    "q28b": "adjustments",
    "q31b": "adjustments",
    "kf25": "patients",
    "kf26": "staff",
    "kf21": "opportunities",
    "q17b": "discrimination",
    "motivation": "motivation",
    "involvement": "involvement",
    "advocacy": "advocacy",
}
_BY_RACE = {"patients": "wres_5", "staff": "wres_6", "opportunities": "wres_7", "discrimination": "wres_8"}
_BY_DISABILITY = {
    "patients": "wdes_4a_patients",
    "managers": "wdes_4a_managers",
    "colleagues": "wdes_4a_colleagues",
    "reporting": "wdes_4b",
    "opportunities": "wdes_5",
    "pressure": "wdes_6",
    "valued": "wdes_7",
    "adjustments": "wdes_8",
}
_WITHOUT = ("without a ltc", "without ltc", "no ltc", "ltc no", "non disabled", "not disabled", "without a long", "without long")
_SCORES = ("motivation", "involvement", "advocacy")


def question(raw: str) -> str:
    """What a question is about; "" for one that no measure asks for."""
    text = re.sub(r"\b(indicator|metric|measure)\b", "", normalised(raw))
    text = " ".join(text.split())
    for length in (len(text.split()), 3, 2, 1):
        found = QUESTIONS.get(" ".join(text.split()[:length]))
        if found:
            return found
    return ""


def survey_group(raw: str) -> str:
    """The group of a line; "" for one that no measure asks for."""
    text = normalised(raw)
    if text in {"all", "all staff", "everyone", "whole organisation", "overall", "organisation", "total"}:
        return "everyone"
    if any(
        words in text
        for words in (
            "without a ltc",
            "without ltc",
            "no ltc",
            "ltc no",
            "non disabled",
            "not disabled",
            "without a long",
            "without long",
        )
    ):
        return "non_disabled"
    if any(words in text for words in ("ltc", "with a long", "with long", "disabled")):
        return "disabled"
    if text in {"bme", "bame"} or any(words in text for words in ("minority", "all other ethnic")):
        return "bme"
    return "white" if text.startswith("white") else ""


class SurveyCounter(Reader):
    """Reads one survey workbook."""

    fields = ("question", "survey_group", "rate", "base", "weighted")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._rates: dict[tuple[str, str, str], Decimal | None] = {}
        self._bases: dict[tuple[str, str], Decimal | None] = {}
        self._weighted: set[str] = set()

    def add(self, cells: Sequence[str], row: int) -> None:
        """Read one line."""
        raw_question, raw_group, raw_rate, raw_base, weighted = cells
        mapped = self.tally.mappings.get(("question", normalised(raw_question)))
        topic, group = mapped or question(raw_question), survey_group(raw_group)
        measure = _measure(topic, group)
        if not topic or not measure:
            self.tally.removed["other_group" if topic else "other_question"] += 1
            return
        self._weighted.add(weighting(normalised(weighted)))
        column = topic if topic in _SCORES else "rate"
        rate = self._figure("rate", raw_rate, row)
        base = self._figure("base", raw_base, row)
        if self._rates.setdefault((measure, group, column), rate) != rate:
            what = "Another line has another figure for the same question and group."
            self.tally.problem("two_figures", "rate", row, what, "Keep one of them.", QUERY)
        self._bases.setdefault((measure, group), base)

    def _figure(self, name: str, raw: str, row: int) -> Decimal | None:
        text = raw.strip()
        if _HIDDEN.fullmatch(text):
            return None
        try:
            number = Decimal(text.removesuffix("%").replace(",", "").strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number < 10**7:
            self.tally.problem(f"no_figure_{name}", name, row, "This is not a figure.", "Copy it as published.", QUERY)
            return None
        return number

    def fills(self) -> tuple[str, ...]:
        """The questions that were found."""
        return tuple(dict.fromkeys(measure for measure, _, _ in self._rates))

    def figures(self) -> list[CellFigure]:
        """Rates to one decimal, scores to two, and their bases. Shares written as fractions become percentages."""
        shares = [rate for (_, _, column), rate in self._rates.items() if column == "rate" and rate is not None]
        times = 100 if shares and max(shares) <= 1 else 1
        found = []
        for (measure, group, column), rate in self._rates.items():
            if rate is None:
                found.append(CellFigure(measure, group, column, None, AT_SOURCE))
                continue
            places, factor = (Decimal("0.1"), times) if column == "rate" else (Decimal("0.01"), 1)
            found.append(CellFigure(measure, group, column, (rate * factor).quantize(places, ROUND_HALF_UP)))
        for (measure, group), base in self._bases.items():
            reason = "" if base is not None else AT_SOURCE
            found.append(CellFigure(measure, group, "base", None if base is None else base.quantize(Decimal(1)), reason))
        return found

    def lines(self) -> list[CountedLine]:
        """None: the figures stand in the file."""
        return []

    def steps(self, rows: int) -> list[Step]:
        """From lines of the workbook to figures."""
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        return steps_of(rows, "rows", "Lines of the workbook", taken)

    def remarks(self) -> list[Remark]:
        """Figures that are not the weighted ones of the benchmark report."""
        if "no" not in self._weighted:
            return []
        what = "Some figures are unweighted; those of the benchmark report are weighted."
        return [Remark(QUERY, "unweighted", what, "Take the benchmark workbook, or explain it in the return.")]

    def notes(self) -> dict[str, str]:
        """Whether the figures are weighted, as far as the file says."""
        return {"weighted": ", ".join(sorted(self._weighted))} if self._weighted else {}


def weighting(text: str) -> str:
    """Whether a figure is weighted; never the words of the cell."""
    words = {"weighted": "yes", "unweighted": "no"}
    return words.get(text) or spellings.yes_no(text) or "not said"


def _measure(topic: str, group: str) -> str:
    if topic in _SCORES:
        return "survey_engagement" if group in {"disabled", "non_disabled", "everyone"} else ""
    if group in {"white", "bme"}:
        return f"survey_{_BY_RACE[topic]}" if topic in _BY_RACE else ""
    if topic == "adjustments" and group != "disabled":
        return ""
    return f"survey_{_BY_DISABILITY[topic]}" if group in {"disabled", "non_disabled"} and topic in _BY_DISABILITY else ""
