"""The papers of a meeting as one paper: agenda, decisions that stand, risks, actions and proposals, in every format alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings

from edi_portal.clock import LONDON
from edi_portal.papers.content import Block, Bullets, Facts, Heading, Paper, Paragraph, Table
from steering.agenda import Agenda, Section
from steering.models import Action, Decision, Meeting, Risk
from steering.selectors.texts import Words

TITLE = "Papers of the EDI steering group"


def meeting_paper(
    user: Any,
    meeting: Meeting,
    agenda: Agenda,
    *,
    actions: Iterable[Action],
    risks: Iterable[Risk],
    decisions: Iterable[Decision],
    today: date,
) -> Paper:
    """Everything that a member needs for the meeting, from one content object."""
    actions, risks, decisions = tuple(actions), tuple(risks), tuple(decisions)
    words = Words(user, [meeting, *actions, *risks, *decisions])
    issued = meeting.issued_at.astimezone(LONDON).date() if meeting.issued_at is not None else today
    state = f"Issued on {issued:%-d %B %Y}" if meeting.issued_at is not None else f"Draft of {issued:%-d %B %Y}"
    lines = (f"Meeting of {meeting.held_on:%-d %B %Y}", agenda.basis, state)
    blocks: list[Block] = [Heading("Agenda"), _times(agenda)]
    for section in agenda.sections:
        blocks += _section(section)
    blocks += [Heading("Open actions"), *_actions(actions, words, today)]
    blocks += [Heading("Risks"), *_risks(risks, words)]
    blocks += [Heading("Decisions of the last meetings"), *_decisions(decisions, words)]
    mark = "Synthetic demonstration data" if settings.DEMONSTRATION or meeting.synthetic else ""
    return Paper(TITLE, "Papers of a meeting", lines, mark, issued, tuple(blocks))


def _times(agenda: Agenda) -> Facts:
    return Facts(
        f"Time, {agenda.minutes} minutes in all",
        tuple((section.title, f"{section.minutes} minutes") for section in agenda.sections),
    )


def _section(section: Section) -> list[Block]:
    blocks: list[Block] = [Heading(section.title, 2), Paragraph(section.prompt)]
    for group in section.groups:
        blocks.append(Heading(group.heading, 3))
        if not group.lines:
            blocks.append(Paragraph(group.empty))
            continue
        items = [f"{line.text}: {line.note}" if line.note else line.text for line in group.lines]
        more = [f"and {group.more} more"] if group.more else []
        blocks.append(Bullets(tuple(items + more)))
    return blocks


def _actions(actions: tuple[Action, ...], words: Words, today: date) -> list[Block]:
    if not actions:
        return [Paragraph("No action is open.")]
    rows = tuple(
        (
            f"{action.pk}",
            words.of(action, "title", f"Action {action.pk}"),
            action.owner,
            f"{action.due_on:%-d %b %Y}",
            "Overdue" if action.is_overdue_on(today) else "Open",
        )
        for action in actions
    )
    return [Table("Open actions, those due first on top", ("No.", "Action", "Owner", "Due on", "State"), rows, (0,), "Actions")]


def _risks(risks: tuple[Risk, ...], words: Words) -> list[Block]:
    if not risks:
        return [Paragraph("No risk is open.")]
    rows = tuple(
        (
            f"{risk.pk}",
            words.of(risk, "title", f"Risk {risk.pk}"),
            f"{risk.score}",
            risk.band,
            words.of(risk, "mitigation"),
        )
        for risk in risks
    )
    columns = ("No.", "Risk", "Score", "Band", "What is done")
    return [Table("Open risks, the highest score first", columns, rows, (0, 2), "Risks")]


def _decisions(decisions: tuple[Decision, ...], words: Words) -> list[Block]:
    if not decisions:
        return [Paragraph("No decision is recorded yet.")]
    rows = tuple(
        (
            f"{decision.meeting.held_on:%-d %b %Y}",
            words.of(decision, "title", str(decision)),
            words.of(decision, "reason"),
        )
        for decision in decisions
    )
    return [Table("Decisions with their reasons", ("Meeting", "Decision", "Why"), rows, (), "Decisions")]
