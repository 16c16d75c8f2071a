"""Boards, networks, posts, assessments and publications. Pure."""

from __future__ import annotations

from kpis.catalogue import Measure
from kpis.demonstration.draws import amount, count
from kpis.demonstration.situation import Numbers, Situation, keys_of


def _board(at: Situation) -> dict[str, int]:
    """Members by part of the board: executive and other voting members, and all who sit on it."""
    executive = round(at.lasting(5, 7, "executive")) if at.is_trust else round(at.lasting(2.6, 4.4, "executive"))
    others = round(at.lasting(6, 8, "non-executive")) if at.is_trust else round(at.lasting(6, 10, "non-executive"))
    return {"executive": executive, "voting": executive + others, "board": executive + others + round(at.lasting(1, 3, "board"))}


def _board_grid(at: Situation, group: str, rest: str, lines: tuple[float, float]) -> Numbers:
    """A group on the board by chance that lasts, the rest, and perhaps somebody not known; each part holds the smaller ones."""
    members = _board(at)
    of_group = int(at.lasting(*lines, group, "board"))
    unknown = int(at.lasting(0, 1.6, group, "not known on the board"))
    on_executive = min(of_group, int(at.lasting(0, 1.4, group, "executive")))
    numbers: Numbers = {}
    for row, number in members.items():
        here = on_executive if row == "executive" else of_group
        not_known = 0 if row == "executive" else unknown
        numbers |= {(row, group): here, (row, "unknown"): not_known, (row, rest): number - here - not_known}
    return numbers


def board_ethnicity(at: Situation, measure: Measure) -> Numbers:
    """The board by ethnicity."""
    return _board_grid(at, "bme", "white", (0.2, 1.3 + 12 * at.rate("staff.bme")))


def board_disability(at: Situation, measure: Measure) -> Numbers:
    """The board by disability."""
    return _board_grid(at, "disabled", "non_disabled", (0.0, 1.9))


def board_development(at: Situation, measure: Measure) -> Numbers:
    """Voting members who completed EDI development in the last twelve months."""
    draw, board = at.draw("board development"), _board(at)
    members = {"executive": board["executive"], "non_executive": board["voting"] - board["executive"]}
    numbers: Numbers = {}
    for row, number in members.items():
        numbers[row, "members"] = number
        numbers[row, "completed"] = count(draw, number, min(1.0, at.rate("board.developed")))
    return numbers


def board_objectives(at: Situation, measure: Measure) -> Numbers:
    """Members with a SMART EDI objective."""
    draw, board = at.draw("board objectives"), _board(at)
    others = board["board"] - board["executive"] - 1
    members = {"chair": 1, "chief_executive": 1, "executive": board["executive"] - 1, "non_executive": others}
    numbers: Numbers = {}
    for row, number in members.items():
        numbers[row, "members"] = number
        numbers[row, "with_objective"] = count(draw, number, min(1.0, at.rate("board.objectives")))
    return numbers


def board_governance(at: Situation, measure: Measure) -> Numbers:
    """Whether the board discussed EDI data, and whether its framework carries an EDI risk."""
    likely = 0.64 + 0.024 * at.step
    discussed = at.draw("discussed").random() < likely
    return {("discussed", "answer"): int(discussed), ("framework", "answer"): int(at.step >= at.lasting(-12, 14, "framework"))}


CORE = {"bame": (-9, 8), "lgbt": (-7, 12), "disability": (-5, 15)}


def core_networks(at: Situation) -> dict[str, int]:
    """Which of the three core networks runs: each starts at its own time, and every one that started goes on."""
    later = 0 if at.is_trust else 4
    return {key: int(at.step >= at.lasting(low + later, high, "network", key)) for key, (low, high) in CORE.items()}


def networks_core(at: Situation, measure: Measure) -> Numbers:
    """The three core networks; an active one has met."""
    numbers: Numbers = {}
    for row, active in core_networks(at).items():
        numbers |= {(row, "active"): active, (row, "met"): active}
        if active:
            numbers[row, "arrangement"] = 1 if at.is_trust else 2
    return numbers


def _networks(at: Situation) -> int:
    return sum(core_networks(at).values()) + int(at.lasting(0, 2.4, "other networks") if at.headcount > 2500 else 0)


def networks(at: Situation, measure: Measure) -> Numbers:
    """All running networks, those with a sponsor and with protected time."""
    active = _networks(at)
    sponsored = min(active, round(active * min(1.0, at.lasting(0.45, 0.95, "sponsored") + 0.03 * at.step)))
    protected = min(active, round(active * min(1.0, at.lasting(0.05, 0.90, "protected") + 0.045 * at.step)))
    return {("active", "value"): active, ("sponsored", "value"): sponsored, ("protected_time", "value"): protected}


