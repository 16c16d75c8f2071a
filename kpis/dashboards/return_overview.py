"""A return as a task list, and the list of a person's returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from edi_portal.clock import business_today
from kpis import permissions
from kpis.catalogue import WORKSTREAMS, Measure
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS
from kpis.models.returns import KpiReturn
from kpis.selectors.extracts import CellSource, files_by_question, sources_of
from kpis.selectors.returns import ReturnContent
from kpis.selectors.shared_work import Visits, open_discussions_by_measure, visits_of
from kpis.validation.findings import Finding
from kpis.workflow import Status

TAG_COLOURS = {
    Status.DRAFT: "grey",
    Status.SUBMITTED: "blue",
    Status.SENT_BACK: "orange",
    Status.SIGNED_OFF: "green",
    Status.NOT_REQUIRED: "grey",
}


@dataclass(frozen=True, slots=True)
class SectionStatus:
    """One workstream of the return in the task list and the side column."""

    slug: str
    title: str
    short: str
    url: str
    answered: int
    due: int
    errors: int
    queries: int
    touched: bool
    sent_back: bool = False
    opened: bool = False
    here: tuple[str, ...] = ()
    discussions: int = 0
    source: str = ""

    @property
    def note(self) -> str:
        """How far it is, as the side column says it."""
        return f"{self.answered} of {self.due}" if self.touched or self.opened else "Not started"

    @property
    def hint(self) -> str:
        """How far it is, what is asked, and who is there now."""
        said = [f"{self.answered} of {self.due} questions answered"]
        if self.queries:
            said.append(f"{self.queries} to explain")
        if self.source:
            said.append(self.source)
        if self.discussions:
            said.append(f"{self.discussions} open {'discussion' if self.discussions == 1 else 'discussions'}")
        if self.here:
            said.append(f"{' and '.join(self.here)} {'is' if len(self.here) == 1 else 'are'} here now")
        return " · ".join(said)

    @property
    def status(self) -> tuple[str, str]:
        """Tag text and colour; no colour means plain text."""
        if self.sent_back:
            return "Sent back", "orange"
        if self.errors:
            return f"{self.errors} to mend", "red"
        if self.queries:
            return "Query", "orange"
        if self.answered == self.due:
            return "Answered", ""
        if self.touched:
            return "Incomplete", "blue"
        return ("Opened, nothing answered", "blue") if self.opened else ("Never opened", "grey")

    def task(self) -> dict[str, str]:
        """The parameters of one row of the task list component."""
        label, colour = self.status
        row = {"title": self.title, "url": self.url, "hint": self.hint}
        return row | ({"tag": label, "colour": colour} if colour else {"status": label})


@dataclass(frozen=True, slots=True)
class ReturnOverview:
    """Everything the task list of a return shows."""

    status_label: str
    status_colour: str
    sections: tuple[SectionStatus, ...]
    answered: int
    due: int
    to_mend: tuple[Finding, ...]
    to_explain: tuple[Finding, ...]
    explained: tuple[Finding, ...]
    to_answer: tuple[Measure, ...]
    not_due: tuple[Measure, ...]
    due_text: str
    closes_text: str
    editable: bool
    may_send: bool
    may_take_back: bool
    may_reopen: bool
    may_decide: bool
    may_share_out: bool
    signed: bool
    can_be_sent: bool
    asked: Mapping[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many errors there are, of those that the reader may see."""
        return len(self.to_mend)

    @property
    def queries(self) -> int:
        """How many queries wait for an explanation, of those that the reader may see."""
        return len(self.to_explain)

    @property
    def discussions(self) -> int:
        """How many discussions are open, of those that the reader may see."""
        return sum(section.discussions for section in self.sections)

    @property
    def blocker(self) -> str:
        """What stands between this return and the sponsor, as a hint."""
        parts = []
        if self.to_answer:
            parts.append(f"{len(self.to_answer)} {'question' if len(self.to_answer) == 1 else 'questions'} to answer")
        if self.errors:
            parts.append(f"{self.errors} to mend")
        if self.queries:
            parts.append(f"{self.queries} {'query' if self.queries == 1 else 'queries'} to explain")
        return ", ".join(parts) or "questions of others to finish"


