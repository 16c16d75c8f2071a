"""Which total of hours saved by a shared objective others may read. Pure.

A total is released where at least three organisations contribute hours and none of theirs can be worked out (p% rule). It is
frozen with a release. A later total replaces it only where the changes since each total that was shown are themselves those of
three or more who pass the same rule: otherwise the difference of two totals would give away who came last. Until then the earlier
total stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.disclosure.magnitudes import protect_magnitudes
from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Published, protect_magnitude
from edi_portal.disclosure.universe import PublishedPart, Structure

# Organisation → hours a year that it says it saves.
Hours = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The total of one shared objective; None where it is withheld. `basis`: whose hours it adds up, never shown."""

    total: Decimal | None
    basis: Hours
    is_earlier: bool = False


def frozen_totals(
    now: Mapping[str, Hours], shown: Mapping[str, Iterable[Hours]], *, policy: Policy, accounts: Collection[frozenset[str]] = ()
) -> dict[str, Frozen]:
    """Shared objective → what may be said of its hours. `shown`: the basis of each total ever shown, oldest first."""
    amounts = {(owner, text): hours for text, those in now.items() for owner, hours in those.items()}
    parts = [PublishedPart(text, (text,), level="system") for text in sorted(now) if now[text]]
    structure = Structure(types={owner: "" for owner, _ in amounts}, accounts=tuple(accounts))
    released = {key.part: value for key, value in protect_magnitudes(amounts, parts, structure, policy).items()}
    found = {}
    for text, hours in now.items():
        before = list(shown.get(text, ()))
        total = released.get(text)
        if not isinstance(total, Published):
            found[text] = Frozen(None, {})
        elif all(_keeps_apart(hours, then, policy, accounts) for then in before):
            found[text] = Frozen(total.value, dict(hours))
        else:
            last = before[-1]
            found[text] = Frozen(sum(last.values(), Decimal(0)), last, is_earlier=True)
    return found


def _keeps_apart(now: Hours, then: Hours, policy: Policy, accounts: Collection[frozenset[str]]) -> bool:
    """Whether the difference of two totals gives nobody's change away."""
    changes = {name: abs(now.get(name, Decimal(0)) - then.get(name, Decimal(0))) for name in {*now, *then}}
    changed = {name: change for name, change in changes.items() if change}
    return not changed or isinstance(protect_magnitude(changed, policy=policy, accounts=accounts), Published)