def network_members(at: Situation, measure: Measure) -> Numbers:
    """Names on the lists of all networks."""
    draw = at.draw("network members")
    return {("members", "value"): round(at.headcount * at.rate("networks.members") + draw.uniform(-1.5, 1.5))}


def network_time(at: Situation, measure: Measure) -> Numbers:
    """Hours a month agreed for network leads and members."""
    leads = _networks(at) * 2
    hours = leads * round(at.lasting(2, 5, "lead hours"))
    return {("lead_hours", "value"): hours, ("leads", "value"): leads, ("member_hours", "value"): 1.5}


def network_budget(at: Situation, measure: Measure) -> Numbers:
    """The yearly budget of all networks in pounds."""
    return {("budget", "value"): _networks(at) * 250 * round(at.lasting(2, 8, "budget"))}


def edi_posts(at: Situation, measure: Measure) -> Numbers:
    """EDI practitioners: funded, in post, people, qualified."""
    funded = round(max(0.2, at.headcount / 2600 + at.lasting(-0.4, 0.9, "posts")) * 5) / 5
    vacancy = 0.2 if at.draw("vacancy").random() < 0.25 and funded > 0.6 else 0.0
    in_post = round(funded - vacancy, 2)
    practitioners = max(1, round(in_post + 0.499))
    qualified = min(practitioners, int(practitioners * (at.lasting(0.1, 0.7, "qualified") + 0.02 * at.step)))
    return {
        ("funded", "value"): funded,
        ("in_post", "value"): in_post,
        ("practitioners", "value"): practitioners,
        ("qualified", "value"): qualified,
    }


def apprenticeships(at: Situation, measure: Measure) -> Numbers:
    """EDI practitioners on a levy-funded apprenticeship; the first began in 2018."""
    begins = round(at.lasting(7, 24, "apprenticeship"))
    on_programme = int(begins <= at.step < begins + 6)
    return {
        ("started", "value"): int(at.step == begins),
        ("on_programme", "value"): on_programme,
        ("completed", "value"): int(at.step == begins + 6),
        ("withdrawn", "value"): 0,
    }


def survey_leadership(at: Situation, measure: Measure) -> Numbers:
    """The EDI practitioner's part in the staff survey: 1 leads, 2 co-leads, 3 is consulted, 4 none. Few lead at the beginning."""
    place = at.lasting(0, 1, "survey part") - 0.045 * at.step
    answer = 1 if place < 0.05 else 2 if place < 0.15 else 3 if place < 0.55 else 4
    return {("role", "answer"): answer}


def eia(at: Situation, measure: Measure) -> Numbers:
    """Items approved in the quarter that needed an impact assessment, and those that had one in time."""
    draw = at.draw("impact assessments")
    busy = 1.0 if at.is_trust else 0.35
    numbers: Numbers = {}
    for row, usual in zip(keys_of(measure), (16, 6, 9), strict=True):
        needed = amount(draw, usual * busy * at.lasting(0.7, 1.4, "items"), 0.15)
        numbers[row, "needed"] = needed
        numbers[row, "assessed"] = count(draw, needed, min(1.0, at.rate("assessments.in_time")))
    return numbers


def eia_actions(at: Situation, measure: Measure) -> Numbers:
    """Actions from impact assessments, due and closed on time."""
    draw = at.draw("impact actions")
    due = amount(draw, (18 if at.is_trust else 6) * at.lasting(0.7, 1.4, "actions"), 0.15)
    return {("due", "value"): due, ("closed", "value"): count(draw, due, min(1.0, at.rate("actions.closed")))}


def disabled_voices(at: Situation, measure: Measure) -> Numbers:
    """Whether action was taken to help disabled staff be heard."""
    return {("action", "answer"): int(at.step >= at.lasting(-6, 11, "disabled voices"))}


def publications(at: Situation, measure: Measure) -> Numbers:
    """Documents that must be published, and those in date."""
    kind = at.profile.applicability_class
    applies = {
        "equality_information": True,
        "objectives": True,
        "gender_pay": at.profile.large,
        "wres": kind != "csu",
        "wdes": kind == "trust" and at.quarter.year >= 2019,
        "eds": kind != "csu",
        "accessible_information": kind != "csu",
    }
    draw = at.draw("publications")
    numbers: Numbers = {}
    for row, needed in applies.items():
        numbers[row, "applies"] = int(needed)
        numbers[row, "in_date"] = int(needed and draw.random() < 0.88 + 0.009 * at.step)
    return numbers
