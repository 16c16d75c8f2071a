"""An invented staff list: people first, then their truth, then the assignments as ESR writes them, with every quirk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

Cell = tuple[str, str, str]
HEADINGS = (
    "Employee Number",
    "Assignment Number",
    "Primary",
    "Assignment Status",
    "Assignment Category",
    "FTE",
    "Org L3",
    "Staff Group",
    "Occ Code",
    "Job Role",
    "Pay Scale",
    "Ethnic Origin",
    "Disability",
    "Sexual Orientation",
    "Religious Belief",
    "Gender",
    "Age Band",
    "Latest Hire Date",
)
ETHNIC = {
    "white": (
        "A White - British",
        "A White British",
        "White - British",
        "B White - Irish",
        "C White - Any other White background",
        "CP White Polish",
        "C3 White Unspecified",
        "WHITE - British",
        "C",
    ),
    "bme": (
        "H Asian or Asian British - Indian",
        "LK Asian Unspecified",
        "PC Black Nigerian",
        "SC Filipino",
        "R Chinese",
        "Chinese",
        "Mixed - White & Black Caribbean",
        "ASIAN or ASIAN BRITISH - Pakistani",
        "N Black or Black British - African",
        "Any Other Ethnic Group",
    ),
    "declined": ("Z Not Stated", "Not Stated", "I do not wish to disclose this"),
    "missing": ("Unspecified", "Undefined", "99", ""),
}
DISABILITY = {
    "disabled": ("Yes", "Y", "yes"),
    "non_disabled": ("No", "N", "NO "),
    "declined": ("Not Declared", "Prefer Not To Answer"),
    "missing": ("Undefined", "Unspecified", ""),
}
ORIENTATION = {
    "disclosed": (
        "Heterosexual or Straight",
        "Heterosexual",
        "Gay or Lesbian",
        "Bisexual",
        "Undecided",
        "Other sexual orientation not listed",
    ),
    "declined": ("Not stated (person asked but declined to provide a response)",),
    "missing": ("", "Unspecified"),
}
RELIGION = {
    "disclosed": ("Christianity", "Islam", "Atheism", "Hinduism", "Other", "Sikhism", "Judaism", "Buddhism"),
    "declined": ("I do not wish to disclose my religion/belief",),
    "missing": ("", "Undefined"),
}
GROUPS = {
    "clinical": (
        ("Nursing and Midwifery Registered", "N6A", "Staff Nurse"),
        ("Additional Clinical Services", "H1A", "Healthcare Assistant"),
        ("Allied Health Professionals", "S1C", "Physiotherapist"),
        ("Add Prof Scientific and Technic", "S2P", "Pharmacist"),
        ("Healthcare Scientists", "S4B", "Biomedical Scientist"),
        ("", "N6A", "Staff Nurse"),
    ),
    "nonclinical": (
        ("Administrative and Clerical", "G2D", "Clerical Worker"),
        ("Administrative & Clerical", "G2D", "Officer"),
        ("Estates and Ancillary", "H2R", "Support Worker"),
    ),
    "medical": (("Medical and Dental", "001", ""), ("Medical & Dental", "8A0", "")),
}
NUMBERS = {"8a": "08", "8b": "09", "8c": "10", "8d": "11", "9": "12", **{str(band): f"0{band}" for band in range(1, 8)}}
MEDICAL = {
    "consultant": (("NHS|YC72|Consultant", "Consultant"), ("Consultant (post 2003)", "Consultant")),
    "career_grade": (("NHS|MC46|Specialty Doctor", "Specialty Doctor"), ("Associate Specialist", ""), ("Staff Grade", "")),
    "trainee": (("NHS|MN37|Specialty Registrar", ""), ("Foundation Year 1", ""), ("Core Training", "")),
    "other": (("Salaried GP scale", "General Practitioner"),),
}
BANDS = (
    ("2", 20),
    ("3", 17),
    ("4", 9),
    ("5", 20),
    ("6", 15),
    ("7", 9),
    ("8a", 4),
    ("8b", 2),
    ("8c", 1),
    ("8d", 1),
    ("9", 1),
    ("1", 1),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person in post."""

    key: str
    area: str
    grade: str
    ethnic: str
    disability: str
    orientation: str
    religion: str
    gender: str


@dataclass
class StaffFile:
    """Rows as they stand in the file (banner, headings, assignments), the truth, and what else the file needs."""

    rows: list[list[object]]
    truth: Counter[Cell]
    people: list[Person]
    marks: list[str] = field(default_factory=list)
    removed: Counter[str] = field(default_factory=Counter)
    unknown: int = 0


