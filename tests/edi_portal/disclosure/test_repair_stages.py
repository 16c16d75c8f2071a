"""The stages of repair, one by one: what each hides or withholds, in which order, and which are kept when they did not help."""

import pytest

from edi_portal.disclosure.ledger import TargetKey
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.release_table import ReleaseTable, primary_table
from edi_portal.disclosure.repair import _stages
from edi_portal.disclosure.universe import CellKey, PublishedPart, Structure, build_universe

# Organisation b has small numbers; "pair" is the sum of "small" and "first", "total" of all four.
COUNTS = {"small": 3, "first": 20, "second": 21, "large": 90}
PARTS = (
    *(PublishedPart(name, (name,)) for name in COUNTS),
    PublishedPart("pair", ("small", "first")),
    PublishedPart("total", tuple(COUNTS), "group_total"),
)


def table() -> ReleaseTable:
    atoms = {(name, cell): count + (0 if name == "b" else 20) for name in "abc" for cell, count in COUNTS.items()}
    universe = build_universe(atoms, PARTS, Structure(dict.fromkeys("abc", "acute")), DEFAULT_POLICY)
    return primary_table(atoms, universe, DEFAULT_POLICY)


def stages_of(level: str, unit: str, part: str) -> list[tuple[bool, str]]:
    """Of each stage by itself: whether it is kept, and what it changes, as "unit: hidden cells / withheld cells"."""
    key = TargetKey("", CellKey(level, unit, part))
    return [(kept, changes_of(key, number)) for number, (kept, _) in enumerate(_stages(table(), key, ()))]


def changes_of(key: TargetKey, number: int) -> str:
    fresh = table()
    before = dict(fresh.treatments)
    changed = _stages(fresh, key, ())[number][1]()
    found = [f"{cell.unit or 'all'}.{cell.part} {now}" for cell, now in fresh.treatments.items() if before[cell] != now]
    assert changed == bool(found)
    return ", ".join(found)


def withheld(unit: str, parts: str) -> str:
    return ", ".join(f"{unit}.{part} withheld" for part in parts.split())


def test_an_organisation_s_cell_gets_a_little_cover_first_and_keeps_only_what_is_left_when_that_did_not_help():
    assert stages_of("organisation", "b", "small") == [
        (False, "b.first secondary"),
        (False, "acute.small secondary"),
        (False, "b.first secondary, acute.small secondary"),
        (False, "b.first secondary"),
        (True, withheld("b", "first small")),
        (True, withheld("b", "first large pair second small")),
        (True, withheld("b", "first large pair second small total")),
        (True, withheld("acute", "pair small total")),
        (True, withheld("all", "pair small total")),
        (True, withheld("acute", "first pair small total")),
        (True, withheld("all", "first pair small total")),
    ]


def test_the_line_of_a_total_is_what_it_contains():
    everything = "first large pair second small total"
    assert stages_of("organisation", "b", "total") == [
        (False, "b.first secondary"),
        (False, "acute.total secondary"),
        (False, "b.first secondary, acute.total secondary"),
        (False, "b.first secondary, b.second secondary"),
        (True, withheld("b", "first large pair second small")),
        (True, withheld("b", "first large pair second small")),
        (True, withheld("b", everything)),
        (True, withheld("acute", everything)),
        (True, withheld("all", everything)),
        (True, withheld("acute", everything)),
        (True, withheld("all", everything)),
    ]


def test_a_type_s_cell_is_withheld_then_its_line_then_all_of_the_type():
    assert stages_of("type", "acute", "small") == [
        (False, withheld("acute", "small")),
        (True, withheld("acute", "first small")),
        (True, withheld("acute", "first large pair second small total")),
    ]


@pytest.mark.parametrize(
    ("level", "unit", "expected"),
    [
        ("type", "gone", ["", "", ""]),
        (
            "organisation",
            "gone",
            ["", "acute.small secondary", "acute.small secondary", "", "", "", "", withheld("acute", "small")]
            + [withheld("all", "small"), "", ""],
        ),
    ],
)
def test_a_cell_of_an_earlier_release_alone_is_covered_by_what_adds_it_up_now(level: str, unit: str, expected: list[str]):
    assert [change for _, change in stages_of(level, unit, "small")] == expected


def test_what_is_hidden_or_withheld_already_is_no_change():
    fresh = table()
    first = CellKey("organisation", "b", "first")
    assert [fresh.hide(first), fresh.hide(first)] == [True, False]
    assert [fresh.withhold(first), fresh.withhold(first)] == [True, False]
    assert not fresh.hide(first)


def test_what_readers_have_already_is_neither_hidden_nor_withheld_again():
    fresh = table()
    first = CellKey("organisation", "b", "first")
    fresh.frozen = frozenset([first])
    assert not fresh.hide(first)
    assert not fresh.withhold(first)
    hidden = [stage for _, stage in _stages(fresh, TargetKey("", CellKey("organisation", "b", "small")), ())][0]
    assert not hidden(), "the only line-mate is frozen"
    assert fresh.treatments == table().treatments
