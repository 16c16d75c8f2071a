"""Sensitive rows that speak of everybody in them, and what a reader who knows the rule makes of a row that is shown."""

from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.release_table import Constraint, Treatment, primary_table
from edi_portal.disclosure.universe import CellKey, PublishedPart, Structure, build_universe

ROWS = {"empty": (0, 0), "small": (9, 4), "disclosing": (0, 19), "large": (0, 20), "full": (9, 11)}


def table(*, sensitive=True, groups=("a", "b")):
    atoms = {(name, group): count for name, counts in ROWS.items() for group, count in zip("ab", counts, strict=True)}
    parts = [PublishedPart(f"row.{group}", (group,), sensitive=sensitive) for group in groups]
    universe = build_universe(atoms, parts, Structure(dict.fromkeys(ROWS, "acute")), DEFAULT_POLICY)
    return primary_table(atoms, universe, DEFAULT_POLICY)


def key(name, group):
    return CellKey("organisation", name, f"row.{group}")


def test_a_small_row_of_which_one_group_holds_everybody_is_hidden():
    found = table()
    assert {(name, group): found.treatments[key(name, group)] for name in ROWS for group in "ab"} == {
        ("empty", "a"): Treatment.PRIMARY,
        ("empty", "b"): Treatment.PRIMARY,
        ("small", "a"): Treatment.SHOWN,
        ("small", "b"): Treatment.PRIMARY,
        ("disclosing", "a"): Treatment.PRIMARY,
        ("disclosing", "b"): Treatment.SECONDARY,
        ("large", "a"): Treatment.PRIMARY,
        ("large", "b"): Treatment.SHOWN,
        ("full", "a"): Treatment.SHOWN,
        ("full", "b"): Treatment.SHOWN,
    }


def test_that_a_small_row_is_shown_says_that_none_of_its_groups_is_empty():
    found = table()
    assert found.never_empty == {key("small", "a"), key("small", "b")}
    assert found.known_range(key("small", "b")) == (1, 7)
    assert found.known_range(key("large", "a")) == (0, 7)
    assert found.known_range(key("empty", "a")) == (0, 7)


def test_that_a_row_is_large_is_known():
    found = table()
    held = {name: frozenset([(name, "a"), (name, "b")]) for name in ROWS}
    rows = [each for each in found.row_constraints if len(each.atoms) == 2]
    assert rows == [Constraint(held["full"], 20, None), Constraint(held["large"], 20, None)]
    assert set(found.row_constraints) <= set(found.constraints())


def test_rows_of_one_group_and_of_ordinary_traits_say_nothing_more():
    for found in (table(groups=("b",)), table(sensitive=False)):
        assert (found.row_constraints, found.never_empty) == ((), frozenset())
        assert Treatment.SECONDARY not in found.treatments.values()
    assert table(sensitive=False).treatments[key("empty", "a")] is Treatment.SHOWN
    assert table(sensitive=False).known_range(key("empty", "a")) == (0, 0)


def test_what_a_reader_knows_of_each_treatment():
    found = table()
    assert found.known_range(key("full", "b")) == (8, 12)  # 11 is shown as 10, which only 8 to 12 are
    assert found.known_range(key("small", "a")) == (8, 12)
    assert found.known_range(key("large", "b")) == (18, 22)
    assert found.known_range(key("disclosing", "b")) == (8, None)
    found.treatments[key("full", "b")] = Treatment.WITHHELD
    found.treatments[key("empty", "a")] = Treatment.SECONDARY
    assert found.known_range(key("full", "b")) == (0, None)
    assert found.known_range(key("empty", "a")) == (0, None)
