"""The lists and the crowd of `make bench`: what is not right is refused, and the percentile is one that somebody waited for."""

from datetime import date

import pytest

from edi_portal.clock import set_business_day
from edi_portal.gameday.visitor import Answer
from kpis.bench import ramp, released_list
from kpis.bench.pages import WrongPage
from kpis.models.releases import Release
from organisations.models import Organisation
from organisations.roles import Role
from organisations.services.demonstration_accounts import DOMAIN
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import UserFactory, hold


@pytest.fixture
def release(db: None) -> Release:
    """Two figures, and an account of the demonstration that reads them."""
    set_business_day(date(2020, 1, 20))
    hold(UserFactory.create(email=f"{released_list.STEERING}@{DOMAIN}"), Role.STEERING_MEMBER)
    due = list(Organisation.objects.filter(slug__in=["countess-of-chester", "mid-cheshire"]))
    made = published_release("2019-20-q2", 1, due)
    write(*(figure(made, "WRES-2", one, value=1.4, verdict="act", tier="steering") for one in due))
    return made


def test_the_list_is_held_to_the_release_and_its_queries_are_few(release: Release) -> None:
    found = {one.name: one for one in released_list.measure()}
    assert found["API, 2 figures of a release: queries beside signing in"].value <= released_list.LIST_QUERIES
    assert found["Search: queries"].holds


def test_a_list_that_is_not_the_release_is_not_timed(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released_list, "_stored", lambda release: [("WRES-2", "mid-cheshire", 1.5, "act")])
    with pytest.raises(released_list.WrongListError, match="does not hold its figures"):
        released_list.measure()


@pytest.mark.parametrize(("share", "value"), [(50, 2.0), (75, 3.0), (95, 4.0), (100, 4.0), (1, 1.0)])
def test_a_percentile_is_a_time_that_somebody_waited(share: float, value: float) -> None:
    assert ramp.percentile([1.0, 2.0, 3.0, 4.0], share) == value
    assert ramp.percentile([7.0], share) == 7.0


def test_a_page_that_is_not_the_right_one_stops_the_crowd() -> None:
    page = ramp.SIX[0]
    ramp._right(page, Answer(200, 0.1, f"<h1>{page.holds}</h1>"))
    for answer in (Answer(500, 0.1, page.holds), Answer(200, 0.1, "Sign in"), Answer(0, 0.1, "")):
        with pytest.raises(WrongPage):
            ramp._right(page, answer)
    assert len(ramp.SIX) == 6