def staff_file(
    people: int, seed: str = "staff", *, unknown_share: float = 0.0, code: str = "REM", day: date = date(2019, 12, 31)
) -> StaffFile:
    """So many people in post, and their assignments. `unknown_share` of them have a pay scale that nobody knows."""
    draw = Random(f"{seed}-{people}")
    found = StaffFile([], Counter(), [])
    found.rows += [["Staff in post by assignment"], [f"Organisation: {code}"], [f"As at {day:%d/%m/%Y}"], []]
    found.rows.append(list(HEADINGS))
    assignments: list[list[object]] = []
    for number in range(people):
        person = _person(draw, f"{20_000_000 + number:08d}" if number % 50 else f"{700_000 + number:08d}")
        found.people.append(person)
        unknown = draw.random() < unknown_share
        if unknown:
            found.unknown += 1
        _count(found.truth, person, unknown)
        if person.grade == "vsm" and not unknown:
            found.marks.append(person.key)
        assignments += _assignments(draw, person, unknown, day, found.removed)
    for number in range(people // 25):
        assignments.append(_outside(draw, number, day, found.removed))
    draw.shuffle(assignments)
    found.rows += assignments
    found.rows.append([f"Total {len(assignments)}"])
    return found


def _person(draw: Random, key: str) -> Person:
    area = draw.choices(("clinical", "nonclinical", "medical"), (62, 28, 10))[0]
    if area == "medical":
        grade = draw.choices(("consultant", "career_grade", "trainee", "other"), (44, 15, 38, 3))[0]
    elif draw.random() < 0.006:
        grade = "vsm"
    else:
        grade = f"band_{draw.choices([band for band, _ in BANDS], [weight for _, weight in BANDS])[0]}"
    return Person(
        key,
        area,
        grade,
        draw.choices(tuple(ETHNIC), (78, 16, 3, 3))[0],
        draw.choices(tuple(DISABILITY), (4, 78, 12, 6))[0],
        draw.choices(tuple(ORIENTATION), (70, 20, 10))[0],
        draw.choices(tuple(RELIGION), (66, 22, 12))[0],
        draw.choices(("women", "men"), (77, 23))[0],
    )


def _count(truth: Counter[Cell], person: Person, unknown: bool) -> None:
    row = f"{person.area}.{person.grade}"
    if not unknown:
        truth["staff_ethnicity", row, person.ethnic] += 1
        truth["staff_disability", row, person.disability] += 1
    truth["staff_orientation_religion", "orientation", person.orientation] += 1
    truth["staff_orientation_religion", "religion", person.religion] += 1


def _assignments(draw: Random, person: Person, unknown: bool, day: date, removed: Counter[str]) -> list[list[object]]:
    """The main post, for some a second post or a bank post, in any order."""
    role, scale = _post(draw, person)
    main = _row(draw, person, person.key, "Y", scale, role, day)
    if unknown:
        main[HEADINGS.index("Pay Scale")] = draw.choice(("Trust Specific", "Ad Hoc Salary"))
        main[HEADINGS.index("Staff Group")], main[HEADINGS.index("Occ Code")] = "Administrative and Clerical", "G2D"
    found = [main]
    if draw.random() < 0.02:
        removed["second_post"] += 1
        second = _row(draw, person, f"{person.key}-2", "N", "NHS|XR03|Review Body Band 3", role, day)
        if person.area == "medical" or draw.random() < 0.3:  # nobody said which is the main post: the hours decide
            main[2] = second[2] = ""
            main[5], second[5] = "0.6", "0.4"
        found.append(second)
    if draw.random() < 0.03:
        removed["bank"] += 1
        bank = _row(draw, person, f"{person.key}-3", "N", "NHS|XR02|Review Body Band 2", role, day)
        bank[4] = "Bank"
        found.append(bank)
    return found


def _post(draw: Random, person: Person) -> tuple[tuple[str, str, str], str]:
    group, code, job = draw.choice(GROUPS[person.area])
    if person.area == "medical":
        scale, role = draw.choice(MEDICAL[person.grade])
        return (group, code, role or "Doctor"), scale
    if person.grade == "vsm":
        return (group, code, "Board Level Director"), draw.choice(("Ad Hoc", "VSM", ""))
    return (group, code, job), draw.choice(_scales(person.grade.removeprefix("band_")))


def _scales(band: str) -> tuple[str, ...]:
    """The spellings of an Agenda for Change band."""
    number = NUMBERS[band]
    if band[0] == "8":
        letter = band[1].upper()
        return (
            f"NHS|XR{number}|Review Body Band 8 - Range {letter}",
            f"Band {band}",
            f"AfC 8 Range {letter}",
            band,
            f"Band 8{letter}",
        )
    return (
        f"NHS|XR{number}|Review Body Band {band}",
        f"NHS|XN{number}|Non Review Body Band {band}",
        f"Band {band}",
        f"AfC Band {band}",
        band,
    )


def _row(draw: Random, person: Person, key: str, primary: str, scale: str, post: tuple[str, str, str], day: date) -> list[object]:
    group, code, role = post
    status = draw.choices(
        ("Active Assignment", "Maternity & Adoption", "Career Break", "Out on External Secondment - Paid"), (94, 3, 1, 2)
    )
    # Each person keeps one spelling: the draw would else differ between posts of one person.
    pick = Random(person.key)
    return [
        person.key if not key.startswith("00") else int(person.key),
        key,
        primary,
        status[0],
        draw.choices(("Permanent", "Fixed Term Temp", "Locum"), (90, 8, 2))[0],
        draw.choice(("1.00", "0.6", "0.61333", "0.8")),
        "381 Surgery Division L3",
        group,
        code.lstrip("0") if code == "001" and draw.random() < 0.5 else code,
        role,
        scale,
        pick.choice(ETHNIC[person.ethnic]),
        pick.choice(DISABILITY[person.disability]),
        pick.choice(ORIENTATION[person.orientation]),
        pick.choice(RELIGION[person.religion]),
        pick.choice(("Female", "F") if person.gender == "women" else ("Male", "M")),
        draw.choice(("21-25", "26-30", "31-35", ">=71 Years", "34")),
        day - timedelta(days=draw.randrange(30, 9000)),
    ]


def _outside(draw: Random, number: int, day: date, removed: Counter[str]) -> list[object]:
    """Somebody who is not counted: bank only, honorary, non-executive, or left."""
    person = _person(draw, f"{90_000_000 + number}")
    row = _row(draw, person, person.key, "Y", "NHS|XR05|Review Body Band 5", GROUPS["clinical"][0], day)
    why = draw.choice(("bank", "honorary", "non_executive", "left"))
    removed[why] += 1
    if why == "left":
        row[3] = "Terminate Assignment"
    else:
        row[4] = {"bank": "Bank", "honorary": "Honorary", "non_executive": "Non-Exec Director/Chair"}[why]
    return row
