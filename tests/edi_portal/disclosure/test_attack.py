"""The attacker against the engine: no reader narrows a hidden number below four candidates."""

from hypothesis import HealthCheck, Phase, given, settings

from edi_portal.disclosure.measure import protect_measure, verify_measure
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.repair import Uncertified
from edi_portal.disclosure.universe import build_universe

from tests.attack.solver import Attacker, Clue, read_form
from tests.edi_portal.disclosure.universes import measure, measures, narrowest


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


def test_a_larger_release_withstands_every_reader():
    for seed in (1, 2):
        atoms, parts, structure = measure(seed, organisations=14, bands=6, fine=2, sensitive=seed == 2)
        released = protect_measure(atoms, parts, structure, DEFAULT_POLICY, seed=str(seed))
        assert released.counts_shown > released.counts_hidden / 2
        assert narrowest(atoms, parts, structure, released, most=60) == []


# Without shrinking: every attack solves dozens of integer programs, and the message names the cell and the reader.
@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(measures())
def test_no_reader_narrows_a_hidden_number(made_up):
    atoms, parts, structure = made_up
    try:
        released = protect_measure(atoms, parts, structure, DEFAULT_POLICY, seed="attack")
    except Uncertified as refused:
        assert refused.cells  # nothing is released
        return
    assert narrowest(atoms, parts, structure, released) == []
    assert verify_measure(atoms, parts, structure, DEFAULT_POLICY, released) == ()
