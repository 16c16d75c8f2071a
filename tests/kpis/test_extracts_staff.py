"""Staff in post: one person each, in the band of the main post, from a file as ESR writes it."""

import io
import json
from decimal import Decimal

import pytest

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.extracts import ExtractAggregate, ExtractKind, ExtractRefusedError, Marks, cells_of, read_extract, trace_of

PERIOD = Quarter(2019, 3)
MEASURES = load_catalogue().measures
HEADER = (
    "Employee Number",
    "Assignment Number",
    "Primary",
    "Assignment Status",
    "Assignment Category",
    "FTE",
    "Staff Group",
    "Pay Scale",
    "Ethnic Origin",
    "Disability",
    "Sexual Orientation",
    "Religious Belief",
)
NURSE = {
    "Employee Number": "20123456",
    "Primary": "Y",
    "Assignment Status": "Active Assignment",
    "Assignment Category": "Permanent",
    "FTE": "1.00",
    "Staff Group": "Nursing and Midwifery Registered",
    "Pay Scale": "NHS|XR05|Review Body Band 5",
    "Ethnic Origin": "H Asian or Asian British - Indian",
    "Disability": "No",
    "Sexual Orientation": "Heterosexual or Straight",
    "Religious Belief": "Hinduism",
}


def csv_of(*people: dict[str, str], separator: str = ",", above: str = "") -> bytes:
    lines = [separator.join(HEADER), *(separator.join(person.get(name, "") for name in HEADER) for person in people)]
    return (above + "\n".join(lines) + "\n").encode()


def read(content: bytes, **options: object) -> ExtractAggregate:
    return read_extract(io.BytesIO(content), period=PERIOD, organisation_code="REM", **options)


def filled(aggregate: ExtractAggregate, measure: str = "staff_ethnicity", mappings: object = None) -> dict[str, int]:
    cells = cells_of([aggregate], MEASURES, mappings)
    return {f"{row}/{column}": int(value) for (code, row, column), value in cells.items() if code == measure and value}


def test_a_person_is_counted_in_the_three_staff_tables() -> None:
    aggregate = read(csv_of(NURSE))
    assert aggregate.kind is ExtractKind.STAFF_IN_POST
    assert filled(aggregate) == {"clinical.band_5/bme": 1}
    assert filled(aggregate, "staff_disability") == {"clinical.band_5/non_disabled": 1}
    assert filled(aggregate, "staff_orientation_religion") == {"orientation/disclosed": 1, "religion/disclosed": 1}


def test_cells_without_anybody_are_zero_and_all_cells_of_the_measure_are_filled() -> None:
    cells = cells_of([read(csv_of(NURSE))], MEASURES)
    asked = {("staff_ethnicity", cell.row, cell.column) for cell in MEASURES["staff_ethnicity"].cells()}
    assert asked <= cells.keys()
    assert cells["staff_ethnicity", "nonclinical.vsm", "white"] == 0


def test_a_bank_post_counts_nobody_and_a_second_post_not_again() -> None:
    bank = NURSE | {"Assignment Number": "20123456-2", "Primary": "N", "Assignment Category": "Bank", "Pay Scale": "Band 6"}
    second = NURSE | {"Assignment Number": "20123456-3", "Primary": "N", "Pay Scale": "Band 7"}
    aggregate = read(csv_of(bank, second, NURSE | {"Assignment Number": "20123456"}))
    assert filled(aggregate) == {"clinical.band_5/bme": 1}
    assert [(step.rule, step.removed, step.left) for step in aggregate.steps] == [
        ("rows", 0, 3),
        ("bank", 1, 2),
        ("second_post", 1, 1),
    ]


@pytest.mark.parametrize(
    ("first", "second", "band"),
    [
        ({"FTE": "0.4", "Pay Scale": "Band 3"}, {"FTE": "0.6", "Pay Scale": "Band 4"}, "band_4"),
        (
            {"FTE": "0.5", "Pay Scale": "Band 3", "Assignment Number": "20123456-3"},
            {"FTE": "0.5", "Pay Scale": "Band 4", "Assignment Number": "20123456-2"},
            "band_4",
        ),
    ],
)
def test_without_a_primary_post_the_most_hours_count_then_the_lowest_number(
    first: dict[str, str], second: dict[str, str], band: str
) -> None:
    posts = [NURSE | {"Primary": ""} | post for post in (first, second)]
    assert filled(read(csv_of(*posts))) == filled(read(csv_of(*reversed(posts)))) == {f"clinical.{band}/bme": 1}


