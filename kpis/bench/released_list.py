"""Speed of the two lists that are asked for in one piece: all figures of a release by the API, and the search.

The list counts only when every headline of an organisation in the release stands in it, with its stored value and verdict.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.bench import BenchResult, within
from kpis.bench.pages import MOST_MILLISECONDS, MOST_QUERIES, Timed, signed_in, timed
from kpis.models.definitions import Kpi
from kpis.models.releases import Release, ReleasedFigure

LIST_QUERIES, LIST_MILLISECONDS, LIST_PROCESSOR = 5, 50.0, 35.0
LIST: dict[str, str] = {"page_size": "2000", "level": "organisation"}
# Reads most: the steering tier, and of organisations' own KPIs those whose words a reviewer has read.
STEERING = "steering"
WORDS = "interpreter"
# Every request of somebody who is signed in asks these first, whatever it is for.
SIGNING_IN = ("django_session", "organisations_user", "organisations_membership", "mfa_authenticator")


class WrongListError(AssertionError):
    """The list is not what the release says, so its time means nothing."""


def measure() -> list[BenchResult]:
    """The list of the release with most figures, and the search of a member of the steering group."""
    headline = Q(figures__level="organisation", figures__component="")
    release = Release.objects.current().annotate(rows=Count("figures", filter=headline)).order_by("-rows", "-number").first()
    if release is None:
        raise WrongListError("There is no release to list.")
    return [*_list(release), *_search()]


def _list(release: Release) -> list[BenchResult]:
    address = reverse("api:figures", args=[release.number])
    client = signed_in(STEERING)
    found = timed(lambda: client.get(address, LIST))
    rows = found.answer.json()["results"]
    own = set(Kpi.objects.filter(owner__isnull=False).values_list("code", flat=True))
    shared = [row for row in rows if row["value"] is not None and row["kpi"] not in own]
    told = sorted((row["kpi"], row["organisation"], row["value"], row["verdict"]) for row in shared)
    if not told or told != _stored(release):
        raise WrongListError(f"The list of release {release.number} does not hold its figures.")
    name = f"API, {len(rows):,} figures of a release"
    return [
        within(f"{name}: queries beside signing in", _own_queries(client, address), "", LIST_QUERIES),
        *_times(name, found, LIST_MILLISECONDS, LIST_PROCESSOR),
    ]


def _own_queries(client: Client, address: str) -> int:
    """Queries of a second request, without those that say who is asking."""
    client.get(address, LIST)
    with CaptureQueriesContext(connection) as captured:
        client.get(address, LIST)
    return sum(not any(f'FROM "{table}"' in one["sql"] for table in SIGNING_IN) for one in captured.captured_queries)


def _stored(release: Release) -> list[tuple[str, str, float, str]]:
    rows = ReleasedFigure.objects.filter(release=release, level="organisation", component="", value__isnull=False)
    shared = rows.filter(kpi__owner__isnull=True).values_list("kpi__code", "organisation__slug", "value", "verdict")
    return sorted((code, slug, float(value or 0), verdict) for code, slug, value, verdict in shared)


def _search() -> list[BenchResult]:
    client = signed_in(STEERING)
    found = timed(lambda: client.get("/search/", {"q": WORDS}))
    page = found.answer.content.decode()
    if found.answer.status_code != 200 or "/kpis/pat-2/" not in page:
        raise WrongListError(f"The search for “{WORDS}” does not lead to the KPI that asks for them.")
    return [within("Search: queries", found.queries, "", MOST_QUERIES), *_times("Search", found, MOST_MILLISECONDS)]


def _times(name: str, found: Timed, most: float, most_processor: float | None = None) -> list[BenchResult]:
    processor = f"{name}: of which processor"
    return [
        within(f"{name}: median", found.milliseconds, "ms", most),
        BenchResult(
            processor, found.processor, "ms", most_processor, most_processor is None or found.processor <= most_processor
        ),
    ]
