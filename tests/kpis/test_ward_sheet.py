"""Reading a pack of ward figures: what is taken, and every mistake with its row, its column and how to mend it."""

import pytest

from kpis.ward_figures.sheet import COLUMNS, MOST_INDICATORS, Problem, Sheet, WardCount, read_sheet

WARDS = {"E05000001", "E05000002", "E05000003"}
GOOD = {
    "indicator": "smoking-at-delivery",
    "title": "Mothers who smoke when they give birth",
    "better": "lower",
    "ward_code": "E05000001",
    "numerator": "24",
    "denominator": "180",
    "period": "2018-19",
    "source": "RightCare pack, March 2019",
    "licence": "OGL v3.0",
}


def read(*changes: dict[str, str]) -> Sheet:
    """A file of one row for each change, from row 2 on, each of another ward unless the change says otherwise."""
    wards = sorted(WARDS)
    rows = [(number, GOOD | {"ward_code": wards[number - 2]} | change) for number, change in enumerate(changes, start=2)]
    return read_sheet(rows, wards=WARDS, small=7)


def only(sheet: Sheet) -> Problem:
    """The one problem of a file that is not taken."""
    assert sheet.indicators == ()
    assert len(sheet.problems) == 1, sheet.problems
    return sheet.problems[0]


def test_a_good_file_is_taken_whole() -> None:
    sheet = read({}, {"numerator": "1,024", "denominator": "2,048"}, {"indicator": "other", "title": "Other", "numerator": "*"})
    assert sheet.problems == ()
    smoking, other = sheet.indicators
    assert (smoking.code, smoking.better, smoking.period, smoking.source, smoking.licence) == (
        "smoking-at-delivery",
        "lower",
        "2018-19",
        "RightCare pack, March 2019",
        "OGL v3.0",
    )
    assert smoking.counts == (WardCount("E05000001", 24, 180), WardCount("E05000002", 1024, 2048))
    assert other.counts == (WardCount("E05000003", None, None),) and other.counts[0].withheld


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"ward_code": "E05999999"}, "ward_code", "E05999999 is no ward of the nine places."),
        ({"ward_code": ""}, "ward_code", "The ward is missing."),
        ({"numerator": "181"}, "numerator", "The numerator 181 is above the denominator 180."),
        ({"numerator": "0", "denominator": "0"}, "denominator", "The denominator is 0: nobody was counted in this ward."),
        ({"numerator": "7"}, "numerator", "A count of 1 to 7 people could point at a person."),
        ({"numerator": "1"}, "numerator", "A count of 1 to 7 people could point at a person."),
        ({"numerator": "173"}, "numerator", "All but 1 to 7 people are counted, which could point at a person."),
        ({"numerator": "12.5"}, "numerator", "The numerator is no whole number of people."),
        ({"numerator": "-9"}, "numerator", "The numerator is no whole number of people."),
        ({"denominator": ""}, "denominator", "The denominator is missing."),
        ({"denominator": "9" * 30}, "denominator", "The denominator is no whole number of people."),
        ({"numerator": "9" * 5000}, "numerator", "The numerator is no whole number of people."),
        ({"denominator": "١٨٠"}, "denominator", "The denominator is no whole number of people."),
        ({"source": " "}, "source", "The source is missing."),
        ({"licence": ""}, "licence", "The licence is missing."),
        ({"title": "x" * 121}, "title", "The title has more than 120 characters."),
        ({"better": "up"}, "better", "It must say which way is good."),
        ({"period": ""}, "period", "The period is missing."),
        ({"period": "last year"}, "period", "This is no period."),
        ({"indicator": "Smoking!"}, "indicator", "An indicator has a short code of small letters, digits and hyphens."),
        ({"indicator": ""}, "indicator", "The indicator is missing."),
    ],
)
def test_each_mistake_is_one_sentence_at_its_place(change: dict[str, str], column: str, words: str) -> None:
    found = only(read(change))
    assert (found.row, found.column, found.wrong) == (2, column, words)
    assert found.mend.endswith(".") and found.wrote == " ".join(change[column].split())[:80]


@pytest.mark.parametrize("numerator", ["0", "8", "172", "180", "[c]", "C"])
def test_nothing_is_refused_that_points_at_nobody(numerator: str) -> None:
    assert read({"numerator": numerator}).problems == ()


def test_a_ward_that_stands_twice_names_both_rows() -> None:
    found = only(read({}, {"ward_code": "E05000001"}))
    assert (found.row, found.column) == (3, "ward_code")
    assert found.wrong == "The ward stands twice for smoking-at-delivery: in row 2 and here."


def test_two_periods_of_one_indicator_are_no_pack() -> None:
    found = only(read({}, {"period": "2017-18"}))
    assert (found.row, found.column) == (3, "period")
    assert found.wrong == "smoking-at-delivery has the period 2018-19 in row 2 and another one here."
    assert "pack of its own" in found.mend


@pytest.mark.parametrize(("column", "value"), [("title", "Else"), ("better", "higher"), ("source", "Else"), ("licence", "Else")])
def test_what_an_indicator_says_is_the_same_in_all_its_rows(column: str, value: str) -> None:
    found = only(read({}, {column: value}))
    assert (found.row, found.column, found.mend) == (3, column, "Repeat what row 2 says.")


def test_a_source_missing_further_down_is_missing() -> None:
    assert only(read({}, {"source": ""})).wrong == "The source is missing."


def test_all_mistakes_come_at_once_in_the_order_of_the_file() -> None:
    sheet = read({"numerator": "3"}, {"ward_code": "E1", "source": ""}, {"denominator": "0"})
    assert [(one.row, one.column) for one in sheet.problems] == [
        (2, "numerator"),
        (3, "source"),
        (3, "ward_code"),
        (4, "denominator"),
    ]


def test_a_stricter_threshold_refuses_more() -> None:
    rows = [(2, GOOD | {"numerator": "10"})]
    assert read_sheet(rows, wards=WARDS, small=7).problems == ()
    assert read_sheet(rows, wards=WARDS, small=10).problems[0].wrong == "A count of 1 to 10 people could point at a person."


def test_a_pack_has_a_bounded_number_of_indicators() -> None:
    rows = [(number, GOOD | {"indicator": f"one-{number}"}) for number in range(2, MOST_INDICATORS + 3)]
    found = only(read_sheet(rows, wards=WARDS, small=7))
    assert found.wrong == f"The file has {MOST_INDICATORS + 1} indicators; a pack has at most {MOST_INDICATORS}."
    assert found.row == MOST_INDICATORS + 2


def test_the_example_of_the_template_has_every_column() -> None:
    from kpis.ward_figures.sheet import EXAMPLE

    row = dict(zip(COLUMNS, EXAMPLE, strict=True))
    assert read_sheet([(2, row)], wards={row["ward_code"]}, small=7).problems == ()
