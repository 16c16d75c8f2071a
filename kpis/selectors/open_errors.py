"""How many errors stand in each of many returns, for who chases them: the number alone, no figure and no place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from kpis.models.evidence import EvidenceUse
from kpis.models.returns import Explanation, KpiReturn
from kpis.models.waivers import Waiver
from kpis.selectors.definitions import Framework
from kpis.selectors.returns import contents_of_returns, facts_of
from kpis.validation.registry import check_errors


def errors_to_mend(returns: Sequence[KpiReturn], *, framework: Framework, now: datetime) -> dict[int, int]:
    """Return → errors that nobody waived. Five queries whatever the number of returns, all of one period.

    Earlier quarters are not read: what changed since then raises queries, never an error.
    """
    keys = [kpi_return.pk for kpi_return in returns]
    contents = contents_of_returns(keys)
    evidence: dict[int, set[str]] = defaultdict(set)
    for key, measure in EvidenceUse.objects.filter(kpi_return__in=keys).values_list("kpi_return_id", "measure"):
        evidence[key].add(measure)
    explanations: dict[int, list[Explanation]] = defaultdict(list)
    for row in Explanation.objects.filter(kpi_return__in=keys):
        explanations[row.kpi_return_id].append(row)
    waivers = Waiver.objects.in_force().filter(organisation__in={one.organisation_id for one in returns})
    waived = set(waivers.values_list("organisation_id", "finding"))
    found = {}
    for kpi_return in returns:
        own = contents[kpi_return.pk]
        facts = facts_of(
            kpi_return,
            framework=framework,
            measures=framework.due_measures(kpi_return.organisation),
            history={},
            values=own.returned.values,
            answers={answer.measure: answer for answer in own.answers},
            explanations=explanations[kpi_return.pk],
            evidence=frozenset(evidence[kpi_return.pk]),
            now=now,
            breaks={},
        )
        found[kpi_return.pk] = sum((kpi_return.organisation_id, one.key) not in waived for one in check_errors(facts))
    return found
