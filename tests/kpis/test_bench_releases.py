"""W1 and W2: what is measured is right before it is measured, and a difference stops the measurement."""

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from kpis.bench import aggregation, growth, releases
from kpis.bench.aggregation import OUTCOMES, UnequalCounts, tally
from kpis.bench.growth import UnequalGrowth, multiplied, unaudited
from kpis.bench.releases import Series, UnequalRelease
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleasedCount, ReleasedFigure, ReleaseStatus
from kpis.models.returns import ReturnValue
from kpis.release_content import build_content
from kpis.release_content.content import content_of
from kpis.release_content.protected_counts import people_tables
from kpis.services.releases import prepare_release
from tests.kpis.release_world import closed_collection, people, shrink_partnership, unguarded
from tests.kpis.test_release_content import made_from


def test_counting_by_arrays_is_counting() -> None:
    random = np.random.default_rng(7)
    unit, outcomes = random.integers(0, 5, 200), random.integers(0, len(OUTCOMES), (200, 3))
    counts = tally(unit, outcomes, 6)
    expected = Counter(
        (int(where), indicator, int(outcome))
        for where, row in zip(unit, outcomes, strict=True)
        for indicator, outcome in enumerate(row)
    )
    assert counts.shape == (6, 3, len(OUTCOMES)) and counts.sum() == 600
    assert all(counts[address] == number for address, number in expected.items())
    assert counts[5].sum() == 0, "a unit without a case has zeros, not what it had before"


@pytest.mark.django_db
def test_the_contest_of_counting_keeps_to_its_queries_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregation, "RUNS", 1)
    found = {result.name: result for result in aggregation.measure()}
    assert found["W1: queries"].value == 3 and found["W1: queries"].holds
    assert found["W1: rows of counts"].value == (338 + sum(aggregation.LEVELS)) * 21
    wrong = tally
    monkeypatch.setattr(aggregation, "tally", lambda unit, outcomes, units: wrong(unit, outcomes, units) + 1)
    with pytest.raises(UnequalCounts):
        aggregation.measure()


def test_more_organisations_are_copies_and_unaudited_tables_are_the_primary_rules_alone() -> None:
    given = made_from()
    grown = multiplied(given, 3)
    assert len({one.slug for one in grown.organisations}) == 3 * len(given.organisations)
    tables = people_tables(grown)
    assert all(proof.certificates == () for proof in unaudited(tables))
    found = growth.measure(given, times=2)
    assert [result.unit for result in found] == ["ms", "ms", "×"]


def test_growth_is_not_measured_when_the_first_organisations_have_other_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    given, others = (
        made_from(),
        made_from(change=lambda slug, quarter, values: values.update({key: Decimal(40) for key in values})),
    )
    monkeypatch.setattr(growth, "multiplied", lambda _, times: multiplied(given if times == 1 else others, times))
    with pytest.raises(UnequalGrowth):
        growth.measure(given, times=2)


def test_series_are_judged_only_when_no_quarter_misses() -> None:
    content = build_content(made_from())
    series = Series()
    for _ in range(3):
        series.add(content)
    whole = sum(row.unit.level == "organisation" and row.value is not None for row in content.figures)
    assert series.judge() == whole > 0
    series.values["one more", "", "org-1"].append(1.0)
    assert series.judge() == whole


@pytest.fixture
def release(reference: None) -> Release:
    """A stored release of a small partnership."""
    shrink_partnership()
    lead, sponsor, *_ = people()
    collection: Collection = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor)
    return prepare_release(collection=collection)


@pytest.mark.django_db
def test_a_rebuild_is_timed_step_by_step_and_writes_nothing(release: Release) -> None:
    before = ReleasedCount.objects.count(), ReleasedFigure.objects.count(), Release.objects.count()
    found, content = releases.rebuild(release)
    steps = found.reading, found.computing, found.audit, found.writing
    assert min(step.clock for step in steps) > 0 and min(step.processor for step in steps) >= 0
    assert found.without_audit == found.reading + found.computing
    assert found.figures == len(content.figures)
    assert (ReleasedCount.objects.count(), ReleasedFigure.objects.count(), Release.objects.count()) == before


@pytest.mark.django_db
def test_a_rebuild_that_differs_from_what_is_stored_stops_the_measurement(release: Release) -> None:
    newest = "SELECT max(id) FROM kpis_releasedfigure WHERE value IS NOT NULL"
    with unguarded("kpis_releasedfigure") as cursor:
        cursor.execute(f"UPDATE kpis_releasedfigure SET value = value + 1 WHERE id = ({newest})")
    assert release.status == ReleaseStatus.PREPARED
    with pytest.raises(UnequalRelease, match="Its stored figures are not those of its fingerprint"):
        releases.rebuild(release)


@pytest.mark.django_db
def test_the_contest_is_measured_on_as_many_cells_as_it_says(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = sum(releases.cells_of([release]).values())
    assert cells == ReturnValue.objects.count() > 0
    monkeypatch.setattr(releases, "TIMES", 1)
    monkeypatch.setattr(releases, "CELLS", 2 * cells + 1)
    found = {result.name: result for result in releases.contest([release])}
    assert found["W2: releases made again by the command"].value == 3
    assert found["W2: their returned cells"].value == 3 * cells and found["W2: their returned cells"].holds
    assert found["W2: processes"].value == 1, "inside the transaction of a test"
    assert 10 < found["W2: most memory of these processes together"].value < 2_000
    with unguarded("kpis_releasedcount") as cursor:
        cursor.execute("UPDATE kpis_releasedcount SET value = value + 5 WHERE status = 'shown' AND value >= 20")
    with pytest.raises(UnequalRelease, match="another fingerprint"):
        releases.contest([release])


def test_the_newest_releases_are_made_again_until_there_are_enough_cells() -> None:
    old, middle, new = (Release(collection_id=key) for key in (1, 2, 3))
    cells = {1: 10, 2: 20, 3: 30}
    assert releases.enough_for(60, [old, middle, new], cells) == [old, middle, new]
    assert releases.enough_for(100, [old, middle, new], cells)[3:] == [new, middle]
    assert releases.enough_for(1_000, [old], {1: 10}) == [old] * 100


def test_the_same_proofs_give_the_same_content_however_often() -> None:
    tables = people_tables(made_from())
    proofs = unaudited(tables)
    assert content_of(tables, proofs).fingerprint == content_of(tables, proofs).fingerprint
