"""Questions answered by organisation and workstream, for the arrivals board: progress, never content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kpis.catalogue import WORKSTREAMS
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS
from kpis.selectors.arrivals import Arrival
from kpis.workflow import Status

MARKS = {Status.SIGNED_OFF: ("signed", "signed off"), Status.SUBMITTED: ("sent", "sent, not signed")}


def arrivals_wall(rows: Iterable[Arrival], months: str) -> dict[str, Any]:
    """The wall for the component `completeness_wall`, in the order of the board."""
    return {
        "caption": f"Questions answered of those asked by organisation and workstream, {months}",
        "corner": "Organisation",
        "columns": [SHORT_WORKSTREAMS[slug] for slug in WORKSTREAMS],
        "rows": [
            {
                "label": row.kpi_return.organisation.short_name,
                "cells": [_cell(row, slug, title) for slug, title in WORKSTREAMS.items()],
            }
            for row in rows
        ],
    }


def _cell(row: Arrival, slug: str, title: str) -> dict[str, str]:
    asked, answered = row.asked_by_workstream.get(slug, 0), row.answered_by_workstream.get(slug, 0)
    if not asked or row.kpi_return.status == Status.NOT_REQUIRED:
        return {"mark": "not_due", "text": "\u2013", "words": f"{title}: nothing due"}
    mark, state = MARKS.get(Status(row.kpi_return.status), ("part", "in progress") if answered else ("none", "not started"))
    return {
        "mark": mark,
        "text": f"{answered}/{asked}",
        "words": f"{title}: {answered} of {asked} questions answered, {state}",
    }
