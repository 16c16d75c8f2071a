"""What is wrong with an organisation's strategies taken together, in words: two current ones, and objectives without a theme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from strategies.alignment.states import State
from strategies.models import Objective, StrategyDocument


def current_together(documents: Iterable[StrategyDocument], today: date) -> tuple[str, ...]:
    """One sentence for each organisation that has two or more current strategies."""
    current: dict[int, list[StrategyDocument]] = defaultdict(list)
    for document in documents:
        if document.kind == "strategy" and document.state_on(today) is State.CURRENT:
            current[document.organisation_id].append(document)
    return tuple(
        f"{those[0].organisation.short_name} has {len(those)} current strategies at once: "
        f"{' and '.join(f'“{one.title}”' for one in those)}. One of them must say that it replaces the other, or end."
        for those in current.values()
        if len(those) > 1
    )


def without_theme(lines: Iterable[Objective]) -> tuple[Objective, ...]:
    """Objectives and actions that answer to no theme: nobody can see what they are for."""
    return tuple(line for line in lines if not line.themes and line.kind in {"objective", "action"})
