"""Which quarters' answers a figure of one quarter is computed from, and of which day a snapshot is."""

from __future__ import annotations

from datetime import date

from edi_portal.periods import Quarter, last_march, last_quarters
from kpis.catalogue.measures import Measure

_FLOW_LENGTHS = {"quarter": 1, "twelve_months": 4, "twenty_four_months": 8, "last_march": 1}


def source_quarters(measure: Measure, window: str, quarter: Quarter) -> tuple[Quarter, ...]:
    """The quarters whose answers to `measure` are added up for a formula with this window, oldest first.

    Flows (measure window "quarter") are summed over the months of the formula. A stock is read once: from the newest quarter, not
    after `quarter`, in which it is asked. With "last_march" a quarter-end stock is that of the last 31 March; a measure that is
    itself asked as of 31 March already stands on that day.
    """
    if measure.window == "quarter":
        end = last_march(quarter) if window == "last_march" else quarter
        return last_quarters(end, _FLOW_LENGTHS[window])
    end = last_march(quarter) if window == "last_march" and measure.window == "snapshot" else quarter
    asked = (end.previous(back) for back in range(4))
    return (next(candidate for candidate in asked if candidate.number in measure.collected_in),)


def snapshot_days(measure: Measure, quarter: Quarter) -> tuple[date, date] | None:
    """First and last day of which a measure's snapshot may be; None for a measure that counts events.

    The last day is the one that the question asks for: the quarter's end, or 31 March.
    """
    if measure.window == "snapshot":
        return quarter.first_day, quarter.last_day
    if measure.window == "snapshot_31_march":
        return last_march(quarter).first_day, last_march(quarter).last_day
    return None
