"""Of which day the figures of a question are, as the form of a return asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpis.catalogue import Measure
from kpis.catalogue.windows import snapshot_days
from kpis.selectors.returns import ReturnContent


@dataclass(frozen=True, slots=True)
class SnapshotField:
    """The day stated, or the last day, which the question asks for; `text` is what stands in the field."""

    first: date
    last: date
    on: date
    text: str
    error: str = ""

    @property
    def seen(self) -> str:
        """The day that stands, as a person types it."""
        return typed_day(self.on)

    @property
    def asked(self) -> str:
        """The day that the question asks for, as a person types it."""
        return typed_day(self.last)


def typed_day(day: date) -> str:
    """A day as a person types it: 31/3/2020."""
    return f"{day.day}/{day.month}/{day.year}"


def snapshot_field(
    content: ReturnContent, measure: Measure, texts: Mapping[str, str], errors: Mapping[str, str]
) -> SnapshotField | None:
    """The field of a question, with what could not be saved as it was typed; None for a measure that counts events."""
    days, name = snapshot_days(measure, content.framework.quarter), f"snapshot/{measure.code}"
    if days is None:
        return None
    on = content.facts.snapshots.get(measure.code, days[1])
    return SnapshotField(*days, on, texts.get(name, typed_day(on)), errors.get(name, ""))
