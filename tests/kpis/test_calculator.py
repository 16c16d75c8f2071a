"""The calculator's arithmetic and the mistakes it catches, on plain values."""

from decimal import Decimal
from typing import Any

import pytest

from edi_portal.periods import Quarter
from kpis.calculator import Beside, Printed, Question, TypedCounts, find_mistakes, question_of, read_printed
from kpis.calculator.printed import NotReadable
from kpis.catalogue import load_catalogue
from kpis.indicators import Figure, compute
from kpis.validation.findings import Finding, Level

CATALOGUE = load_catalogue()
QUARTER = Quarter(2019, 3)
RECRUITED = {
    "recruitment_ethnicity:shortlisted.white": 1200,
    "recruitment_ethnicity:appointed.white": 300,
    "recruitment_ethnicity:shortlisted.bme": 400,
    "recruitment_ethnicity:appointed.bme": 60,
}
DISCIPLINED = {
    "disciplinary_ethnicity:entered.bme": 9,
    "staff_ethnicity:total.bme": 620,
    "disciplinary_ethnicity:entered.white": 30,
    "staff_ethnicity:total.white": 3400,
}
PAY = {"hourly_pay:mean.men": "18.50", "hourly_pay:mean.women": "14.40"}
BAND = {
    "staff_ethnicity:tier_upper.bme": 42,
    "staff_ethnicity:tier_upper.all": 510,
    "staff_ethnicity:total.bme": 620,
    "staff_ethnicity:total.all": 4200,
}
SURVEY = {
    "survey_wres_7:rate.white": 59,
    "survey_wres_7:base.white": 1820,
    "survey_wres_7:rate.bme": 45,
    "survey_wres_7:base.bme": 320,
}
ROWS = ("lower", "lower_middle", "upper_middle", "upper")


def quarters(women: tuple[int, ...]) -> dict[str, Any]:
    """Pay quarters of 1,000 people each."""
    typed = {f"pay_quarters/{row}/women": number for row, number in zip(ROWS, women, strict=True)}
    return typed | {f"pay_quarters/{row}/men": 1000 - number for row, number in zip(ROWS, women, strict=True)}


def worked_out(code: str, typed: dict[str, Any], component: str | None = None) -> tuple[Question, dict[str, Decimal], Figure]:
    """A question, the numbers typed and the figure they give."""
    definition = CATALOGUE.kpi(code)
    question = question_of(definition, CATALOGUE.measures, component)
    values = {key: Decimal(str(value)) for key, value in typed.items()}
    assert set(values) == {asked.key for asked in question.asked}, "The numbers typed are those that are asked."
    return question, values, compute(definition, TypedCounts(values, CATALOGUE.measures), component=component)


def mistakes(code: str, typed: dict[str, Any], **beside: Any) -> tuple[Finding, ...]:
    """What is found; texts beside the counts are read as the form reads them."""
    question, values, figure = worked_out(code, typed)
    given = {name: read_printed(text) if isinstance(text, str) else text for name, text in beside.items()}
    assert not any(isinstance(one, NotReadable) for one in given.values())
    return find_mistakes(question, values, figure, Beside(**given), QUARTER)


def rules(found: tuple[Finding, ...]) -> set[str]:
    """The rules behind what asks for something."""
    return {finding.rule for finding in found if finding.level is not Level.INFORMATION}


@pytest.mark.parametrize("code", CATALOGUE.kpis)
def test_every_kpi_and_every_part_can_be_worked_out_from_what_is_asked(code: str) -> None:
    definition = CATALOGUE.kpi(code)
    for component in (None, *(part.key for part in definition.components)):
        question = question_of(definition, CATALOGUE.measures, component)
        values = {asked.key: Decimal(1) for asked in question.asked}
        figure = compute(definition, TypedCounts(values, CATALOGUE.measures), component=component)
        assert figure.status in {"shown", "not_calculable"}, (code, component, figure)
        assert all(asked.label for asked in question.asked)
        labels = [(block.title, asked.label) for block in question.blocks for asked in block.asked]
        assert len(set(labels)) == len(labels), "Two fields of one group have the same label."
        find_mistakes(question, values, figure, Beside(Printed(Decimal(1), 0), Printed(Decimal(1), 0)), QUARTER)


