"""Released figures as rows of long lists: within the tier, as numbers that programs read, one page of them. Never reads a return.

The database makes the floats and leaves out what another page holds: a list of thousands costs no object for each figure.
"""

from collections.abc import Collection as Several
from typing import NamedTuple

from django.db.models import Count, F, FloatField, Window
from django.db.models.functions import Cast

from kpis.models.releases import Release, ReleasedFigure

NUMBERS = ("value", "low", "high", "numerator", "denominator", "reference_numerator", "reference_denominator")


class FigureOfList(NamedTuple):
    """One released figure, field by field as `ReleasedFigure`, with the slug of its organisation. Figures are floats or None."""

    kpi_id: int
    component: str
    level: str
    organisation: str | None
    peer_group: str
    statistic: str
    status: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    reference_numerator: float | None
    reference_denominator: float | None
    word: str
    reason: str
    verdict: str
    over_time: str
    variation: str
    assurance: str
    points: int | None
    contributing: int | None


ELSEWHERE = {"organisation": "organisation__slug", "points": "time_points"}
COLUMNS = tuple(Cast(name, FloatField()) if name in NUMBERS else F(ELSEWHERE.get(name, name)) for name in FigureOfList._fields)


def page_of_figures(release: Release, tiers: Several[str], part: slice, **conditions: object) -> tuple[int, list[FigureOfList]]:
    """How many figures there are, and those of one part of the list; `conditions` are filters of `ReleasedFigure`.

    One query, and a second one only for a part that lies beyond the end.
    """
    found = ReleasedFigure.objects.filter(release=release, tier__in=tiers, **conditions)
    rows = list(found.values_list(Window(Count("*")), *COLUMNS).order_by("pk")[part])
    if rows or not part.start:
        return (rows[0][0] if rows else 0), [FigureOfList._make(row[1:]) for row in rows]
    return found.count(), []
