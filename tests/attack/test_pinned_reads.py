"""A reader is given one release per request, also when another is published while the page is made."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from kpis.models.releases import Release, ReleaseStatus
from kpis.services import releases
from kpis.services.collections import due_organisations
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.attack.scrapers import steady
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.kpis.release_world import closed_collection, people, published, revise, shrink_partnership
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PAGES = (
    "/overview/",
    "/overview/data.csv",
    "/kpis/rep-bme-8v/",
    "/kpis/rep-bme-8v/data.csv",
    "/organisations/countess-of-chester/figures/",
)


@pytest.fixture
def team() -> tuple[User, User, User, User]:
    shrink_partnership()
    return people()


@pytest.fixture
def waiting(team: tuple[User, User, User, User]) -> Release:
    """A published release, and a proposed revision of three organisations' figures."""
    lead, sponsor, one, two = team
    collection = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor)
    published(collection, (one, two))
    for position, organisation in enumerate(due_organisations(collection)[:3]):
        new = {("staff_ethnicity", "clinical.band_8a", "white"): 90 + 10 * position}
        revise(collection, organisation, new, lead=lead, sponsor=sponsor, admin=one)
    return releases.propose_release(release=releases.prepare_release(collection=collection), by=one)


@contextmanager
def published_before_the_figures_are_read(release: Release, admin: User) -> Iterator[list[bool]]:
    """The second admin confirms between two reads of one request: when the first figure is asked for."""
    done: list[bool] = []

    def between(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if "kpis_releasedfigure" in sql and sql.startswith("SELECT") and not done:
            done.append(True)
            releases.publish_release(release=release, by=admin)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        yield done


def read(client: Client, page: str) -> bytes:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return steady(answer)


def test_a_release_published_between_two_reads_of_a_request_is_not_mixed_in(
    waiting: Release, team: tuple[User, User, User, User]
) -> None:
    client, admin = signed_in(person(Role.STEERING_MEMBER)), team[3]
    before = {page: read(client, page) for page in PAGES}
    for page in PAGES:
        with transaction.atomic():
            with published_before_the_figures_are_read(waiting, admin) as done:
                assert client.get(page).content and done, f"{page} reads no figures"
            transaction.set_rollback(True)
        with transaction.atomic():
            with published_before_the_figures_are_read(waiting, admin):
                mixed = read(client, page)
            after = read(client, page)
            transaction.set_rollback(True)
        assert _figures(mixed) == _figures(before[page]), page
        assert after != before[page], f"{page} shows the revision afterwards"


def _figures(content: bytes) -> bytes:
    """What a page says of figures: its footer and its list of releases may name what became of the release meanwhile."""
    return re.sub(rb'(?s)<select[^>]*name="release".*?</select>', b"", content.partition(b'<footer class="edi-foot"')[0])


def test_a_release_keeps_its_address_and_its_bytes_after_it_is_revised(
    waiting: Release, team: tuple[User, User, User, User]
) -> None:
    client = signed_in(person(Role.STEERING_MEMBER))
    pinned = {page: _figures(read(client, f"{page}?release=1")) for page in PAGES}
    releases.publish_release(release=waiting, by=team[3])
    for page in PAGES:
        assert _figures(read(client, f"{page}?release=1")) == pinned[page], page
    footer = client.get(f"{PAGES[0]}?release=1").content.decode().partition('<footer class="edi-foot"')[2]
    assert "revised on" in footer and "release 2" in footer and "/method/disclosure/release/1/" in footer
    footer = client.get(PAGES[0]).content.decode().partition('<footer class="edi-foot"')[2]
    assert "revises" in footer and "?release=1" in footer
    for page in PAGES:
        assert client.get(f"{page}?release=77").status_code == 404


def test_a_pinned_page_keeps_its_bytes_when_an_earlier_period_is_revised() -> None:
    """What is beside the release (series, changes, runs, returns so far) stays as its readers saw it; today's pages move on."""
    due = list(Organisation.objects.filter(kind="acute").order_by("slug")[:3])
    first = _told("2019-20-q1", 1, due, value=40)
    _told("2019-20-q2", 2, due, value=41)
    client = signed_in(person(Role.STEERING_MEMBER))
    organisation = f"/organisations/{due[0].slug}/figures/"
    pages = (
        *(
            "/",
            "/overview/",
            "/overview/data.csv",
            "/overview/data.xlsx",
            "/overview/exceptions/",
            "/overview/completeness/?by=period",
        ),
        *("/kpis/", "/kpis/dq-1/", "/kpis/dq-1/data.csv", "/kpis/dq-1/charts/time.csv", "/kpis/wres-1/"),
        *(organisation, f"{organisation}data.csv"),
    )

    def at_release_2(page: str) -> bytes:
        return read(client, f"{page}{'&' if '?' in page else '?'}release=2")

    pinned = {page: at_release_2(page) for page in pages}
    today = {page: read(client, page) for page in pages}
    Release.objects.filter(pk=first.pk).update(status=ReleaseStatus.SUPERSEDED)
    _told("2019-20-q1", 3, due, value=9, missing=due[:1])
    assert {page for page in pages if at_release_2(page) != pinned[page]} == set()
    moved = {page for page in pages if read(client, page) != today[page]}
    assert {"/overview/exceptions/", "/overview/completeness/?by=period", "/kpis/dq-1/", "/kpis/dq-1/charts/time.csv"} <= moved
    assert {"/kpis/wres-1/", organisation} <= moved


def _told(
    period: str, number: int, due: list[Organisation], *, value: float, missing: list[Organisation] | None = None
) -> Release:
    """A published release in which one figure is everywhere the same and to act on from 40 up."""
    release = published_release(period, number, due, missing=missing or [])
    found = {"value": value, "low": value - 5, "high": value + 5, "verdict": "act" if value >= 40 else "no_difference"}
    write(*(figure(release, "DQ-1", where, **found) for where in due), figure(release, "DQ-1", statistic="pooled", **found))
    if period.endswith("q1"):
        write(figure(release, "WRES-1", statistic="pooled", **found))
    return release
