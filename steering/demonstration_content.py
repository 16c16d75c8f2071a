"""What the demonstration's steering group says: invented, by role, and nothing of it about a real person or decision. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

FIRST_TERM: Final = date(2018, 4, 1)

LEADS: Final = {
    "equality-assurance": "Head of Information",
    "workforce-standards": "Director of Workforce",
    "patient-participation": "Head of Patient Experience",
    "quality-risk-assurance": "Director of Governance",
    "board-development": "Company Secretary",
    "staff-networks": "Head of Inclusion",
    "health-inequalities": "Consultant in Public Health",
}
"""Workstream → the role that leads it. The organisations follow from their order."""

MILESTONES: Final = {
    "equality-assurance": (
        ("Every organisation reports the same KPIs", date(2019, 4, 30), True),
        ("Returns are signed within the time of the collection", date(2020, 4, 30), False),
    ),
    "workforce-standards": (
        ("Shortlisting panels are trained in every trust", date(2019, 12, 13), False),
        ("Pay gaps are published with an action plan", date(2020, 3, 30), False),
    ),
    "patient-participation": (
        ("Requests for interpreters are counted everywhere", date(2019, 6, 28), True),
        ("Accessible information is asked for at registration", date(2020, 6, 30), False),
    ),
    "quality-risk-assurance": (
        ("One form for equality impact assessments", date(2019, 9, 30), True),
        ("Boards see the assessment before they decide", date(2020, 1, 31), False),
    ),
    "board-development": (("Every board has had a development session", date(2020, 3, 31), False),),
    "staff-networks": (
        ("Three core networks in every trust", date(2019, 10, 31), False),
        ("Networks of the partnership meet together", date(2020, 5, 29), False),
    ),
    "health-inequalities": (("Places agree on three inequalities to work on", date(2020, 7, 31), False),),
}
"""Workstream → (what is reached, day, reached)."""

MEMBERS: Final = (
    ("chair", "Chief executive sponsor for EDI", "workforce-standards"),
    ("deputy", "Director of Nursing", "patient-participation"),
    ("member", "Head of Information", "equality-assurance"),
    ("member", "Director of Governance", "quality-risk-assurance"),
    ("member", "Company Secretary", "board-development"),
    ("member", "Head of Inclusion", "staff-networks"),
    ("member", "Consultant in Public Health", "health-inequalities"),
    ("lived_experience", "Chair of a disabled staff forum", "staff-networks"),
    ("secretary", "Programme office", ""),
)
FORMER: Final = ("member", "Deputy Director of Finance", date(2019, 12, 31))

TERMS: Final = (
    "The group helps the organisations of the partnership to govern equality, diversity and inclusion as one system.",
    "It decides on workstreams, actions and measures. Priorities, the common framework and these terms are proposed to the "
    "STP board and to each Healthwatch.",
)

ACTIONS: Final = (
    (
        "Two trained people shortlist every post in bands 6 and above",
        "Panels are trained by the workforce team, and shortlists are looked at each month.",
        "Shortlisting between 0.80 and 1.25 by 2019-20 Q2.",
        "WRES-2",
        ("countess-of-chester", "wirral-university-teaching"),
        date(2019, 6, 10),
        date(2019, 9, 13),
    ),
    (
        "Ask staff again whether they have a disability",
        "A short form in the staff app, with words about why it is asked.",
        "Fewer than 10% not known by 2020-21 Q1.",
        "DQ-2",
        ("southport-and-ormskirk",),
        date(2019, 12, 9),
        date(2020, 5, 29),
    ),
    (
        "Book interpreters when the appointment is made",
        "The booking screen asks for the language first.",
        "At least 95% of requests met.",
        "PAT-2",
        ("st-helens-and-knowsley",),
        date(2019, 3, 11),
        date(2019, 8, 30),
    ),
    (
        "Every organisation has its three core networks",
        "Networks that stand lend their terms and their time to those that start.",
        "Three core networks in every trust.",
        "NET-1",
        (),
        date(2019, 9, 9),
        date(2019, 12, 13),
    ),
)
"""(title, what, effect, KPI, organisations, raised, due)."""

RISKS: Final = (
    ("EDI teams of one person leave no cover", "Long leave stops returns and plans.", "Leads of two trusts stand in.", 4, 4),
    ("Organisations read small changes as improvement", "Plans rest on chance.", "Verdicts stand beside every figure.", 3, 3),
    ("A merger breaks series before plans are judged", "Before and after cannot be compared.", "Breaks are marked.", 3, 2),
)

MEETINGS: Final = (date(2019, 10, 14), date(2019, 12, 9))
NEXT_MEETING: Final = date(2020, 2, 3)
MINUTES: Final = "The group opened with what works, then gave both domains the same time. Decisions and actions are in the log."
DECISIONS: Final = (
    (
        "Shortlisting is looked at each month",
        "Trusts to act on WRES-2 look at their shortlists every month.",
        "Five trusts are outside the accepted range by more than chance.",
        "workforce-standards",
        "WRES-2",
    ),
    (
        "Networks share their terms",
        "Networks that stand lend their terms of reference to those that start.",
        "A third of the trusts start from nothing.",
        "staff-networks",
        "NET-1",
    ),
)
CONTRIBUTIONS: Final = (
    ("lived_experience", "What waiting without an interpreter means", "Deaf patients' forum", date(2019, 11, 27)),
    ("cross_sector", "Fair recruitment in the fire service", "Fire and rescue service", date(2020, 2, 26)),
)
CHANGED: Final = "The board asked for a text line at every reception, and the figures of it from the next quarter."
PROPOSALS: Final = (
    (
        "priority",
        "Fair shortlisting in every trust",
        "Shortlisting is the first priority of 2020-21: trained panels, monthly figures, help from trusts that did it.",
        "Five trusts are outside the accepted range by more than chance, and training moved it elsewhere.",
        "workforce-standards",
        "",
    ),
    (
        "framework",
        "The common framework, version 1",
        "Organisations write their next strategy along the themes of the common framework.",
        "One objective then answers several frameworks and duties.",
        "",
        "framework:1",
    ),
)
"""(kind, title, text, reason, workstream, version)."""


COMMENTARY: Final = {
    "overall": (
        "This text is invented, as everything in the demonstration. The group looked at what works first, then at the readings "
        "to act on, and gave both domains the same time. It reads the figures of one quarter with caution: what is said here "
        "rests on verdicts over time, and on nothing else."
    ),
    "asked": "Reply to the proposal on fair shortlisting, and name the member of the board who answers for it.",
    "workforce-standards": (
        "Trusts outside the accepted range for shortlisting look at their shortlists every month. The group asks them for what "
        "they learned, not for another plan."
    ),
    "staff-networks": "Networks that stand lend their terms to those that start. Protected time is the next question.",
}
"""Place in the assurance report → what the group says there. It claims nothing that a verdict would have to say."""

PANEL_YEAR: Final = "2018-19"
PANELS: Final = (
    (
        "liverpool",
        "",
        date(2019, 10, 21),
        {
            "1a_service_1": (1, "People tell us that they do not know how to change an appointment without a telephone."),
            "1b_service_1": (2, "Care plans ask for language and access needs; people say that staff act on them."),
            "1c_service_1": (2, "We heard of no harm. Two groups asked how a worry is raised."),
            "1d_service_1": (1, "Deaf people waited without being called."),
            "1a_service_2": (2, "The clinic in the evening helps people who work shifts."),
            "2d": (2, "Staff who spoke with us would recommend it."),
        },
    ),
    (
        "cheshire-west",
        "countess-of-chester",
        date(2019, 11, 4),
        {
            "1a_service_1": (2, "Signs and letters are easy to read. The lift to the clinic was out of order for weeks."),
            "1d_service_1": (1, "People with a learning disability were not asked what they thought."),
            "3a": (2, "The board heard a patient's story at each of its meetings."),
        },
    ),
)
"""(place, organisation or the first trust of the place, day, outcome: (score, reason))."""
PANEL_CHANGED: Final = ("1d_service_1", 2, "Screens call people now. We went back and saw it.", date(2019, 12, 16))
"""A score of the first panel that was given again: outcome, score, reason, day."""
PANEL_COMMENTS: Final = (
    (
        "eds:1d_service_1",
        "Deaf people told us that they missed their turn because names are called aloud. What will change, and when?",
        date(2019, 10, 21),
        (
            "You are right. Screens are ordered for the six largest clinics, and staff come to the seat until they are there.",
            date(2019, 11, 11),
            date(2019, 12, 13),
        ),
    ),
    (
        "kpi:PAT-2",
        "How many people asked for an interpreter and were given a family member instead? We are told that it happens at night.",
        date(2020, 1, 6),
        None,
    ),
)
"""(about, text, day, answer: (text, day, done by)), of each panel in turn."""
