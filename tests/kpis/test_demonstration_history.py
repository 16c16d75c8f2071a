"""The newest release of the demonstration is made first and told afterwards what the older ones say of change over time."""

from typing import Any

import pytest

from edi_portal.exceptions import InvalidTransition
from kpis.demonstration.history import add_history
from kpis.models.releases import Release, ReleasedCount, ReleasedFigure
from kpis.services.release_checks import check_release
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def newest(settings: Any) -> Release:
    """A release of the second quarter that was published before that of the first."""
    settings.DEMONSTRATION = True
    shrink_partnership()
    lead, sponsor, *admins = people()
    first = closed_collection("2019-20-q1", lead=lead, sponsor=sponsor)
    second = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor)
    release = published(second, admins)
    published(first, admins)
    return Release.objects.select_related("collection").get(pk=release.pk)


def counts_of(release: Release) -> set[tuple[Any, ...]]:
    return set(ReleasedCount.objects.filter(release=release).values_list("measure", "part", "source", "status", "value"))


def values_of(release: Release) -> set[tuple[Any, ...]]:
    figures = ReleasedFigure.objects.filter(release=release)
    return set(figures.values_list("kpi", "component", "organisation", "value", "verdict"))


def most_points(release: Release) -> int:
    return max(ReleasedFigure.objects.filter(release=release, time_points__isnull=False).values_list("time_points", flat=True))


def test_it_learns_what_the_older_ones_say_and_its_counts_stay(newest: Release) -> None:
    counts = set(ReleasedCount.objects.filter(release=newest).values_list("measure", "part", "source", "status", "value"))
    values = set(
        ReleasedFigure.objects.filter(release=newest).values_list("kpi", "component", "organisation", "value", "verdict")
    )
    assert most_points(newest) == 1
    assert add_history(newest)
    told = Release.objects.select_related("collection").get(pk=newest.pk)
    assert most_points(told) == 2 and told.fingerprint != newest.fingerprint
    assert (counts_of(told), values_of(told)) == (counts, values)
    assert check_release(told).faults == ()
    assert not add_history(told)


def test_a_release_of_real_returns_is_never_told(newest: Release) -> None:
    Release.objects.filter(pk=newest.pk).update(synthetic=False)
    with pytest.raises(InvalidTransition):
        add_history(Release.objects.get(pk=newest.pk))


def test_the_guards_stand_again_afterwards(newest: Release) -> None:
    add_history(newest)
    figure = ReleasedFigure.objects.filter(release=newest).first()
    assert figure is not None
    with pytest.raises(Exception, match="does not change"):
        ReleasedFigure.objects.filter(pk=figure.pk).update(verdict="better")
