"""Protected values: what a reader outside the owning organisation may be given, and the rules that make them.

`Protected` is the only form in which a count about people leaves its organisation. It holds no exact value and no float.
`Published` is for figures whose kind is exempt from rounding: public-domain measures, things that are not people,
survey percentages and magnitudes that passed their rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.disclosure.policy import Policy

CONFIDENTIAL = "[c]"
SMALL_NUMBERS_NOTE = "withheld to protect small numbers"


@dataclass(frozen=True, slots=True)
class Shown:
    """A count rounded to the base of the policy; 0 means that there is nobody."""

    value: int

    def __post_init__(self) -> None:
        if type(self.value) is not int or self.value < 0:
            raise TypeError("A shown count is a whole number of 0 or more.")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden count. `low` to `high` is what is said about it; `high` None says nothing beyond "hidden"."""

    low: int
    high: int | None

    def __post_init__(self) -> None:
        if type(self.low) is not int or not (self.high is None or type(self.high) is int):
            raise TypeError("The range of a hidden count is given in whole numbers.")
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise ValueError(f"{self.low} to {self.high} is not a range.")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that is not released; `reason` is a key of `WITHHELD_REASONS`."""

    reason: str

    def __post_init__(self) -> None:
        if self.reason not in WITHHELD_REASONS:
            raise ValueError(f"“{self.reason}” is not a reason for withholding.")


@dataclass(frozen=True, slots=True)
class Published:
    """An exact figure that is exempt from rounding by its kind; never a count about people."""

    value: Decimal


Protected = Shown | Hidden | Withheld
WITHHELD_REASONS = {
    "level": "not shown at this level",
    "small_numbers": SMALL_NUMBERS_NOTE,
    "too_few_respondents": "fewer respondents than the survey rule asks for",
    "too_few_contributors": "too few organisations contribute",
    "dominated": "one organisation holds nearly all of it",
}
HIDDEN = Hidden(0, None)


def round_half_up(count: int, base: int) -> int:
    """The nearest multiple of `base`, halves upwards: 12 → 10 and 13 → 15 with base 5."""
    return (2 * count + base) // (2 * base) * base


def is_primary(count: int, *, threshold: int, zeros_unsafe: bool) -> bool:
    """Whether a count is small enough to be hidden for its own sake."""
    return zeros_unsafe if count == 0 else count <= threshold


def protect_count(count: int, *, sensitive: bool, policy: Policy) -> Shown | Hidden:
    """The primary rule for one count about people.

    1 to T are hidden; 0 is shown for ordinary measures and hidden with 1 to T for sensitive ones; the rest is rounded.
    """
    if type(count) is not int or count < 0:
        raise TypeError("A count about people is a whole number of 0 or more.")
    if is_primary(count, threshold=policy.threshold, zeros_unsafe=sensitive):
        return Hidden(0 if sensitive else 1, policy.threshold)
    return Shown(round_half_up(count, policy.base))


def is_class_disclosing(groups: Iterable[int], total: int, *, policy: Policy) -> bool:
    """Whether a row of groups tells something about everybody in it: a small row of which one group holds all or none.

    `total` is the number of people in the row. An empty row has nobody to tell anything about, and a single group nothing to
    be compared with.
    """
    counts = tuple(groups)
    return len(counts) > 1 and 0 < total < policy.class_disclosure_below and 0 in counts


def protect_survey(rate: Decimal, base: int, *, policy: Policy, complement_base: int | None = None) -> Published | Withheld:
    """A survey percentage as published nationally, withheld below the fewest respondents.

    `complement_base` is the number of the other respondents when their result can be worked out from this one and the whole;
    0 means that there are none of them, so that there is nothing to work out.
    """
    too_few_others = complement_base is not None and 0 < complement_base < policy.survey_respondents
    if base < policy.survey_respondents or too_few_others:
        return Withheld("too_few_respondents")
    return Published(rate)


def protect_magnitude(
    contributions: Mapping[str, Decimal], *, policy: Policy, accounts: Collection[frozenset[str]] = ()
) -> Published | Withheld:
    """The total of money, hours or whole-time equivalents, organisation → amount, if nobody's amount can be worked out.

    Needs the fewest non-zero contributors and passes the p% rule: no other reader may be able to estimate a contribution x to
    within p per cent, total - x - (what the reader contributes) >= p/100 * x. `accounts` are readers of several organisations.
    """
    if any(amount < 0 for amount in contributions.values()):
        raise ValueError("A contribution to a magnitude is 0 or more.")
    sizes = {name: amount for name, amount in contributions.items() if amount != 0}
    if len(sizes) < policy.fewest_contributors:
        return Withheld("too_few_contributors")
    total = sum(sizes.values(), Decimal(0))
    readers = [frozenset([name]) for name in sizes] + list(accounts)
    known = [(reader, sum((sizes.get(name, Decimal(0)) for name in reader), Decimal(0))) for reader in readers]
    for name, amount in sizes.items():
        most = max(own for reader, own in known if name not in reader)
        if (total - amount - most) * 100 < policy.dominance_percent * amount:
            return Withheld("dominated")
    return Published(total)


def as_text(value: Protected | Published) -> str:
    """The form on a page: "1,485", "1 to 7", "7 or fewer", "[c] withheld to protect small numbers"."""
    match value:
        case Shown(count):
            return f"{count:,}"
        case Hidden(_, None):
            return f"{CONFIDENTIAL} {SMALL_NUMBERS_NOTE}"
        case Hidden(0, high):
            return f"{high} or fewer"
        case Hidden(low, high):
            return f"{low} to {high}"
        case Published(exact):
            return f"{exact:,}"
        case Withheld(reason):
            return WITHHELD_REASONS[reason]
    raise TypeError(f"{type(value).__name__} is not a protected value.")


def as_csv(value: Protected | Published) -> tuple[str, str]:
    """The form in machine formats: the value and the note that stands beside it.

    Every hidden count is written alike, so that a count hidden for its own sake cannot be told from one hidden for another's.
    """
    match value:
        case Shown(count):
            return str(count), ""
        case Published(exact):
            return str(exact), ""
        case Hidden():
            return CONFIDENTIAL, SMALL_NUMBERS_NOTE
        case Withheld(reason):
            return CONFIDENTIAL, WITHHELD_REASONS[reason]
    raise TypeError(f"{type(value).__name__} is not a protected value.")
