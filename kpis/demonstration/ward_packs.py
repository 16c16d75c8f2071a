"""Synthetic packs of ward figures: one of each of two years, and one that waits for somebody to show it.

Real are the wards, their people and their deprivation; every count is drawn. How steeply an indicator follows deprivation is set
below, and small counts carry the star that publishers write. The files go through the same door as an imported one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.exceptions import NotAllowed
from edi_portal.ui.downloads import Cell, csv_bytes
from kpis.demonstration.draws import around, count, quarterly
from kpis.models.ward_packs import WardPack
from kpis.selectors.disclosure import policy_in_force
from kpis.selectors.ward_packs import mark_of_what_is_shown
from kpis.services.ward_packs import check_pack, show_pack
from kpis.ward_figures.sheet import COLUMNS
from organisations.selectors.places import Ward, all_wards

SOURCE = "Synthetic demonstration data in the form of a RightCare pack"
LICENCE = "None needed: it describes nobody"


@dataclass(frozen=True, slots=True)
class Planted:
    """An indicator: its share in the middle, how its log odds move from the least to the most deprived ward, who is counted."""

    code: str
    title: str
    better: str
    share: float
    steep: float
    counted: float


BOWEL = Planted("bowel-screening", "People aged 60 to 74 screened for bowel cancer", "higher", 0.58, -0.80, 0.14)
CHECKS = Planted("health-check-taken-up", "NHS health checks taken up when offered", "higher", 0.47, -0.55, 0.035)
CHILDREN = Planted("overweight-at-10-to-11", "Children aged 10 to 11 who are overweight", "lower", 0.34, 0.50, 0.012)
LEARNING = Planted(
    "learning-disability-check", "People with a learning disability who had a health check", "higher", 0.56, 0.0, 0.005
)
SMOKING = Planted("smoking-at-delivery", "Mothers who smoke when they give birth", "lower", 0.13, 1.90, 0.011)

# File name, period, indicators, how much the gradient of the later year has shrunk.
PACKS = (
    ("synthetic-pack-2017-18.csv", "2017-18", (BOWEL, CHECKS, CHILDREN, SMOKING), 1.0),
    ("synthetic-pack-2018-19.csv", "2018-19", (BOWEL, CHILDREN, LEARNING, SMOKING), 0.8),
    ("synthetic-pack-2019.csv", "2019", (CHECKS,), 0.7),
)
SHOWN = 2


@transaction.atomic
def plant_ward_packs(*, by: Any) -> int:
    """Import the packs and show the first two, once; how many were imported. Raises NotAllowed outside the demonstration."""
    if not settings.DEMONSTRATION:
        raise NotAllowed("Synthetic packs are planted only with PORTAL_DEMONSTRATION=1.")
    if WardPack.objects.exists():
        return 0
    for number, (name, period, indicators, steepness) in enumerate(PACKS):
        content = csv_bytes(COLUMNS, pack_rows(period, indicators, steepness=steepness, small=policy_in_force().threshold))
        pack = check_pack(content=content, name=name, by=by)
        assert isinstance(pack, WardPack), pack[:3]
        if number < SHOWN:
            show_pack(pack=pack, instead_of=mark_of_what_is_shown(), by=by)
    return len(PACKS)


def pack_rows(period: str, indicators: Sequence[Planted], *, steepness: float, small: int) -> list[list[Cell]]:
    """The rows of a synthetic pack; the same on every run."""
    order = sorted(all_wards().values(), key=lambda ward: (ward.mean_rank, ward.code))
    return [
        _row(one, period, ward, 0.5 - place / (len(order) - 1), steepness=steepness, small=small)
        for one in indicators
        for place, ward in enumerate(order)
    ]


def _row(one: Planted, period: str, ward: Ward, deprived: float, *, steepness: float, small: int) -> list[Cell]:
    """A ward's row; `deprived` runs from -0.5 (least) to 0.5 (most)."""
    odds = log(one.share / (1 - one.share)) + steepness * one.steep * deprived + around(-0.15, 0.15, one.code, ward.code)
    base = max(small + 1, round(ward.people * one.counted))
    cases = count(quarterly("ward-pack", one.code, period, ward.code), base, 1 / (1 + exp(-odds)))
    is_small = 0 < cases <= small or 0 < base - cases <= small
    return [one.code, one.title, one.better, ward.code, "*" if is_small else cases, base, period, SOURCE, LICENCE]
