"""For each KPI the released cells it is computed from, or why its figure stays with its owner."""

from pathlib import Path

import pytest

from edi_portal.periods import Quarter
from kpis.catalogue import load_catalogue
from kpis.release_content import build_content
from kpis.release_content.inputs import needed_counts
from kpis.release_content.sources import OWNER_ONLY, as_markdown, sources_of
from tests.kpis.test_release_content import framework, made_from

PAGE = Path(__file__).parents[2] / "docs" / "released-cells.md"
CATALOGUE = load_catalogue()


def test_the_page_is_that_of_the_definitions() -> None:
    assert PAGE.read_text() == as_markdown(CATALOGUE.kpis.values(), CATALOGUE.measures), "run manage.py released_cells"


@pytest.mark.parametrize("code", sorted(CATALOGUE.kpis))
def test_every_kpi_is_computed_from_released_cells_or_says_why_not(code: str) -> None:
    kpi = CATALOGUE.kpis[code]
    for source in sources_of(kpi, CATALOGUE.measures):
        assert source.parts
        assert not source.owner_only or set(source.owner_only.split("; ")) & set(OWNER_ONLY.values())
    due = {number for component in (None, *(item.key for item in kpi.components)) for number in kpi.quarters_of(component)}
    for number in due:
        quarter = Quarter(2019, number)
        needed = {f"{one.variant.measure}/{part}" for one in needed_counts(framework(code), quarter) for part in one.parts}
        listed = {part.partition(" (")[0] for source in sources_of(kpi, CATALOGUE.measures) for part in source.parts}
        assert needed <= listed, "a release publishes a part that the page does not list"


@pytest.mark.parametrize("code", ["DQ-1", "WRES-2", "NET-3", "CAP-2", "DQ-3"])
def test_what_is_the_owners_alone_is_in_no_release(code: str) -> None:
    content = build_content(made_from(code))
    sources = {source.component: source for source in sources_of(CATALOGUE.kpis[code], CATALOGUE.measures)}
    own = [row for row in content.figures if row.statistic == "own" and row.value is not None]
    assert {row.component for row in own} <= {name for name, source in sources.items() if not source.owner_only}
    assert bool(own) or all(source.owner_only for source in sources.values())
