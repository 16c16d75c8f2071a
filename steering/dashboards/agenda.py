"""The agenda of a meeting as it builds itself: from the newest release, what is overdue, what ends soon, and what was replied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from kpis.catalogue import KpiDefinition
from kpis.dashboards.exceptions import ExceptionRow, exceptions_of
from kpis.dashboards.home import SystemLine, system_lines
from kpis.selectors.definitions import Definitions
from kpis.selectors.releases import TIERS_OF, ReleaseAsSeen, newest_release
from kpis.selectors.waivers import waivers_in_force
from organisations.roles import Tier
from steering.agenda import Agenda, Group, Line, Section, grouped, minutes_for
from steering.models import Action, AgendaItem, Contribution, Meeting, Milestone, Reply, Risk
from steering.scores import HIGH_FROM
from steering.selectors.texts import Words
from steering.vocabulary import DOMAINS

WORKS_OF_A_DOMAIN = 3
WHAT_WORKS = "What made this work? Where else could it work, and what would it need there?"
DOMAIN_PROMPT = "What do we decide, who does it, and how will we see whether it helped?"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that may come onto an agenda, read once."""

    exceptions: tuple[ExceptionRow, ...]
    better: tuple[SystemLine, ...]
    actions: tuple[Action, ...]
    milestones: tuple[Milestone, ...]
    risks: tuple[Risk, ...]
    items: tuple[AgendaItem, ...]
    replies: tuple[Reply, ...]
    contributions: tuple[Contribution, ...]
    domains: dict[str, str]
    words: Words
    definitions: Definitions | None

    def domain_of(self, thing: Action | Risk) -> str:
        """The domain of its KPI, else of its workstream; "" for neither."""
        return self.domains.get(thing.kpi) or (thing.workstream.domain if thing.workstream is not None else "")


def agenda_of(user: Any, meeting: Meeting, *, minutes: int, today: date, items: Sequence[AgendaItem] | None = None) -> Agenda:
    """The stored agenda once the papers are issued; before that as it stands now. At most 16 queries."""
    if meeting.agenda is not None:
        return Agenda.from_data(meeting.agenda)
    return live_agenda(user, meeting, minutes=minutes, today=today, items=items)


def live_agenda(user: Any, meeting: Meeting, *, minutes: int, today: date, items: Sequence[AgendaItem] | None = None) -> Agenda:
    """The agenda as it stands, from released figures of the steering tier. `items` are those of the members, where known."""
    release = newest_release()
    seen = ReleaseAsSeen(release, TIERS_OF[Tier.STEERING]) if release is not None else None
    material = _material(user, items_of(meeting) if items is None else items, seen, today)
    opening, domain, rest = minutes_for(minutes)
    sections = [
        Section("What works, and why", opening, WHAT_WORKS, _what_works(material)),
        *(
            Section(f"{label} domain", domain, DOMAIN_PROMPT, _domain_groups(material, key, today))
            for key, label in DOMAINS.items()
        ),
        Section("Both domains", rest, "What do we owe to others, and what do they owe to us?", _shared(material, today)),
    ]
    basis = f"Release {release.number}, {release.quarter.months}" if release is not None else "No release yet"
    return Agenda(basis, tuple(sections))


def items_of(meeting: Meeting) -> tuple[AgendaItem, ...]:
    """What members put on the agenda and did not take off."""
    return tuple(meeting.items.filter(taken_off_at__isnull=True))


def _material(user: Any, items: Sequence[AgendaItem], seen: ReleaseAsSeen | None, today: date) -> Material:
    actions = Action.objects.overdue_on(today).select_related("workstream", "owner_organisation").order_by("due_on", "pk")
    milestones = Milestone.objects.filter(due_on__lt=today, reached_on__isnull=True, dropped_on__isnull=True)
    risks = Risk.objects.open_now().scored().select_related("workstream")
    replies = Reply.objects.filter(taken_back_at__isnull=True, outcome="returned", proposal__withdrawn_on__isnull=True)
    found = (
        tuple(actions),
        tuple(milestones.select_related("workstream")),
        tuple(sorted((risk for risk in risks if risk.score >= HIGH_FROM), key=lambda risk: -risk.score)),
        tuple(items),
        tuple(replies.filter(proposal__replaced_by__isnull=True).select_related("proposal", "place")),
        tuple(Contribution.objects.filter(cancelled_on__isnull=True, planned_on__gte=today).select_related("board")[:5]),
    )
    proposals = [reply.proposal for reply in found[4]]
    words = Words(user, [*(row for rows in found for row in rows), *proposals])
    kpis = seen.framework.kpis if seen is not None else ()
    return Material(
        exceptions_of(seen) if seen is not None else (),
        tuple(line for line in system_lines(seen) if line.change.verdict == "better") if seen is not None else (),
        *found,
        {kpi.definition.code.upper(): kpi.definition.domain for kpi in kpis},
        words,
        seen.definitions if seen is not None else None,
    )