@pytest.mark.parametrize("code", CATALOGUE.kpis)
def test_nothing_typed_gives_no_figure_and_no_mistake(code: str) -> None:
    question = question_of(CATALOGUE.kpi(code), CATALOGUE.measures)
    figure = compute(CATALOGUE.kpi(code), TypedCounts({}, CATALOGUE.measures))
    assert figure.value is None
    assert find_mistakes(question, {}, figure, Beside(), QUARTER) == ()


@pytest.mark.parametrize(
    ("code", "typed", "printed"),
    [
        ("WRES-2", RECRUITED, "1.67"),
        ("WRES-3", DISCIPLINED, "1.65"),
        ("GPG-1", PAY, "22.2%"),
        ("WRES-1", BAND, "-6.5 pp"),
        ("WRES-7", SURVEY, "-14.0"),
    ],
)
def test_the_worked_numbers_of_the_standards_come_out_without_a_finding(code: str, typed: dict[str, Any], printed: str) -> None:
    assert rules(mistakes(code, typed, printed=printed, last=printed.rstrip("%"))) == set()


def only(found: tuple[Finding, ...], rule: str) -> Finding:
    """The one finding of a rule, with no other that asks for something."""
    assert rules(found) == {rule}, found
    return next(finding for finding in found if finding.rule == rule)


@pytest.mark.parametrize(
    ("code", "typed", "beside", "rule", "words"),
    [
        pytest.param("WRES-2", RECRUITED, {"printed": "0.60"}, "P2", "the other way up", id="direction of a ratio"),
        pytest.param("WRES-2", RECRUITED, {"printed": "1.67%"}, "P3", "a percentage where a ratio belongs", id="ratio with %"),
        pytest.param("WRES-2", RECRUITED, {"printed": "66.7"}, "P3", "", id="per cent more likely"),
        pytest.param("WRES-2", RECRUITED, {"printed": "10.0"}, "P3", "difference of the two rates", id="points for a ratio"),
        pytest.param("WRES-2", RECRUITED, {"printed": "1.70"}, "P1", "the counts give 1.67", id="ratio of rounded rates"),
        pytest.param("WRES-2", RECRUITED, {"last": "0.61"}, "P4", "about the reverse", id="groups swapped since last time"),
        pytest.param("WRES-2", RECRUITED, {"last": "2.40"}, "V7", "It was 2.4 last time", id="ratio jumped"),
        pytest.param("WRES-2", RECRUITED, {"last": "17.16"}, "P3", "may be a percentage", id="last ratio was a percentage"),
        pytest.param("GPG-1", PAY, {"printed": "4.10"}, "P6", "difference in pounds", id="pounds for per cent"),
        pytest.param("GPG-1", PAY, {"printed": "28.5"}, "P2", "divides by women", id="wrong divisor"),
        pytest.param("GPG-1", PAY, {"printed": "-22.2%"}, "P2", "the other way round", id="sign of a pay gap"),
        pytest.param("GPG-1", PAY, {"printed": "0.22"}, "P3", "a fraction of 1", id="fraction for per cent"),
        pytest.param("GPG-1", PAY, {"printed": "22.2p"}, "P3", "not an amount of money", id="pence for per cent"),
        pytest.param("GPG-1", PAY, {"last": "5.0"}, "P6", "It was 5 last time", id="pay gap moved by 12 points"),
        pytest.param("GPG-1", PAY, {"last": "-21.9"}, "P4", "the reverse", id="men and women swapped since last time"),
        pytest.param("WRES-1", BAND, {"printed": "-6.5%"}, "P3", "difference of two percentages", id="% for points"),
        pytest.param("WRES-1", BAND, {"printed": "8.2"}, "P9", "the share itself", id="share for a gap"),
        pytest.param("WRES-1", BAND, {"printed": "-44.2"}, "P3", "in per cent of the other share", id="relative for a gap"),
        pytest.param("WRES-7", SURVEY, {"printed": "14.0"}, "P2", "the other way round", id="sign of a gap"),
        pytest.param("WRES-7", SURVEY, {"last": "-40.0"}, "P14", "Ask whether the question", id="question changed"),
        pytest.param("WRES-7", SURVEY, {"last": "-3.0"}, "V7", "It was \u22123 last time", id="gap jumped"),
        pytest.param("WRES-7", SURVEY, {"last": "13.0"}, "P4", "the reverse", id="gap reversed"),
        pytest.param("WRES-7", SURVEY, {"printed": "-12.0"}, "P1", "the print says \u221212", id="other figure"),
        pytest.param(
            "WRES-7", SURVEY | {"survey_wres_7:rate.bme": "0.5"}, {}, "P3", "less than 1 person in 100", id="fraction typed"
        ),
        pytest.param(
            "WRES-7",
            SURVEY | {"survey_wres_7:rate.bme": 41},
            {},
            "P7",
            "add up to 100",
            id="percentages of two groups adding to 100",
        ),
        pytest.param(
            "GPG-5",
            {
                "bonus_receipt:received.men": 79,
                "bonus_receipt:employed.men": 100,
                "bonus_receipt:received.women": 21,
                "bonus_receipt:employed.women": 100,
            },
            {},
            "P7",
            "add up to 100",
            id="bonus shares adding to 100",
        ),
        pytest.param(
            "GPG-6", quarters((785, 841, 868, 880)), {"mean_gap": "13.7"}, "P5", "although women's mean pay", id="quarters rising"
        ),
        pytest.param(
            "GPG-6",
            quarters((807, 872, 839, 851)),
            {"last_quarters": (Decimal("85.1"), Decimal("83.9"), Decimal("87.2"), Decimal("80.7"))},
            "P5",
            "upside down",
            id="quarters reversed",
        ),
        pytest.param(
            "GPG-6",
            quarters((807, 872, 839, 851)),
            {"last_quarters": (Decimal("0.81"), Decimal("0.87"), Decimal("0.84"), Decimal("0.85"))},
            "P3",
            "these are fractions",
            id="quarters as fractions",
        ),
    ],
)
def test_a_published_mistake_is_caught_and_named(
    code: str, typed: dict[str, Any], beside: dict[str, Any], rule: str, words: str
) -> None:
    assert words in only(mistakes(code, typed, **beside), rule).message + only(mistakes(code, typed, **beside), rule).mend


