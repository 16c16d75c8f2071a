"""Free text: what looks like a person's number or name, and what only looks so at first."""

import pytest

from edi_portal.periods import Quarter
from kpis.validation import check_return
from kpis.validation.facts import ReturnFacts
from kpis.validation.words import is_nhs_number, small_number_hints, suspicions


@pytest.mark.parametrize("digits", ["9434765919", "4010232137"])
def test_numbers_that_pass_the_check_digit(digits):
    assert is_nhs_number(digits)


@pytest.mark.parametrize(
    "digits", ["9434765918", "9434765909", "1111111111", "0000000000", "943476591", "94347659190", "943476591X", ""]
)
def test_numbers_that_do_not(digits):
    assert not is_nhs_number(digits)


def test_every_single_wrong_digit_breaks_the_check():
    for place in range(10):
        for digit in "0123456789":
            changed = "9434765919"[:place] + digit + "9434765919"[place + 1 :]
            assert is_nhs_number(changed) == (changed == "9434765919")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("See 943 476 5919.", ["nhs_number"]),
        ("See 9434765919", ["nhs_number"]),
        ("See 943-476-5919, please", ["nhs_number"]),
        ("Case 21345678-2 was closed", ["employee_number"]),
        ("assignment number: 4455667", ["employee_number"]),
        ("Discussed with Mrs O'Example", ["name"]),
        ("Prof. Sample agreed", ["name"]),
        ("Ms A. Sample agreed", ["name"]),
        ("943 476 5919 is Mr Sample", ["nhs_number", "name"]),
    ],
)
def test_what_points_to_a_person(text, kinds):
    assert [suspicion.kind for suspicion in suspicions(text)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We moved 1,482 staff on 1 April 2018.",
        "The budget is £12345678.",
        "Counted on 20191231 and on 31122019.",
        "Staff number about 5,000 here.",
        "The staff number is falling.",
        "Ratio 1.6666666667 from 300 of 1,200.",
        "https://example.nhs.uk/papers/20191231-board",
        "Miss no meeting.",
        "the doctor in charge",
        "Telephone 0151 000 0000",
    ],
)
def test_what_does_not(text):
    assert suspicions(text) == ()


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("3 disabled staff left", ("3",)),
        ("two of our nurses", ("two",)),
        ("There were Four BME applicants", ("Four",)),
        ("17 staff left", ()),
        ("in 2 quarters the board met", ()),
        ("1,482 staff", ()),
        ("rose by 2.5 points for staff", ()),
    ],
)
def test_small_numbers_near_people_are_hinted_at(text, hints):
    assert small_number_hints(text) == hints


def test_the_explanation_of_a_suspicion_may_quote_it():
    texts = {("eia", "reason"): "Agreed with Dr Sample", ("eia", "explanation of V16:eia:reason.name"): "Dr Sample is a company"}
    keys = [finding.key for finding in check_return(ReturnFacts(Quarter(2019, 3), {}, {}, texts=texts))]
    assert keys == ["V16:eia:reason.name"]
