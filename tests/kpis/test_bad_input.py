"""Bad input from the file or the return to the page: what is refused, what is left out, and who is told.

The same cases without a database are in test_release_content.py.
"""

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from edi_portal.celery import app
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run
from kpis.catalogue import DefinitionError, load_catalogue
from kpis.models.definitions import Kpi
from kpis.models.releases import Release, ReleasedFigure
from kpis.models.returns import ReturnValue
from kpis.services import definitions as services
from kpis.services import releases
from kpis.services.collections import due_organisations
from organisations.roles import Role
from tests.kpis.factories import close, open_collection, whole_quarter
from tests.kpis.release_world import closed_collection, people, published, shrink_partnership, unguarded
from tests.organisations.factories import person, signed_in

DEFINITIONS = Path(services.__file__).parents[1] / "definitions"
POISONED = {"measure": "staff_ethnicity", "row": "clinical.band_5", "column": "white"}


@pytest.mark.parametrize("file", ["dq-1.toml", "measures/staff_ethnicity.toml"])
def test_a_definition_with_an_unknown_field_is_refused_by_file_and_field(file: str, tmp_path: Path) -> None:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    path = folder / file
    path.write_text(f'colour = "blue"\n{path.read_text()}')
    with pytest.raises(DefinitionError, match="colour") as refusal:
        load_catalogue(folder)
    assert path.name in str(refusal.value)


@pytest.mark.django_db
def test_a_refused_definition_changes_nothing_that_is_loaded(
    reference: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(Kpi.objects.values_list("code", flat=True))
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    (folder / "dq-1.toml").write_text(f'colour = "blue"\n{(folder / "dq-1.toml").read_text()}')
    monkeypatch.setattr(services, "load_catalogue", lambda: load_catalogue(folder))
    with pytest.raises(DefinitionError, match="colour"):
        services.load_catalogue_into_database()
    assert set(Kpi.objects.values_list("code", flat=True)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["NaN", "-1", "1000000000"])
@pytest.mark.security(28)
def test_the_database_takes_no_amount_that_is_no_count(reference: None, amount: str) -> None:
    shrink_partnership()
    lead, sponsor, *_ = people()
    collection = open_collection("2019-20-q2")
    whole_quarter(collection, due_organisations(collection)[:1], lead=lead, sponsor=sponsor)
    change = 'UPDATE kpis_returnvalue SET amount = %s WHERE measure = %s AND "row" = %s AND "column" = %s'
    with (
        unguarded("kpis_returnvalue") as cursor,
        pytest.raises(IntegrityError, match="value_is_a_finite_count"),
        transaction.atomic(),
    ):
        cursor.execute(change, [amount, *POISONED.values()])


@pytest.mark.long
@pytest.mark.django_db
def test_one_poisoned_return_is_left_out_and_named_and_the_other_twenty_nine_aggregate(reference: None) -> None:
    lead, sponsor, *admins = people()
    collection = open_collection("2019-20-q2")
    due = due_organisations(collection)
    assert len(due) == 30
    asked = [one for one in due if one.applicability_class in {"trust", "ccg", "csu"}]
    whole_quarter(collection, due, lead=lead, sponsor=sponsor)
    bad = asked[3]
    with unguarded("kpis_returnvalue"):
        assert ReturnValue.objects.filter(kpi_return__organisation=bad, **POISONED).update(amount=Decimal("90.5")) == 1
    close(collection)
    release = releases.prepare_release(collection=collection)
    own = ReleasedFigure.objects.filter(release=release, kpi__code="DQ-1", component="", level="organisation")
    statuses = dict(own.values_list("organisation__slug", "status"))
    assert statuses.pop(bad.slug) == "not_available"
    assert len(statuses) == 29 and "shown" in statuses.values() and "not_available" not in statuses.values()
    pooled = ReleasedFigure.objects.get(release=release, kpi__code="DQ-1", component="", level="system", statistic="pooled")
    assert (pooled.status, pooled.contributing) == ("shown", len(asked) - 1)
    page = signed_in(person(Role.PORTAL_ADMIN)).get(f"/releases/{release.pk}/publish/").content.decode()
    assert "Left out because it could not be counted" in page
    assert f"{bad.short_name}: Staff in post by band and ethnicity, clinical.band_5/white of 2019-20 Q2" in page
    assert "not a whole number of people" in page and "90.5" not in page


@pytest.mark.django_db
def test_a_period_with_no_returns_is_no_release_and_the_jobs_page_says_why(reference: None) -> None:
    shrink_partnership()
    collection = open_collection("2019-20-q2")
    close(collection)
    app.loader.import_default_modules()
    job = Job.objects.create(kind="prepare_release", key="prepare_release:nobody", payload={"collection": collection.pk})
    assert run(job.pk) is None
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED and not Release.objects.exists()
    page = signed_in(person(Role.PORTAL_ADMIN)).get("/jobs/").content.decode()
    assert "No signed return of 2019-20 Q2 is there yet, so there is nothing to release." in page


@pytest.mark.django_db
def test_nobody_anywhere_but_one_member_of_staff_gives_pages_without_a_number_of_people(reference: None) -> None:
    shrink_partnership()
    lead, sponsor, *admins = people()

    def almost_nobody(position: int, values: dict[tuple[str, str, str], Decimal]) -> None:
        for address in values:
            values[address] = Decimal(0)
        if position == 0:
            values["staff_ethnicity", "clinical.band_7", "bme"] = Decimal(1)

    collection = closed_collection("2019-20-q2", lead=lead, sponsor=sponsor, change=almost_nobody)
    release = published(collection, admins)
    slug = due_organisations(collection)[0].slug
    alone = release.counts.filter(organisation__slug=slug, measure="staff_ethnicity")
    assert alone.exists() and not alone.exclude(value=None).exclude(value=0).exists()
    reader = signed_in(person(Role.STEERING_MEMBER))
    for address in ("/overview/", "/overview/exceptions/", "/kpis/wres-2/", "/kpis/dq-1/", f"/organisations/{slug}/figures/"):
        answer = reader.get(address)
        assert answer.status_code == 200, address
        assert not re.search(r"\b(nan|inf|infinity)\b", answer.content.decode(), re.IGNORECASE), address
