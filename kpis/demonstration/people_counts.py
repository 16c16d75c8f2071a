"""Counts of people over a quarter: recruitment, disciplinary and capability cases, training; and what is disclosed. Pure."""

from __future__ import annotations

from kpis.catalogue import Measure
from kpis.demonstration.draws import allocate, amount, count
from kpis.demonstration.situation import Numbers, Situation

# Applications in a quarter for each person in post, and the parts of them that go on.
APPLIED_PER_HEAD = 0.46
SHORTLISTED = {"white": 0.215, "bme": 0.205, "unknown": 0.30}
APPOINTED = 0.25
DISCIPLINED_PER_QUARTER = 0.0026
CAPABILITY_PER_QUARTER = 0.0012


def staff_ethnicity(at: Situation, measure: Measure) -> Numbers:
    """Staff in post by band and ethnic group."""
    return dict(at.ethnicity)


def staff_disability(at: Situation, measure: Measure) -> Numbers:
    """Staff in post by band and disability."""
    return dict(at.disability)


def staff_orientation_religion(at: Situation, measure: Measure) -> Numbers:
    """Who has said what; each row covers all staff."""
    numbers: Numbers = {}
    for row in ("orientation", "religion"):
        draw = at.draw(f"disclosed.{row}")
        unknown = count(draw, at.headcount, at.rate(f"staff.{row}_unknown"))
        declined = count(draw, unknown, 0.45)
        numbers |= {
            (row, "disclosed"): at.headcount - unknown,
            (row, "declined"): declined,
            (row, "missing"): unknown - declined,
        }
    return numbers


def _applied_by_ethnicity(at: Situation) -> dict[str, int]:
    draw = at.draw("applied")
    everyone = max(6, amount(draw, at.headcount * APPLIED_PER_HEAD * at.lasting(0.85, 1.15, "applied"), 0.04))
    bme = count(draw, everyone, min(0.55, 2.1 * at.rate("staff.bme") + 0.02))
    unknown = count(draw, everyone - bme, 0.03)
    return {"white": everyone - bme - unknown, "bme": bme, "unknown": unknown}


def recruitment_ethnicity(at: Situation, measure: Measure) -> Numbers:
    """Recruitment by ethnicity."""
    return _recruited(at)


def _recruited(at: Situation) -> Numbers:
    """Applied, shortlisted and appointed, with a White over BME ratio around the profile's."""
    draw = at.draw("recruitment")
    odds = {"white": APPOINTED, "bme": APPOINTED / at.rate("recruitment.ratio"), "unknown": APPOINTED * 0.8}
    numbers: Numbers = {}
    for group, applied in _applied_by_ethnicity(at).items():
        shortlisted = count(draw, applied, SHORTLISTED[group])
        numbers[group, "applied"] = applied
        numbers[group, "shortlisted"] = shortlisted
        numbers[group, "appointed"] = count(draw, shortlisted, odds[group])
    planted = {
        (row, column): int(number) for (code, row, column), number in at.planted.items() if code == "recruitment_ethnicity"
    }
    return numbers | planted


def recruitment_disability(at: Situation, measure: Measure) -> Numbers:
    """The same people as by ethnicity at every stage, cut by disability."""
    by_ethnicity = _recruited(at)
    draw = at.draw("recruitment by disability")
    odds = {
        "applied": {"disabled": 0.052, "unknown": 0.035, "non_disabled": 0.913},
        "shortlisted": {"disabled": 1.12, "unknown": 1.0, "non_disabled": 1.0},
        "appointed": {"disabled": 1 / at.rate("recruitment.disability_ratio"), "unknown": 0.9, "non_disabled": 1.0},
    }
    people: dict[str, int] | None = None
    numbers: Numbers = {}
    for stage, likely in odds.items():
        everyone = int(sum(number for (_, column), number in by_ethnicity.items() if column == stage))
        weights = [(people[group] if people else 1) * likely[group] * draw.uniform(0.93, 1.07) for group in likely]
        parts = allocate(everyone, weights, list(people.values()) if people else None)
        people = dict(zip(likely, parts, strict=True))
        numbers |= {(group, stage): number for group, number in people.items()}
    return numbers


def disciplinary_ethnicity(at: Situation, measure: Measure) -> Numbers:
    """Entries into the formal disciplinary process."""
    draw = at.draw("disciplinary")
    base = DISCIPLINED_PER_QUARTER * at.lasting(0.8, 1.2, "disciplinary")
    likely = {"white": base, "bme": base * at.rate("cases.ratio"), "unknown": base * 0.8}
    return {(group, "entered"): count(draw, people, likely[group]) for group, people in at.ethnic_groups.items()}


def capability_disability(at: Situation, measure: Measure) -> Numbers:
    """Entries into the formal capability process about performance."""
    draw = at.draw("capability")
    base = CAPABILITY_PER_QUARTER * at.lasting(0.7, 1.3, "capability")
    likely = {"disabled": base * at.rate("capability.ratio"), "non_disabled": base, "unknown": base * 0.8}
    return {(group, "entered"): count(draw, people, likely[group]) for group, people in at.disability_groups.items()}


def training_ethnicity(at: Situation, measure: Measure) -> Numbers:
    """People who took up non-mandatory training."""
    draw = at.draw("training")
    share = at.rate("training.share")
    likely = {"white": share, "bme": share / at.rate("training.ratio"), "unknown": share * 0.8}
    return {(group, "accessed"): count(draw, people, likely[group]) for group, people in at.ethnic_groups.items()}
