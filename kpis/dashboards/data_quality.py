"""The data-quality parts of one organisation's return, for the owner's eyes."""

from __future__ import annotations

from collections.abc import Iterable

from edi_portal.clock import LONDON, business_today
from edi_portal.periods import Quarter
from kpis import data_quality
from kpis.exact_counts import ReturnedQuarter
from kpis.indicators import Figure
from kpis.models.collections import Extension
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import ReturnContent, own_figures
from kpis.workflow import Status
from organisations.models import Organisation

UNKNOWN = {"DQ-1": "ethnicity", "DQ-2": "disability"}
QUARTERS_BACK = 4


def quality_of(content: ReturnContent) -> data_quality.Quality:
    """The four parts, from the return as it stands and the signatures of the last year. Three queries beside the content."""
    figures = _unknown_shares(content)
    return data_quality.Quality(
        (
            data_quality.completeness(*cells_of(content)),
            data_quality.timeliness(_signatures(content.kpi_return), business_today()),
            data_quality.declaration(*(figures[code].value if code in figures else None for code in UNKNOWN)),
            data_quality.queries(
                len(content.errors), len(content.open_queries), len(content.explained_queries), len(content.waived)
            ),
        )
    )


def cells_of(content: ReturnContent) -> tuple[int, int]:
    """Cells filled and cells due of the required questions; a question that does not apply is not due."""
    filled = due = 0
    for measure in content.measures:
        state = content.facts.states.get(measure.code)
        if measure.code not in content.required or (state is not None and state.state == "not_applicable"):
            continue
        needed = [cell for cell in measure.cells() if not measure.is_optional(cell)]
        due += len(needed)
        if state is None or state.state == "value":
            filled += sum((measure.code, cell.row, cell.column) in content.facts.values for cell in needed)
    return filled, due


def _signatures(kpi_return: KpiReturn) -> tuple[data_quality.Signed, ...]:
    """The last five returns of the organisation: this one counts once it is signed or late."""
    return signatures_of(kpi_return.organisation, [kpi_return.quarter.previous(back) for back in range(QUARTERS_BACK + 1)])


def signatures_of(organisation: Organisation, quarters: Iterable[Quarter]) -> tuple[data_quality.Signed, ...]:
    """Returns of an organisation with the day each was due for it; the first signature counts, not a revision. Two queries."""
    periods = [quarter.slug for quarter in quarters]
    rows = KpiReturn.objects.for_the_portal("others read as well whether returns came in time: days, no figures")
    rows = rows.filter(organisation=organisation, collection__period__in=periods)
    more_time = {
        row.collection_id: row.until.astimezone(LONDON).date() for row in Extension.objects.filter(organisation=organisation)
    }
    first: dict[int, data_quality.Signed] = {}
    for row in rows.exclude(status=Status.NOT_REQUIRED).select_related("collection").order_by("number"):
        due = max(row.collection.due_on, more_time.get(row.collection_id, row.collection.due_on))
        signed = row.signed_off_at.astimezone(LONDON).date() if row.signed_off_at else None
        first.setdefault(row.collection_id, data_quality.Signed(row.collection.period, due, signed))
    return tuple(first.values())


def _unknown_shares(content: ReturnContent) -> dict[str, Figure]:
    draft = ReturnedQuarter(content.facts.values, content.facts.states)
    found = own_figures(
        content.kpi_return.organisation,
        content.framework.quarter,
        framework=content.framework,
        draft=draft,
        history=content.history,
        codes=UNKNOWN,
        headlines_only=True,
    )
    return {code: figure for (code, _), figure in found.items()}