def test_groups_or_columns_exchanged_show_as_a_ratio_far_from_one() -> None:
    typed = RECRUITED | {"recruitment_ethnicity:appointed.bme": 15, "recruitment_ethnicity:appointed.white": 1100}
    assert "Check the direction" in only(mistakes("WRES-2", typed), "V9").mend


@pytest.mark.parametrize(
    ("code", "typed", "message"),
    [
        ("WRES-2", RECRUITED | {"recruitment_ethnicity:appointed.bme": 401}, "BME applicants, shortlisted must be 401 or more"),
        ("WRES-1", BAND | {"staff_ethnicity:tier_upper.all": 4300}, "All staff, all of them must be 4,300 or more"),
        ("WRES-3", DISCIPLINED | {"disciplinary_ethnicity:entered.bme": 700}, "BME staff, all bme staff must be 700 or more"),
    ],
)
def test_counts_that_cannot_be_true_are_errors(code: str, typed: dict[str, Any], message: str) -> None:
    found = [finding for finding in mistakes(code, typed) if finding.level is Level.ERROR]
    assert [finding.message.casefold() for finding in found] == [message.casefold()]


def test_few_cases_are_named_and_ask_nothing() -> None:
    few = dict(zip(RECRUITED, (60, 2, 50, 1), strict=True))
    found = mistakes("WRES-2", few)
    assert rules(found) == set()
    assert "3 cases in both groups" in next(finding for finding in found if finding.about == "few").message


@pytest.mark.parametrize(
    ("text", "value", "decimals", "sign"),
    [
        ("1.54%", "1.54", 2, "%"),
        ("\u22121.8", "-1.8", 1, ""),
        ("£4.10", "4.10", 2, "£"),
        ("-£1.20", "-1.20", 2, "£"),
        ("1,482", "1482", 0, ""),
        ("-6.5 pp", "-6.5", 1, "pp"),
        ("8p", "8", 0, "p"),
        ("14.0 percentage points", "14.0", 1, "pp"),
    ],
)
def test_a_printed_figure_is_read_with_its_sign(text: str, value: str, decimals: int, sign: str) -> None:
    assert read_printed(text) == Printed(Decimal(value), decimals, sign)


@pytest.mark.parametrize("text", ["about 2", "1.6.7", "=1+1", "1e5", "#REF!", "9" * 40, "<5"])
def test_what_is_no_figure_is_refused_with_an_example(text: str) -> None:
    found = read_printed(text)
    assert isinstance(found, NotReadable)
    assert "for example" in found.mend


def test_nothing_typed_is_no_printed_figure() -> None:
    assert read_printed("  ") is None
