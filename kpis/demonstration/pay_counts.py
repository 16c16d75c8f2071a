"""The gender pay gap's figures: hourly pay, bonus and pay quarters. Pure."""

from __future__ import annotations

from kpis.catalogue import Measure
from kpis.demonstration.draws import allocate, count
from kpis.demonstration.situation import Numbers, Situation

WOMEN = {"acute": 0.78, "acute_specialist": 0.79, "mental_health": 0.74, "community": 0.88, "ambulance": 0.47}
# How the share of women in each quarter, lowest first, compares with the workforce's: a steeper fall where the gap is wide.
STEEPNESS = (1.0, 0.7, 0.4, -2.1)
# Clinical excellence awards are the usual bonus: they go to consultants, so not to bodies without any.
BONUS_KINDS = frozenset({"acute", "acute_specialist", "mental_health"})


def _women(at: Situation) -> float:
    return WOMEN.get(at.profile.kind, 0.70) + at.lasting(-0.02, 0.02, "women")


def hourly_pay(at: Situation, measure: Measure) -> Numbers:
    """Mean and median pay per hour in pounds."""
    draw = at.draw("pay")
    women = (14.6 + at.lasting(-0.5, 0.8, "pay level")) * 1.018 ** (at.step / 4)
    gap = at.rate("pay.gap") / 100 + draw.gauss(0, 0.004)
    median_women, median_gap = women * 0.93, gap * 0.45
    return {
        ("women", "mean"): round(women, 2),
        ("men", "mean"): round(women / (1 - gap), 2),
        ("women", "median"): round(median_women, 2),
        ("men", "median"): round(median_women / (1 - median_gap), 2),
    }


def bonus_pay(at: Situation, measure: Measure) -> Numbers:
    """Mean and median bonus in pounds of those who had one."""
    draw = at.draw("bonus")
    men = 11800 * at.lasting(0.85, 1.15, "bonus level") * (1 + draw.gauss(0, 0.02))
    women = men * (1 - at.lasting(0.18, 0.38, "bonus gap") + draw.gauss(0, 0.015))
    return {
        ("women", "mean"): round(women, 2),
        ("men", "mean"): round(men, 2),
        ("women", "median"): round(women * 0.72, 2),
        ("men", "median"): round(men * 0.76, 2),
    }


def bonus_receipt(at: Situation, measure: Measure) -> Numbers:
    """How many women and men had a bonus."""
    draw = at.draw("bonus receipt")
    women = round(at.headcount * _women(at))
    employed = {"women": women, "men": at.headcount - women}
    likely = {"women": 0.007, "men": 0.075} if at.profile.kind in BONUS_KINDS else {"women": 0.0, "men": 0.0}
    numbers: Numbers = {}
    for sex, people in employed.items():
        numbers[sex, "employed"] = people
        numbers[sex, "received"] = count(draw, people, likely[sex])
    return numbers


def pay_quarters(at: Situation, measure: Measure) -> Numbers:
    """Women and men in each quarter of the pay range. A remainder of people goes where the official guide puts it."""
    everyone = round(at.headcount * 0.988)
    size, remainder = divmod(everyone, 4)
    extra = {"lower": remainder >= 1, "lower_middle": remainder == 3, "upper_middle": remainder >= 2, "upper": False}
    sizes = {quarter: size + int(more) for quarter, more in extra.items()}
    women = _women(at)
    steep = at.rate("pay.gap") / 100 * 0.17
    weights = [people * (women + steep * slope) for people, slope in zip(sizes.values(), STEEPNESS, strict=True)]
    parts = allocate(round(everyone * women), weights, list(sizes.values()))
    numbers: Numbers = {}
    for (quarter, people), number in zip(sizes.items(), parts, strict=True):
        numbers[quarter, "women"] = number
        numbers[quarter, "men"] = people - number
    return numbers
