"""Explanations that come together with figures, by form or by API."""

from collections.abc import Mapping
from typing import Any

from kpis.models.returns import KpiReturn
from kpis.return_changes import UNSEEN, TextConflict, Unseen
from kpis.selectors.returns import content_of
from kpis.services.return_saving import explain


def explain_standing(
    *, kpi_return: KpiReturn, explanations: Mapping[str, str], by: Any, seen: Mapping[str, str | Unseen] | None = None
) -> tuple[TextConflict, ...]:
    """Keep explanations (finding → text) that changed; one whose query is gone after a save needs none.

    `seen` is what the writer saw of each before; what somebody else wrote since then stands and comes back.
    """
    if not explanations:
        return ()
    content = content_of(kpi_return)
    standing = {finding.key for finding in content.findings}
    conflicts = []
    for key, text in explanations.items():
        given = content.explanations.get(key)
        if key in standing and text.strip() != (given.text if given else ""):
            kept = explain(kpi_return=kpi_return, finding=key, text=text, by=by, seen=(seen or {}).get(key, UNSEEN))
            conflicts += [kept] if isinstance(kept, TextConflict) else []
    return tuple(conflicts)
