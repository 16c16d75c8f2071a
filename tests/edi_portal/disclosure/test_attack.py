"""The attacker against the engine: no reader narrows a hidden number below four candidates."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from edi_portal.disclosure.measure import verify_measure
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.repair import Uncertified
from edi_portal.disclosure.universe import PublishedPart, build_universe
from tests.attack.solver import Attacker, Clue, read_form
from tests.edi_portal.disclosure.universes import measure, measures, narrowed, parts_of, publish


def test_reading_rendered_forms():
    assert read_form("1,485") == (1483, 1487)
    assert read_form("10") == (8, 12)
    assert read_form("0") == (0, 0)
    assert read_form("1 to 7") == (1, 7)
    assert read_form("7 or fewer") == (0, 7)
    assert read_form("[c]") == (0, float("inf"))


def test_the_attacker_recovers_numbers_that_are_only_hidden():
    atoms, parts, structure = measure(1)
    universe = build_universe(atoms, parts, structure, DEFAULT_POLICY)
    clues, hidden = [], []
    for cell in universe:
        count = sum(atoms[atom] for atom in cell.atoms)
        if 0 < count <= 7:
            hidden.append((cell.atoms, count))
        clues.append(Clue(cell.atoms, *((1, 7) if 0 < count <= 7 else (count, count))))
    attacker = Attacker(clues, {}, atoms)
    recovered = sum(attacker.whole(held) == (count, count) for held, count in hidden)
    assert recovered > len(hidden) / 2


@pytest.mark.long
def test_a_larger_release_withstands_every_reader():
    for seed in (1, 2):
        publication = publish(*measure(seed, organisations=14, bands=6, fine=2, sensitive=seed == 2))
        assert publication.released.counts_shown > publication.released.counts_hidden / 2
        assert narrowed(publication, most=25) == []


# Without shrinking: every attack solves dozens of integer programs, and the message names the cell and the reader.
@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(measures())
def test_p1_no_reader_narrows_a_hidden_number(made_up):
    try:
        publication = publish(*made_up)
    except Uncertified as refused:
        assert refused.cells  # nothing is released
        return
    assert narrowed(publication) == []
    assert verify_measure(*made_up, DEFAULT_POLICY, publication.released) == ()


def revised(publication, changes):
    """The publication's measure once more, with other figures, in knowledge of the first."""
    atoms = {**publication.atoms, **changes}
    return publish(atoms, publication.parts, publication.structure, previous=publication.earlier("first"))


def test_two_revisions_together_withstand_every_reader():
    first = publish(*measure(5, organisations=9, groups=2))
    changes = {atom: count + 3 for atom, count in first.atoms.items() if atom[0] in ("o02", "o04", "o07")}
    assert narrowed(first, revised(first, changes), most=60) == []


@pytest.mark.parametrize("typed", [0, 1, 4, 7, 8, 12, 13, 20])
def test_p6_a_lead_who_probes_with_own_figures_learns_nothing(typed):
    first = publish(*measure(6, organisations=7, groups=2, bands=3))
    second = revised(first, {("o03", "b0/white"): typed})
    assert narrowed(first, second, most=40, readers=[frozenset(["o03"]), frozenset()]) == []


def test_rolling_windows_that_overlap_withstand_subtraction():
    _, _, structure = measure(7, organisations=6, groups=2, bands=2)
    quarters = {f"q{n}": {atom: (count + n) % 4 for atom, count in measure(70 + n, 6, 2, 2)[0].items()} for n in range(5)}

    def window(*names):
        atoms = {
            (organisation, f"{name}:{cell}"): count for name in names for (organisation, cell), count in quarters[name].items()
        }
        parts = tuple(
            PublishedPart(part.key, tuple(f"{name}:{cell}" for name in names for cell in part.cells), part.level)
            for part in parts_of(2, 2)
        )
        return atoms, parts, structure

    first = publish(*window("q0", "q1", "q2", "q3"))
    second = publish(*window("q1", "q2", "q3", "q4"), earlier=[first.earlier("window 1")])
    assert narrowed(first, second, most=60) == []
    assert {key.release for key in (certificate.target for certificate in second.released.certificates)} == {"", "window 1"}
