"""The figures of a KPI as rows of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edi_portal.charts.verdicts import verdict_for
from kpis.catalogue import KpiDefinition
from kpis.dashboards.changes import ASSURANCE_WORDS, CHANGE_WORDS, VARIATION_WORDS
from kpis.dashboards.figure_words import SYSTEM, absence_words, group_words
from kpis.dashboards.sentences import choice_text
from kpis.models.releases import Release
from kpis.selectors.releases import Member, Reading, returned_text


def data_rows(
    definition: KpiDefinition, release: Release, members: Sequence[Member], readings: Sequence[Reading]
) -> tuple[list[str], list[list[Any]]]:
    """Every figure of the KPI within the tier as rows of a file; withheld values are [c]."""
    heads = [
        "KPI",
        "Component",
        "Level",
        "Organisation or kind",
        "Statistic",
        "Value",
        "Unit",
        "95% interval, low",
        "95% interval, high",
        "Numerator",
        "Denominator",
        "Reference numerator",
        "Reference denominator",
        "Reading",
        "Note",
        "Over time",
        "Variation",
        "Assurance",
        "Points",
        "Period",
        "Release",
        "Data",
    ]
    names = {member.pk: member.name for member in members}
    kind = "Synthetic demonstration data" if release.synthetic else "Released figures"
    rows = []
    for one in readings:
        component = one.component or None
        who = names.get(one.organisation_id or 0, "") if one.level == "organisation" else group_words(one.peer_group) or SYSTEM
        rows.append(
            [
                definition.code,
                definition.component(component).label if component else "",
                one.level,
                who,
                one.statistic,
                "[c]" if one.status == "withheld" else one.value,
                definition.unit_of(component),
                one.low,
                one.high,
                one.numerator,
                one.denominator,
                one.reference_numerator,
                one.reference_denominator,
                verdict_for(one.verdict).word,
                absence_words(one) or choice_text(one.word),
                CHANGE_WORDS.get(one.over_time, ""),
                VARIATION_WORDS.get(one.variation, ""),
                ASSURANCE_WORDS.get(one.assurance, ""),
                one.time_points,
                release.quarter.label,
                release.number,
                f"{kind}; {returned_text(release)}",
            ]
        )
    return heads, rows
