"""The invented content of the operating model for the demonstration: levels by rule, and texts that name nobody. Pure."""

from datetime import date


def level_for(organisation: int, criterion: int, year: int) -> int:
    """A level from 1 to 5 by a fixed pattern: organisations differ, and most criteria move a little from year to year."""
    start = 1 + (organisation * 5 + criterion * 3 + organisation * criterion) % 4
    return min(5, start + (year if (organisation + criterion) % 3 == 0 else 0))


def evidence_for(kinds: str) -> str:
    """What stands as evidence."""
    return f"Synthetic evidence, in place of: {kinds[:1].lower()}{kinds[1:]}"


WEIGHTS = {"Reach of EDI skills": 35, "Cost": 25, "Closeness to staff and places": 25, "Ease of starting": 15}

# Option → what it means, and score with reason for each criterion in the order of the weights.
APPRAISAL: dict[str, tuple[str, tuple[tuple[int, str], ...]]] = {
    "Each organisation alone": (
        "Every organisation keeps its own EDI post and plan, as today.",
        (
            (1, "Small organisations have no time for specialist work."),
            (2, "Thirty organisations pay for the same work."),
            (5, "The work is done where people are."),
            (5, "Nothing changes."),
        ),
    ),
    "A lead provider": (
        "One trust employs the EDI team and serves all others by agreement.",
        (
            (4, "One team holds every skill."),
            (4, "One team costs less than many part posts."),
            (2, "Distant organisations may see little of it."),
            (2, "Contracts take a year."),
        ),
    ),
    "A shared team in three places": (
        "Posts stay with their employers and work as one team in three places, with one plan.",
        (
            (4, "Skills are pooled, and each place has a lead."),
            (3, "Some posts are shared; travel costs a little."),
            (4, "Each place has people of its own."),
            (3, "Starts with the posts that are there."),
        ),
    ),
}
CHOICE = (
    "a-shared-team-in-three-places",
    "It reaches small organisations without taking the work away from the places where staff and patients are.",
)

# One text for each section of the document.
DOCUMENT = (
    "One way of doing EDI work across the partnership, so that the same work is done once and every organisation has what it "
    "needs. Each board stays answerable for its own duties.",
    "The steering group sets the plan for the year. The STP board ratifies it. Each board reads how it goes twice a year.",
    "EDI posts work as one team in three places. The team keeps one plan, one library and one way of making impact assessments.",
    "One career path with common standards for each band; development places and secondments are open to all organisations.",
    "Each executive sponsor leads one piece of shared work and reports on it to the steering group.",
    "Organisations offer hours, training places and suppliers to each other. Agreements name hours and cost and are read by "
    "the two organisations concerned.",
)

# Name, domain, due on, done on, what came of it.
PLAN: tuple[tuple[str, str, date, date | None, str], ...] = (
    ("Terms of reference for the shared team", "governance", date(2019, 9, 30), date(2019, 9, 26), "Agreed by the group."),
    ("One form for equality impact assessments", "governance", date(2019, 11, 30), date(2019, 12, 12), "In use."),
    ("List of EDI skills that are free to share", "capacity", date(2019, 12, 31), None, ""),
    ("A pool of trained members for recruitment panels", "talent", date(2020, 2, 14), None, ""),
    ("One standard for EDI posts by band", "talent", date(2020, 3, 31), None, ""),
    ("Each executive sponsor takes up one piece of work", "leadership", date(2020, 6, 30), None, ""),
    ("Training on inclusive leadership for senior bands", "leadership", date(2020, 9, 30), None, ""),
    ("Joint contract for interpreting", "capacity", date(2020, 10, 31), None, ""),
)

# Kind, title, what others get, hours and pounds a year.
OFFERS: tuple[tuple[str, str, str, int, int], ...] = (
    ("post", "EDI analyst, one day a week", "Help with the return, and with reading the figures.", 350, 9000),
    ("training", "Places on the course for panel members", "Half a day each; certificates are taken over by all trusts.", 120, 0),
    ("supplier", "Interpreting and translation", "A contract that other organisations may call on.", 60, 24000),
    ("post", "Impact assessment adviser", "Reads drafts, and sits in on the first ones.", 180, 4600),
    ("training", "Reverse mentoring, twelve pairs a year", "Pairs across organisations, with a coordinator.", 96, 0),
)

# Name, programme, aim, state, outcome.
PROJECTS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "Easy words in outpatient letters",
        "Better Together",
        "Letters that people understand at first reading, in the languages most asked for.",
        "running",
        "",
    ),
    (
        "Interpreters within a day",
        "Better Together",
        "An interpreter within a working day for every planned appointment.",
        "finished",
        "One booking line for all partners; bookings within a day are now the rule.",
    ),
    ("Mixed panels", "", "Panels for band 8 and above with members of partner organisations.", "idea", ""),
)
