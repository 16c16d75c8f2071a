"""The sponsor's page: what moved, what is flagged and explained, what others will see, and a decision per section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from edi_portal.charts.numbers import format_figure
from edi_portal.clock import LONDON
from edi_portal.stats.comparison import verdict_against
from kpis.catalogue import WORKSTREAMS, KpiDefinition
from kpis.dashboards.preview import Preview, figure_text, previews_of
from kpis.dashboards.sentences import verdict_of_own
from kpis.exact_counts import ReturnedQuarter
from kpis.indicators import Figure
from kpis.models.approvals import SectionApproval
from kpis.selectors.returns import ReturnContent, own_figures
from kpis.selectors.shared_work import section_digest

# The page shows this many movements and previews; the rest is a link away.
SHOWN_ROWS = 8
READING_ORDER = ("worse", "better", "no_difference", "too_few")


@dataclass(frozen=True, slots=True)
class Movement:
    """One figure then and now."""

    code: str
    name: str
    before: str
    now: str
    change: str
    verdict: str
    word: str
    explanation: str
    size: Decimal
    outside: str
    newly_outside: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a rule found that a waiver sets aside: whoever signs knows of it, who allowed it and until when."""

    rule: str
    question: str
    found: str
    reason: str
    answer: str
    by: str
    until: date


@dataclass(frozen=True, slots=True)
class SectionDecision:
    """One workstream to approve or send back."""

    slug: str
    title: str
    note: str
    approved: str
    changed_since: bool


@dataclass(frozen=True, slots=True)
class SignOffPage:
    """Everything the sponsor's page shows."""

    headline: str
    can_be_signed: bool
    answered: int
    due: int
    explained: int
    waived: tuple[SetAside, ...]
    movements: tuple[Movement, ...]
    unmoved: int
    better: int
    worse: int
    outside: int
    signed_before: str
    previews: tuple[Preview, ...]
    sections: tuple[SectionDecision, ...]


def sign_off_page(content: ReturnContent, approvals: Mapping[str, SectionApproval]) -> SignOffPage:
    """The page for a sent return. Exact figures: for the owning organisation alone. `approvals` are those of an earlier look."""
    kpi_return = content.kpi_return
    draft = ReturnedQuarter(content.facts.values, content.facts.states)
    now = own_figures(
        kpi_return.organisation,
        content.framework.quarter,
        framework=content.framework,
        draft=draft,
        history=content.history,
        headlines_only=True,
    )
    definitions = {kpi.definition.code: kpi.definition for kpi in content.framework.due_kpis(kpi_return.organisation)}
    before = _signed_before(content, definitions)
    movements = sorted(
        (
            movement
            for code, definition in definitions.items()
            if (movement := _movement(content, definition, before.get(code), now[code, ""])) is not None
        ),
        key=lambda row: (not row.newly_outside, READING_ORDER.index(row.verdict), -row.size),
    )
    moved = tuple(row for row in movements if row.change != "no change")
    flagged = sum(verdict_of_own(definitions[code], None, figure) in {"act", "watch"} for (code, _), figure in now.items())
    eye = sum(row.verdict == "worse" or row.newly_outside for row in moved)
    return SignOffPage(
        headline=f"Nothing blocks it. {eye} of {len(definitions)} figures need your eye."
        if content.can_be_sent
        else "A rule found something new.",
        can_be_signed=content.can_be_sent,
        answered=sum(content.is_answered(measure) for measure in content.measures),
        due=len(content.measures),
        explained=len(content.explained_queries),
        waived=_set_aside(content),
        movements=moved,
        unmoved=len(definitions) - len(moved),
        better=sum(row.verdict == "better" for row in moved),
        worse=sum(row.verdict == "worse" for row in moved),
        outside=flagged,
        signed_before=_last_signed_label(content),
        previews=previews_of(content, now),
        sections=_sections(content, moved, definitions, approvals),
    )


def _set_aside(content: ReturnContent) -> tuple[SetAside, ...]:
    lines = []
    for finding in content.waived:
        waiver = content.waivers[finding.key]
        # Granted waivers have both, says the database; the types cannot.
        if waiver.decided_by is None or waiver.until is None:
            continue
        measure = content.facts.measures.get(finding.measure)
        question = measure.title if measure else "The return as a whole"
        by = waiver.decided_by.display_name
        lines.append(SetAside(finding.rule, question, finding.message, waiver.reason, waiver.answer, by, waiver.until))
    return tuple(lines)


def _last_signed_label(content: ReturnContent) -> str:
    earlier = [quarter for quarter in content.history if quarter < content.framework.quarter]
    return max(earlier).months if earlier else ""


