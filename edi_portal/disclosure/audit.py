"""The audit: a search for witnesses that every hidden number stays open to every reader. It needs no solver.

From the true table, one person is added to (or taken from) the hidden cell; whatever released figure that would change is put
right by moving people elsewhere, step by step, until all sums are within what readers know. A search that finds nothing proves
nothing, and its cell is treated as unsafe.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from edi_portal.disclosure.certificates import Certificate, Change, Witness
from edi_portal.disclosure.ledger import AuditTable, Ledger, Target, TargetKey, build_ledger
from edi_portal.disclosure.policy import Policy

_FIRST_ATOMS = 8  # atoms of the hidden cell that a step tries to change first
_MOST_MOVES = 24  # people moved in one step before it is given up
_CANDIDATES = 12  # partners compared for one move
_QUICK_TRIES, _PATIENT_TRIES = 6, 25  # walks from each first atom
_PATIENT_STARTS = 4
_NOBODY = -1


def stable_random(*words: object) -> random.Random:
    """A generator that depends on the words alone, not on the process or the order of work."""
    return random.Random(int.from_bytes(sha256("|".join(map(str, words)).encode()).digest()[:8], "big"))


def audit(table: AuditTable, targets: Iterable[TargetKey], policy: Policy, *, seed: str) -> dict[TargetKey, Certificate | None]:
    """Certificate of each target, None where none was found."""
    ledger = build_ledger(table)
    found = {}
    for key in sorted(targets):
        search = Search(ledger, policy, stable_random(seed, key.release, *key.cell))
        witnesses = search.certify(table.targets[key])
        found[key] = None if witnesses is None else Certificate(key, witnesses)
    return found


@dataclass(slots=True)
class Search:
    """One hidden cell's search. `now` and `sums` are the table being changed; both are the truth between pushes."""

    ledger: Ledger
    policy: Policy
    rng: random.Random
    now: list[int] = field(init=False)
    sums: list[int] = field(init=False)
    blocked: set[int] = field(init=False, default_factory=set)
    near: set[int] = field(init=False, default_factory=set)  # organisations that a witness may touch at no cost
    whim: float = field(init=False, default=1.0)  # how much chance there is in the choice of partners
    goal: int = field(init=False, default=0)
    goal_atoms: frozenset[int] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        self.now = list(self.ledger.value)
        self.sums = list(self.ledger.total)

    def certify(self, target: Target) -> tuple[Witness, ...] | None:
        """Witnesses for a target that no `collude` readers can rule out together, or None."""
        ledger = self.ledger
        self.goal = ledger.cell_number[target.atoms]
        self.goal_atoms = frozenset(ledger.movable[self.goal])
        owner = ledger.organisations.index(target.owner) if target.owner is not None else _NOBODY
        everyone = set(range(len(ledger.organisations)))
        if owner != _NOBODY:
            alone = self._witness(everyone - {owner}, owner, _QUICK_TRIES)
            if alone is not None:
                return (alone[0],)
        found = self._free(owner, _QUICK_TRIES) or self._apart(owner, everyone)
        for _ in range(_PATIENT_STARTS):
            found = found or self._free(owner, _PATIENT_TRIES)
        return found

    def _free(self, owner: int, tries: int) -> tuple[Witness, ...] | None:
        """Witnesses with partners anywhere, each avoiding the readers of those before."""
        forbidden: set[int] = set()
        found: list[Witness] = []
        for _ in range(self.policy.collude + 1):
            witness = self._witness(forbidden, owner, tries)
            if witness is None:
                return None
            found.append(witness[0])
            if not witness[1]:
                return (witness[0],)
            forbidden |= self._readers(witness[1], owner)
        return tuple(found)

    def _apart(self, owner: int, everyone: set[int]) -> tuple[Witness, ...] | None:
        """Witnesses kept apart from the start, so that the first leaves something for those after it.

        For an organisation's cell each has one partner; for a type or system cell each changes it in one organisation.
        """
        inside = {self.ledger.owner[atom] for atom in self.goal_atoms}
        choices = sorted(inside if owner == _NOBODY else everyone - {owner})
        self.rng.shuffle(choices)
        forbidden: set[int] = set()
        found: list[Witness] = []
        for chosen in choices:
            if chosen in forbidden:
                continue
            others = inside if owner == _NOBODY else everyone - {owner}
            witness = self._witness(forbidden | (others - {chosen}), owner, _PATIENT_TRIES)
            if witness is not None:
                found.append(witness[0])
                if not witness[1]:
                    return (witness[0],)
                forbidden |= self._readers(witness[1], owner)
                if len(found) > self.policy.collude:
                    return tuple(found)
        return None

    def _readers(self, touched: set[int], owner: int) -> set[int]:
        """The organisations whose figures are read by anyone who reads a touched one, other than with the owner's."""
        reach = set(touched)
        for organisation in touched:
            for account in self.ledger.shared.get(organisation, ()):
                if owner not in account:
                    reach |= account
        return reach

    def _witness(self, forbidden: set[int], owner: int, tries: int) -> tuple[Witness, set[int]] | None:
        """One witness and the organisations it touches besides the owner, or None."""
        self.blocked, self.near = forbidden, {owner}
        first = 1 if self.rng.random() < 0.5 else -1
        width = self.policy.width
        steps, changes, touched = self._push(first, width, tries)
        more, other, touched_too = self._push(-first, width - steps, tries)
        if steps + more < width:
            return None
        up, down = (changes, other) if first > 0 else (other, changes)
        return Witness(up, down), (touched | touched_too) - {owner}

    def _push(self, sign: int, most: int, tries: int) -> tuple[int, tuple[Change, ...], set[int]]:
        """Move the hidden number by up to `most`, one at a time from the truth; returns steps, changes, organisations."""
        moved: dict[int, int] = {}
        steps = 0
        while steps < most and self._step(sign, moved, tries):
            steps += 1
        changes: list[Change] = []
        touched = set()
        for atom in sorted(moved):
            change = moved[atom]
            self._apply(atom, -change)
            if change:
                touched.add(self.ledger.owner[atom])
                changes.extend(self.ledger.spread(atom, change))
        return steps, tuple(sorted(changes)), touched

    def _step(self, sign: int, moved: dict[int, int], tries: int) -> bool:
        """Move the hidden number by one; `moved` gathers the changes."""
        ledger = self.ledger
        after = self.sums[self.goal] + sign
        if not ledger.low[self.goal] <= after <= ledger.high[self.goal]:
            return False
        blocked, now, owner = self.blocked, self.now, ledger.owner
        choices = [atom for atom in ledger.movable[self.goal] if owner[atom] not in blocked and (sign > 0 or now[atom] > 0)]
        if len(choices) > _FIRST_ATOMS:
            choices = self.rng.sample(choices, _FIRST_ATOMS)
        else:
            self.rng.shuffle(choices)
        for turn in range(tries):
            # The best partners first; later walks wander, because the best next move is not always on a way that ends.
            self.whim = (1.0, 3.0, 6.0)[turn % 3]
            for atom in choices:
                walked = self._walk(atom, sign)
                if walked is not None:
                    for other, change in walked.items():
                        moved[other] = moved.get(other, 0) + change
                        self.near.add(owner[other])
                    return True
        return False

    def _walk(self, atom: int, sign: int) -> dict[int, int] | None:
        """Change one atom and put right what that breaks; the changes, or None with everything as before."""
        ledger = self.ledger
        sums, low, high, movable, cells_of = self.sums, ledger.low, ledger.high, ledger.movable, ledger.cells_of
        walked = {atom: sign}
        self._apply(atom, sign)
        seen = set(cells_of[atom])
        for _ in range(_MOST_MOVES):
            broken = [cell for cell in seen if not low[cell] <= sums[cell] <= high[cell]]
            if not broken:
                return walked
            # The cell with the fewest atoms leaves the least choice; settle it first.
            cell = min(broken, key=lambda number: (len(movable[number]), number))
            change = -1 if sums[cell] > high[cell] else 1
            partner = self._partner(cell, change, walked)
            if partner is None:
                break
            walked[partner] = walked.get(partner, 0) + change
            self._apply(partner, change)
            seen.update(cells_of[partner])
        for other, change in walked.items():
            self._apply(other, -change)
        return None

    def _partner(self, cell: int, change: int, walked: dict[int, int]) -> int | None:
        """The best of some atoms of a broken cell: it mends most and breaks least, near organisations first."""
        ledger = self.ledger
        atoms, owner, now = ledger.movable[cell], ledger.owner, self.now
        blocked, goal_atoms, draw = self.blocked, self.goal_atoms, self.rng.random
        size = len(atoms)
        best, least = None, math.inf
        start = int(draw() * size)
        for turn in range(min(size, _CANDIDATES)):
            atom = atoms[(start + turn) % size] if size <= _CANDIDATES else atoms[int(draw() * size)]
            if owner[atom] in blocked or atom in goal_atoms or (change < 0 and now[atom] == 0):
                continue
            if walked.get(atom, 0) * change < 0:
                continue
            cost = 2 * self._damage(atom, change) + (owner[atom] not in self.near) + draw() * self.whim
            if cost < least:
                best, least = atom, cost
        return best

    def _damage(self, atom: int, change: int) -> int:
        """By how much a change takes cells further outside their limits (less than 0: brings them back)."""
        sums, low, high = self.sums, self.ledger.low, self.ledger.high
        damage = 0
        for cell in self.ledger.cells_of[atom]:
            count = sums[cell]
            if change > 0:
                damage += 1 if count >= high[cell] else -1 if count < low[cell] else 0
            else:
                damage += 1 if count <= low[cell] else -1 if count > high[cell] else 0
        return damage

    def _apply(self, atom: int, change: int) -> None:
        self.now[atom] += change
        sums = self.sums
        for cell in self.ledger.cells_of[atom]:
            sums[cell] += change
