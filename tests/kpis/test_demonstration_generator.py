"""The seeded counts: every measure has a generator, counts add up, series are smooth, every rule passes."""

import hashlib
from collections import Counter
from decimal import Decimal

import pytest

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.dashboards.sentences import verdict_of_own
from kpis.demonstration import stories
from kpis.demonstration.draws import allocate, count, quarterly
from kpis.demonstration.generator import GENERATORS, generate
from kpis.demonstration.profile import FIRST_QUARTER, Known, Line, profile_of
from kpis.demonstration.staff_counts import headcount
from kpis.exact_counts import ExactCounts, ReturnedQuarter
from kpis.indicators import compute
from kpis.selectors.definitions import framework_for
from organisations.models import Organisation
from tests.kpis.demonstration_data import QUARTERS, compose_all

pytestmark = pytest.mark.django_db

COUNTESS = Known("countess-of-chester", "acute", "trust", 3870, 4.7, 18.4)
ROWS = tuple(row.key for row in load_catalogue().measures["staff_ethnicity"].rows)


@pytest.fixture(scope="module")
def composed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return compose_all()


def cells_of(known=COUNTESS, quarter=FIRST_QUARTER, planted=None):
    return generate(profile_of(known), quarter, load_catalogue().measures.values(), ROWS, planted or {})[0]


def total(cells, code, *, row=None, column=None):
    return sum(
        number
        for (measure, in_row, in_column), number in cells.items()
        if measure == code and row in (None, in_row) and column in (None, in_column)
    )


def test_every_measure_of_the_catalogue_has_a_generator_and_none_is_left_over():
    assert set(load_catalogue().measures) | {"own_ah_1"} == set(GENERATORS)


def test_every_cell_of_a_measure_is_filled():
    cells = cells_of()
    for measure in load_catalogue().measures.values():
        for cell in measure.cells():
            assert measure.is_optional(cell) or (measure.code, cell.row, cell.column) in cells, f"{measure.code}/{cell}"


def test_the_same_bytes_on_every_machine():
    text = "\n".join(f"{'/'.join(address)}={number}" for address, number in sorted(cells_of().items()))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "b59f419c9da5d47e"


def test_quarters_and_organisations_differ():
    assert cells_of() != cells_of(quarter=FIRST_QUARTER.next())
    assert cells_of() != cells_of(known=Known("mid-cheshire", "acute", "trust", 3870, 4.7, 18.4))


def test_a_planted_cell_stands_and_the_other_recruitment_table_follows_it():
    planted = {("recruitment_ethnicity", "white", "applied"): Decimal(5000)}
    cells = cells_of(planted=planted)
    assert cells["recruitment_ethnicity", "white", "applied"] == 5000
    assert total(cells, "recruitment_disability", column="applied") == total(cells, "recruitment_ethnicity", column="applied")


def test_an_organisation_without_a_staff_figure_is_refused_unless_one_is_assumed():
    assert profile_of(Known("mlcsu", "csu", "csu", None, 7.0, 20.0)).size(FIRST_QUARTER) == 1500
    with pytest.raises(ValueError, match="no staff figure"):
        profile_of(Known("unheard-of", "ccg", "ccg", None, 7.0, 20.0))


@pytest.mark.parametrize(("weights", "caps", "parts"), [([1, 1, 1], None, [4, 3, 3]), ([9, 1, 0], [4, 4, 4], [4, 4, 2])])
def test_parts_add_up_and_respect_their_caps(weights, caps, parts):
    assert allocate(10, weights, caps) == parts


def test_parts_that_cannot_fit_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        allocate(10, [1, 1], [4, 4])


def test_counts_stay_within_the_people():
    for people in (0, 1, 7, 500):
        for share in (0.0, 0.01, 0.5, 1.0, 1.4):
            assert 0 <= count(quarterly("test", people, share), people, share) <= people


def test_a_line_moves_from_start_to_end():
    assert [Line(1.0, 2.0).at(step) for step in (0, 7, 14)] == [1.0, 1.5, 2.0]


def test_head_counts_move_less_than_the_rules_ask_about():
    for size in (60, 130, 1260, 7060):
        profile = profile_of(Known("some-trust", "acute", "trust", size, 5.0, 20.0))
        series = [headcount(profile, quarter) for quarter in QUARTERS]
        assert all(abs(now - then) <= min(50, then * 0.1) for then, now in zip(series, series[1:], strict=False))
        assert abs(series[8] - size) <= max(3, size * 0.02)


