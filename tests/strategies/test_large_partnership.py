"""Pages of promises and of those who do the work, at 30 organisations and at 300: as many queries, and no page too large."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.reviews.services import note_published
from organisations.models import Organisation
from organisations.roles import Role
from strategies.models import Objective, StrategyDocument
from strategies.selectors.framework import themes_in_force
from tests.kpis.test_dashboards_budgets import MOST_BYTES, MOST_QUERIES, enlarge, full_release
from tests.organisations.factories import person, signed_in
from workforce.models import StaffNetwork

pytestmark = pytest.mark.django_db

PAGES = (
    "/strategies/",
    "/strategies/coverage/",
    "/strategies/overlaps/",
    "/strategies/compare/?organisation=countess-of-chester",
    "/strategies/countess-of-chester/",
    "/networks/",
    "/networks/start/",
    "/edi-posts/",
    "/toolkit/",
    "/toolkit/steps/",
    "/interviews/themes/",
    "/kpis/capability/",
    "/kpis/representation/",
    "/operating-model/system/",
)
WORDS = ("access", "careers", "leadership", "staff", "patients", "bullying", "interpreters", "data", "carers", "recruitment")


def promise(organisations: list[Organisation]) -> None:
    """Of each a strategy with three objectives and a staff network, read by everybody."""
    themes = [theme.key for theme in themes_in_force()]
    documents = StrategyDocument.objects.bulk_create(
        StrategyDocument(
            organisation=one,
            slug=f"{one.slug}-large",
            kind="strategy",
            title=f"Equality strategy of {one.short_name}",
            starts_on=date(2019, 4, 1),
            approved_on=date(2019, 3, 1),
            approved_by="The board",
            is_shared=True,
        )
        for one in organisations
    )
    lines = Objective.objects.bulk_create(
        Objective(
            document=document,
            number=number + 1,
            text=f"Better {WORDS[(place + number) % 10]} and {WORDS[(place * 3 + number) % 10]} for {WORDS[place % 7]} {place}",
            themes=[themes[(place + number) % len(themes)]] if number else [],
        )
        for place, document in enumerate(documents)
        for number in range(3)
    )
    networks = StaffNetwork.objects.bulk_create(
        StaffNetwork(
            organisation=one,
            slug=f"{one.slug}-large",
            name=f"Network {place}",
            characteristics=[("race", "disability", "sexual_orientation")[place % 3]],
            purpose="Hears colleagues.",
            is_shared=True,
        )
        for place, one in enumerate(organisations)
    )
    for row in (*documents, *lines, *networks):
        owner = (row.document if isinstance(row, Objective) else row).organisation
        note_published(rows=[(row, row.texts_to_review())], organisation=owner, source="https://trust.invalid/")


def costs(client: Client) -> dict[str, tuple[int, int]]:
    """Queries and bytes of each page, the second time it is asked for."""
    found = {}
    for address in PAGES:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = (len(captured), len(answer.content))
    return found


@pytest.mark.long
def test_pages_cost_as_many_queries_at_300_organisations_as_at_30() -> None:
    set_business_day(date(2020, 1, 20))
    readers = [signed_in(person(Role.STEERING_MEMBER))]
    readers.append(signed_in(person(Role.EDI_LEAD, Organisation.objects.get(slug="countess-of-chester"))))
    full_release("2019-20-q2", 14)
    promise(list(Organisation.objects.in_footprint(date(2020, 1, 20))))
    small = [costs(client) for client in readers]
    enlarge(270)
    promise(list(Organisation.objects.filter(slug__startswith="further-")))
    large = [costs(client) for client in readers]
    for few, many in zip(small, large, strict=True):
        assert {page: queries for page, (queries, _) in few.items()} == {page: queries for page, (queries, _) in many.items()}
        assert max(queries for queries, _ in many.values()) <= MOST_QUERIES, many
        assert max(size for _, size in few.values()) <= MOST_BYTES, few
        assert max(size for _, size in many.values()) <= MOST_BYTES, many
