"""All rules, by id, and the two ways to run them: on a return, and on a published statement."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from kpis.validation import cells, changes, collection, pay_gap, percentages, ratios, totals, units, words
from kpis.validation.facts import ReturnFacts
from kpis.validation.findings import Finding, Level
from kpis.validation.rules import Rule
from kpis.validation.statements import Statement
from kpis.validation.thresholds import DEFAULT_THRESHOLDS, Thresholds


def _by_number(rule: Rule) -> tuple[bool, int]:
    return rule.id[0] == "P", int(rule.id[1:])


RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in sorted(
        (
            *cells.RULES,
            *changes.RULES,
            *collection.RULES,
            *pay_gap.RULES,
            *percentages.RULES,
            *ratios.RULES,
            *totals.RULES,
            *units.RULES,
            *words.RULES,
        ),
        key=_by_number,
    )
}
"""V1 to V16, then P1 to P17."""


GRAVER = frozenset({"V10"})
"""Rules that usually ask, and refuse when it is grave."""


def rules_in_force() -> tuple[str, ...]:
    """Every rule with a mark of its wording ("V7 3f2a91c0"), so that a new or changed rule can be told apart."""
    return tuple(f"{rule.id} {hashlib.sha256(rule.text.encode()).hexdigest()[:8]}" for rule in RULES.values())


def rules_new_since(sent: Collection[str]) -> tuple[Rule, ...]:
    """The rules that are new or say something else since these ran; none where it was not written down."""
    if not sent:
        return ()
    marks = zip(RULES.values(), rules_in_force(), strict=True)
    return tuple(rule for rule, mark in marks if mark not in sent)


def check_return(known: ReturnFacts, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> tuple[Finding, ...]:
    """Run every rule on a return. Findings come in the order of the return, then of the rules."""
    found = [finding for rule in RULES.values() for finding in rule.check(known, thresholds)]
    return tuple(sorted(found, key=lambda finding: _place(known, finding)))


def check_errors(known: ReturnFacts, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> tuple[Finding, ...]:
    """What would keep a return from being sent, from the rules that can refuse: a fraction of the work, for many returns."""
    found = (
        finding
        for rule in RULES.values()
        if rule.level is Level.ERROR or rule.id in GRAVER
        for finding in rule.check(known, thresholds)
    )
    return tuple(finding for finding in found if finding.level is Level.ERROR)


def check_measures(
    known: ReturnFacts, measures: Collection[str], thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> tuple[Finding, ...]:
    """The findings that stand at some measures, for the saving of one block. Other measures are read for comparison."""
    return tuple(finding for finding in check_return(known, thresholds) if finding.measure in measures)


def check_statement(statement: Statement, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> tuple[Finding, ...]:
    """Run every rule on a published or imported figure, in the order of the rules."""
    return tuple(finding for rule in RULES.values() for finding in rule.check(statement, thresholds))


def _place(known: ReturnFacts, finding: Finding) -> tuple[int, int, int, str]:
    codes = list(known.measures)
    at = codes.index(finding.measure) if finding.measure in known.measures else -1
    cell = -1
    if finding.cell is not None and at >= 0:
        keys = [(key.row, key.column) for key in known.measures[finding.measure].cells()]
        cell = keys.index((finding.cell.row, finding.cell.column))
    return at, cell, list(RULES).index(finding.rule), finding.key


def rules_table() -> str:
    """The table of `docs/validation-rules.md`, in Markdown: one line for each rule."""
    lines = ["| Rule | Title | What it says | Level | Looks at |", "|-|-|-|-|-|"]
    for rule in RULES.values():
        where = [name for name, check in (("a return", rule.on_return), ("a published figure", rule.on_statement)) if check]
        lines.append(f"| {rule.id} | {rule.title} | {rule.text} | {rule.level} | {' and '.join(where)} |")
    return "\n".join(lines) + "\n"
