"""Staff in post by band: the head count over time, cut into bands, ethnic groups and disability. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from edi_portal.periods import Quarter
from kpis.demonstration.draws import allocate, quarterly, steady
from kpis.demonstration.profile import FIRST_QUARTER, SIZE_QUARTER, Profile

NON_CLINICAL = {
    "under_1": 0.002,
    "band_1": 0.060,
    "band_2": 0.400,
    "band_3": 0.170,
    "band_4": 0.125,
    "band_5": 0.070,
    "band_6": 0.055,
    "band_7": 0.045,
    "band_8a": 0.029,
    "band_8b": 0.016,
    "band_8c": 0.010,
    "band_8d": 0.006,
    "band_9": 0.004,
    "vsm": 0.008,
}
CLINICAL = {
    "under_1": 0.002,
    "band_1": 0.004,
    "band_2": 0.190,
    "band_3": 0.085,
    "band_4": 0.045,
    "band_5": 0.270,
    "band_6": 0.215,
    "band_7": 0.130,
    "band_8a": 0.040,
    "band_8b": 0.011,
    "band_8c": 0.005,
    "band_8d": 0.002,
    "band_9": 0.0005,
    "vsm": 0.0005,
}
MEDICAL = {"consultant": 0.44, "career_grade": 0.15, "trainee": 0.38, "other": 0.03}
OFFICE = {
    "under_1": 0.000,
    "band_1": 0.000,
    "band_2": 0.020,
    "band_3": 0.070,
    "band_4": 0.130,
    "band_5": 0.150,
    "band_6": 0.170,
    "band_7": 0.160,
    "band_8a": 0.120,
    "band_8b": 0.075,
    "band_8c": 0.045,
    "band_8d": 0.025,
    "band_9": 0.010,
    "vsm": 0.025,
}
# Non-clinical, clinical and medical share of the staff, by kind of organisation.
BRANCHES = {
    "acute": (0.27, 0.61, 0.12),
    "acute_specialist": (0.28, 0.60, 0.12),
    "mental_health": (0.25, 0.70, 0.05),
    "community": (0.26, 0.71, 0.03),
    "ambulance": (0.22, 0.777, 0.003),
    "ccg": (0.86, 0.11, 0.03),
    "csu": (0.93, 0.06, 0.01),
}
# How the share of BME staff in a band compares with the whole workforce's, before it is scaled to add up.
BME_BY_BAND = {
    "band_5": 1.35,
    "band_6": 1.00,
    "band_7": 0.70,
    "band_8a": 0.58,
    "band_8b": 0.50,
    "band_8c": 0.42,
    "band_8d": 0.40,
    "band_9": 0.35,
    "vsm": 0.35,
    "consultant": 2.8,
    "career_grade": 3.6,
    "trainee": 3.0,
    "other": 2.0,
}
DISABLED_BY_BAND = {"band_7": 0.9, "band_8a": 0.85, "band_8b": 0.8, "consultant": 0.35, "career_grade": 0.4, "trainee": 0.5}
BME_ELSEWHERE, DISABLED_ELSEWHERE = 0.70, 1.05
# Records of senior staff are complete; and in some organisations nobody near the top is BME.
SENIOR = frozenset({"band_8a", "band_8b", "band_8c", "band_8d", "band_9", "vsm"})
TOP = frozenset({"band_8c", "band_8d", "band_9", "vsm"})
WHITE_AT_THE_TOP = 0.45

Grid = dict[tuple[str, str], int]


def headcount(profile: Profile, quarter: Quarter) -> int:
    """People in post on the last day of the quarter: a level, a slow drift and a little chance.

    From one quarter to the next it moves by far less than 10% and 50 people, unless the level itself changes.
    """
    size = profile.size(quarter)
    drift = min(size * 0.0035, 12.0) * (0.3 + 0.7 * steady(profile.slug, "drift"))
    wobble = min(size * 0.006, 11.0)
    chance = quarterly(profile.slug, "headcount", quarter.slug).uniform(-wobble, wobble)
    return max(12, round(size + drift * quarter.quarters_since(SIZE_QUARTER) + chance))


def people_by_row(profile: Profile, quarter: Quarter, rows: tuple[str, ...]) -> dict[str, int]:
    """Staff in post by row of the staff grids ("clinical.band_5")."""
    weights = [_row_weight(profile, quarter, row) for row in rows]
    return dict(zip(rows, allocate(headcount(profile, quarter), weights), strict=True))


def _row_weight(profile: Profile, quarter: Quarter, row: str) -> float:
    branch, _, band = row.partition(".")
    non_clinical, clinical, medical = BRANCHES[profile.kind]
    if branch == "medical":
        return medical * MEDICAL[band]
    if branch == "clinical":
        return clinical * CLINICAL[band] * (0.9 + 0.2 * steady(profile.slug, row, "weight"))
    bands = OFFICE if profile.applicability_class != "trust" else NON_CLINICAL
    weight = bands[band] * (0.9 + 0.2 * steady(profile.slug, row, "weight"))
    # Band 1 takes no new people; those who leave it go to band 2.
    moved = bands["band_1"] * 0.05 * quarter.quarters_since(FIRST_QUARTER)
    return non_clinical * (weight + {"band_1": -moved, "band_2": moved}.get(band, 0.0))


def staff_ethnicity(profile: Profile, quarter: Quarter, rows: tuple[str, ...]) -> Grid:
    """Staff by row and ethnic group."""
    people = people_by_row(profile, quarter, rows)
    rate = profile.rate("staff.ethnicity_unknown", quarter)
    unknown = {row: 0.0 if _band(row) in SENIOR else rate for row in rows}
    none_at_the_top = steady(profile.slug, "top") < WHITE_AT_THE_TOP
    factors = {**BME_BY_BAND, **(dict.fromkeys(TOP, 0.0) if none_at_the_top else {})}
    groups = {
        "bme": _shares(people, profile.rate("staff.bme", quarter), factors, BME_ELSEWHERE),
        "declined": {row: share * 0.55 for row, share in unknown.items()},
        "missing": {row: share * 0.45 for row, share in unknown.items()},
    }
    return _cut(profile, "ethnicity", people, groups, rest="white")


def staff_disability(profile: Profile, quarter: Quarter, rows: tuple[str, ...]) -> Grid:
    """Staff by row and disability; the same people in every row as by ethnicity."""
    people = people_by_row(profile, quarter, rows)
    unknown = profile.rate("staff.disability_unknown", quarter)
    shares = _shares(people, profile.rate("staff.disabled", quarter), DISABLED_BY_BAND, DISABLED_ELSEWHERE)
    groups = {"disabled": shares, "declined": dict.fromkeys(rows, unknown * 0.3), "missing": dict.fromkeys(rows, unknown * 0.7)}
    return _cut(profile, "disability", people, groups, rest="non_disabled")


def _shares(people: Mapping[str, int], overall: float, by_band: Mapping[str, float], elsewhere: float) -> dict[str, float]:
    """A share for each row so that all rows together come to the overall share."""
    factors = {row: by_band.get(_band(row), elsewhere) for row in people}
    mean = sum(people[row] * factors[row] for row in people) / sum(people.values())
    return {row: min(0.9, overall * factors[row] / mean) for row in people}


def _band(row: str) -> str:
    """The band or grade of a row: "band_5" of "clinical.band_5"."""
    return row.partition(".")[2]


def _cut(profile: Profile, name: str, people: Mapping[str, int], groups: Mapping[str, Mapping[str, float]], *, rest: str) -> Grid:
    """Cut each row's people into groups. The rounding of a cell leans the same way every quarter, so that series stay smooth."""
    grid: Grid = {}
    for row, number in people.items():
        left = number
        for group, shares in groups.items():
            lean = steady(profile.slug, name, row, group) if shares[row] else 0.0
            part = min(left, int(number * shares[row] + lean))
            grid[row, group] = part
            left -= part
        grid[row, rest] = left
    return grid


def total(grid: Grid, column: str) -> int:
    """The sum of a column."""
    return sum(number for (_, key), number in grid.items() if key == column)
