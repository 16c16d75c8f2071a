"""The map of places: every place on its own square, its share written on it, and the colour of the share as written."""

import pytest

from edi_portal.charts.place_map import PlaceShare, even_steps, place_map, step_of
from edi_portal.charts.tiles import GAP, PLACE_GRID, TILE

PLACES = [PlaceShare(slug, slug.title(), 5.0 * order) for order, slug in enumerate(PLACE_GRID)]


def test_every_place_has_a_square_of_its_own_with_its_name_and_share() -> None:
    drawn = place_map("Share", PLACES)
    tiles = drawn.tiles.tiles
    assert len({(tile.x, tile.y) for tile in tiles}) == len(tiles) == 9
    assert all(abs(one.x - other.x) in {0, TILE + GAP, 2 * (TILE + GAP)} for one in tiles for other in tiles)
    assert {(" ".join(tile.lines), tile.glyph) for tile in tiles} == {(place.name, f"{place.percent:.1f}%") for place in PLACES}
    assert all(f"{place.name} {place.percent:.1f}%" in drawn.label for place in PLACES)
    assert max(tile.x for tile in tiles) + TILE < drawn.tiles.width


def test_the_key_names_the_steps_drawn_and_no_other() -> None:
    drawn = place_map("Share", [PlaceShare("halton", "Halton", 30.3), PlaceShare("elsewhere", "Elsewhere", None)])
    assert [entry.word for entry in drawn.key] == ["20% to under 40%", "No figure"]
    assert {entry.css for entry in drawn.key} == {tile.css for tile in drawn.tiles.tiles}
    assert "Elsewhere no figure" in drawn.label


@pytest.mark.parametrize(("percent", "step"), [(0, 0), (9.94, 0), (9.96, 1), (19.9, 1), (20, 2), (39.97, 3), (100, 3)])
def test_a_share_has_the_colour_of_the_number_that_is_written(percent: float, step: int) -> None:
    assert step_of(percent) == step


@pytest.mark.parametrize(
    ("percents", "steps"),
    [
        ((53.2, 60.4), (52.5, 55.0, 57.5, 60.0)),
        ((15.0, 16.9), (15.0, 15.5, 16.0, 16.5)),
        ((0.0, 99.96), (0.0, 25.0, 50.0, 75.0)),
        ((97.0, 100.0), (96.0, 97.0, 98.0, 99.0)),
        ((100.0,), (98.0, 98.5, 99.0, 99.5)),
        ((), (0.0, 0.5, 1.0, 1.5)),
    ],
)
def test_even_steps_are_round_and_hold_every_share(percents: tuple[float, ...], steps: tuple[float, ...]) -> None:
    shares = [PlaceShare(f"place-{number}", f"Place {number}", percent) for number, percent in enumerate(percents)]
    assert even_steps(shares) == steps
    assert {step_of(percent, steps) for percent in percents} <= set(range(4))


def test_a_small_base_takes_the_decimal_away_from_square_and_step() -> None:
    drawn = place_map("Share", [PlaceShare("halton", "Halton", 59.6, base=400)], steps=(0, 20, 40, 60))
    assert "Halton 60%" in drawn.label and drawn.key[0].word == "60% or more"
