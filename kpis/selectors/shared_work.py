"""Questions about shared work on a return: who is here, what is asked, what was said before, what was approved."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kpis.models.approvals import SectionApproval
from kpis.models.assignments import SectionVisit
from kpis.models.discussions import Discussion
from kpis.models.returns import Explanation, KpiReturn
from kpis.selectors.returns import ReturnContent
from kpis.workflow import Status

HERE = timedelta(minutes=5)
"""Whoever was last seen longer ago has left."""
MOST_EARLIER = 4


@dataclass(frozen=True, slots=True)
class Visits:
    """Which sections somebody ever opened, and who is in one now."""

    opened: frozenset[str]
    here: Mapping[str, tuple[str, ...]]


def visits_of(kpi_return: KpiReturn, *, now: datetime, besides: Any = None) -> Visits:
    """The visits of a return; the reader themselves is never "here"."""
    rows = SectionVisit.objects.filter(kpi_return=kpi_return).values_list(
        "workstream", "last_at", "user_id", "user__display_name"
    )
    here: dict[str, list[str]] = defaultdict(list)
    opened = set()
    for workstream, last_at, user, name in rows:
        opened.add(workstream)
        if now - last_at < HERE and user != getattr(besides, "pk", None):
            here[workstream].append(name)
    return Visits(frozenset(opened), {workstream: tuple(sorted(names)) for workstream, names in here.items()})


def open_discussions_by_measure(kpi_return: KpiReturn) -> Mapping[str, int]:
    """Question → how many discussions are open about it."""
    return Counter(Discussion.objects.still_open().filter(kpi_return=kpi_return).values_list("measure", flat=True))


def discussions_of(kpi_return: KpiReturn, measures: Iterable[str]) -> list[Discussion]:
    """Everything asked about these questions with what was answered, open ones first. Two queries."""
    rows = Discussion.objects.filter(kpi_return=kpi_return, measure__in=list(measures))
    found = rows.select_related("opened_by", "closed_by").prefetch_related("remarks__written_by")
    return sorted(found, key=lambda row: (row.closed_at is not None, row.pk))


@dataclass(frozen=True, slots=True)
class EarlierText:
    """An explanation that the organisation gave for the same rule and cell in an earlier return."""

    key: int
    period: str
    text: str


def earlier_explanations(kpi_return: KpiReturn, findings: Iterable[str]) -> Mapping[str, tuple[EarlierText, ...]]:
    """Finding → the earlier texts for the same rule and cell, newest first, each wording once. One query."""
    wanted = list(findings)
    if not wanted:
        return {}
    rows = (
        Explanation.objects.filter(
            finding__in=wanted, kpi_return__organisation=kpi_return.organisation_id, kpi_return__status=Status.SIGNED_OFF
        )
        .exclude(kpi_return__collection=kpi_return.collection_id)
        .filter(kpi_return__collection__period__lt=kpi_return.collection.period)
        .select_related("kpi_return__collection")
        .order_by("-kpi_return__collection__period", "-kpi_return__number")
    )
    found: dict[str, dict[str, EarlierText]] = defaultdict(dict)
    for row in rows:
        found[row.finding].setdefault(row.text, EarlierText(row.pk, row.kpi_return.quarter.months, row.text))
    return {finding: tuple(texts.values())[:MOST_EARLIER] for finding, texts in found.items()}


def approvals_of(kpi_return: KpiReturn) -> Mapping[str, SectionApproval]:
    """Section → how it was approved last."""
    rows = SectionApproval.objects.filter(kpi_return=kpi_return).select_related("approved_by")
    return {row.workstream: row for row in rows}


def section_digest(content: ReturnContent, workstream: str) -> str:
    """SHA-256 over what stands in one section: cells, answers, explanations, evidence. Equal content, equal digest."""
    codes = {measure.code for measure in content.measures if measure.workstream == workstream}
    facts = content.facts
    states = ((code, state.state, str(state.expected_on)) for code, state in facts.states.items() if code in codes)
    texts = ((*key, text) for key, text in facts.texts.items() if key[0] in codes)
    held = ((code, str(item.pk)) for code, items in content.evidence.items() if code in codes for item in items)
    mark = {
        "values": sorted([*key, format(amount.normalize(), "f")] for key, amount in facts.values.items() if key[0] in codes),
        "states": sorted(map(list, states)),
        "texts": sorted(map(list, texts)),
        "evidence": sorted(map(list, held)),
    }
    if days := sorted([code, day.isoformat()] for code, day in facts.snapshots.items() if code in codes):
        mark["days"] = days
    return hashlib.sha256(json.dumps(mark, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
