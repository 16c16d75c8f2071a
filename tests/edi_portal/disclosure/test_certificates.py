"""Certificates: kept with a release, checked again by adding up, and proof against tampering."""

import json
from dataclasses import replace

import pytest

from edi_portal.disclosure.certificates import Certificate, Witness, certificate_hash
from edi_portal.disclosure.joint import released_table
from edi_portal.disclosure.measure import verify_measure
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.protection import HIDDEN, Shown
from edi_portal.disclosure.release_table import Treatment, primary_table
from edi_portal.disclosure.universe import Structure, build_universe
from tests.edi_portal.disclosure.universes import measure, publish


def verify(publication, **changes):
    released = replace(publication.released, **changes)
    return verify_measure(publication.atoms, publication.parts, publication.structure, DEFAULT_POLICY, released)


@pytest.fixture(scope="module", params=[False, True], ids=["ordinary", "sensitive"])
def publication(request):
    return publish(*measure(11, organisations=12, bands=6, fine=2, sensitive=request.param))


def test_p13_every_hidden_cell_has_a_certificate_that_verifies(publication):
    hidden = {key for key, value in publication.released.cells.items() if value == HIDDEN or not isinstance(value, Shown)}
    certified = {certificate.target.cell for certificate in publication.released.certificates}
    assert certified
    assert certified <= hidden
    assert {key for key, _, _ in publication.promises()} <= certified
    assert verify(publication) == ()


def test_certificates_survive_storage(publication):
    stored = json.loads(json.dumps([certificate.as_data() for certificate in publication.released.certificates]))
    read = tuple(Certificate.from_data(data) for data in stored)
    assert read == publication.released.certificates
    assert certificate_hash(read) == certificate_hash(publication.released.certificates)


def test_certificates_hold_changes_and_no_counts(publication):
    changes = [
        abs(change)
        for certificate in publication.released.certificates
        for witness in certificate.witnesses
        for _, change in (*witness.up, *witness.down)
    ]
    assert 0 < max(changes) <= 2 * DEFAULT_POLICY.width * 12


def test_p8_a_witness_in_place_of_the_truth_gives_the_same_release(publication):
    universe = build_universe(publication.atoms, publication.parts, publication.structure, DEFAULT_POLICY)
    for certificate in publication.released.certificates:
        for witness in certificate.witnesses:
            for changes in (witness.up, witness.down):
                atoms = dict(publication.atoms)
                for atom, change in changes:
                    atoms[atom] += change
                # Raises when any released cell would come out differently.
                released_table(atoms, publication.parts, publication.structure, DEFAULT_POLICY, publication.released.cells)
                fresh = primary_table(atoms, universe, DEFAULT_POLICY)
                shown = [key for key, value in publication.released.cells.items() if isinstance(value, Shown)]
                assert {fresh.treatments[key] for key in shown} == {Treatment.SHOWN}


def tampered(publication, change):
    """The certificates with one whose first witness was changed; one that has both directions or a partner."""
    certificates = list(publication.released.certificates)
    place = next(n for n, certificate in enumerate(certificates) if certificate.witnesses[0].up and certificate.witnesses[0].down)
    first, *others = certificates[place].witnesses
    certificates[place] = replace(certificates[place], witnesses=(change(first), *others))
    return tuple(certificates)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda w: Witness((), ()), "a width of 0"),
        (lambda w: Witness(w.down, w.up), "a width of -"),
        (lambda w: Witness(w.up, (*w.down, (("nowhere", "b0/bme"), 1))), "not there"),
        (lambda w: Witness(tuple((atom, 100 * change) for atom, change in w.up), w.down), "contradicts what is released"),
        (lambda w: Witness(w.up, tuple((atom, -1000) for atom, _ in w.down)), "fewer than nobody"),
    ],
)
def test_changed_certificates_are_found(publication, change, fault):
    faults = verify(publication, certificates=tampered(publication, change))
    assert any(fault in found for found in faults)


def test_missing_and_single_witnesses_are_found(publication):
    certificates = publication.released.certificates
    assert any("no certificate" in fault for fault in verify(publication, certificates=certificates[1:]))
    pooled = next(certificate for certificate in certificates if len(certificate.witnesses) > 1)
    alone = tuple(replace(c, witnesses=c.witnesses[:1]) if c is pooled else c for c in certificates)
    assert any("rule out every table" in fault for fault in verify(publication, certificates=alone))


def test_a_shared_account_in_two_witnesses_is_found(publication):
    """Certificates found for separate readers do not hold once somebody reads the partners of both witnesses."""
    pooled = next(certificate for certificate in publication.released.certificates if len(certificate.witnesses) > 1)
    owner = pooled.target.cell.unit
    account = frozenset(name for witness in pooled.witnesses for name in witness.touched() if name != owner)
    structure = Structure(publication.structure.types, publication.structure.small, (account,))
    faults = verify_measure(publication.atoms, publication.parts, structure, DEFAULT_POLICY, publication.released)
    assert any("rule out every table" in fault for fault in faults)


def test_cells_of_other_counts_are_refused(publication):
    atoms = {atom: count + 50 for atom, count in publication.atoms.items()}
    faults = verify_measure(atoms, publication.parts, publication.structure, DEFAULT_POLICY, publication.released)
    assert faults == ("The released cells do not belong to these counts.",)
