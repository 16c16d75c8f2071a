"""Interviews, toolkit entries and outreach by spreadsheet: each row passes the form and the service of its page.

A dry run does everything and undoes it. A sheet with any finding changes nothing, and a row that somebody changed between the dry
run and saving is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.utils.dateparse import parse_date

from edi_portal.exceptions import BusinessError
from organisations.models import Organisation
from workforce.forms.interviews import InterviewForm
from workforce.forms.toolkit import OutreachForm, ResourceForm, initial_of
from workforce.mapping import AREAS
from workforce.models import MappingInterview, OutreachAction, Resource
from workforce.selectors.interviews import interviews_shown_to, newest_code_book
from workforce.services.interviews import save_interview
from workforce.services.toolkit import add_resource, change_resource, save_outreach

Row = Mapping[str, str]
HEADINGS_ROW = 1
DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class RowRefused(Exception):
    """A row cannot be taken; `findings` has (column, sentence) for everything that is wrong with it."""

    def __init__(self, findings: Sequence[tuple[str, str]]) -> None:
        super().__init__(findings)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Taker:
    """Who gives the sheet, for which organisation, and the versions that the dry run saw, by number of the row."""

    by: Any
    organisation: Organisation | None
    runs_mapping: bool = False
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one row: new, changed or same, and the version of the row it met."""

    name: str
    change: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, in a sentence that says how to mend it."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a sheet does, row by row."""

    taken: tuple[Taken, ...]
    findings: tuple[Finding, ...]

    @property
    def seen(self) -> dict[str, int]:
        """The versions that saving must still meet."""
        return {str(number): one.version for number, one in enumerate(self.taken, start=HEADINGS_ROW + 1)}


