"""Packs of ward figures for those who keep them: the list, and what one would change of what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.dashboards.ward_figures import AreaLine, area_line
from kpis.models.ward_packs import PackStatus, WardIndicator, WardPack
from kpis.selectors.ward_packs import counts_of, shown_indicators
from kpis.ward_figures.sheet import BETTER, WardCount
from organisations.selectors.places import Ward, all_wards


@dataclass(frozen=True, slots=True)
class PackLine:
    """One indicator of a pack beside the version that readers have without this pack."""

    indicator: WardIndicator
    better: str
    with_figure: int
    withheld: int
    missing: int
    now: AreaLine
    before: AreaLine | None
    is_shown: bool

    @property
    def what(self) -> str:
        """What becomes of it, in words."""
        if self.before is None:
            return "New"
        return f"Instead of pack {self.before.indicator.pack_id}, {self.before.indicator.period}"


def pack_lines(pack: WardPack) -> tuple[PackLine, ...]:
    """The indicators of a pack, with what they are shown instead of. At most five queries."""
    own = list(pack.indicators.select_related("pack"))
    others = {one.code: one for one in shown_indicators(without=pack.pk)}
    before = [others[one.code] for one in own if one.code in others]
    counts, wards = counts_of([*own, *before]), list(all_wards().values())
    shown = {one.pk for one in shown_indicators()}
    return tuple(_line(one, others.get(one.code), counts, wards, one.pk in shown) for one in own)


def _line(
    indicator: WardIndicator,
    before: WardIndicator | None,
    counts: Mapping[int, Mapping[str, WardCount]],
    wards: list[Ward],
    is_shown: bool,
) -> PackLine:
    now = area_line(indicator, None, wards, counts[indicator.pk])
    return PackLine(
        indicator,
        BETTER[indicator.better],
        sum(fifth.with_figure for fifth in now.gradient.fifths),
        now.gradient.withheld,
        now.gradient.missing,
        now,
        area_line(before, None, wards, counts[before.pk]) if before is not None else None,
        is_shown,
    )


STATUS_TAGS = {PackStatus.CHECKED: "orange", PackStatus.SHOWN: "blue", PackStatus.WITHDRAWN: "grey"}