def _what_works(material: Material) -> tuple[Group, ...]:
    """As many of each domain: figures of the whole system that got better by more than chance."""
    return tuple(
        grouped(
            f"Getting better, {label.lower()} domain",
            [_better(line) for line in material.better if line.definition.domain == key],
            "No figure of the whole system got better by more than chance. What else went well?",
            WORKS_OF_A_DOMAIN,
        )
        for key, label in DOMAINS.items()
    )


def _better(line: SystemLine) -> Line:
    return Line(f"{line.definition.short_name} ({line.definition.code})", line.change_levels, line.url)


def _domain_groups(material: Material, domain: str, today: date) -> tuple[Group, ...]:
    """The same headings in both domains, also where there is nothing to say."""
    words = material.words
    return (
        grouped(
            "To act on in the newest release",
            _exceptions(row for row in material.exceptions if row.definition.domain == domain),
            "Nothing is to act on.",
        ),
        grouped(
            "Overdue actions",
            [_action(one, words, today) for one in material.actions if material.domain_of(one) == domain],
            "No action is overdue.",
        ),
        grouped(
            "Overdue milestones",
            [_milestone(one, words) for one in material.milestones if one.workstream.domain == domain],
            "No milestone is overdue.",
        ),
        grouped(
            "High risks",
            [_risk(one, words) for one in material.risks if material.domain_of(one) == domain],
            "No risk is high.",
        ),
        grouped(
            "Put on the agenda by members",
            [Line(words.of(one, "title")) for one in material.items if one.domain == domain],
            "Nothing was added.",
        ),
    )


def _exceptions(rows: Iterable[ExceptionRow]) -> list[Line]:
    """One line for each KPI, those with most new readings first; nobody is called the worst."""
    by_kpi: dict[str, list[ExceptionRow]] = {}
    for row in rows:
        by_kpi.setdefault(row.definition.code, []).append(row)
    ordered = sorted(by_kpi.values(), key=lambda found: (-sum(row.first for row in found), -len(found)))
    return [_exception(found[0].definition, found) for found in ordered]


def _exception(definition: KpiDefinition, rows: Sequence[ExceptionRow]) -> Line:
    new = sum(row.first for row in rows)
    names = ", ".join(row.member.name for row in rows[:3]) + (f" and {len(rows) - 3} more" if len(rows) > 3 else "")
    note = f"{len(rows)} to act on" + (f", {new} new" if new else "") + f": {names}"
    return Line(f"{definition.short_name} ({definition.code})", note, reverse("kpis:detail", args=[definition.slug]))


def _action(action: Action, words: Words, today: date) -> Line:
    late = (today - action.due_on).days
    title = words.of(action, "title", f"Action {action.pk}")
    return Line(title, f"Action {action.pk}, {action.owner}, {late} days late", reverse("actions:detail", args=[action.pk]))


def _milestone(milestone: Milestone, words: Words) -> Line:
    address = reverse("workstreams:detail", args=[milestone.workstream.slug])
    note = f"{milestone.workstream.short_title}, due on {milestone.due_on:%-d %B %Y}"
    return Line(words.of(milestone, "title"), note, address)


def _risk(risk: Risk, words: Words) -> Line:
    note = f"{risk.band}, {risk.score} of 25, look at it again on {risk.review_on:%-d %B %Y}"
    return Line(words.of(risk, "title", f"Risk {risk.pk}"), note, reverse("risks:detail", args=[risk.pk]))


def _shared(material: Material, today: date) -> tuple[Group, ...]:
    words = material.words
    waivers = [
        Line(
            f"{one.rule_title}, {one.organisation}",
            f"ends on {one.until:%-d %B %Y}, in {one.expires_in} days" if one.until else "",
            reverse("waivers:detail", args=[one.number]),
        )
        for one in waivers_in_force(today, definitions=material.definitions)
        if one.is_expiring
    ]
    returned = [
        Line(
            words.of(reply.proposal, "title", f"Proposal {reply.proposal.pk}"),
            f"returned by {reply.body}: {words.of(reply, 'reason')}",
            reverse("ratifications:detail", args=[reply.proposal.pk]),
        )
        for reply in material.replies
    ]
    contributions = [
        Line(
            words.of(one, "subject_line", one.get_kind_display()),
            f"{one.get_kind_display()}, {one.board_name}, {one.planned_on:%-d %B %Y}",
            reverse("contributions:list"),
        )
        for one in material.contributions
    ]
    items = [Line(words.of(one, "title")) for one in material.items if not one.domain]
    return (
        grouped("Returned by a board or a Healthwatch", returned, "No proposal was returned."),
        grouped("Rules set aside that end soon", waivers, "No waiver ends within a month."),
        grouped("Voices that come to boards", contributions, "Nothing is planned."),
        grouped("Put on the agenda by members", items, "Nothing was added."),
    )
