"""Duties to publish, by rule: due dates, moved dates, states and reminders. No database."""

from datetime import date, timedelta

import pytest

from steering.compliance import (
    SOON,
    STATE_WORDS,
    Publication,
    State,
    due_days,
    duties,
    reminder_for,
    standing_of,
    tracked_from,
    years_later,
)

WRES, INFORMATION = duties()["wres"], duties()["psed-information"]
SINCE = date(2016, 4, 1)
DUE = date(2019, 9, 30)


def test_every_duty_says_law_source_and_whether_its_day_is_confirmed() -> None:
    assert {duty.key for duty in duties().values()} >= {"psed-information", "psed-objectives", "wres", "wdes", "gender-pay-gap"}
    for duty in duties().values():
        assert duty.law and duty.source.startswith("https://") and duty.what.endswith(".")
        assert duty.confirmed or "not confirmed" in duty.note


def test_who_is_bound_follows_kind_and_size() -> None:
    assert not duties()["wdes"].binds("ccg", 5000)
    assert duties()["gender-pay-gap"].binds("trust", 250) and not duties()["gender-pay-gap"].binds("trust", 249)
    assert not duties()["gender-pay-gap"].binds("ccg", None)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (DUE - timedelta(SOON + 1), State.NOT_DUE),
        (DUE - timedelta(SOON), State.DUE_SOON),
        (DUE, State.DUE_SOON),
        (DUE + timedelta(1), State.OVERDUE),
    ],
)
def test_the_state_turns_on_its_day(today: date, state: State) -> None:
    assert standing_of(WRES, [], today=today, since=SINCE).state is state


def test_met_in_time_and_met_late_stay_apart_until_the_next_day_comes_near() -> None:
    today = date(2020, 1, 20)
    for published, state in ((DUE, State.MET), (DUE + timedelta(1), State.MET_LATE)):
        standing = standing_of(WRES, [Publication(DUE, published)], today=today, since=SINCE)
        assert (standing.state, standing.due_on) == (state, date(2020, 9, 30))
    assert standing_of(WRES, [Publication(DUE, DUE)], today=date(2020, 9, 1), since=SINCE).state is State.DUE_SOON


def test_a_moved_day_is_the_one_that_counts() -> None:
    later = {DUE: date(2019, 11, 30)}
    assert standing_of(WRES, [], today=date(2019, 11, 1), since=SINCE, moved=later).state is State.DUE_SOON
    done = [Publication(DUE, date(2019, 11, 30))]
    assert standing_of(WRES, done, today=date(2020, 1, 1), since=SINCE, moved=later).state is State.MET


def test_guidance_changes_the_day_from_a_year_on() -> None:
    days = due_days(WRES, [], since=SINCE, until=date(2023, 12, 1))
    assert days == (DUE, *(date(year, 9, 30) for year in (2020, 2021, 2022)), date(2023, 10, 31), date(2024, 10, 31))


def test_a_new_member_owes_nothing_from_before_its_time() -> None:
    assert standing_of(WRES, [], today=date(2020, 1, 20), since=date(2019, 10, 1)).state is State.NOT_DUE


def test_an_interval_runs_from_the_last_publication() -> None:
    assert standing_of(INFORMATION, [], today=date(2020, 1, 20), since=SINCE).day == date(2020, 3, 30)
    early = [Publication(date(2020, 3, 30), date(2020, 1, 31))]
    standing = standing_of(INFORMATION, early, today=date(2020, 2, 1), since=SINCE)
    assert (standing.state, standing.day) == (State.MET, date(2021, 1, 31))
    assert years_later(date(2020, 2, 29), 1) == date(2021, 2, 28)


def test_reminders_come_in_order_and_stop_when_it_is_met() -> None:
    names = [
        reminder_for(standing_of(WRES, [], today=DUE - timedelta(before), since=SINCE), DUE - timedelta(before))
        for before in (31, 30, 7, 0, -1, -40)
    ]
    assert names == [None, "before_30", "before_7", "due_today", "overdue", "overdue"]
    met = standing_of(WRES, [Publication(DUE, DUE)], today=DUE, since=SINCE)
    assert reminder_for(met, DUE) is None


@pytest.mark.parametrize("today", [tracked_from() + timedelta(97 * step) for step in range(40)])
@pytest.mark.parametrize("answered", [set(), {0}, {1}, {0, 1, 2}, set(range(13))])
def test_every_day_has_one_state_with_words_and_an_answered_day_is_never_open(today: date, answered: set[int]) -> None:
    days = due_days(WRES, [], since=SINCE, until=today)
    done = [Publication(day, day) for place, day in enumerate(days) if place in answered]
    standing = standing_of(WRES, done, today=today, since=SINCE)
    assert standing.words == STATE_WORDS[standing.state]
    assert standing.due_on not in {one.due_on for one in done}
    assert (standing.state is State.OVERDUE) == (standing.day is not None and standing.day < today)
