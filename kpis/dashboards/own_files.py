"""An organisation's own exact figures in the order of the national templates, and as a paper for its board.

Exact counts, for the owner's people alone; every file and page says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from edi_portal.charts.verdicts import VERDICTS
from edi_portal.charts.words import Sentence
from edi_portal.periods import Quarter
from edi_portal.ui.downloads import Cell, Sheet
from kpis.catalogue import WORKSTREAMS, CellKey, KpiDefinition, Measure
from kpis.dashboards.figure_words import counts_of, interval_words, value_text
from kpis.dashboards.return_section import option_labels
from kpis.dashboards.sentences import sentence_of, verdict_of_own
from kpis.exact_counts import ReturnedQuarter
from kpis.indicators import Figure
from kpis.selectors.returns import ReturnContent, own_figures

NOTICE = "Own exact figures, not for publication. Small numbers can point to people."


@dataclass(frozen=True, slots=True)
class NationalTemplate:
    """A national return: its items in order, each with the question that holds its counts and the KPI computed from them."""

    slug: str
    title: str
    items: tuple[tuple[str, str, str], ...]


TEMPLATES = {
    template.slug: template
    for template in (
        NationalTemplate(
            "wres",
            "WRES",
            (
                ("1", "staff_ethnicity", "WRES-1"),
                ("2", "recruitment_ethnicity", "WRES-2"),
                ("3", "disciplinary_ethnicity", "WRES-3"),
                ("4", "training_ethnicity", "WRES-4"),
                ("5", "survey_wres_5", "WRES-5"),
                ("6", "survey_wres_6", "WRES-6"),
                ("7", "survey_wres_7", "WRES-7"),
                ("8", "survey_wres_8", "WRES-8"),
                ("9", "board_ethnicity", "WRES-9"),
            ),
        ),
        NationalTemplate(
            "wdes",
            "WDES",
            (
                ("1", "staff_disability", "WDES-1"),
                ("2", "recruitment_disability", "WDES-2"),
                ("3", "capability_disability", "WDES-3"),
                ("4a i", "survey_wdes_4a_patients", "WDES-4a"),
                ("4a ii", "survey_wdes_4a_managers", "WDES-4a"),
                ("4a iii", "survey_wdes_4a_colleagues", "WDES-4a"),
                ("4b", "survey_wdes_4b", "WDES-4b"),
                ("5", "survey_wdes_5", "WDES-5"),
                ("6", "survey_wdes_6", "WDES-6"),
                ("7", "survey_wdes_7", "WDES-7"),
                ("8", "survey_wdes_8", "WDES-8"),
                ("9a", "survey_engagement", "WDES-9a"),
                ("9b", "disabled_voices", "WDES-9b"),
                ("10", "board_disability", "WDES-10"),
            ),
        ),
        NationalTemplate(
            "gender-pay-gap",
            "Gender pay gap",
            (
                ("1 and 2", "hourly_pay", "GPG-1"),
                ("3 and 4", "bonus_pay", "GPG-3"),
                ("5", "bonus_receipt", "GPG-5"),
                ("6", "pay_quarters", "GPG-6"),
            ),
        ),
    )
}
FIGURES_OF = {
    "wres": ("WRES",),
    "wdes": ("WDES",),
    "gender-pay-gap": ("GPG",),
}


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """One figure of the organisation with everything a board needs to judge it."""

    code: str
    name: str
    workstream: str
    period: str
    value: str
    interval: str
    counts: str
    verdict: str
    sentence: Sentence


def own_figures_in_words(content: ReturnContent, families: tuple[str, ...] = ()) -> tuple[OwnFigure, ...]:
    """The headlines of every KPI that applies to the organisation, in the order of the workstreams.

    A figure asked once a year is taken from the quarter in which it was asked last.
    """
    found = []
    organisation = content.kpi_return.organisation
    by_quarter = {content.framework.quarter: _figures(content, content.framework.quarter)}
    for kpi in content.framework.applicable_kpis(organisation):
        definition = kpi.definition
        if families and definition.code.partition("-")[0] not in families:
            continue
        quarter = _asked_in(definition, content.framework.quarter)
        if quarter not in by_quarter:
            by_quarter[quarter] = _figures(content, quarter)
        figure = by_quarter[quarter].get((definition.code, ""))
        if figure is not None:
            found.append(_in_words(definition, figure, quarter))
    return tuple(found)


def _asked_in(definition: KpiDefinition, quarter: Quarter) -> Quarter:
    return next(one for back in range(4) if (one := quarter.previous(back)).number in definition.collected_in)


def _figures(content: ReturnContent, quarter: Quarter) -> dict[tuple[str, str], Figure]:
    is_own = quarter == content.framework.quarter
    return own_figures(
        content.kpi_return.organisation,
        quarter,
        framework=content.framework,
        draft=ReturnedQuarter(content.facts.values, content.facts.states) if is_own else None,
        history=content.history,
        headlines_only=True,
    )


def _in_words(definition: KpiDefinition, figure: Figure, quarter: Quarter) -> OwnFigure:
    verdict = verdict_of_own(definition, None, figure)
    return OwnFigure(
        code=definition.code,
        name=definition.name,
        workstream=WORKSTREAMS[definition.workstream],
        period=quarter.label,
        value=value_text(definition, figure),
        interval=interval_words(definition, figure),
        counts="; ".join(counts_of(definition, figure)),
        verdict=_reading(definition, figure, verdict),
        sentence=sentence_of(definition, None, figure, verdict),
    )


def _reading(definition: KpiDefinition, figure: Figure, verdict: str) -> str:
    """The verdict to show; empty for a figure that has no target to be judged by."""
    if figure.value is None:
        return verdict if verdict in VERDICTS else "not_available"
    return verdict if definition.target.kind != "none" else ""


def template_sheets(content: ReturnContent, template: NationalTemplate) -> Iterator[Sheet]:
    """The workbook of a national template: about it, one sheet of counts for each item, and the figures."""
    yield Sheet("About", ("", ""), list(_about(content, template.title)))
    for code, measure, _ in template.items:
        if measure in content.framework.measures:
            yield _counts_sheet(content, code, content.framework.measures[measure])
    yield figures_sheet(own_figures_in_words(content, FIGURES_OF[template.slug]))


def board_sheets(content: ReturnContent) -> Iterator[Sheet]:
    """The board paper as a workbook: about it, and every figure with its counts, interval and sentence."""
    yield Sheet("About", ("", ""), list(_about(content, "Board paper")))
    yield figures_sheet(own_figures_in_words(content))


def _about(content: ReturnContent, title: str) -> Iterator[tuple[Cell, ...]]:
    kpi_return = content.kpi_return
    yield "Paper", title
    yield "Organisation", kpi_return.organisation.name
    yield "Return", f"{kpi_return.quarter.label} ({kpi_return.quarter.months})"
    yield "State", f"{kpi_return.get_status_display()}, version {kpi_return.number}"
    yield "Signature", kpi_return.content_hash or "not signed yet"
    yield "Notice", NOTICE


def figures_sheet(figures: tuple[OwnFigure, ...]) -> Sheet:
    """All figures in one table."""
    heads = ("KPI", "Name", "Quarter", "Figure", "95% interval", "Counts (n of N)", "In words")
    rows = [
        (one.code, one.name, one.period, one.value, one.interval, one.counts, f"{one.sentence.text} {one.sentence.base}".strip())
        for one in figures
    ]
    return Sheet("Figures", heads, [*rows, (NOTICE,)])


def _counts_sheet(content: ReturnContent, code: str, measure: Measure) -> Sheet:
    """Counts as entered, in the rows and columns of the question; the newest quarter in which it was asked and answered."""
    quarter, values = _newest(content, measure)
    heads = (f"Item {code}: {measure.title}", *(column.label for column in measure.columns))
    rows: list[tuple[Cell, ...]] = [(row.label, *_cells(measure, row.key, values)) for row in measure.rows]
    state = content.facts.states.get(measure.code)
    note = f"As entered for {quarter.label}." if quarter is not None else "Not answered in the last year."
    if state is not None and state.state != "value":
        note = f"No figures: {state.state.replace('_', ' ')}. {state.reason}"
    return Sheet(f"{code} {measure.title}", heads, [*rows, (note,), (NOTICE,)])


def _newest(content: ReturnContent, measure: Measure) -> tuple[Quarter | None, dict[tuple[str, str, str], Decimal]]:
    own = {key: value for key, value in content.facts.values.items() if key[0] == measure.code}
    if own:
        return content.framework.quarter, own
    for back in range(1, 5):
        quarter = content.framework.quarter.previous(back)
        if quarter.number in measure.collected_in and quarter in content.history:
            earlier = {key: value for key, value in content.history[quarter].values.items() if key[0] == measure.code}
            if earlier:
                return quarter, earlier
    return None, {}


def _cells(measure: Measure, row: str, values: Mapping[tuple[str, str, str], Decimal]) -> Iterator[Cell]:
    for column in measure.columns:
        yield _cell(measure, CellKey(row, column.key), values.get((measure.code, row, column.key)))


def _cell(measure: Measure, cell: CellKey, amount: Decimal | None) -> Cell:
    unit = measure.unit_of(cell)
    if amount is None:
        return None
    if unit == "yes_no":
        return "Yes" if amount else "No"
    if unit == "choice":
        return option_labels(measure, cell)[int(amount) - 1]
    return int(amount) if amount == amount.to_integral_value() else amount
