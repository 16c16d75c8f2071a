"""`manage.py verify_releases` by one process and by two: the same lines; changed releases and broken checks are named."""

import re
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kpis.models.releases import Release, ReleasedCount, ReleasedFigure
from kpis.release_content import ReleaseInput, build_content
from kpis.release_content.rows import stored
from kpis.services import release_checks
from kpis.services.release_rows import PLACES, figure_values
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership, unguarded
from tests.kpis.test_release_content import made_from

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def three(transactional_db: None) -> list[Release]:
    """Three published releases of a small partnership."""
    shrink_partnership()
    lead, sponsor, *admins = people()
    quarters = ("2018-19-q4", "2019-20-q1", "2019-20-q2")
    return [published(closed_collection(quarter, lead=lead, sponsor=sponsor), admins) for quarter in quarters]


def said(*arguments: str, **options: Any) -> tuple[list[str], str]:
    """The lines of the command without their seconds, and the error that it ended with."""
    out, error = StringIO(), ""
    try:
        call_command("verify_releases", *arguments, stdout=out, **options)
    except CommandError as refusal:
        error = str(refusal)
    return [re.sub(r", \d+\.\d s$", "", line) for line in out.getvalue().splitlines()], error


def change(table: str, assignment: str, pk: int) -> None:
    with unguarded(table) as cursor:
        cursor.execute(f"UPDATE {table} SET {assignment} WHERE id = %s", [pk])


def test_two_processes_find_what_one_finds(three: list[Release], monkeypatch: pytest.MonkeyPatch) -> None:
    alone, error = said(processes=1)
    assert len(alone) == 3 and error == ""
    assert all("certificates hold, made again byte for byte" in line for line in alone)
    assert said(processes=2) == (alone, "")
    figures, error = said(figures=True, processes=1)
    assert figures == [line.partition(":")[0] + ": figures made again byte for byte" for line in alone] and error == ""
    assert said(figures=True, processes=2) == (figures, "")
    assert said("2", processes=3) == (alone[1:2], ""), "one release, one process"

    figure = ReleasedFigure.objects.filter(release=three[1], value__isnull=False).latest("pk")
    change("kpis_releasedfigure", "value = value + 1", figure.pk)
    wrong = "Release 2, 2019-20 Q1: Its stored figures are not those of its fingerprint."
    for options in ({}, {"figures": True}):
        one, two = said(processes=1, **options), said(processes=2, **options)
        assert one == two and one[0][1].startswith(wrong) and one[1] == "1 of 3 releases have a fault.", one
        assert "byte for byte" in one[0][0] and "byte for byte" not in one[0][1]
    change("kpis_releasedfigure", "value = value - 1", figure.pk)

    given = release_checks.input_of

    def breaking(release: Release) -> ReleaseInput:
        if release.number == 2:
            raise ArithmeticError("13 people")
        return given(release)

    monkeypatch.setattr(release_checks, "input_of", breaking)
    lines, error = said(processes=2)
    assert (lines[0], lines[2]) == (alone[0], alone[2])
    assert lines[1] == "Release 2, 2019-20 Q1: The check broke off: ArithmeticError."
    assert error == "1 of 3 releases have a fault."
    with pytest.raises(ArithmeticError) as raised:
        said(processes=1)
    assert raised.value.__notes__ == ["While Release 2 was checked."]


def test_a_figure_is_compared_as_its_columns_hold_it() -> None:
    row = build_content(made_from()).figures[0]
    thirds: dict[str, Any] = dict.fromkeys(PLACES, stored(Decimal(1) / 3))
    nothing: dict[str, Any] = dict.fromkeys(PLACES)
    for odd in (row, row._replace(**thirds), row._replace(**nothing)):
        assert release_checks._as_stored(odd) == (odd.version_id, *odd.unit, *figure_values(odd))


def test_figures_alone_notice_a_changed_count_and_certificate(three: list[Release]) -> None:
    count = ReleasedCount.objects.filter(release=three[2], status="shown", value__gte=20).latest("pk")
    change("kpis_releasedcount", "value = value + 5", count.pk)
    check = release_checks.check_figures(three[2])
    assert check.certificates is None and "Made again it has another fingerprint." in check.faults
    change("kpis_releasedcount", "value = value - 5", count.pk)
    assert release_checks.check_figures(three[2]).faults == ()
    with unguarded("kpis_releasecertificate") as cursor:
        cursor.execute("UPDATE kpis_releasecertificate SET deltas = deltas - 0 WHERE release_id = %s", [three[2].pk])
    assert release_checks.check_figures(three[2]).faults == ("Made again it has other certificates.",)
