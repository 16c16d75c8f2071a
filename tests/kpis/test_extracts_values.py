"""What single values mean: ethnic categories, pay scales, statuses, stages, dates. What is not certain is never guessed."""

from datetime import date

import pytest

from kpis.extracts import board, grades, patients, pay, recruitment, relations, spellings, survey, training
from kpis.extracts.counting import day_of
from kpis.extracts.ethnicity import ethnicity
from kpis.extracts.packages import text_of
from kpis.extracts.people import person_key

WHITE, BME, DECLINED, MISSING = "white", "bme", "declined", "missing"
TABLES = {
    ethnicity: {
        WHITE: [
            "A White - British",
            "A White British",
            "White - British",
            "WHITE - British",
            "B White - Irish",
            "CP White Polish",
            "C3 White Unspecified",
            "C White - Any other White background",
            "C",
            "a",
            "White",
            "Any other White background",
        ],
        BME: [
            "H Asian or Asian British - Indian",
            "LK Asian Unspecified",
            "PC Black Nigerian",
            "SC Filipino",
            "R Chinese",
            "Chinese",
            "Asian",
            "ASIAN or ASIAN BRITISH - Indian",
            "MIXED - any other mixed background",
            "D Mixed - White & Black Caribbean",
            "White and Black African",
            "S Any other ethnic group",
            "GF",
        ],
        DECLINED: ["Z Not Stated", "Not Stated", "Z", "I do not wish to disclose this", "Prefer not to say"],
        MISSING: ["", "99", "Unspecified", "Undefined", "Not Known", "x", "NO ANSWER", "N/A"],
        None: ["British", "Martian", "I", "Q Other", "A Chinese", "1"],
    },
    spellings.disability: {
        "disabled": ["Yes", "y", "Yes - Mental Health Condition", "Physical Impairment", "1"],
        "non_disabled": ["No", "N", "no ", "Not disabled", "0"],
        "declined": ["Not Declared", "Prefer Not To Answer", "I do not wish to disclose whether or not I have a disability"],
        "missing": ["", "Undefined", "Unspecified"],
        None: ["Perhaps"],
    },
    spellings.orientation: {
        "disclosed": [
            "Heterosexual or Straight",
            "Gay or Lesbian",
            "Bisexual",
            "Undecided",
            "Other sexual orientation not listed",
        ],
        "declined": ["Not stated (person asked but declined to provide a response)"],
        "missing": ["", "Unspecified"],
        None: ["Band 5"],
    },
    spellings.religion: {
        "disclosed": ["Christianity", "Islam", "Atheism", "Other", "Judaism"],
        "declined": ["I do not wish to disclose my religion/belief"],
        "missing": ["", "Undefined"],
        None: ["Tuesday"],
    },
    spellings.staff_area: {
        "clinical": [
            "Nursing and Midwifery Registered",
            "Allied Health Professionals",
            "Students",
            "Additional Clinical Services",
        ],
        "nonclinical": ["Administrative & Clerical", "Estates and Ancillary"],
        "medical": ["Medical and Dental", "MEDICAL & DENTAL"],
        None: ["", "Directors"],
    },
    spellings.area_of_occupation: {
        "clinical": ["N6A", "S1C", "H1A"],
        "nonclinical": ["G1D", "H2R"],
        "medical": ["001", "1", "8A0"],
        None: ["", "Nurse"],
    },
    spellings.status: {
        "in": [
            "Active Assignment",
            "Maternity & Adoption",
            "Career Break",
            "Out on External Secondment - Paid",
            "Internal Secondment",
            "Acting Up",
            "Suspend With Pay",
            "",
        ],
        "out": ["Terminate Assignment", "Inactive Not Worked", "Ex-employee"],
        None: ["Purple"],
    },
    spellings.category: {
        "in": ["Permanent", "Fixed Term Temp", "Locum", ""],
        "bank": ["Bank", "Bank Staff"],
        "honorary": ["Honorary"],
        "non_executive": ["Non-Exec Director/Chair"],
        "agency": ["Agency worker"],
        None: ["Purple"],
    },
    grades.grade: {
        "band_5": [
            "NHS|XR05|Review Body Band 5",
            "NHS|XN05|Non Review Body Band 5",
            "Band 5",
            "AfC Band 5",
            "5",
            "Agenda for Change Band 5",
        ],
        "band_8a": ["NHS|XR08|Review Body Band 8 - Range A", "Band 8a", "Band 8A", "AfC 8 Range A", "8a"],
        "band_8b": ["8b", "XR09"],
        "band_8d": ["NHS|XR11|Review Body Band 8 - Range D"],
        "band_9": ["NHS|XR12|Review Body Band 9", "XR12", "9"],
        "under_1": ["Under band 1"],
        "vsm": ["VSM", "Very Senior Manager"],
        "consultant": ["NHS|YC72|Consultant"],
        "career_grade": ["Specialty Doctor", "Associate Specialist", "Staff Grade"],
        "trainee": ["Specialty Registrar", "Foundation Year 1", "Core Training", "Core Trainee"],
        None: ["8", "Band 8", "Ad Hoc", "Trust Specific", "", "05-Jul", "XR05 Band 6", "10"],
    },
    recruitment.stage: {
        "appointed": ["Appointed", "Recruited", "Start date agreed", "Offer accepted"],
        "shortlisted": ["Shortlisted", "Invited to interview", "Interviewed", "Offered", "Conditional offer"],
        "applied": ["Applied", "Longlisted", "Withdrawn", "Rejected", "Not shortlisted"],
        None: ["Purple", ""],
    },
    relations.case_type: {
        "disciplinary": ["Disciplinary", "Formal disciplinary", "Conduct"],
        "capability_performance": ["Capability - Performance", "Performance"],
        "other": ["Capability - Ill Health", "Grievance", "Harassment", "Flexible working"],
        None: ["Capability", ""],
    },
    training.training_type: {
        "non_mandatory": ["Non-Mandatory", "CPD", "No", "Not mandatory"],
        "mandatory": ["Mandatory", "Statutory", "Y", "Statutory and mandatory"],
        None: ["Purple", ""],
    },
    pay.gender: {"women": ["Female", "F"], "men": ["Male", "m"], None: ["", "Unknown"]},
    pay.quarter_of_file: {0: ["1", "Quartile 1", "Q1", "Lower"], 3: ["4", "upper"], None: ["", "5"]},
    board.board_role: {
        "chair": ["Chair", "Trust Chair"],
        "non_executive": ["Non-Executive Director", "NED", "Vice Chair", "Lay Member"],
        "chief_executive": ["Chief Executive", "CEO", "Accountable Officer"],
        "executive": ["Executive Director", "Medical Director", "Deputy Chief Executive", "Director of Finance", "Chief Nurse"],
        "out": ["Trust Secretary", "Associate Director (attends)"],
        None: ["Purple"],
    },
    survey.question: {
        "patients": ["WRES Indicator 5", "q14a", "Q14a. Harassment by patients"],
        "staff": ["q14b+c", "WRES 6"],
        "managers": ["WDES Metric 4a (ii)", "q14b"],
        "opportunities": ["q15"],
        "": ["q2a", "Response rate"],
    },
    survey.survey_group: {
        "bme": ["BME", "Ethnic minority"],
        "white": ["White"],
        "disabled": ["Staff with a LTC or illness", "Disabled"],
        "non_disabled": ["Staff without a LTC or illness", "Non-disabled"],
        "everyone": ["All staff"],
        "": ["Female"],
    },
    patients.patient_ethnic: {
        "valid": ["A", "CP", "H - Indian", "s"],
        "not_stated": ["Z", "Not stated"],
        "not_known": ["99", "X"],
        "missing": [""],
        None: ["Q", "Polish"],
    },
    day_of: {
        date(2019, 12, 31): [
            "31/12/2019",
            "31-Dec-2019",
            "31-DEC-19",
            "2019-12-31",
            "2019-12-31 00:00:00",
            "43830",
            "31.12.2019",
            "31 December 2019",
        ],
        date(2019, 5, 7): ["07/05/2019"],
        None: ["", "31/13/2019", "12", "soon", "20123456"],
    },
    person_key: {
        "20123456": ["20123456", "20123456-2", " 20123456 "],
        "700123": ["00700123", "700123", "700123.0", "00700123-3"],
        "ab12f": ["AB12F"],
        "": ["", "  "],
    },
}
CASES = [(reader, meaning, value) for reader, table in TABLES.items() for meaning, values in table.items() for value in values]


