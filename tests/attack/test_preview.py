"""The preview's promise to a sponsor: no reader of a release sees more of the return than the preview said."""

from collections.abc import Iterator

import pytest

from kpis.dashboards.preview import tier_page
from kpis.models.releases import ReleasedFigure
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of
from kpis.workflow import Status
from tests.access.world import RELEASED, World, build_world

pytestmark = pytest.mark.django_db
# Which tiers read a figure of each tier.
READ_BY = {"steering": ("steering",), "board": ("steering", "board"), "public": ("steering", "board", "public")}


@pytest.fixture
def world(reference: None) -> Iterator[World]:
    yield build_world()


def test_no_tier_reads_more_of_a_release_than_the_preview_said(world: World) -> None:
    checked = 0
    for organisation in (world.own, world.other):
        kpi_return = KpiReturn.objects.get(organisation=organisation, collection__period=RELEASED, status=Status.SIGNED_OFF)
        content = content_of(kpi_return)
        labels = {
            (kpi.definition.code, item.key): item.label
            for kpi in framework_for(kpi_return.quarter).kpis
            for item in kpi.definition.components
        }
        seen = {
            tier: {(line.code, line.part): line for _, lines in tier_page(content, tier).sections for line in lines}
            for tier in READ_BY
        }
        shown = ReleasedFigure.objects.filter(
            release=world.release, organisation=organisation, level="organisation", status="shown", value__isnull=False
        ).select_related("kpi")
        for figure in shown:
            part = labels.get((figure.kpi.code, figure.component), "")
            for tier in READ_BY[figure.tier]:
                line = seen[tier].get((figure.kpi.code, part))
                assert line is not None and line.is_seen, (organisation.slug, tier, figure.kpi.code, part)
                checked += 1
    assert checked > 20, "the release shows something to hold the preview against"
