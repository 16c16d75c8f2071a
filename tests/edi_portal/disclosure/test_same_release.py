"""The same returns give the release that they always gave, byte for byte, also under later code and another Python.

The nightly check makes published releases anew and compares. Where one of these prints changes, so do releases that are out:
change a print only together with what is done about those.
"""

import random

import pytest

from edi_portal.disclosure.facts import KnownPublicFact
from edi_portal.disclosure.measure import protect_measure
from edi_portal.disclosure.policy import DEFAULT_POLICY, Policy
from edi_portal.disclosure.protection import Shown
from edi_portal.disclosure.universe import Structure
from tests.edi_portal.disclosure.universes import measure, publish, skewed

SHAPES = {
    "plain": {"organisations": 6, "groups": 2, "bands": 3},
    "sensitive": {"organisations": 8, "groups": 2, "bands": 4, "fine": 2, "sensitive": True},
    "wide": {"organisations": 9, "groups": 3, "bands": 3},
}


def print_of(released) -> str:
    """Enough of the fingerprint to tell any two apart, with the three counts, so that a difference says something."""
    counts = f"{released.counts_shown} {released.counts_hidden} {released.counts_withheld}"
    return f"{counts} {released.fingerprint()[:12]}"


@pytest.mark.parametrize(
    ("shape", "seed", "expected"),
    [
        ("plain", 0, "41 11 0 31765657f62a"),
        ("plain", 4, "39 10 3 5d0b02658ecb"),
        ("sensitive", 0, "59 7 0 9a9bf83db224"),
        ("sensitive", 1, "62 4 0 955615c224dc"),
        ("wide", 0, "96 21 9 f7bd5f8ac8e5"),
        ("wide", 1, "99 21 6 bacc07f7957e"),
        ("wide", 4, "93 33 0 8bac75938a71"),
    ],
)
def test_one_measure(shape, seed, expected):
    assert print_of(publish(*measure(seed, **SHAPES[shape])).released) == expected


def test_accounts_that_read_two_organisations():
    atoms, parts, structure = measure(0, **SHAPES["wide"])
    shared = Structure(structure.types, structure.small, (frozenset(["o01", "o02"]), frozenset(["o06", "o07", "o08"])))
    assert print_of(publish(atoms, parts, shared).released) == "93 21 12 ea9eb835df9c"


def test_readers_who_pool_their_figures():
    released = protect_measure(*measure(5, **SHAPES["plain"]), Policy(collude=2, width=4), seed="test")
    assert print_of(released) == "25 8 19 7044cb0f17e0"


def test_a_revision_of_one_before():
    first = publish(*measure(5, **SHAPES["plain"]))
    rng = random.Random(1)
    changed = {atom: skewed(rng) if atom[0] in ("o01", "o04") else count for atom, count in first.atoms.items()}
    second = publish(changed, first.parts, first.structure, previous=first.earlier("first"))
    assert print_of(second.released) == "32 12 8 128864602a18"


def test_a_figure_that_is_public_and_what_was_hidden_last_period():
    atoms, parts, structure = measure(1, **SHAPES["plain"])
    fact = KnownPublicFact("Annual report", frozenset(atom for atom in atoms if atom[0] == "o02"))
    before = publish(*measure(2, **SHAPES["plain"])).released.cells
    pattern = [key for key, value in before.items() if not isinstance(value, Shown)]
    released = protect_measure(atoms, parts, structure, DEFAULT_POLICY, seed="test", facts=[fact], pattern=pattern)
    assert print_of(released) == "38 7 7 030bad8db931"