@pytest.mark.parametrize(("reader", "meaning", "value"), CASES, ids=lambda one: getattr(one, "__name__", str(one))[:40])
def test_meaning(reader: object, meaning: object, value: str) -> None:
    assert reader(value) == meaning


@pytest.mark.parametrize(
    ("value", "text"),
    [(20123456.0, "20123456"), (0.61333, "0.61333"), (99.0, "99"), (True, "Yes"), (date(2019, 7, 5), "2019-07-05"), (None, "")],
)
def test_cells_of_a_workbook_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_quarters_of_the_law_put_remainders_where_it_says() -> None:
    for rest, sizes in {0: (5, 5, 5, 5), 1: (6, 5, 5, 5), 2: (6, 5, 6, 5), 3: (6, 6, 6, 5)}.items():
        counts = pay.quarters_by_law([(float(number), "women") for number in range(20 + rest)])
        assert tuple(counts[name, "women"] for name in pay.QUARTERS) == sizes


def test_people_of_equal_pay_across_a_cut_are_shared_in_proportion_of_the_sexes() -> None:
    people = [(10.0, "women")] * 30 + [(10.0, "men")] * 10 + [(20.0, "men")] * 40
    counts = pay.quarters_by_law(people)
    assert [(counts[name, "women"], counts[name, "men"]) for name in pay.QUARTERS] == [(15, 5), (15, 5), (0, 20), (0, 20)]


def test_what_a_survey_says_of_weights_is_a_word_of_ours() -> None:
    assert [survey.weighting(text) for text in ("weighted", "y", "unweighted", "no", "", "ask jane")] == [
        "yes",
        "yes",
        "no",
        "no",
        "not said",
        "not said",
    ]


def test_digits_without_end_are_no_day() -> None:
    assert day_of("9" * 5000) is None
    assert day_of("43830") == date(2019, 12, 31)
