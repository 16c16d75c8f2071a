"""Ways to learn, the check of appointment standards, and the pipeline of apprenticeships: plain values."""

from datetime import date

from workforce.career import BANDS, QUALIFICATION_LEVELS
from workforce.learning import COSTS, PostStanding, consistency, learning_options, options_for
from workforce.pipeline import PipelineFacts, pipeline_of


def test_every_way_to_learn_is_of_a_known_band_cost_and_level_and_says_where_it_is_known_from() -> None:
    options = learning_options()
    assert options
    for one in options:
        assert set(one.bands) <= set(BANDS) and one.cost in COSTS and (one.level == 0 or one.level in QUALIFICATION_LEVELS)
        assert one.synthetic != bool(one.source), one.title
    assert {one.title for one in options_for("7", "levy")} == {"Senior leader, apprenticeship"}


def test_posts_are_checked_against_the_standard_and_against_each_other() -> None:
    gap = "The standard gives 5 days a year for learning; this post has 2."
    checks = consistency(
        [
            PostStanding("Adviser", "5", (), 5),
            PostStanding("Adviser, second", "5", (gap,), 2),
            PostStanding("Lead", "7", (), 5),
            PostStanding("Trainee", "other", (), None),
        ]
    )
    assert [(check.step.band, check.posts, check.meeting, check.is_consistent) for check in checks] == [
        ("5", 2, 1, False),
        ("7", 1, 1, True),
    ]
    assert checks[0].gaps == ((gap, 1),) and checks[0].differs == "Days for learning differ: 2 to 5 a year."


def test_cost_avoided_counts_in_the_year_of_completion() -> None:
    found = pipeline_of(
        [
            PipelineFacts(5, date(2018, 9, 1), completed_on=date(2019, 9, 1), cost_avoided=4000),
            PipelineFacts(5, date(2018, 9, 1), completed_on=date(2019, 10, 1)),
            PipelineFacts(7, date(2019, 9, 1), cost_avoided=9000),
            PipelineFacts(3, date(2018, 5, 1), withdrawn_on=date(2018, 8, 1)),
        ],
        {"2019-20": 12_000},
    )
    this, last = found.years
    assert (this.year, this.started, this.completed, this.avoided, this.consultants) == ("2019-20", 1, 2, 4000, 12_000)
    assert (last.year, last.started, last.withdrawn, last.avoided, last.consultants) == ("2018-19", 3, 1, None, None)
    assert found.avoided == 4000 and found.without_cost == 1
    assert [(one.level, one.on_programme, one.completed) for one in found.levels] == [(3, 0, 0), (5, 0, 2), (7, 1, 0)]
