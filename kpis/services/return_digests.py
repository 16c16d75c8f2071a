"""The content hash that a signature is bound to: from the database, from a page's content, from plain values."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from kpis.models.evidence import EvidenceUse
from kpis.models.returns import Explanation, KpiReturn, ReturnAnswer, ReturnValue
from kpis.selectors.returns import ReturnContent


def content_hash(kpi_return: KpiReturn) -> str:
    """SHA-256 over everything that is signed: cells, answers, explanations and evidence."""
    return content_digest(
        subject=kpi_return.subject,
        values=ReturnValue.objects.filter(kpi_return=kpi_return).values_list("measure", "row", "column", "amount"),
        answers=ReturnAnswer.objects.filter(kpi_return=kpi_return).values_list(
            "measure", "state", "reason", "expected_on", "evidence"
        ),
        explanations=Explanation.objects.filter(kpi_return=kpi_return).values_list("finding", "text"),
        snapshots=[
            (measure, day)
            for measure, day in ReturnAnswer.objects.filter(kpi_return=kpi_return).values_list("measure", "snapshot_on")
            if day is not None
        ],
        evidence=[
            (measure, digest or link)
            for measure, digest, link in EvidenceUse.objects.filter(kpi_return=kpi_return).values_list(
                "measure", "evidence__file__digest", "evidence__link"
            )
        ],
    )


def content_hash_of(content: ReturnContent) -> str:
    """The same from a return that was read already, for the page that shows it."""
    facts = content.facts
    return content_digest(
        subject=content.kpi_return.subject,
        values=((*key, amount) for key, amount in facts.values.items()),
        answers=(
            (code, state.state, state.reason, state.expected_on, facts.texts.get((code, "evidence"), ""))
            for code, state in facts.states.items()
        ),
        explanations=((finding, given.text) for finding, given in content.explanations.items()),
        snapshots=facts.snapshots.items(),
        evidence=(
            (code, item.file.digest if item.file else item.link) for code, items in content.evidence.items() for item in items
        ),
    )


def content_digest(
    *,
    subject: str,
    values: Iterable[tuple[str, str, str, Decimal]],
    answers: Iterable[tuple[Any, ...]],
    explanations: Iterable[tuple[str, str]],
    evidence: Iterable[tuple[str, str]] = (),
    snapshots: Iterable[tuple[str, date]] = (),
) -> str:
    """SHA-256 of a return's content in canonical JSON. Sorted here, so that no database's way of sorting text changes it.

    Without items of the evidence library and without snapshot dates the digest is that of returns signed before these were kept.
    """
    content = {
        "return": subject,
        "values": sorted([*row[:3], format(row[3].normalize(), "f")] for row in values),
        "answers": sorted([*map(str, row)] for row in answers),
        "explanations": sorted(list(row) for row in explanations),
    }
    if held := sorted(list(row) for row in evidence):
        content["evidence"] = held
    if days := sorted([measure, day.isoformat()] for measure, day in snapshots):
        content["snapshots"] = days
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
