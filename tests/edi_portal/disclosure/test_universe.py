"""What may be released at all, and the table under the primary rules."""

import random

import pytest

from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.protection import HIDDEN, Hidden, Shown
from edi_portal.disclosure.release_table import primary_table, protect_table
from edi_portal.disclosure.universe import (
    CellKey,
    PublishedPart,
    Structure,
    build_universe,
    publishable_types,
    small_organisations,
)

PARTS = (
    PublishedPart("band_5.bme", ("b5/bme",)),
    PublishedPart("band_6.bme", ("b6/bme",)),
    PublishedPart("total.bme", ("b5/bme", "b6/bme"), "group_total"),
    PublishedPart("clinical.bme", ("b6/bme",), "system"),
)
STRUCTURE = Structure(
    types={"a": "acute", "b": "acute", "c": "acute", "d": "ccg", "e": "ccg", "f": "csu", "g": "ambulance"},
    small=frozenset("d"),
)


def figures(organisations="abcdefg"):
    return {(name, cell): 10 + place for place, name in enumerate(organisations) for cell in ("b5/bme", "b6/bme")}


def keys(atoms, parts=PARTS):
    return {cell.key for cell in build_universe(atoms, parts, STRUCTURE, DEFAULT_POLICY)}


def test_small_organisations_give_group_totals_only():
    found = keys(figures())
    assert CellKey("organisation", "d", "total.bme") in found
    assert CellKey("organisation", "d", "band_5.bme") not in found
    assert CellKey("organisation", "e", "band_5.bme") in found


def test_system_parts_exist_at_no_other_level():
    assert {key for key in keys(figures()) if key.part == "clinical.bme"} == {CellKey("system", "", "clinical.bme")}


def test_types_under_three_organisations_are_merged_or_absent():
    units = {key.unit for key in keys(figures()) if key.level == "type"}
    assert units == {"acute", "commissioning"}


def test_p10_a_type_with_two_organisations_is_absent_and_large_ones_are_not_merged():
    types = {name: "ccg" for name in "abc"} | {"d": "csu", "e": "csu", "f": "csu", "g": "ambulance", "h": "ambulance"}
    assert publishable_types(Structure(types=types), "abcdefgh", DEFAULT_POLICY) == {
        "ccg": ("a", "b", "c"),
        "csu": ("d", "e", "f"),
    }
    assert set(publishable_types(Structure(types=types), "abcde", DEFAULT_POLICY)) == {"commissioning"}


def test_nothing_above_organisations_is_released_from_two_returns():
    assert {key.level for key in keys(figures("ab"))} == {"organisation"}


def test_a_part_that_too_few_reported_stays_with_its_organisations():
    atoms = figures() | {("a", "b7/bme"): 40, ("b", "b7/bme"): 40}
    found = keys(atoms, (*PARTS, PublishedPart("band_7.bme", ("b7/bme",))))
    assert {key for key in found if key.part == "band_7.bme"} == {
        CellKey("organisation", "a", "band_7.bme"),
        CellKey("organisation", "b", "band_7.bme"),
    }


def test_tiers():
    universe = {cell.key: cell.tier for cell in build_universe(figures(), PARTS, STRUCTURE, DEFAULT_POLICY)}
    assert universe[CellKey("organisation", "a", "band_5.bme")] == "steering"
    assert universe[CellKey("organisation", "a", "total.bme")] == "board"
    assert universe[CellKey("type", "acute", "band_5.bme")] == "public"
    assert universe[CellKey("system", "", "clinical.bme")] == "public"


def test_totals_are_true_sums_that_are_then_rounded():
    atoms = {(name, "x"): 12 for name in "abc"}
    part = PublishedPart("x", ("x",), "group_total")
    table = protect_table(atoms, build_universe(atoms, [part], STRUCTURE, DEFAULT_POLICY), DEFAULT_POLICY)
    assert table[CellKey("organisation", "a", "x")] == Shown(10)
    assert table[CellKey("system", "", "x")] == Shown(35)  # 36, not three times 10


def test_the_order_of_the_input_does_not_matter():
    atoms = list(figures().items())
    parts = list(PARTS)
    expected = build_universe(dict(atoms), parts, STRUCTURE, DEFAULT_POLICY)
    random.Random(3).shuffle(atoms)
    random.Random(4).shuffle(parts)
    assert build_universe(dict(atoms), parts, STRUCTURE, DEFAULT_POLICY) == expected


def test_faulty_parts_are_refused():
    with pytest.raises(ValueError, match="declared twice"):
        build_universe(figures(), (PARTS[0], PARTS[0]), STRUCTURE, DEFAULT_POLICY)
    with pytest.raises(ValueError, match="is not one of"):
        PublishedPart("x", ("x",), "ward")
    with pytest.raises(ValueError, match="names no cell"):
        PublishedPart("x", ())


def test_small_organisations_by_headcount():
    assert small_organisations({"a": 799, "b": 800}, DEFAULT_POLICY) == {"a"}


def disability(yes, no, unknown):
    atoms = {("a", "b5/yes"): yes, ("a", "b5/no"): no, ("a", "b5/unknown"): unknown}
    parts = [PublishedPart(f"band_5.{group}", (f"b5/{group}",), sensitive=True) for group in ("yes", "no", "unknown")]
    return primary_table(atoms, build_universe(atoms, parts, STRUCTURE, DEFAULT_POLICY), DEFAULT_POLICY)


def test_a_sensitive_row_that_speaks_of_everybody_is_hidden_whole():
    table = disability(0, 18, 0)
    assert set(table.protected().values()) == {HIDDEN}
    assert table.targets() == tuple(sorted(table.universe))


def test_other_sensitive_rows_are_shown():
    assert list(disability(1, 12, 5).protected().values()) == [Shown(10), Hidden(0, 7), Hidden(0, 7)]
    assert list(disability(0, 30, 0).protected().values()) == [Shown(30), Hidden(0, 7), Hidden(0, 7)]


def test_a_reader_who_knows_the_rule_learns_from_rows_left_open():
    narrow = disability(1, 12, 5)
    assert narrow.known_range(CellKey("organisation", "a", "band_5.yes")) == (1, 7)
    wide = disability(0, 30, 0)
    assert wide.known_range(CellKey("organisation", "a", "band_5.yes")) == (0, 7)
    assert [constraint.low for constraint in wide.row_constraints] == [20]


def test_ranges_that_a_reader_knows():
    atoms = {(name, "x"): count for name, count in zip("abcdef", (0, 7, 8, 12, 13, 100), strict=True)}
    part = PublishedPart("x", ("x",), "group_total")
    structure = Structure(types=dict.fromkeys("abcdef", "acute"))
    table = primary_table(atoms, build_universe(atoms, [part], structure, DEFAULT_POLICY), DEFAULT_POLICY)
    ranges = [table.known_range(CellKey("organisation", name, "x")) for name in "abcdef"]
    assert ranges == [(0, 0), (1, 7), (8, 12), (8, 12), (13, 17), (98, 102)]
    hidden = CellKey("organisation", "f", "x")
    assert table.hide(hidden)
    assert not table.hide(hidden)
    assert table.known_range(hidden) == (8, None)
    assert set(table.protected().values()) == {Shown(0), HIDDEN, Shown(10), Shown(15), Shown(140)}
    assert table.withhold(hidden)
    assert table.known_range(hidden) == (0, None)