def test_a_value_not_understood_is_a_line_of_its_own_and_a_later_mapping_needs_no_file() -> None:
    clerk = NURSE | {"Employee Number": "1", "Staff Group": "Administrative and Clerical", "Pay Scale": "Ad Hoc"}
    aggregate = ExtractAggregate.from_data(json.loads(json.dumps(read(csv_of(NURSE, clerk)).as_data())))
    assert [(value.field, value.value, value.rows) for value in aggregate.unmapped] == [("pay_scale", "ad hoc", 1)]
    assert filled(aggregate) == {"clinical.band_5/bme": 1}
    assert aggregate.unmapped_share() == Decimal("0.5")
    assert aggregate.blocked()
    mappings = {("pay_scale", "ad hoc"): "vsm"}
    assert filled(aggregate, mappings=mappings) == {"clinical.band_5/bme": 1, "nonclinical.vsm/bme": 1}
    assert not aggregate.blocked(mappings)
    assert filled(read(csv_of(NURSE, clerk), mappings=mappings)) == filled(aggregate, mappings=mappings)


def test_marks_make_very_senior_managers_by_key_or_by_hmac_alone() -> None:
    director = NURSE | {"Employee Number": "00700123", "Staff Group": "Administrative and Clerical", "Pay Scale": "Ad Hoc"}
    marks = Marks(["700123"])
    assert filled(read(csv_of(director), marks=marks)) == {"nonclinical.vsm/bme": 1}
    kept = Marks(hashes=marks.hashes(b"secret"), secret=b"secret")
    assert filled(read(csv_of(director), marks=kept)) == {"nonclinical.vsm/bme": 1}
    assert "700123" not in str(marks.hashes(b"secret"))
    assert filled(read(csv_of(director), marks=Marks(hashes=marks.hashes(b"secret"), secret=b"other"))) == {}


def test_a_rare_value_that_may_be_a_name_is_located_but_not_repeated() -> None:
    aggregate = read(csv_of(NURSE, NURSE | {"Employee Number": "2", "Ethnic Origin": "Jane Whitfield"}))
    assert "whitfield" not in json.dumps(aggregate.as_data()).casefold()
    problem = next(one for one in aggregate.problems if one.code == "rare_value")
    assert (problem.column, problem.where) == ("Ethnic Origin (column I)", "3")


def test_no_key_of_anybody_is_kept() -> None:
    assert "20123456" not in json.dumps(read(csv_of(NURSE, NURSE | {"Pay Scale": "8"})).as_data())


def test_a_trace_says_how_a_cell_was_got() -> None:
    bank = NURSE | {"Employee Number": "3", "Assignment Category": "Bank"}
    white = NURSE | {"Employee Number": "4", "Ethnic Origin": "A White - British"}
    unknown = NURSE | {"Employee Number": "5", "Pay Scale": "Trust Specific"}
    trace = trace_of(("staff_ethnicity", "clinical.band_5", "bme"), [read(csv_of(NURSE, bank, white, unknown))])
    assert trace is not None and trace.value == 1
    assert [step.left for step in trace.steps] == [4, 3]
    assert [share.count for share in trace.narrowed] == [3, 2, 1]
    assert [(share.label, share.count) for share in trace.left_out] == [("Pay scale not understood yet", 1)]


def test_a_column_that_is_not_there_fills_nothing() -> None:
    header = [name for name in HEADER if name != "Disability"]
    content = "\n".join([",".join(header), ",".join(NURSE.get(name, "") for name in header)]).encode()
    aggregate = read(content)
    assert aggregate.fills == ("staff_ethnicity", "staff_orientation_religion")
    assert not any(code == "staff_disability" for code, _, _ in cells_of([aggregate], MEASURES))


def test_a_needed_column_that_is_missing_is_named() -> None:
    header = [name for name in HEADER if name != "Pay Scale"]
    content = "\n".join([",".join(header), ",".join(NURSE.get(name, "") for name in header)]).encode()
    with pytest.raises(ExtractRefusedError) as refusal:
        read(content)
    assert refusal.value.code == "missing_columns"
    assert "“Pay scale”" in refusal.value.sentence


@pytest.mark.parametrize(
    "damage", [{"lines": [["staff_ethnicity", ["in"], 1]]}, {"rows_read": -1}, {"kind": "x"}, {"version": 9}]
)
def test_an_aggregate_that_was_changed_by_hand_is_refused(damage: dict[str, object]) -> None:
    data = read(csv_of(NURSE)).as_data() | damage
    with pytest.raises(ValueError):
        ExtractAggregate.from_data(data)