def test_each_band_has_the_same_people_by_ethnicity_and_by_disability():
    cells = cells_of()
    for row in ROWS:
        assert total(cells, "staff_ethnicity", row=row) == total(cells, "staff_disability", row=row)
    staff = total(cells, "staff_ethnicity")
    assert total(cells, "staff_orientation_religion", row="religion") == total(cells, "bonus_receipt", column="employed") == staff


def test_boards_agree_with_each_other():
    cells = cells_of()
    for row in ("executive", "voting", "board"):
        assert total(cells, "board_ethnicity", row=row) == total(cells, "board_disability", row=row)
    assert total(cells, "board_development", column="members") == total(cells, "board_ethnicity", row="voting")
    assert total(cells, "board_objectives", column="members") == total(cells, "board_ethnicity", row="board")


def test_the_remainder_of_pay_quarters_goes_where_the_guide_puts_it():
    sizes = Counter()
    for step in range(12):
        cells = cells_of(quarter=FIRST_QUARTER.next(step))
        people = [int(total(cells, "pay_quarters", row=row)) for row in ("lower", "lower_middle", "upper_middle", "upper")]
        extra = tuple(number - people[3] for number in people)
        sizes[extra] += 1
    assert set(sizes) <= {(0, 0, 0, 0), (1, 0, 0, 0), (1, 0, 1, 0), (1, 1, 1, 0)} and len(sizes) > 1


def test_survey_bases_are_smaller_than_the_staff():
    cells = cells_of()
    for code in (code for code in load_catalogue().measures if code.startswith("survey_w")):
        assert 0 < total(cells, code, column="base") < total(cells, "staff_ethnicity")


def test_nothing_but_the_planted_fault_is_an_error(composed):
    errors = [(one.slug, one.quarter, finding.rule, finding.measure) for one in composed for finding in one.errors]
    assert errors == [(stories.MISTYPED, stories.OPEN_QUARTER, "V4", "recruitment_ethnicity")]


def test_of_every_quarter_from_the_third_year_on_a_few_readings_ask_to_act(composed):
    """Exact figures against target and range, as a release reads them: enough to point at, few enough to point."""
    returned: dict[str, dict[Quarter, ReturnedQuarter]] = {}
    for one in composed:
        if one.status == "signed_off":
            returned.setdefault(one.slug, {})[one.quarter] = ReturnedQuarter(one.cells, one.states)
    shares = {}
    for quarter in (quarter for quarter in QUARTERS if Quarter(2018, 1) <= quarter <= stories.NEWEST_CLOSED):
        framework = framework_for(quarter)
        verdicts = Counter()
        for organisation in Organisation.objects.in_footprint(quarter.last_day):
            quarters = returned.get(organisation.slug, {})
            for kpi in framework.due_kpis(organisation, quarter=quarter):
                counts = ExactCounts(framework.measures, quarter, kpi.definition.formula.window, quarters)
                figure = compute(kpi.definition, counts)
                if figure.value is not None:
                    verdicts[verdict_of_own(kpi.definition, None, figure)] += 1
        shares[quarter.slug] = verdicts["act"] / verdicts.total()
    assert len(shares) == 6
    assert all(0.05 <= share <= 0.2 for share in shares.values()), shares


def test_every_query_of_a_signed_return_is_explained(composed):
    signed = [one for one in composed if one.status == "signed_off"]
    assert len(signed) == 14 * 30 - 1 + 1 + 8
    for one in signed:
        queries = {finding.key for finding in one.findings if finding.level == "query"}
        assert queries == set(one.explanations)


def test_few_queries_come_by_chance(composed):
    queries = sum(finding.level == "query" for one in composed for finding in one.findings)
    assert 100 < queries < 0.4 * len(composed)


def test_staff_of_every_organisation_are_near_its_real_size(composed):
    for one in composed:
        if one.quarter == Quarter(2018, 1):
            staff = total(one.cells, "staff_ethnicity")
            assert staff >= 12
    sizes = {one.slug: total(one.cells, "staff_ethnicity") for one in composed if one.quarter == Quarter(2018, 1)}
    assert abs(sizes["royal-liverpool"] - 7060) < 71 and abs(sizes["wirral-community"] - 1450) < 15
    assert abs(sizes["halton-ccg"] - 60) <= 3


def test_liverpool_employs_a_larger_bme_share_than_cheshire(composed):
    shares = {
        one.slug: total(one.cells, "staff_ethnicity", column="bme") / total(one.cells, "staff_ethnicity")
        for one in composed
        if one.quarter == stories.NEWEST_CLOSED
    }
    assert shares["royal-liverpool"] > shares["mid-cheshire"] + Decimal("0.03")
    assert shares["nwas"] < shares["mid-cheshire"]
