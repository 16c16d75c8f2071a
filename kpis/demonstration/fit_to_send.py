"""Fills a return of the demonstration until it can be sent: last quarter's figures where some are missing, queries explained."""

from __future__ import annotations

from edi_portal.exceptions import BusinessError
from kpis.catalogue import CellKey
from kpis.models.returns import KpiReturn
from kpis.return_changes import CellChange
from kpis.selectors.returns import ReturnContent, content_of, earlier_values
from kpis.services import returns as services
from organisations.models import User

EXPLANATION = "Counted again for this test of the portal (synthetic)."


def fit_to_send(draft: KpiReturn, lead: User) -> ReturnContent | None:
    """The filled return, which can be sent; None when the rules do not let it be, as where there is no earlier quarter."""
    try:
        filled = content_of(_complete(draft, lead))
    except BusinessError:
        return None
    return filled if filled.can_be_sent else None


def _complete(draft: KpiReturn, lead: User) -> KpiReturn:
    content = content_of(draft)
    if content.errors or content.unanswered:
        earlier = earlier_values(content.history, content.measures, draft.quarter)
        cells = [CellChange(measure, CellKey(row, column), amount) for (measure, row, column), amount in earlier.items()]
        services.save_answers(kpi_return=draft, by=lead, cells=cells)
        content = content_of(KpiReturn.objects.get(pk=draft.pk))
    for finding in content.open_queries:
        services.explain(kpi_return=draft, finding=finding.key, text=EXPLANATION, by=lead)
    return KpiReturn.objects.select_related("organisation", "collection").get(pk=draft.pk)
