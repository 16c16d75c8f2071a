"""Invented pay reports, board registers, survey workbooks and patient feeds. Truth first, as in `staff`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from kpis.demonstration.extract_files.staff import Cell, Person

Figures = dict[Cell, Decimal]
SEXES = ("women", "men")
SURVEY = {
    ("q14a", "race"): "wres_5",
    ("q14b+c", "race"): "wres_6",
    ("q15", "race"): "wres_7",
    ("q16b", "race"): "wres_8",
    ("q14a", "disability"): "wdes_4a_patients",
    ("q14b", "disability"): "wdes_4a_managers",
    ("q14c", "disability"): "wdes_4a_colleagues",
    ("q14d", "disability"): "wdes_4b",
    ("q15", "disability"): "wdes_5",
    ("q11e", "disability"): "wdes_6",
    ("q4b", "disability"): "wdes_7",
    ("q31b", "disability"): "wdes_8",
}
GROUPS = {
    "race": {"white": "White", "bme": "BME"},
    "disability": {"disabled": "Staff with a LTC or illness", "non_disabled": "Staff without a LTC or illness"},
}


@dataclass
class SummaryFile:
    """Sheets of the file, and the truth; a cell that the source hides is True in `hidden`."""

    sheets: dict[str, list[list[object]]]
    truth: Figures
    hidden: set[Cell]


def pay_file(people: Sequence[Person], seed: str = "pay", *, quartiles: bool = True) -> SummaryFile:
    """A pay report with eight banner rows, a tab of bonuses, second posts, and some people without a full-pay rate."""
    draw = Random(f"{seed}-{len(people)}")
    rates: dict[str, list[Decimal]] = {sex: [] for sex in SEXES}
    bonuses: dict[str, list[Decimal]] = {sex: [] for sex in SEXES}
    employed = Counter(person.gender for person in people)
    hourly: list[tuple[Decimal, Person]] = []
    tab: list[list[object]] = [["Employee Number", "Gender", "Bonus Pay"]]
    rows: list[list[object]] = []
    for place, person in enumerate(people):
        if draw.random() < 0.03:
            rows.append([person.key, _sex(draw, person), "Y", "", ""])
        else:
            # No two rates are equal here: how ties are cut has tests of its own.
            rate = Decimal(draw.randrange(900, 6000)) / 100 + Decimal(place) / 10**7
            rates[person.gender].append(rate)
            hourly.append((rate, person))
        if draw.random() < 0.05:
            first, second = (Decimal(draw.randrange(10_000, 900_000)) / 100 for _ in range(2))
            bonuses[person.gender].append(first + second)
            tab += [[person.key, _sex(draw, person), float(first)], [person.key, _sex(draw, person), f"£{second:,.2f}"]]
    quarters = _quarters([person for _, person in sorted(hourly, key=lambda one: one[0])])
    for rate, person in hourly:
        rows.append([person.key, _sex(draw, person), "Y", str(rate), quarters[0][person.key] if quartiles else ""])
        if draw.random() < 0.02:
            rows.append([f"{person.key}-2", _sex(draw, person), "N", "9.99", 1])
    draw.shuffle(rows)
    truth: Figures = {}
    for measure, amounts in (("hourly_pay", rates), ("bonus_pay", bonuses)):
        for sex in SEXES:
            if amounts[sex]:
                truth[measure, sex, "mean"] = _penny(sum(amounts[sex], Decimal(0)) / len(amounts[sex]))
                truth[measure, sex, "median"] = _penny(_median(amounts[sex]))
    truth |= {("pay_quarters", name, sex): Decimal(quarters[1][name, sex]) for name, sex in quarters[1]}
    for sex in SEXES:
        truth["bonus_receipt", sex, "employed"] = Decimal(employed[sex])
        truth["bonus_receipt", sex, "received"] = Decimal(len(bonuses[sex]))
    banner: list[list[object]] = [[f"Gender pay gap, line {number} of the banner"] for number in range(1, 9)]
    heading: list[object] = ["Employee Number", "Gender", "Primary", "Hourly Rate", "Quartile"]
    return SummaryFile({"Hourly rates": [*banner, heading, *rows], "Bonus": tab}, truth, set())


def _quarters(people: Sequence[Person]) -> tuple[dict[str, int], Counter[tuple[str, str]]]:
    """The quarter of each, from the lowest paid, and the counts; the rule of remainders as the law has it."""
    size, rest = divmod(len(people), 4)
    sizes = [size + (rest >= 1), size + (rest == 3), size + (rest >= 2), size]
    names = ("lower", "lower_middle", "upper_middle", "upper")
    numbers: dict[str, int] = {}
    counts: Counter[tuple[str, str]] = Counter()
    start = 0
    for place, length in enumerate(sizes):
        for person in people[start : start + length]:
            numbers[person.key] = place + 1
            counts[names[place], person.gender] += 1
        start += length
    return numbers, counts


def _sex(draw: Random, person: Person) -> str:
    return draw.choice(("Female", "F", "female") if person.gender == "women" else ("Male", "M", "MALE"))


def _median(amounts: Sequence[Decimal]) -> Decimal:
    ordered = sorted(amounts)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _penny(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def board_file(last_day: date, seed: str = "board") -> SummaryFile:
    """A register of 14 members; associates and the secretary attend."""
    draw = Random(seed)
    roles = [("Chair", "chair"), ("Chief Executive", "chief_executive")]
    roles += [("Non-Executive Director", "non_executive")] * 6
    roles += [("Medical Director", "executive"), ("Director of Finance", "executive")]
    roles += [("Executive Director", "executive")] * 4
    truth: Counter[Cell] = Counter()
    rows: list[list[object]] = [["Role", "Voting", "Ethnic Group", "Disability", "EDI Development Date", "SMART EDI Objective"]]
    for written, role in roles:
        voting, objective = role != "executive" or draw.random() < 0.7, draw.random() < 0.5
        ethnic = draw.choices(("white", "bme", "unknown"), (75, 15, 10))[0]
        disabled = draw.choices(("disabled", "non_disabled", "unknown"), (10, 70, 20))[0]
        developed = draw.choices(("yes", "old", "no"), (50, 20, 30))[0]
        executive = role in {"executive", "chief_executive"}
        for row in ["board", *(["voting"] if voting else []), *(["executive"] if executive else [])]:
            truth["board_ethnicity", row, ethnic] += 1
            truth["board_disability", row, disabled] += 1
        if voting:
            side = "executive" if executive else "non_executive"
            truth["board_development", side, "members"] += 1
            truth["board_development", side, "completed"] += developed == "yes"
        truth["board_objectives", role, "members"] += 1
        truth["board_objectives", role, "with_objective"] += objective
        rows.append(
            [
                written,
                "Y" if voting else "N",
                {"white": "White", "bme": "BME", "unknown": "Not stated"}[ethnic],
                {"disabled": "Yes", "non_disabled": "No", "unknown": ""}[disabled],
                {"yes": last_day.replace(day=1), "old": last_day.replace(year=last_day.year - 2, day=1), "no": ""}[developed],
                "Yes" if objective else "No",
            ]
        )
    rows.append(["Trust Secretary", "N", "White", "No", "", "No"])
    return SummaryFile({"Board": rows}, {cell: Decimal(count) for cell, count in truth.items() if count}, set())


def survey_file(code: str, seed: str = "survey") -> SummaryFile:
    """A benchmark workbook with three organisations, other questions, and figures that the source hides."""
    draw = Random(seed)
    found = SummaryFile({}, {}, set())
    rows: list[list[object]] = [["NHS Staff Survey benchmark"], ["Organisation Code", "Question", "Group", "%", "n", "Weighted"]]
    for organisation in ("RXX", code, "RYY"):
        for (question, about), measure in SURVEY.items():
            for group, written in GROUPS[about].items():
                if measure == "wdes_8" and group != "disabled":
                    continue
                _survey_line(
                    draw, found, rows, organisation == code, (f"survey_{measure}", group), (organisation, question, written)
                )
        for score in ("Motivation", "Involvement", "Advocacy"):
            for group, written in {**GROUPS["disability"], "everyone": "All staff"}.items():
                value = Decimal(draw.randrange(550, 780)) / 100
                base = 300 + len(group)
                rows.append([organisation, score, written, str(value), base, "Yes"])
                if organisation == code:
                    found.truth["survey_engagement", group, score.casefold()] = value
                    found.truth["survey_engagement", group, "base"] = Decimal(base)
        rows.append([organisation, "q2a", "White", "55.0", 900, "Yes"])
    found.sheets["Benchmark"] = rows
    return found


def _survey_line(
    draw: Random, found: SummaryFile, rows: list[list[object]], ours: bool, where: tuple[str, str], words: tuple[str, str, str]
) -> None:
    measure, group = where
    hidden = draw.random() < 0.2
    rate, base = Decimal(draw.randrange(50, 900)) / 10, draw.randrange(11, 2500)
    shown: list[object] = [draw.choice(("-", "*", "")), draw.choice(("-", "*", ""))] if hidden else [str(rate), base]
    rows.append([*words, *shown, "Yes"])
    if ours and hidden:
        found.hidden |= {(measure, group, "rate"), (measure, group, "base")}
    elif ours:
        found.truth |= {(measure, group, "rate"): rate, (measure, group, "base"): Decimal(base)}


def patient_files(seed: str = "patients") -> dict[str, SummaryFile]:
    """The four feeds of patient systems, by the name of their measure."""
    draw = Random(seed)
    return {
        "patient_ethnicity": _ethnicity_feed(draw),
        "interpreters": _interpreter_feed(draw),
        "accessible_information": _feed(draw, "accessible_information", _INFORMATION, _information),
        "complaints_recording": _feed(draw, "complaints_recording", _COMPLAINTS, _complaints),
    }


_INFORMATION = {"Patients seen": "seen", "Asked and recorded": "recorded", "Contacts": "contacts", "Need met": "met"}
_COMPLAINTS = {
    "Complaints received": "received",
    "All six recorded": "complete",
    "Ethnicity recorded": "ethnicity",
    "Disability recorded": "disability",
    "Age recorded": "age",
    "Sex recorded": "sex",
    "Sexual orientation recorded": "orientation",
    "Religion recorded": "religion",
}


def _information(draw: Random) -> list[int]:
    """No more recorded than seen, no more met than had contact."""
    seen, contacts = draw.randrange(200, 4000), draw.randrange(100, 2000)
    return [seen, draw.randrange(seen), contacts, draw.randrange(contacts)]


def _complaints(draw: Random) -> list[int]:
    """Each characteristic of some of the complaints, all six of no more than the fewest."""
    received = draw.randrange(50, 900)
    each = [draw.randrange(received // 2, received) for _ in range(6)]
    return [received, draw.randrange(min(each)), *each]


def _feed(draw: Random, measure: str, headings: dict[str, str], numbers_of: Callable[[Random], list[int]]) -> SummaryFile:
    truth: Counter[Cell] = Counter()
    rows: list[list[object]] = [["Directorate", *headings]]
    for directorate in ("Surgery", "Medicine", "Children"):
        numbers = numbers_of(draw)
        for row, number in zip(headings.values(), numbers, strict=True):
            truth[measure, row, "value"] += number
        rows.append([directorate, *(f"{number:,}" for number in numbers)])
    return SummaryFile({"Counts": rows}, {cell: Decimal(count) for cell, count in truth.items()}, set())


def _ethnicity_feed(draw: Random) -> SummaryFile:
    truth: Counter[Cell] = Counter()
    rows: list[list[object]] = [["Service", "Ethnic Code", "Records"]]
    services = {"A&E": "emergency", "Outpatients": "outpatient", "Inpatient": "inpatient", "Community": "community"}
    for written, service in services.items():
        for code in (*"ABCDEFGHJKLMNPRSZ", "99", "", "CP"):
            number = draw.randrange(0, 9000)
            column = {"Z": "not_stated", "99": "not_known", "": "missing"}.get(code, "valid")
            truth["patient_ethnicity", service, column] += number
            rows.append([written, code, number])
    return SummaryFile({"Counts": rows}, {cell: Decimal(count) for cell, count in truth.items()}, set())


def _interpreter_feed(draw: Random) -> SummaryFile:
    truth: Counter[Cell] = Counter()
    rows: list[list[object]] = [["Language Type", "Mode", "Requested", "Fulfilled"]]
    modes = {"Face to face": "face", "Telephone": "remote", "Video": "remote"}
    for written, language in {"Spoken language": "spoken", "BSL": "bsl"}.items():
        for how, mode in modes.items():
            asked = draw.randrange(10, 600)
            met = draw.randrange(asked)
            truth["interpreters", f"{language}_{mode}", "requested"] += asked
            truth["interpreters", f"{language}_{mode}", "fulfilled"] += met
            rows.append([written, how, asked, met])
    return SummaryFile({"Counts": rows}, {cell: Decimal(count) for cell, count in truth.items()}, set())
