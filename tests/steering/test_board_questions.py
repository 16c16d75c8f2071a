"""What boards are advised to ask: which release answers, which of two figures is said, and how a gap is put in words."""

import pytest

from edi_portal.papers.content import Block, Heading, Paragraph, Table
from kpis.models.releases import Release
from organisations.models import Organisation
from steering.reports.assurance import as_the_board_sees
from steering.reports.checklist import questions
from tests.kpis.dashboard_factories import figure, published_release, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def due() -> list[Organisation]:
    return list(Organisation.objects.filter(slug__in=("countess-of-chester", "east-cheshire")))


def answers(release: Release) -> dict[str, list[Block]]:
    """Question → what stands below it."""
    found: dict[str, list[Block]] = {}
    for block in questions(as_the_board_sees(release)):
        if isinstance(block, Heading):
            found[block.text] = rows = []
        else:
            rows.append(block)
    return found


def rows_of(blocks: list[Block]) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for block in blocks if isinstance(block, Table) for row in block.rows]


def said(blocks: list[Block]) -> str:
    return " ".join(block.text for block in blocks if isinstance(block, Paragraph))


def test_without_a_figure_each_question_says_why_it_has_no_answer(due: list[Organisation]) -> None:
    found = answers(published_release("2019-20-q2", 1, due))
    asked = [question for question in found if question.endswith("?")]
    assert len(asked) == 6 and not any(rows_of(found[question]) for question in asked)
    assert all(said(found[question]).startswith("Cannot be answered because ") for question in asked)


def test_bands_and_kinds_of_staff_stand_apart_and_come_from_the_newest_release_that_has_them(due: list[Organisation]) -> None:
    old, before = published_release("2018-19-q4", 1, due), published_release("2019-20-q1", 2, due)
    senior = as_the_board_sees(before).framework.kpi("REP-BME-8V").definition.components[0]
    for number, earlier in enumerate((old, before), start=1):
        write(
            figure(earlier, "REP-BME-8V", value=number * 10, statistic="pooled", component=senior.key),
            figure(earlier, "WRES-1", value=5, statistic="pooled"),
        )
    newest = published_release("2019-20-q2", 3, due)
    kpi = as_the_board_sees(newest).framework.kpi("WRES-1").definition
    keys = [one.key for one in kpi.components]
    band = next(key for key in keys if not key.startswith(("nonclinical", "clinical")))
    clinical = next(key for key in keys if key.startswith("clinical"))
    write(*(figure(newest, "WRES-1", value=30, statistic="pooled", component=key) for key in (band, clinical)))
    found = answers(newest)
    by_band = rows_of(found["Are the figures shown by pay band?"])
    kinds = rows_of(found["Are clinical and non-clinical staff shown apart?"])
    assert [row[3] for row in by_band if row[0].startswith("WRES-1")] == ["2019-20 Q2"]
    assert [row[1] for row in kinds if row[0].startswith("WRES-1")] == [
        next(one.label for one in kpi.components if one.key == clinical)
    ]
    reported = [row[1:] for row in (*by_band, *kinds) if row[0].startswith("REP-BME-8V")]
    assert [(row[0], row[2]) for row in reported] == [(senior.label, "2019-20 Q1")], "the newest alone"


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_trend_of_three_years_needs_three_of_the_four_quarters(due: list[Organisation], missing: int) -> None:
    periods = ["2016-17-q2", "2017-18-q2", "2018-19-q2", "2019-20-q2"][missing:]
    for number, period in enumerate(periods, start=1):
        release = published_release(period, number, due)
        write(figure(release, "WRES-2", value=1 + number / 10, statistic="pooled"))
    found = answers(release)["Is there a trend of three years?"]
    if missing == 2:
        assert not rows_of(found) and "fewer than three years" in said(found)
        return
    (row,) = rows_of(found)
    assert row[0].startswith("WRES-2 ") and len(row) == 6
    assert [cell == "\u2013" for cell in row[1:5]] == [missing == 1, False, False, False], "a year without a figure has a dash"
    assert row[4].startswith(f"1.{len(periods)}")


def test_a_pooled_figure_is_said_before_a_median_and_each_with_its_quarter(due: list[Organisation]) -> None:
    earlier, newest = published_release("2019-20-q1", 1, due), published_release("2019-20-q2", 2, due)
    write(
        figure(earlier, "WDES-2", value=1.5, statistic="median"),
        figure(earlier, "WRES-2", value=9, statistic="pooled"),
        figure(newest, "WRES-2", value=1.25, statistic="pooled"),
        figure(newest, "WRES-2", value=7, statistic="median"),
        figure(newest, "WRES-3", due[0], value=8),
    )
    found = rows_of(answers(newest)["Do the survey, WRES and WDES stand side by side?"])
    (row,) = found
    assert row[0] == "Appointment from shortlist", "an organisation's own figure answers nothing here"
    assert row[1].startswith("1.25") and "(WRES-2, 2019-20 Q2)" in row[1]
    assert row[2].startswith("1.5") and "(WDES-2, 2019-20 Q1)" in row[2]


def test_answers_to_the_survey_say_both_figures_or_a_dash(due: list[Organisation]) -> None:
    newest = published_release("2019-20-q2", 1, due)
    write(figure(newest, "WRES-6", value=24.5, statistic="median"))
    (row,) = rows_of(answers(newest)["Are answers to the staff survey set against others?"])
    assert row[0].startswith("WRES-6 ") and row[1] == "\u2013" and row[2].startswith("24.5") and row[3] == "2019-20 Q2"
