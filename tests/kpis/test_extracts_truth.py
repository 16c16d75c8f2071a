"""Invented files of every kind and size against the truth they were made from: every computed cell is equal."""

import io
import json
from collections.abc import Iterable
from decimal import Decimal

import pytest

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.demonstration.extract_files import (
    board_file,
    cases_file,
    csv_bytes,
    patient_files,
    pay_file,
    recruitment_file,
    staff_file,
    survey_file,
    training_file,
    xlsx_bytes,
)
from kpis.extracts import (
    ExtractAggregate,
    ExtractKind,
    Marks,
    People,
    absent_cells,
    cells_of,
    normalised,
    read_extract,
    without_international,
)

PERIOD = Quarter(2019, 3)
CATALOGUE = load_catalogue()
CODE = "REM"
WRITERS = {
    "utf-8": lambda rows: csv_bytes(rows),
    "utf-8-sig semicolon": lambda rows: csv_bytes(rows, encoding="utf-8-sig", separator=";"),
    "utf-16 tab": lambda rows: csv_bytes(rows, encoding="utf-16", separator="\t"),
    "windows-1252": lambda rows: csv_bytes([*rows[:1], ["Café report"], *rows[1:]], encoding="cp1252", newline="\n"),
    "xlsx": lambda rows: xlsx_bytes({"Notes": [["Made by workforce information"]], "Staff": rows}),
}


def read(content: bytes, **options: object) -> ExtractAggregate:
    aggregate = read_extract(io.BytesIO(content), period=PERIOD, organisation_code=CODE, **options)
    assert ExtractAggregate.from_data(json.loads(json.dumps(aggregate.as_data()))) == aggregate
    return aggregate


def computed(aggregates: Iterable[ExtractAggregate]) -> dict[tuple[str, str, str], Decimal]:
    return {cell: value for cell, value in cells_of(aggregates, CATALOGUE.measures).items() if value}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("people", [90, 250, 4000])
def test_staff_in_post(people: int, writer: str) -> None:
    file = staff_file(people, code=CODE)
    aggregate = read(WRITERS[writer](file.rows), marks=Marks(file.marks))
    assert computed([aggregate]) == file.truth
    assert aggregate.counted == people
    assert {step.rule: step.removed for step in aggregate.steps[1:]} == {
        rule: count for rule, count in file.removed.items() if count
    }
    assert not aggregate.unmapped


@pytest.mark.parametrize("share", [0.01, 0.15])
def test_staff_with_values_that_nobody_knows(share: float) -> None:
    file = staff_file(3000, unknown_share=share, code=CODE)
    aggregate = read(csv_bytes(file.rows), marks=Marks(file.marks))
    assert computed([aggregate]) == file.truth
    assert sum(value.rows for value in aggregate.unmapped if value.field == "pay_scale") == file.unknown
    assert aggregate.unmapped_share() == Decimal(file.unknown) / 3000
    assert aggregate.blocked() == (share > 0.02)
    trust_pay = {("pay_scale", "trust specific"): "band_8a", ("pay_scale", "ad hoc salary"): "out"}
    assert not aggregate.blocked(trust_pay)
    mapped = cells_of([aggregate], CATALOGUE.measures, trust_pay)
    assert mapped == cells_of([read(csv_bytes(file.rows), marks=Marks(file.marks), mappings=trust_pay)], CATALOGUE.measures)


RENAMED = {
    "ethnic_origin": ("Ethnic Origin", ("A White - British", "White - British"), "Group one", "white"),
    "disability": ("Disability", ("No", "N"), "Group two", "non_disabled"),
    "pay_scale": ("Pay Scale", ("Band 5", "AfC Band 5", "5"), "Scale five", "band_5"),
    "staff_group": ("Staff Group", ("Estates and Ancillary",), "Works", "nonclinical"),
    "assignment_category": ("Assignment Category", ("Permanent",), "Contract P", "in"),
    "assignment_status": ("Assignment Status", ("Active Assignment",), "Status A", "in"),
    "sexual_orientation": ("Sexual Orientation", ("Heterosexual",), "Answer h", "disclosed"),
    "religious_belief": ("Religious Belief", ("Christianity",), "Answer c", "disclosed"),
}


@pytest.mark.parametrize("field", RENAMED)
def test_a_meaning_that_comes_later_gives_the_same_cells_as_one_that_was_known(field: str) -> None:
    heading, spellings, strange, code = RENAMED[field]
    file = staff_file(1500, code=CODE)
    place = file.rows[4].index(heading)
    for row in file.rows[5:-1]:
        if row[place] in spellings:
            row[place] = strange
            if field == "staff_group":
                row[file.rows[4].index("Occ Code")] = ""
    content = csv_bytes(file.rows)
    aggregate = read(content, marks=Marks(file.marks))
    assert aggregate.blocked()
    assert [value.field for value in aggregate.open_values()] == [field]
    mappings = {(field, normalised(strange)): code}
    later = cells_of([aggregate], CATALOGUE.measures, mappings)
    at_once = cells_of([read(content, marks=Marks(file.marks), mappings=mappings)], CATALOGUE.measures)
    assert later == at_once
    assert {cell: value for cell, value in later.items() if value} == file.truth
    assert not aggregate.blocked(mappings) and not aggregate.open_values(mappings)


