"""The measurements: the table's shape, the file, limits that hold or not, and a scratch database that leaves nothing behind."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from edi_portal.bench import BenchResult, within
from edi_portal.bench.report import failures, number_text, table, write_json
from edi_portal.celery import app
from edi_portal.clock import set_business_day
from kpis.bench import crowd, pages
from kpis.bench.pages import Measured, Page, WrongPage
from kpis.bench.scratch import demonstration_settings, scratch_database
from kpis.management.commands import bench
from kpis.models.definitions import Kpi
from organisations.models import FootprintMembership, Organisation, PeerGroupMembership
from organisations.services.demonstration_accounts import make_demonstration_accounts

RESULTS = [
    within("Overview: median", 43.21, "ms", 100),
    within("Overview: HTML", 250.0, "kB", 200),
    BenchResult("Rebuild", 0.0123, "s", None, True),
]


def test_the_table_has_four_columns_and_says_what_does_not_hold() -> None:
    lines = table(RESULTS).splitlines()
    assert lines[0].split() == ["What", "Measured", "At", "most", "Holds"]
    assert lines[1].split() == ["Overview:", "median", "43.2", "ms", "100", "ms", "yes"]
    assert lines[2].split() == ["Overview:", "HTML", "250", "kB", "200", "kB", "no"]
    assert lines[3].split() == ["Rebuild", "0.0123", "s"]
    assert len({line.index("ms") for line in lines[1:2]} | {lines[2].index("kB")}) == 1
    assert failures(RESULTS) == [RESULTS[1]]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0123, "0.0123"), (0.5, "0.500"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234"), (25, "25")],
)
def test_numbers_show_three_digits_that_count(value: float, text: str) -> None:
    assert number_text(value) == text


def test_the_file_lists_the_results(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bench.json"
    write_json(RESULTS, path)
    kept = json.loads(path.read_text())
    assert kept[0] == {"name": "Overview: median", "value": 43.21, "unit": "ms", "limit": 100, "holds": True}
    assert [row["holds"] for row in kept] == [True, False, True]


def test_the_command_fails_for_a_broken_limit_only_when_strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.start_up, "measure", lambda: RESULTS)
    file = tmp_path / "bench.json"
    call_command("bench", only=["start"], output=file)
    assert len(json.loads(file.read_text())) == 3
    with pytest.raises(CommandError, match="does not hold"):
        call_command("bench", only=["start"], output=file, strict=True)


def test_limits_of_pages_hold_at_the_smaller_number_and_queries_must_not_grow() -> None:
    page = Page("Overview", "steering", "/overview/", "")
    few, many = Measured(page, 13, 57.7, 80.0, 60.0), Measured(page, 14, 300.0, 300.0, 200.0)
    found = {result.name: result for result in pages.results([few], [many], (30, 300))}
    assert found["Overview: queries, 30 organisations"].holds
    assert not found["Overview: queries more, 300 organisations"].holds
    assert found["Overview: HTML, 300 organisations"].limit is None
    assert found["Overview: median, 30 organisations"].holds
    slow = pages.results([Measured(page, 26, 201.0, 101.0, 50.0)], [few], (30, 300))
    assert [result.holds for result in slow if result.limit] == [False, False, False]


@pytest.mark.django_db
def test_a_page_is_measured_only_when_it_is_the_right_one(reference: None) -> None:
    make_demonstration_accounts()
    found = pages.measure_page(Page("Help", "steering", "/help/", "<h1"), runs=1)
    assert 0 < found.queries <= pages.MOST_QUERIES
    assert found.kilobytes > 1 and found.milliseconds > 0
    with pytest.raises(WrongPage, match="answered 404"):
        pages.measure_page(Page("Help", "steering", "/no-such-page/", "<h1"), runs=1)
    with pytest.raises(WrongPage, match="without"):
        pages.measure_page(Page("Help", "steering", "/help/", "not on this page"), runs=1)


@pytest.mark.django_db
def test_copies_of_organisations_are_members_and_peers_like_their_originals(reference: None) -> None:
    set_business_day(None)
    before = Organisation.objects.ever_in_footprint().count()
    members, peers = FootprintMembership.objects.count(), PeerGroupMembership.objects.count()
    crowd.copy_organisations(3)
    assert Organisation.objects.ever_in_footprint().count() == 3 * before
    assert FootprintMembership.objects.count() == 3 * members
    copied = PeerGroupMembership.objects.filter(organisation__slug__endswith="-1")
    assert {(row.group, row.valid_from) for row in copied} <= set(PeerGroupMembership.objects.values_list("group", "valid_from"))
    assert PeerGroupMembership.objects.count() > peers


@pytest.mark.django_db(transaction=True)
def test_the_scratch_database_comes_and_goes() -> None:
    given = connection.settings_dict["NAME"]
    with pytest.raises(WrongPage), scratch_database() as scratch:
        assert scratch == connection.settings_dict["NAME"] != given
        assert connection.introspection.table_names() == []
        raise WrongPage
    assert connection.settings_dict["NAME"] == given
    assert Kpi._meta.db_table in connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [scratch])
        assert cursor.fetchone() == (0,)


def test_the_settings_are_those_of_the_demonstration_and_no_worker_hears_of_it() -> None:
    broker, given = app.conf.broker_url, settings.DEMONSTRATION
    with demonstration_settings():
        assert settings.DEMONSTRATION and not settings.SECURE_SSL_REDIRECT
        assert app.conf.broker_url == "memory://"
    assert app.conf.broker_url == broker and settings.DEMONSTRATION is given
