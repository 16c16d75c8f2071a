"""Inequality of an indicator between wards: fifths of the people by deprivation, and what separates their ends. Pure.

Wards stand by the mean deprivation rank of their neighbourhoods and are cut into fifths of the people who live there, so the
fifths of an area are the same for every indicator. A withheld or missing ward counts in no fifth, neither people nor cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from edi_portal.stats.estimate import Estimate, NotCalculable
from edi_portal.stats.inequality import Group, Inequality, inequality
from edi_portal.stats.proportions import difference, wilson
from kpis.ward_figures.sheet import WardCount

FIFTHS = 5
NAMES = ("Most deprived fifth", "Second fifth", "Third fifth", "Fourth fifth", "Least deprived fifth")


@dataclass(frozen=True, slots=True)
class RankedWard:
    """A ward as the fifths need it: its people, and its mean deprivation rank (low is deprived)."""

    code: str
    people: int
    mean_rank: int


@dataclass(frozen=True, slots=True)
class Fifth:
    """A fifth of the people: how many of its wards have a figure, of how many, and the cases among those counted there."""

    name: str
    with_figure: int
    wards: int
    numerator: int
    denominator: int

    @property
    def share(self) -> Estimate | NotCalculable:
        """Its share of cases with limits, as fractions."""
        return wilson(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Gradient:
    """One indicator in one area. Shares and differences are fractions; differences are most deprived less least deprived."""

    numerator: int
    denominator: int
    fifths: tuple[Fifth, ...]
    withheld: int
    missing: int
    slope_index: Estimate | NotCalculable
    relative_index: Estimate | NotCalculable
    gap: Estimate | NotCalculable

    @property
    def share(self) -> Estimate | NotCalculable:
        """The share of cases in the whole area, as far as its wards have figures."""
        return wilson(self.numerator, self.denominator)

    @property
    def is_sure(self) -> bool:
        """Whether the interval of the gap leaves 0 out."""
        gap = self.gap
        return isinstance(gap, Estimate) and gap.low is not None and gap.high is not None and (gap.low > 0 or gap.high < 0)


def fifths_of(wards: Iterable[RankedWard]) -> Mapping[str, int]:
    """Ward → its fifth of the people, 0 being the most deprived: where the middle of its people falls."""
    order = sorted(wards, key=lambda ward: (ward.mean_rank, ward.code))
    total = sum(ward.people for ward in order)
    ends = accumulate(ward.people for ward in order)
    return {
        ward.code: min(FIFTHS - 1, int(FIFTHS * (end - ward.people / 2) / total)) for ward, end in zip(order, ends, strict=True)
    }


def gradient_of(wards: Sequence[RankedWard], counts: Mapping[str, WardCount]) -> Gradient:
    """What an indicator's figures say of an area with these wards."""
    place = fifths_of(wards)
    here = [counts[ward.code] for ward in wards if ward.code in counts]
    fifths = tuple(_fifth(number, place, here) for number in range(FIFTHS))
    lines = _indices(fifths)
    return Gradient(
        numerator=sum(fifth.numerator for fifth in fifths),
        denominator=sum(fifth.denominator for fifth in fifths),
        fifths=fifths,
        withheld=sum(count.withheld for count in here),
        missing=len(wards) - len(here),
        slope_index=lines.slope_index if isinstance(lines, Inequality) else lines,
        relative_index=lines.relative_index if isinstance(lines, Inequality) else lines,
        gap=_gap(fifths[0], fifths[-1]),
    )


def _fifth(number: int, place: Mapping[str, int], here: Sequence[WardCount]) -> Fifth:
    own = [count for count in here if place[count.ward] == number and not count.withheld]
    return Fifth(
        NAMES[number],
        len(own),
        sum(1 for fifth in place.values() if fifth == number),
        sum(count.numerator or 0 for count in own),
        sum(count.denominator or 0 for count in own),
    )


def _indices(fifths: Sequence[Fifth]) -> Inequality | NotCalculable:
    """The line through the fifths on the logit scale.

    It begins at the least deprived end, so that a plus (or a ratio above 1) means more at the most deprived one.
    """
    peopled = [fifth for fifth in reversed(fifths) if fifth.denominator]
    if len(peopled) < 3:
        return NotCalculable("too_few_groups")
    if any(fifth.numerator in (0, fifth.denominator) for fifth in peopled):
        return NotCalculable("group_without_cases")
    return inequality([_group(fifth) for fifth in peopled], scale="logit")


def _group(fifth: Fifth) -> Group:
    share = fifth.share
    assert isinstance(share, Estimate) and share.low is not None and share.high is not None
    return Group(fifth.denominator, share.value, share.low, share.high)


def _gap(most: Fifth, least: Fifth) -> Estimate | NotCalculable:
    if not most.denominator or not least.denominator:
        return NotCalculable("empty_end")
    return difference(most.numerator, most.denominator, least.numerator, least.denominator)