TakeRow = Callable[[Row, Taker, int | None], Taken]


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One kind of sheet: its columns with an example, what a row does, and the rows that go out."""

    noun: str
    columns: tuple[str, ...]
    example: tuple[str, ...]
    take: TakeRow
    rows: Callable[[Taker], list[list[Any]]]


def take_sheet(kind: SheetKind, rows: Sequence[Row], taker: Taker, *, dry_run: bool) -> Outcome:
    """Take every row, or none where one is refused or in a dry run."""
    taken: list[Taken] = []
    findings: list[Finding] = []
    with transaction.atomic():
        for number, row in enumerate(rows, start=HEADINGS_ROW + 1):
            seen = None if dry_run else taker.seen.get(str(number))
            try:
                with transaction.atomic():
                    taken.append(kind.take(row, taker, seen))
            except RowRefused as refusal:
                findings += [Finding(number, column, text) for column, text in refusal.findings]
            except BusinessError as problem:
                findings.append(Finding(number, "", str(problem)))
        if dry_run or findings:
            transaction.set_rollback(True)
    return Outcome(tuple(taken), tuple(findings))


def _checked(form: BaseForm) -> None:
    if not form.is_valid():
        messages = form.errors.get_json_data()
        raise RowRefused([("" if name == "__all__" else name, one["message"]) for name, some in messages.items() for one in some])


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _yes(text: str) -> str:
    words = text.strip().lower()
    if words not in {"yes", "no", ""}:
        raise RowRefused([("shared", "Write yes or no")])
    return "on" if words == "yes" else ""


def _take_interview(row: Row, taker: Taker, seen: int | None) -> Taken:
    book = newest_code_book()
    data: dict[str, Any] = {**row, "themes": _list(row["themes"])}
    found = interviews_shown_to(taker.by).filter(organisation__slug=row["organisation"])
    known = found.filter(round__closed_at__isnull=True).first()
    day = parse_date(row["held_on"]) if DAY.fullmatch(row["held_on"]) else None
    known = (found.filter(held_on=day).first() if day is not None else None) or known
    everyone = Organisation.objects.visible_to(taker.by).ever_in_footprint()
    own = Organisation.objects.filter(pk__in=[taker.organisation.pk] if taker.organisation is not None else [])
    form = InterviewForm(
        data, instance=known or MappingInterview(), book=book, organisations=everyone if taker.runs_mapping else own
    )
    _checked(form)
    version = known.version if known is not None else 0
    if known is not None and not form.has_changed():
        return Taken(str(known.organisation), "same", version)
    made = form.save(commit=False)
    save_interview(interview=made, by=taker.by, seen_version=version if seen is None else seen)
    return Taken(str(made.organisation), "changed" if known is not None else "new", version)


def _interview_rows(taker: Taker) -> list[list[Any]]:
    return [
        [one.organisation.slug, one.held_on, one.roles, *(getattr(one, area) for area in AREAS), "; ".join(one.themes)]
        for one in interviews_shown_to(taker.by)
    ]


def _take_resource(row: Row, taker: Taker, seen: int | None) -> Taken:
    known = Resource.objects.filter(organisation=taker.organisation, title=row["title"], language=row["language"] or "en").first()
    data: dict[str, Any] = {**row, "audiences": _list(row["audiences"]), "is_shared": _yes(row["shared"])}
    initial = initial_of(known) if known is not None else {}
    form = ResourceForm({**data, "language": row["language"] or "en"}, initial=initial)
    _checked(form)
    if known is not None and not form.has_changed():
        return Taken(row["title"], "same", known.version)
    if known is None:
        add_resource(organisation=taker.organisation, entry=form.entry(), by=taker.by)
        return Taken(row["title"], "new")
    version = known.version
    change_resource(resource=known, entry=form.entry(), seen_version=version if seen is None else seen, by=taker.by)
    return Taken(row["title"], "changed", version)


def _resource_rows(taker: Taker) -> list[list[Any]]:
    return [
        [
            one.title,
            one.kind,
            one.summary,
            one.link,
            one.body,
            "; ".join(one.audiences),
            one.topic,
            one.format,
            one.language,
            one.review_on,
            "yes" if one.is_shared else "no",
        ]
        for one in Resource.objects.filter(organisation=taker.organisation, withdrawn_on__isnull=True)
    ]


def _take_outreach(row: Row, taker: Taker, seen: int | None) -> Taken:
    known = OutreachAction.objects.filter(organisation=taker.organisation, title=row["title"]).first()
    data: dict[str, Any] = {**row, "is_shared": _yes(row["shared"])}
    form = OutreachForm(data, instance=known or OutreachAction(organisation=taker.organisation))
    _checked(form)
    version = known.version if known is not None else 0
    if known is not None and not form.has_changed():
        return Taken(row["title"], "same", version)
    save_outreach(action=form.save(commit=False), by=taker.by, seen_version=version if seen is None else seen)
    return Taken(row["title"], "changed" if known is not None else "new", version)


def _outreach_rows(taker: Taker) -> list[list[Any]]:
    return [
        [
            one.title,
            one.what,
            one.group,
            one.started_on,
            one.ended_on,
            one.reach,
            one.aims_at,
            "yes" if one.is_shared else "no",
        ]
        for one in OutreachAction.objects.filter(organisation=taker.organisation)
    ]


SHEETS: Mapping[str, SheetKind] = {
    "interviews": SheetKind(
        "interview",
        ("organisation", "held_on", "roles", *AREAS, "themes"),
        ("countess-of-chester", "2020-01-10", "EDI lead", "One post.", "", "", "", "", "", "works_alone; network_missing"),
        _take_interview,
        _interview_rows,
    ),
    "toolkit": SheetKind(
        "entry",
        ("title", "kind", "summary", "link", "body", "audiences", "topic", "format", "language", "review_on", "shared"),
        (
            "A leaflet",
            "resource",
            "",
            "https://example.org/",
            "",
            "patients; carers",
            "race",
            "leaflet",
            "en",
            "2021-01-31",
            "no",
        ),
        _take_resource,
        _resource_rows,
    ),
    "outreach": SheetKind(
        "action",
        ("title", "what", "group", "started_on", "ended_on", "reach", "aims_at", "shared"),
        ("Health talks", "", "bme", "2019-10-01", "", "25_99", "PAT-2", "no"),
        _take_outreach,
        _outreach_rows,
    ),
}
