"""Who reaches senior bands: released counts only, cut by tier, beside all staff and the population served."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.selectors.population import populations
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

CHESTER = "countess-of-chester"


def counts(part: tuple[int, int], whole: tuple[int, int]) -> dict[str, object]:
    """The released counts behind a gap of shares, with the gap itself."""
    value = round(part[0] / part[1] * 100 - whole[0] / whole[1] * 100, 4)
    names = ("numerator", "denominator", "reference_numerator", "reference_denominator")
    return {"value": value, **dict(zip(names, (*part, *whole), strict=True))}


@pytest.fixture
def chester() -> Organisation:
    """A trust in a release with all its bands, in one where its top is withheld; the system has single bands."""
    trust = Organisation.objects.get(slug=CHESTER)
    first = published_release("2019-20-q1", 13, [trust])
    release = published_release("2019-20-q2", 14, [trust])
    steering = {"tier": "steering"}
    whole = (400, 4000)
    write(
        figure(first, "WRES-1", trust, component="cluster_5", **counts((200, 1000), whole), **steering),
        figure(first, "WRES-1", trust, component="cluster_6_7", **counts((100, 1000), whole), **steering),
        figure(first, "WRES-1", trust, component="cluster_8a_8b", **counts((10, 200), whole), **steering),
        figure(first, "WRES-1", trust, component="cluster_8c_vsm", verdict="withheld", **steering),
        figure(release, "REP-BME-67", trust, **counts((100, 1000), whole), **steering),
        figure(release, "REP-BME-8V", trust, verdict="act", **counts((15, 250), whole), **steering),
        figure(release, "REP-BME-67", statistic="pooled", component="band_7", **counts((800, 10000), (9000, 90000))),
        figure(release, "REP-BME-8V", statistic="pooled", component="band_8a", **counts((200, 5000), (9000, 90000))),
        figure(release, "REP-BME-8V", statistic="pooled", **counts((300, 8000), (9000, 90000))),
        figure(release, "REP-DIS-8V", trust, verdict="withheld", **steering),
    )
    return trust


def test_an_organisation_beside_its_workforce_and_its_catchment(chester: Organisation) -> None:
    page = signed_in(person(Role.STEERING_MEMBER)).get(reverse("kpis:representation"), {"organisation": CHESTER})
    text = page.content.decode()
    assert "6% of staff in bands 8a to VSM are BME, against 10.0% of all staff" in text
    assert "about 10 more BME people" in text  # 10% of 250 is 25
    assert "The largest step down is from band 5 (20.0%) to bands 6 and 7 (10.0%)" in text
    assert "of all ages" in text and "hospitals&#x27; catchment" in text
    served = populations().of(chester.pk)
    assert served is not None and 4 < served.bme_percent < 8


def test_a_withheld_band_has_no_share_in_page_or_file(chester: Organisation) -> None:
    client = signed_in(person(Role.STEERING_MEMBER))
    answer = client.get(reverse("kpis:representation-csv"), {"organisation": CHESTER})
    rows = {row["Band"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows["Bands 8c to VSM"]["Share"] == "[c]" and rows["Bands 8c to VSM"]["For parity with all staff"] == "\u2013"
    assert rows["Bands 8a and 8b"]["Share"] == "5%" and rows["Bands 8a and 8b"]["Day"] == "31 March 2019"
    text = client.get(reverse("kpis:representation"), {"organisation": CHESTER, "group": "disabled"}).content.decode()
    assert "Disabled staff in senior bands: no figure for" in text


def test_a_board_member_reads_the_system_alone_in_few_queries(chester: Organisation) -> None:
    client = signed_in(person(Role.BOARD_MEMBER))
    address = reverse("kpis:representation")
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        text = client.get(address, {"organisation": CHESTER}).content.decode()
    assert len(queries) <= 25
    assert "The largest step down is from band 7 (8.0%) to band 8a (4.0%)" in text
    assert "Your role reads no figures of single organisations" in text and chester.short_name not in text
    content = client.get(reverse("kpis:representation-csv")).content.decode()
    assert chester.short_name not in content and "C&M" in content


def test_who_is_served_where_there_is_no_catchment() -> None:
    served = populations()
    footprint = served.footprint
    assert footprint is not None and round(footprint.bme_percent, 1) == 7 and round(footprint.disabled_percent, 1) == 20.5
    ambulance = Organisation.objects.get(codes__code="RX7")
    assert served.of(ambulance.pk) is footprint
    knowsley = Organisation.objects.get(codes__code="01J")
    assert "Knowsley" in served.of(knowsley.pk).words