def _signed_before(content: ReturnContent, definitions: dict[str, KpiDefinition]) -> dict[str, Figure]:
    """Each figure as it was in the last signed quarter in which it was due, at most a year back."""
    found: dict[str, Figure] = {}
    quarter = content.framework.quarter
    for back in range(1, 5):
        earlier = quarter.previous(back)
        if earlier not in content.history:
            continue
        wanted = [
            code for code, definition in definitions.items() if code not in found and earlier.number in definition.collected_in
        ]
        if not wanted:
            continue
        figures = own_figures(
            content.kpi_return.organisation,
            earlier,
            framework=content.framework,
            history=content.history,
            codes=wanted,
            headlines_only=True,
        )
        found.update({code: figure for (code, _), figure in figures.items() if figure.value is not None})
    return found


def _movement(content: ReturnContent, definition: KpiDefinition, before: Figure | None, now: Figure) -> Movement | None:
    if now.value is None and before is None:
        return None
    verdict, word = _reading(definition, before, now)
    is_outside = verdict_of_own(definition, None, now) == "act"
    change = Decimal(0)
    text = "new" if before is None else "no longer there"
    if before is not None and before.value is not None and now.value is not None:
        change = now.value - before.value
        text = _change_text(change, definition.unit)
    codes = set(definition.measures())
    explanation = " ".join(
        content.explanations[finding.key].text for finding in content.explained_queries if finding.measure in codes
    )
    return Movement(
        code=definition.code,
        name=definition.short_name,
        before=figure_text(before, definition.unit),
        now=figure_text(now, definition.unit),
        change=text,
        verdict=verdict,
        word=word,
        explanation=explanation,
        size=abs(change),
        outside=f"Outside the target or range: {definition.target.text}." if is_outside else "",
        newly_outside=is_outside and not (before is not None and verdict_of_own(definition, None, before) == "act"),
    )


def _reading(definition: KpiDefinition, before: Figure | None, now: Figure) -> tuple[str, str]:
    """A change counts only when each figure lies outside the other's interval."""
    if now.value is None or before is None or before.value is None:
        return "too_few", "Too few to tell"
    forward = verdict_against(now.value, now.low, now.high, comparator=before.value, direction=definition.direction)
    backward = verdict_against(before.value, before.low, before.high, comparator=now.value, direction=definition.direction)
    if forward == "better" and backward == "worse":
        return "better", "Better than last time"
    if forward == "worse" and backward == "better":
        return "worse", "Worse than last time"
    return "no_difference", "No real change"


def _change_text(change: Decimal, unit: str) -> str:
    if change == 0:
        return "no change"
    if unit in {"choice", "yes_no"}:
        return "changed"
    shown = format_figure(abs(change), "points" if unit == "percent" else unit)
    return ("+" if change > 0 else "\u2212") + shown.lstrip("+\u2212")


def _sections(
    content: ReturnContent,
    moved: tuple[Movement, ...],
    definitions: dict[str, KpiDefinition],
    approvals: Mapping[str, SectionApproval],
) -> tuple[SectionDecision, ...]:
    found = []
    for slug, title in WORKSTREAMS.items():
        measures = [measure for measure in content.measures if measure.workstream == slug]
        if not measures:
            continue
        codes = {measure.code for measure in measures}
        waived = sum(finding.measure in codes for finding in content.waived)
        explained = sum(finding.measure in codes for finding in content.explained_queries)
        changed = sum(definitions[row.code].measures()[0] in codes and row.verdict in {"worse", "better"} for row in moved)
        notes = [f"{len(measures)} {'question' if len(measures) == 1 else 'questions'}"]
        if explained:
            notes.append(f"{explained} {'query' if explained == 1 else 'queries'} explained")
        if waived:
            notes.append(f"{waived} set aside by a waiver")
        if changed:
            notes.append(f"{changed} to look at")
        if not explained and not waived and not changed:
            notes.append("nothing flagged")
        approved, changed_since = _approved(content, slug, approvals.get(slug))
        found.append(SectionDecision(slug, title, ", ".join(notes), approved, changed_since))
    return tuple(found)


def _approved(content: ReturnContent, slug: str, approval: SectionApproval | None) -> tuple[str, bool]:
    """What an earlier look decided about a section, and whether the section changed since."""
    if approval is None:
        return "", False
    changed = approval.digest != section_digest(content, slug)
    said = f"Approved by {approval.approved_by} on {approval.approved_at.astimezone(LONDON):%-d %B %Y}"
    return f"{said}. {'It changed since.' if changed else 'It has not changed since.'}", changed


__all__ = ["SHOWN_ROWS", "SignOffPage", "sign_off_page"]
