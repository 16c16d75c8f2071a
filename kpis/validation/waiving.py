"""Which findings may be set aside by a waiver, and how far ahead. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from kpis.validation.findings import Finding, Level

NEVER_WAIVED = frozenset({"V1", "V4", "V11", "V12", "V14", "V16"})
"""Numbers that cannot be true, a closed collection, and names of people in a text: no decision makes these right."""

LONGEST = timedelta(days=366)
EXPIRES_SOON = timedelta(days=30)


def may_be_waived(finding: Finding) -> bool:
    """Whether somebody may dispute the rule here: an error or a query of a rule that can be wrong."""
    return finding.level is not Level.INFORMATION and finding.rule not in NEVER_WAIVED


def latest_end(today: date) -> date:
    """The last day a waiver granted today may hold: it is looked at again at least once a year."""
    return today + LONGEST
