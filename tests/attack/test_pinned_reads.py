"""A reader is given one release per request, also when another is published while the page is made."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from kpis.models.releases import Release
from kpis.services import releases
from kpis.services.collections import due_organisations
from organisations.models import User
from organisations.roles import Role
from tests.attack.scrapers import steady
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
