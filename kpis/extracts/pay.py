"""The gender pay gap report of ESR: counts, means, medians and quarters; no rate of anybody is kept.

The file's own hourly rate is used. Quarters are the file's; where it has none they are cut by the rule of the law: remainders go
to lower, then lower and upper middle, then lower, lower middle and upper middle, and ties across a cut are shared between the
sexes in proportion.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from statistics import fmean, median

from kpis.extracts import spellings
from kpis.extracts.aggregate import QUERY, UNKNOWN, CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Reader, Remark
from kpis.extracts.people import person_key
from kpis.extracts.spellings import normalised
from kpis.extracts.tally import steps_of

QUARTERS = ("lower", "lower_middle", "upper_middle", "upper")
SEXES = ("women", "men")
# A comma parts thousands alone: "12,50" may be meant as 12.50, so it is never read as 1,250.
_AMOUNT = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+", re.ASCII)
_REMAINDERS = {0: (), 1: (0,), 2: (0, 2), 3: (0, 1, 2)}
_TAKEN = (
    ("other_organisation", "Rows of another organisation", "The column of organisation codes says so."),
    ("no_key", "Without an employee number", "They cannot be told apart from others."),
    ("not_primary", "Second posts", "Only the main post of each person is compared."),
    ("again", "The same person again", "Each person counts once; bonuses of one person are added up."),
)


def gender(raw: str) -> str | None:
    """Women or men."""
    text = normalised(raw)
    if text in {"f", "female", "woman", "women"}:
        return "women"
    return "men" if text in {"m", "male", "man", "men"} else None


def quarter_of_file(raw: str) -> int | None:
    """The quarter that the file names, 0 to 3 from the lowest."""
    text = normalised(raw).removeprefix("quartile ").removeprefix("quarter ").removeprefix("q").removesuffix(" 0")
    text = text.removesuffix(" quartile").removesuffix(" quarter")
    names = {"1": 0, "2": 1, "3": 2, "4": 3, "lower": 0, "lower middle": 1, "upper middle": 2, "upper": 3}
    return names.get(text)


class PayCounter(Reader):
    """Counts one pay report: the sheet of hourly rates and, where there is one, the sheet of bonuses."""

    fields = ("staff_key", "primary", "gender", "hourly_rate", "quartile", "bonus")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._gender: dict[str, str] = {}
        self._rates: dict[str, tuple[float, int]] = {}
        self._bonuses: dict[str, float] = {}
        self._headers: set[str] = set()
        self._has_odd_quarter = False

    def add(self, cells: Sequence[str], row: int) -> None:
        """Count one row of either sheet."""
        key, primary, sex, rate, quarter, bonus = cells
        self._headers |= self.tally.header.columns.keys()
        person = person_key(key)
        if not person:
            self.tally.removed["no_key"] += 1
            return
        hourly = self.has("hourly_rate")
        if hourly and spellings.primary(primary) is False:
            self.tally.removed["not_primary"] += 1
            return
        code = self.code("gender", sex, gender, row)
        if person in self._gender:
            self.tally.removed["again"] += 1
        self._gender.setdefault(person, code)
        pay = self._amount("hourly_rate", rate, row)
        if pay is not None and person not in self._rates:
            place = quarter_of_file(quarter)
            self._has_odd_quarter |= place is None and bool(quarter.strip())
            self._rates[person] = (pay, -1 if place is None else place)
        extra = self._amount("bonus", bonus, row)
        if extra:
            self._bonuses[person] = self._bonuses.get(person, 0.0) + extra

    def _amount(self, name: str, raw: str, row: int) -> float | None:
        text = raw.strip().removeprefix("£").strip()
        if not text:
            return None
        amount = float(text.replace(",", "")) if _AMOUNT.fullmatch(text) else -1.0
        if not 0 <= amount < 1e7:
            self.tally.problem(
                f"no_amount_{name}", name, row, "This is not an amount.", "Write pounds and pence in digits.", QUERY
            )
            return None
        return amount

    def fills(self) -> tuple[str, ...]:
        """Pay where there are rates; bonuses where a bonus column was there, even if nobody had one."""
        found = ("hourly_pay", "pay_quarters") if self._rates else ()
        return (*found, *(("bonus_receipt", "bonus_pay") if "bonus" in self._headers and self._rates else ()))

    def figures(self) -> list[CellFigure]:
        """Means and medians, to the penny."""
        rates = {sex: array("d") for sex in SEXES}
        for person, (pay, _) in self._rates.items():
            if self._gender[person] in rates:
                rates[self._gender[person]].append(pay)
        bonuses = {sex: array("d", (self._bonuses[one] for one in self._bonuses if self._gender[one] == sex)) for sex in SEXES}
        found: list[CellFigure] = []
        for measure, amounts in (("hourly_pay", rates), ("bonus_pay", bonuses)):
            if measure in self.fills():
                for sex in SEXES:
                    found += _averages(measure, sex, amounts[sex])
        return found

    def lines(self) -> list[CountedLine]:
        """People by quarter and sex, and who received a bonus."""
        found: list[CountedLine] = []
        if "pay_quarters" in self.fills():
            found += self.tally.lines("pay_quarters", self._quarters())
        if "bonus_receipt" in self.fills():
            receipt: Counter[tuple[str, ...]] = Counter()
            for person, sex in self._gender.items():
                receipt["received" if person in self._bonuses else "none", sex] += 1
            found += self.tally.lines("bonus_receipt", receipt)
        return found

    def _quarters(self) -> Counter[tuple[str, ...]]:
        counts: Counter[tuple[str, ...]] = Counter()
        people = [(pay, self._gender[person]) for person, (pay, _) in self._rates.items()]
        if not self.notes_of_quarters()[0]:
            return quarters_by_law(people)
        for person, (_, place) in self._rates.items():
            counts[QUARTERS[place], self._gender[person]] += 1
        return counts

    def notes_of_quarters(self) -> tuple[bool, str]:
        """Whether every rate has a quarter of the file in the right order, and what to say if not."""
        places = [place for _, place in self._rates.values()]
        if self._has_odd_quarter:
            return False, "computed: some quarters of the file are not understood"
        if "quartile" not in self._headers or all(place < 0 for place in places):
            return False, "computed"
        if any(place < 0 for place in places):
            return False, "computed: some rows of the file have no quarter"
        means = [fmean(pay for pay, place in self._rates.values() if place == one) for one in sorted(set(places))]
        if means == sorted(means):
            return True, "of the file"
        return False, "computed: the quarters of the file are not in the order of pay"

    def steps(self, rows: int) -> list[Step]:
        """From rows of the file to employees."""
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        return steps_of(rows, "rows", "Rows of the file", taken)

    def remarks(self) -> list[Remark]:
        """Quarters that the file has and that were not taken; people left out of the averages."""
        found = []
        source = self.notes_of_quarters()[1]
        if source.startswith("computed:"):
            what = f"The quarters were computed from the hourly rates: {source.removeprefix('computed: ')}."
            found.append(Remark(QUERY, "quarters_computed", what, "Check that quarter 1 of the report is the lowest pay."))
        if any(sex.startswith(UNKNOWN) for sex in self._gender.values()):
            what = (
                "Means and medians leave out people whose gender is not understood; a meaning given later does not bring them in."
            )
            found.append(
                Remark(QUERY, "left_out_of_means", what, "Correct the gender in the file, or give meanings, then send it again.")
            )
        return found

    def notes(self) -> dict[str, str]:
        """Where the quarters come from, and how many had no hourly rate."""
        unknown = sum(sex.startswith(UNKNOWN) for sex in self._gender.values())
        found = {"quarters": self.notes_of_quarters()[1], "without_rate": str(len(self._gender) - len(self._rates))}
        return found | ({"left_out_of_means": str(unknown)} if unknown else {})


def _averages(measure: str, sex: str, amounts: array[float]) -> list[CellFigure]:
    if not amounts:
        reason = "nobody received a bonus" if measure == "bonus_pay" else "nobody in this group"
        return [CellFigure(measure, sex, column, None, reason) for column in ("mean", "median")]
    return [
        CellFigure(measure, sex, "mean", _pounds(fmean(amounts))),
        CellFigure(measure, sex, "median", _pounds(median(amounts))),
    ]


def _pounds(amount: float) -> Decimal:
    # Amounts come with few decimals: ten digits first, so that 12.345 is rounded as it was written.
    return Decimal(f"{amount:.10g}").quantize(Decimal("0.01"), ROUND_HALF_UP)


def quarters_by_law(people: list[tuple[float, str]]) -> Counter[tuple[str, ...]]:
    """Cut people with their hourly pay into four quarters; ties across a cut are shared in proportion of the sexes."""
    size, rest = divmod(len(people), 4)
    sizes = [size + (place in _REMAINDERS[rest]) for place in range(4)]
    counts: Counter[tuple[str, ...]] = Counter()
    place, room = 0, sizes[0]
    for _, tied in groupby(sorted(people, key=lambda one: one[0]), key=lambda one: one[0]):
        sexes = Counter(sex for _, sex in tied)
        while sexes.total():
            while not room:
                place += 1
                room = sizes[place]
            taken = _share(sexes, min(room, sexes.total()))
            for sex, number in taken.items():
                counts[QUARTERS[place], sex] += number
            room -= taken.total()
            sexes -= taken
    return counts


def _share(sexes: Counter[str], number: int) -> Counter[str]:
    """So many of tied people, the sexes in proportion: largest remainders get the last places."""
    total = sexes.total()
    taken = Counter({sex: number * count // total for sex, count in sexes.items()})
    left = number - taken.total()
    for sex in sorted(sexes, key=lambda sex: (-(number * sexes[sex] % total), sex))[:left]:
        taken[sex] += 1
    return +taken