def test_meanings_of_training_that_come_later_count_each_person_once() -> None:
    staff = staff_file(300)
    people = People()
    read(csv_bytes(staff.rows), marks=Marks(staff.marks), people=people)
    file = training_file(staff.people, PERIOD)
    for row in file.rows[1:]:
        row[2] = {"CPD": "Kind a", "Non-Mandatory": "Kind b"}.get(str(row[2]), row[2])
    aggregate = read(csv_bytes(file.rows), people=people)
    mappings = {("training_type", "kind a"): "non_mandatory", ("training_type", "kind b"): "non_mandatory"}
    later = cells_of([aggregate], CATALOGUE.measures, mappings)
    assert {cell: value for cell, value in later.items() if value} == file.truth
    half = {("training_type", "kind a"): "non_mandatory", ("training_type", "kind b"): "mandatory"}
    assert cells_of([aggregate], CATALOGUE.measures, half) == cells_of(
        [read(csv_bytes(file.rows), people=people, mappings=half)], CATALOGUE.measures
    )


def test_recruitment_with_and_without_international_recruitment() -> None:
    file = recruitment_file(3000, PERIOD)
    aggregate = read(csv_bytes(file.rows))
    without = without_international(aggregate)
    place = file.rows[0].index("International Recruitment")
    alone = read(csv_bytes([row for row in file.rows if row[place] != "Yes"]))
    assert sum(line.count for line in without.lines) < sum(line.count for line in aggregate.lines)
    assert without.lines == alone.lines
    assert int(aggregate.notes["international_appointed"]) > 0


def test_a_stage_that_few_applications_have_is_not_repeated() -> None:
    """A cell such as "Appointed (name)" counts as appointed; its words may be about one person."""
    file = recruitment_file(900, PERIOD)
    place = file.rows[0].index("Furthest Stage")
    appointed = [row for row in file.rows[1:] if row[place] == "Appointed"]
    for row in appointed[:4]:
        row[place] = "Appointed Quillfeather"
    for row in appointed[4:10]:
        row[place] = "Appointed 20481632"
    aggregate = read(csv_bytes(file.rows))
    assert aggregate.notes["appointed_stages"] == "Appointed, Recruited, Start date agreed"


@pytest.mark.parametrize("applications", [90, 3000])
@pytest.mark.parametrize("writer", [csv_bytes, lambda rows: xlsx_bytes({"Report": rows})], ids=["csv", "xlsx"])
def test_recruitment(applications: int, writer: object) -> None:
    file = recruitment_file(applications, PERIOD)
    aggregate = read(writer(file.rows))
    assert aggregate.kind is ExtractKind.RECRUITMENT
    assert computed([aggregate]) == file.truth


@pytest.mark.parametrize("writer", [csv_bytes, lambda rows: xlsx_bytes({"Report": rows})], ids=["csv", "xlsx"])
def test_employee_relations(writer: object) -> None:
    people = staff_file(2000).people
    file = cases_file(people, 200, PERIOD)
    aggregate = read(writer(file.rows))
    assert aggregate.kind is ExtractKind.EMPLOYEE_RELATIONS
    assert computed([aggregate]) == file.truth


def test_training_is_joined_with_the_staff_file_in_memory() -> None:
    staff = staff_file(2000)
    people = People()
    read(csv_bytes(staff.rows), marks=Marks(staff.marks), people=people)
    file = training_file(staff.people, PERIOD)
    aggregate = read(csv_bytes(file.rows), people=people)
    assert aggregate.kind is ExtractKind.TRAINING
    assert computed([aggregate]) == file.truth
    assert next(step.removed for step in aggregate.steps if step.rule == "not_in_post") == 5


@pytest.mark.parametrize("people", [250, 251, 253, 4001])
@pytest.mark.parametrize("quartiles", [True, False])
def test_gender_pay_gap(people: int, quartiles: bool) -> None:
    file = pay_file(staff_file(people).people, quartiles=quartiles)
    aggregate = read(xlsx_bytes(file.sheets))
    assert aggregate.kind is ExtractKind.PAY_GAP
    assert computed([aggregate]) == {cell: value for cell, value in file.truth.items() if value}
    assert aggregate.counted == people
    assert aggregate.notes["quarters"] == ("of the file" if quartiles else "computed")


def test_board_register() -> None:
    file = board_file(PERIOD.last_day)
    aggregate = read(xlsx_bytes(file.sheets))
    assert aggregate.kind is ExtractKind.BOARD_REGISTER
    assert computed([aggregate]) == file.truth


def test_staff_survey_keeps_what_the_source_hides_as_not_available() -> None:
    file = survey_file(CODE)
    aggregate = read(xlsx_bytes(file.sheets))
    assert aggregate.kind is ExtractKind.STAFF_SURVEY
    assert file.hidden
    assert computed([aggregate]) == file.truth
    assert absent_cells([aggregate], CATALOGUE.measures) == dict.fromkeys(file.hidden, "suppressed at source")
    assert aggregate.notes["weighted"] == "yes"


@pytest.mark.parametrize("measure", patient_files())
def test_patient_feeds(measure: str) -> None:
    file = patient_files()[measure]
    aggregate = read(xlsx_bytes(file.sheets))
    assert aggregate.kind.measures == (measure,)
    assert computed([aggregate]) == {cell: value for cell, value in file.truth.items() if value}


def test_each_kind_fills_measures_that_its_kpis_read() -> None:
    for kind in ExtractKind:
        for code in kind.kpis:
            assert set(CATALOGUE.kpi(code).measures()) & set(kind.measures), (kind, code)
    assert [len(kind.kpis) for kind in list(ExtractKind)[:7]] == [10, 2, 2, 1, 6, 4, 13]