def overview_of(content: ReturnContent, user: Any) -> ReturnOverview:
    """The task list of a return for one reader; a contributor sees the own questions only."""
    kpi_return = content.kpi_return
    open_to = permissions.measures_open_to(user, kpi_return, content.measures)
    mine, whole = {measure.code for measure in open_to}, permissions.sees_every_question(user, kpi_return)
    now = content.now

    def readable(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """What a rule says holds figures: of the reader's own questions, and of the return as a whole for who sees all of it."""
        return tuple(finding for finding in findings if (finding.measure in mine if finding.measure else whole))

    visits, asked = visits_of(kpi_return, now=now, besides=user), open_discussions_by_measure(kpi_return)
    sent_back = kpi_return.status == Status.SENT_BACK
    commented = set(kpi_return.comments.filter(settled_at=None).values_list("workstream", flat=True)) if sent_back else set()
    files = files_by_question(sources_of(kpi_return, content.facts.values))
    sections = tuple(_section(content, slug, title, open_to, visits, asked, files) for slug, title in WORKSTREAMS.items())
    sections = tuple(replace(section, sent_back=section.slug in commented) for section in sections if section.due)
    due_codes = {measure.code for measure in content.measures}
    applicable = {code for kpi in content.framework.applicable_kpis(kpi_return.organisation) for code in kpi.measures}
    label, colour = label_of(kpi_return, content)
    closes = permissions.closes_at_for(kpi_return)
    return ReturnOverview(
        status_label=label,
        status_colour=colour,
        sections=sections,
        answered=sum(section.answered for section in sections),
        due=sum(section.due for section in sections),
        to_mend=readable(content.errors),
        to_explain=readable(content.open_queries),
        explained=readable(content.explained_queries),
        to_answer=tuple(measure for measure in content.unanswered if measure.code in mine),
        not_due=tuple(
            measure
            for measure in content.framework.measures.values()
            if measure.code in applicable and measure.code not in due_codes
        ),
        due_text=due_text(kpi_return, now.date()),
        closes_text=f"{closes:%-d %B %Y}",
        editable=permissions.can_edit_return(user, kpi_return, now),
        may_send=permissions.can_submit_return(user, kpi_return, now),
        may_take_back=permissions.can(user, permissions.Right.SUBMIT_RETURN, kpi_return.organisation)
        and kpi_return.status == Status.SUBMITTED,
        may_reopen=permissions.can_reopen_return(user, kpi_return, now),
        may_decide=permissions.can_decide_return(user, kpi_return),
        may_share_out=permissions.can(user, permissions.Right.SUBMIT_RETURN, kpi_return.organisation),
        signed=kpi_return.signed_off_at is not None,
        can_be_sent=content.can_be_sent,
        asked=asked,
    )


def _section(
    content: ReturnContent,
    slug: str,
    title: str,
    open_to: tuple[Measure, ...],
    visits: Visits,
    asked: Mapping[str, int],
    sources: Mapping[str, CellSource],
) -> SectionStatus:
    measures = [measure for measure in open_to if measure.workstream == slug]
    codes = {measure.code for measure in measures}
    kpi_return = content.kpi_return
    return SectionStatus(
        slug=slug,
        title=title,
        short=SHORT_WORKSTREAMS[slug],
        url=reverse("returns:section", args=[kpi_return.organisation.slug, kpi_return.collection.period, slug]),
        answered=sum(content.is_answered(measure) for measure in measures),
        due=len(measures),
        errors=sum(finding.measure in codes for finding in content.errors),
        queries=sum(finding.measure in codes for finding in content.open_queries),
        touched=any(content.is_touched(measure) for measure in measures),
        opened=slug in visits.opened,
        here=visits.here.get(slug, ()),
        discussions=sum(asked.get(code, 0) for code in codes),
        source=", ".join(
            f"{number} from {label}"
            for label, number in Counter(sources[code].label for code in codes if code in sources).items()
        ),
    )


def label_of(kpi_return: KpiReturn, content: ReturnContent | None = None) -> tuple[str, str]:
    """The state as people read it: "not started" and "ready" are computed from the content."""
    if kpi_return.status == Status.DRAFT:
        if kpi_return.last_edited_at is None:
            return "Not started", "grey"
        if content is not None and content.can_be_sent:
            return "Ready to send", "blue"
    return str(kpi_return.get_status_display()), TAG_COLOURS[Status(kpi_return.status)]


def due_text(kpi_return: KpiReturn, today: date) -> str:
    """When it is due, counted from the business day: "In 11 days, 31 January 2020"."""
    due = kpi_return.due_on
    days = (due - today) // timedelta(days=1)
    when = "Today" if days == 0 else "Tomorrow" if days == 1 else f"In {days} days" if days > 1 else f"{-days} days ago"
    return f"{when}, {due:%-d %B %Y}"


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One return in a person's list."""

    kpi_return: KpiReturn
    label: str
    colour: str
    url: str
    due: str


def returns_of(user: Any) -> tuple[ReturnRow, ...]:
    """The live returns that a person may see, newest period first."""
    rows = KpiReturn.objects.visible_to(user).live().select_related("organisation", "collection")
    rows = rows.prefetch_related("collection__extensions")
    today = business_today()
    return tuple(
        ReturnRow(
            kpi_return,
            *label_of(kpi_return),
            reverse("returns:overview", args=[kpi_return.organisation.slug, kpi_return.collection.period]),
            due_text(kpi_return, today) if kpi_return.is_editable else "",
        )
        for kpi_return in rows.order_by("-collection__period", "organisation__short_name")
    )
