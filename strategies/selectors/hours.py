"""Hours saved by shared objectives, as far as they were released. Reads frozen totals and no organisation's own hours."""

from __future__ import annotations

from dataclasses import dataclass

from strategies.models import FrozenHours


@dataclass(frozen=True, slots=True)
class ReleasedHours:
    """The newest frozen totals: the number of their release, and shared text → total (None where it is withheld)."""

    release: int
    totals: dict[int, int | None]

    @property
    def sum_of_shown(self) -> int:
        """Of those that are shown."""
        return sum(total for total in self.totals.values() if total is not None)


def released_hours() -> ReleasedHours | None:
    """What is released; None before the first time. Two queries."""
    frozen = FrozenHours.objects.order_by("-release__number").select_related("release").first()
    if frozen is None:
        return None
    return ReleasedHours(frozen.release.number or 0, dict(frozen.totals.values_list("shared_id", "total")))
