"""The public compendium: without sign-in, with and without a release, by words and workstream, citable, in few queries."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.clock import business_today
from kpis.dashboards import kinds
from kpis.models.published import PublishedFigure
from kpis.models.releases import Release
from kpis.services.published import load_published
from organisations.models import Organisation, OrganisationPlace, Place
from steering.models.compliance import ComplianceRecord
from tests.kpis.dashboard_factories import figure, published_release, write

pytestmark = pytest.mark.django_db


def text_of(name: str, *parts: str, **query: Any) -> str:
    answer = Client().get(reverse(f"compendium:{name}", args=parts), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def due(reference: None) -> list[Organisation]:
    return list(Organisation.objects.filter(footprint_memberships__isnull=False, kind="acute").distinct().order_by("slug")[:3])


@pytest.fixture
def releases(due: list[Organisation]) -> list[Release]:
    made = [published_release(period, number, due) for number, period in ((1, "2019-20-q1"), (2, "2019-20-q2"))]
    for one, value in zip(made, (11.0, 22.0), strict=True):
        write(figure(one, "DQ-1", value=value, statistic="pooled", numerator=value * 10, denominator=1000))
        write(figure(one, "GPG-1", due[0], value=value + 5))
    return made


def test_before_the_first_release_meanings_are_there_and_figures_are_not(reference: None) -> None:
    page = text_of("list")
    assert "61 equality metrics" in page and "No release has been published yet" in page
    one = text_of("detail", "wres-2")
    assert "No release has been published yet." in one and "Version 1" in one and "How to read this" in one
    for name in ("data-csv", "data-xlsx"):
        assert Client().get(reverse(f"compendium:{name}", args=["wres-2"])).status_code == 404
    assert "No release has been published yet" in Client().get(reverse("open-data:list")).content.decode()
    assert Client().get(reverse("open-data:all")).status_code == 404


def test_the_list_is_narrowed_by_words_and_workstream(releases: list[Release]) -> None:
    assert "WRES-2" in text_of("list", q="appointed shortlisting") and "PAT-1" not in text_of("list", q="appointed shortlisting")
    assert "No metric matches." in text_of("list", q="zebra")
    narrowed = text_of("list", workstream="staff-networks")
    assert "NET-1" in narrowed and "WRES-2" not in narrowed


def test_an_address_with_a_release_keeps_its_figures_and_is_what_is_cited(releases: list[Release]) -> None:
    newest, first = text_of("detail", "dq-1"), text_of("detail", "dq-1", release=1)
    assert "22.0%" in newest and "11.0%" in first and "22.0%" not in first
    assert "Cite this as" in newest and "/compendium/dq-1/?release=2" in newest and "/compendium/dq-1/?release=1" in first
    assert Client().get(reverse("compendium:detail", args=["dq-1"]), {"release": 3}).status_code == 404
    assert Client().get(reverse("compendium:detail", args=["no-such"])).status_code == 404


def test_without_a_release_the_newest_in_which_the_metric_was_due_is_shown(due: list[Organisation]) -> None:
    for number, period in ((1, "2018-19-q4"), (2, "2019-20-q1")):
        write(figure(published_release(period, number, due), "DQ-1", value=9.0, statistic="pooled"))
    write(figure(Release.objects.get(number=1), "GPG-1", value=17.5, statistic="median", contributing=3))
    assert "17.5%" in text_of("detail", "gpg-1") and "release 1" in text_of("detail", "gpg-1")
    assert "17.5%" in text_of("list")
    assert "This release has no public figure" in text_of("detail", "gpg-1", release=2)


def test_a_break_between_the_years_of_a_yearly_metric_stands_before_the_next_year(due: list[Organisation]) -> None:
    told = [["2018-19-q1", "merger", "April 2018: taken over"], ["2015-16-q1", "merger", "Long before"]]
    for number, period in ((1, "2017-18-q4"), (2, "2018-19-q4")):
        detail = {"time_detail": json.dumps({"breaks": told})}
        write(figure(published_release(period, number, due), "GPG-1", value=20.0 + number, statistic="median", **detail))
    page = text_of("detail", "gpg-1")
    assert "April 2018: taken over" in page and "Long before" not in page


def test_a_crowd_is_shown_one_kind_at_a_time_with_the_way_to_the_others(reference: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MOST_TOGETHER", 2)
    members = Organisation.objects.filter(footprint_memberships__isnull=False).distinct().order_by("slug")
    acute, ccg = (list(members.filter(kind=kind)[:2]) for kind in ("acute", "ccg"))
    made = published_release("2018-19-q4", 1, [*acute, *ccg])
    write(*(figure(made, "GPG-1", one, value=20.0) for one in (*acute, *ccg)))
    first, second = text_of("detail", "gpg-1"), text_of("detail", "gpg-1", release=1, kind="ccg")
    assert "?release=1&amp;kind=ccg" in first
    for page, shown, hidden in ((first, acute, ccg), (second, ccg, acute)):
        assert all(f"/compendium/organisations/{one.slug}/" in page for one in shown)
        assert not any(f"/compendium/organisations/{one.slug}/" in page for one in hidden)


def test_pages_may_be_kept_for_minutes_and_lead_nobody_to_the_sign_in(releases: list[Release]) -> None:
    answer = Client().get(reverse("compendium:detail", args=["gpg-1"]))
    assert answer.headers["Cache-Control"] == "public, max-age=300" and "Cookie" in answer.headers["Vary"]
    assert not answer.cookies
    page = answer.content.decode()
    assert 'href="/kpis/' not in page and 'href="/organisations/' not in page
    assert len(answer.content) < 200_000
    assert reverse("compendium:list") in Client().get(reverse("account_login")).content.decode()


def test_an_organisation_has_its_documents_its_public_figures_and_what_was_published(
    releases: list[Release], due: list[Organisation]
) -> None:
    load_published()
    today = business_today()
    about = {"organisation": due[0], "due_on": today, "published_on": today}
    ComplianceRecord.objects.create(duty="wres", link="https://example.invalid/wres", on_public_page=True, **about)
    ComplianceRecord.objects.create(duty="wdes", link="https://example.invalid/wdes", **about)
    page = text_of("organisation", due[0].slug)
    assert "1 document published" in page and "https://example.invalid/wres" in page
    assert "https://example.invalid/wdes" not in page, "what the organisation did not choose"
    assert "27.0%" in page and reverse("published:organisation", args=[due[0].slug]) in page
    newest = PublishedFigure.objects.filter(organisation=due[0], indicator="gpg-mean", reporting_unit="").latest("year")
    assert f"{newest.value:.1f}%".replace("-", "−") in page and newest.source.licence in page
    assert Client().get(reverse("compendium:organisation", args=["nowhere"])).status_code == 404


def test_public_pages_say_whom_to_tell_what_one_thinks(releases: list[Release], due: list[Organisation]) -> None:
    OrganisationPlace.objects.create(organisation=due[0], place=Place.objects.get(slug="liverpool"))
    assert 'href="https://healthwatchliverpool.co.uk"' in text_of("organisation", due[0].slug)
    for page in (text_of("organisation", due[1].slug), text_of("detail", "gpg-1")):
        assert "Tell Healthwatch what you think" in page and "list of local Healthwatch" in page


def test_published_figures_stand_apart_with_their_source(releases: list[Release]) -> None:
    load_published()
    page = text_of("detail", "gpg-1")
    assert "Published by NHS bodies themselves" in page and "Open Government Licence" in page
    released, apart = page.split('id="elsewhere"')
    assert "gpg-mean" not in released and reverse("published:detail", args=["gpg-mean"]) in apart


@pytest.mark.parametrize("name", ["list", "detail", "organisation"])
def test_few_queries(releases: list[Release], due: list[Organisation], name: str) -> None:
    load_published()
    part = {"list": [], "detail": ["gpg-1"], "organisation": [due[0].slug]}[name]
    text_of(name, *part)
    with CaptureQueriesContext(connection) as queries:
        text_of(name, *part)
    assert len(queries) <= 25
