"""An organisation's own exact figures beside the released ones: for the eyes of its lead and sponsor alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from edi_portal.periods import Quarter
from kpis.catalogue import KpiDefinition
from kpis.dashboards.figure_words import counts_of, interval_words, value_text
from kpis.dashboards.sentences import sentence_of, verdict_of_own
from kpis.exact_counts import ReturnedQuarter
from kpis.framework import Framework
from kpis.indicators import Figure
from kpis.selectors.releases import ReleaseAsSeen
from kpis.selectors.returns import own_figures
from organisations.models import Organisation
from organisations.permissions import can, organisations_with_right
from organisations.roles import Right


@dataclass(frozen=True, slots=True)
class ExactFigure:
    """One exact headline figure of the reader's own organisation."""

    definition: KpiDefinition
    organisation: Organisation
    figure: Figure

    @property
    def value(self) -> str:
        """The figure in its unit; exact percentages carry one decimal place whatever their base."""
        return value_text(self.definition, self.figure)

    @property
    def interval(self) -> str:
        """The 95% interval."""
        return interval_words(self.definition, self.figure)

    @property
    def counts(self) -> str:
        """The exact counts behind it."""
        return " against ".join(counts_of(self.definition, self.figure)) if self.figure.value is not None else ""

    @property
    def verdict(self) -> str:
        """Against target or accepted range; comparisons with others are read from the release."""
        return verdict_of_own(self.definition, None, self.figure)

    @property
    def sentence(self) -> str:
        """The figure in words, without its small print."""
        return sentence_of(self.definition, None, self.figure, self.verdict).text


def own_organisations(user: Any) -> list[Organisation]:
    """The organisations of which this person may see all exact figures in the role in use: as lead or as sponsor."""
    return [
        organisation
        for organisation in organisations_with_right(user, Right.VIEW_RETURN)
        if can(user, Right.SUBMIT_RETURN, organisation) or can(user, Right.SIGN_OFF_RETURN, organisation)
    ]


def exact_headlines(
    organisation: Organisation,
    quarter: Quarter,
    codes: Iterable[str],
    *,
    framework: Framework,
    history: Mapping[Quarter, ReturnedQuarter] | None = None,
) -> dict[str, ExactFigure]:
    """KPI code → the organisation's exact headline figure of a quarter, from what was signed.

    `history`, where it was read already, holds the signed content of the quarter and of the seven before it.
    """
    figures = own_figures(organisation, quarter, framework=framework, history=history, codes=codes, headlines_only=True)
    return {
        code: ExactFigure(framework.kpi(code).definition, organisation, figure) for (code, _headline), figure in figures.items()
    }


def exact_for_page(user: Any, seen: ReleaseAsSeen, definition: KpiDefinition) -> ExactFigure | None:
    """The reader's own exact figure of one KPI in the quarter of a release, when there is one organisation to show it for.

    Those who may see the whole return see it: a contributor answers for some questions and sees no KPI's exact figure.
    """
    organisations = own_organisations(user)
    if len(organisations) != 1 or organisations[0].slug not in seen.release.returned:
        return None
    found = exact_headlines(organisations[0], seen.quarter, [definition.code], framework=seen.framework)
    return found.get(definition.code)
