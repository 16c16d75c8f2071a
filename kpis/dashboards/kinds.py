"""Kinds of organisation one at a time, where all together are too many for one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kpis.selectors.releases import Member

# A page is readable up to here; a larger footprint is shown one peer group at a time.
MOST_TOGETHER = 60


@dataclass(frozen=True, slots=True)
class KindLine:
    """One peer group to choose: how many organisations it has, and how many readings to act on where the page counts them."""

    label: str
    url: str
    organisations: int
    to_act_on: int | None
    current: bool


def is_crowded(everyone: Sequence[Member]) -> bool:
    """Whether these are too many for one page."""
    return len(everyone) > MOST_TOGETHER


def kind_shown(everyone: Sequence[Member], asked: str) -> str:
    """The peer group to show: the one asked for, the first of a crowd, or nothing for all together."""
    if asked or not is_crowded(everyone):
        return asked
    return everyone[0].group


def kinds_of(
    everyone: Sequence[Member], acting: Iterable[int] | None, address: Callable[[str], str], current: str
) -> tuple[KindLine, ...]:
    """One line for each peer group. `acting` has an organisation's key once for each of its readings to act on."""
    members: dict[str, list[Member]] = {}
    for member in everyone:
        members.setdefault(member.group, []).append(member)
    counted = Counter(acting) if acting is not None else None
    return tuple(
        KindLine(
            inside[0].group_label,
            address(group),
            len(inside),
            sum(counted[member.pk] for member in inside) if counted is not None else None,
            group == current,
        )
        for group, inside in members.items()
    )
