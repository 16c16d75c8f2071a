"""F8: deadlines and quarters follow London's clock: at the last moment of a day, in nights of changing clocks, on any server."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from edi_portal.clock import LONDON, business_now, business_today, offset_to
from edi_portal.jobs.models import Job
from edi_portal.models import BusinessClock
from edi_portal.periods import Quarter
from kpis import tasks
from kpis.models.collections import Collection, end_of_day
from kpis.models.returns import KpiReturn
from organisations.models import Organisation
from organisations.roles import Role
from tests.organisations.factories import person

JUST = timedelta(milliseconds=1)
# The last moment of a financial quarter by London's clock, which is an hour ahead of Greenwich in summer.
ENDS = {
    "2019-20-q1": datetime(2019, 6, 30, 23, 0, tzinfo=UTC),
    "2019-20-q2": datetime(2019, 9, 30, 23, 0, tzinfo=UTC),
    "2019-20-q3": datetime(2020, 1, 1, 0, 0, tzinfo=UTC),
    "2019-20-q4": datetime(2020, 3, 31, 23, 0, tzinfo=UTC),
}
# Days whose night changes the clocks, and a leap day.
NIGHTS = [date(2020, 3, 29), date(2020, 10, 25), date(2020, 2, 29)]


def set_business_moment(moment: datetime) -> None:
    """The business clock shows exactly this. In a test, `now()` stands still: it is when the transaction began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        BusinessClock.objects.update_or_create(id=1, defaults={"offset": moment - cursor.fetchone()[0]})


@pytest.mark.django_db
@pytest.mark.parametrize(("period", "end"), ENDS.items())
def test_f8_a_quarter_ends_at_midnight_in_london(period: str, end: datetime) -> None:
    quarter = Quarter.parse(period)
    for moment, expected in ((end - JUST, quarter), (end, quarter.next())):
        set_business_moment(moment)
        assert business_now() == moment
        assert Quarter.containing(business_today()) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("day", [*NIGHTS, date(2019, 6, 30), date(2019, 12, 31)])
def test_f8_a_collection_is_open_to_the_last_moment_of_its_last_day_and_from_the_first_of_its_first(day: date) -> None:
    first = day - timedelta(days=5)
    collection = Collection.objects.create(period="2018-19-q1", opens_on=first, due_on=day, closes_at=end_of_day(day))
    opens = datetime.combine(first, datetime.min.time(), tzinfo=LONDON)
    closes = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=LONDON)
    for moment, is_open in ((opens - JUST, False), (opens, True), (closes - JUST, True), (closes, False)):
        set_business_moment(moment.astimezone(UTC))
        assert collection.is_open_at(business_now()) is is_open, moment
        assert Collection.objects.open_now().filter(pk=collection.pk).exists() is is_open, moment
        assert Collection.objects.opened().filter(pk=collection.pk).exists() is (moment >= opens), moment


@pytest.mark.django_db
@pytest.mark.parametrize("night", NIGHTS[:2])
def test_f8_a_reminder_of_a_night_of_changing_clocks_comes_once(night: date) -> None:
    """Whatever is due is looked for every five minutes of the 23 or 25 hours of the day; here every half hour."""
    organisation = Organisation.objects.get(slug="mid-cheshire")
    person(Role.EDI_LEAD, organisation, valid_from=date(2019, 1, 1))
    due = night + timedelta(days=7)
    collection = Collection.objects.create(
        period="2019-20-q3", opens_on=night - timedelta(days=20), due_on=due, closes_at=end_of_day(due + timedelta(days=9))
    )
    KpiReturn.objects.create(collection=collection, organisation=organisation)
    moment = datetime.combine(night, datetime.min.time(), tzinfo=LONDON).astimezone(UTC)
    end = datetime.combine(night + timedelta(days=1), datetime.min.time(), tzinfo=LONDON).astimezone(UTC)
    assert (end - moment).seconds // 3600 in {23, 1}
    while moment < end:
        set_business_moment(moment)
        tasks.do_what_is_due()
        moment += timedelta(minutes=30)
    assert Job.objects.filter(kind="notice", payload__kind=f"reminder:before_7@{due:%Y%m%d}").count() == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_f8_a_server_elsewhere_counts_the_same_days(zone: str) -> None:
    asked = """
import django
django.setup()
from datetime import UTC, date, datetime
from django.utils import timezone
from kpis.models.collections import end_of_day
print(timezone.localdate(datetime(2019, 6, 30, 23, 0, tzinfo=UTC)))
print(end_of_day(date(2019, 6, 30)).astimezone(UTC).isoformat())
"""
    environment = os.environ | {
        "TZ": zone,
        "DJANGO_SETTINGS_MODULE": "edi_portal.settings",
        "SECRET_KEY": "only-for-this-question",
    }
    said = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["2019-07-01", "2019-06-30T22:59:59.999999+00:00"]


@pytest.mark.parametrize("day", [date(2020, 1, 20), date(2020, 4, 20), *NIGHTS])
@pytest.mark.parametrize("season", [datetime(2026, 1, 15, tzinfo=LONDON), datetime(2026, 7, 15, tzinfo=LONDON)])
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_the_demonstrations_day_is_that_day_at_every_hour_of_any_season(day: date, season: datetime, hour: int) -> None:
    now = season.replace(hour=hour, minute=30).astimezone(UTC)
    assert (now + offset_to(day, now)).astimezone(LONDON) == datetime(day.year, day.month, day.day, hour, 30, tzinfo=LONDON)
