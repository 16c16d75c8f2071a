"""Invented files of what happened in a quarter: applications, cases, training. Truth first, as in `staff`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from edi_portal.periods import Quarter
from kpis.demonstration.extract_files.staff import DISABILITY, ETHNIC, Cell, Person

UNKNOWN = {"declined": "unknown", "missing": "unknown"}
APPLICATION_HEADINGS = (
    "Application ID",
    "Vacancy Ref",
    "Furthest Stage",
    "Shortlisted On",
    "Offered On",
    "Vacancy Status",
    "Post Type",
    "Pay Band",
    "Ethnic Origin",
    "Disability",
    "Guaranteed Interview",
    "International Recruitment",
)
CASE_HEADINGS = ("Case Ref", "Employee Number", "Case Type", "Formal Start Date", "Outcome", "Ethnic Origin", "Disability")
TRAINING_HEADINGS = ("Employee Number", "Class Name", "Training Type", "Completion Date")
RECRUITMENT_DISABILITY = {**DISABILITY, "declined": ("I do not wish to disclose whether or not I have a disability",)}
STAGES = {
    "applied": ("Applied", "Longlisted", "Rejected", "Withdrawn"),
    "shortlisted": ("Shortlisted", "Invited to interview", "Interviewed", "Conditional offer"),
    "appointed": ("Appointed", "Recruited", "Start date agreed"),
}


@dataclass
class FlowFile:
    """Rows of the file with headings, and the truth."""

    rows: list[list[object]]
    truth: Counter[Cell]


def recruitment_file(applications: int, quarter: Quarter, seed: str = "recruitment") -> FlowFile:
    """Applications to vacancies: of this quarter, of the next, still open, and of the bank."""
    draw = Random(f"{seed}-{applications}")
    found = FlowFile([list(APPLICATION_HEADINGS)], Counter())
    number = vacancy = 0
    rows: list[list[object]] = []
    while number < applications:
        vacancy += 1
        kind = draw.choices(("counted", "next", "open", "bank"), (80, 8, 7, 5))[0]
        size = min(draw.randrange(4, 40), applications - number)
        closed = quarter.first_day + timedelta(days=draw.randrange((quarter.last_day - quarter.first_day).days))
        day = quarter.next().first_day + timedelta(days=5) if kind == "next" else closed
        reached = ["shortlisted", *(draw.choices(tuple(STAGES), (70, 22, 8))[0] for _ in range(size - 1))]
        for stage in reached:
            number += 1
            rows.append(_application(draw, number, vacancy, stage, kind, day, found.truth))
    draw.shuffle(rows)
    found.rows += rows
    return found


def _application(draw: Random, number: int, vacancy: int, stage: str, kind: str, day: date, truth: Counter[Cell]) -> list[object]:
    ethnic = draw.choices(tuple(ETHNIC), (62, 30, 5, 3))[0]
    disabled = draw.choices(tuple(DISABILITY), (6, 84, 6, 4))[0]
    if kind == "counted":
        for column in STAGES:
            truth["recruitment_ethnicity", UNKNOWN.get(ethnic, ethnic), column] += 1
            truth["recruitment_disability", UNKNOWN.get(disabled, disabled), column] += 1
            if column == stage:
                break
    return [
        6_000_000 + number,
        f"381-SURG-{6_412_000 + vacancy}-A",
        draw.choice(STAGES[stage]),
        "" if stage == "applied" else day,
        day + timedelta(days=20) if stage == "appointed" else "",
        "Open" if kind == "open" else "Closed",
        "Bank" if kind == "bank" else "Permanent",
        draw.choice(("Band 5", "Agenda for Change Band 6", "Consultant")),
        draw.choice(ETHNIC[ethnic]),
        draw.choice(RECRUITMENT_DISABILITY[disabled]),
        draw.choice(("Yes", "No")),
        draw.choices(("Yes", "No"), (3, 97))[0],
    ]


def cases_file(people: Sequence[Person], cases: int, quarter: Quarter, seed: str = "cases") -> FlowFile:
    """Cases of discipline, capability and other kinds; informal ones, of other quarters, and rows that come twice."""
    draw = Random(f"{seed}-{cases}")
    found = FlowFile([["Employee relations cases"], [], list(CASE_HEADINGS)], Counter())
    days = (quarter.last_day - quarter.first_day).days
    for number in range(cases):
        person = draw.choice(people)
        kind = draw.choices(("disciplinary", "performance", "other"), (50, 20, 30))[0]
        when = draw.choices(("now", "before", "informal"), (70, 15, 15))[0]
        day = quarter.first_day + timedelta(days=draw.randrange(days)) - timedelta(days=400 if when == "before" else 0)
        if when == "now" and kind == "disciplinary":
            found.truth["disciplinary_ethnicity", UNKNOWN.get(person.ethnic, person.ethnic), "entered"] += 1
        if when == "now" and kind == "performance":
            found.truth["capability_disability", UNKNOWN.get(person.disability, person.disability), "entered"] += 1
        words = {
            "disciplinary": ("Disciplinary", "Disciplinary - Conduct"),
            "performance": ("Capability - Performance",),
            "other": ("Capability - Ill Health", "Grievance", "Harassment", "Flexible working"),
        }[kind]
        row: list[object] = [
            f"ER{number:05d}",
            person.key,
            draw.choice(words),
            "" if when == "informal" else day,
            draw.choice(("No case to answer", "First written warning", "")),
            draw.choice(ETHNIC[person.ethnic]),
            draw.choice(DISABILITY[person.disability]),
        ]
        found.rows += [row, list(row)] if draw.random() < 0.1 else [row]
    return found


def training_file(people: Sequence[Person], quarter: Quarter, seed: str = "training") -> FlowFile:
    """Attendances without characteristics: several of one person, mandatory ones, other quarters, and people who have left."""
    draw = Random(f"{seed}-{len(people)}")
    found = FlowFile([list(TRAINING_HEADINGS)], Counter())
    rows: list[list[object]] = []
    for person in people:
        taken = draw.choices((0, 1, 3), (55, 30, 15))[0]
        if taken:
            found.truth["training_ethnicity", UNKNOWN.get(person.ethnic, person.ethnic), "accessed"] += 1
        for _ in range(taken):
            rows.append([person.key, "Leading change", draw.choice(("Non-Mandatory", "CPD")), _day(draw, quarter)])
        if draw.random() < 0.5:
            rows.append([f"{person.key}", "Fire safety", draw.choice(("Mandatory", "Statutory")), _day(draw, quarter)])
        if draw.random() < 0.1:
            rows.append([person.key, "Coaching", "CPD", _day(draw, quarter.previous(2))])
    rows += [[99_000_000 + number, "Coaching", "CPD", _day(draw, quarter)] for number in range(5)]
    draw.shuffle(rows)
    found.rows += rows
    return found


def _day(draw: Random, quarter: Quarter) -> date:
    return quarter.first_day + timedelta(days=draw.randrange((quarter.last_day - quarter.first_day).days + 1))
