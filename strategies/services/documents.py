"""The only writer of strategy documents and their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.reviews.services import ask_for_reviews, withdraw_reviews
from edi_portal.turns import free_slug
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from strategies.alignment.states import State, first_day_together
from strategies.models import Objective, StrategyDocument
from strategies.selectors.files import files_of


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """What an organisation says about a document."""

    kind: str
    title: str
    period: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    owner: str = ""
    approved_on: date | None = None
    approved_by: str = ""
    link: str = ""
    vision: str = ""
    mission: str = ""
    aspirations: str = ""
    is_shared: bool = False
    replaces: StrategyDocument | None = None


def entry_of(document: StrategyDocument, **changes: Any) -> DocumentEntry:
    """What is said of a document now, with some of it said anew."""
    return DocumentEntry(**{name: getattr(document, name) for name in DocumentEntry.__dataclass_fields__} | changes)


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One line of a document as typed."""

    text: str
    kind: str = "objective"
    themes: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    is_psed: bool = False
    owner: str = ""
    due_on: date | None = None


@transaction.atomic
def add_document(*, organisation: Organisation, entry: DocumentEntry, by: Any) -> StrategyDocument:
    """A new document of the own organisation. Raises Incomplete when it does not hold together."""
    require(by, Right.KEEP_REGISTERS, organisation)
    document = StrategyDocument(organisation=organisation, slug=_free_slug(organisation, entry))
    _write(document, entry, by)
    ask_about_document(document, by)
    record(action="strategy.added", by=by, organisation=organisation, subject=f"strategy:{document.slug}")
    return document


@transaction.atomic
def change_document(*, document: StrategyDocument, entry: DocumentEntry, seen_version: int, by: Any) -> StrategyDocument:
    """Replace what is said about a document. Raises StaleData when somebody saved it since it was opened."""
    document = locked(document)
    require(by, Right.KEEP_REGISTERS, document.organisation)
    if document.version != seen_version:
        raise StaleData("Somebody changed this document while you were typing. Look at it again before you save.")
    _write(document, entry, by)
    ask_about_document(document, by)
    record(action="strategy.changed", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")
    return document


@transaction.atomic
def end_document(*, document: StrategyDocument, on: date, reason: str, by: Any) -> StrategyDocument:
    """A document came to its end and no other replaces it: part of something else, or dropped."""
    document = locked(document)
    require(by, Right.KEEP_REGISTERS, document.organisation)
    if document.state_on(on) is State.REPLACED:
        raise InvalidTransition("A later document replaces this one, so it did not end without a successor.")
    if not reason.strip():
        raise Incomplete("Say why it ended without a successor, for example that the People Strategy took it in.")
    document.ended_on, document.end_reason = on, reason.strip()
    _save(document, by)
    ask_about_document(document, by)
    record(action="strategy.ended", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")
    return document


@transaction.atomic
def add_lines(*, document: StrategyDocument, entries: Sequence[LineEntry], by: Any) -> list[Objective]:
    """Add lines behind those that are there."""
    document = locked(document)
    require(by, Right.KEEP_REGISTERS, document.organisation)
    last = document.lines.aggregate(last=Max("number"))["last"] or 0
    rows = [Objective(document=document, number=last + place, **_values(entry)) for place, entry in enumerate(entries, start=1)]
    for row in rows:
        _check(row)
    made = Objective.objects.bulk_create(rows)
    _save(document, by)
    ask_about_document(document, by)
    record(action="strategy.lines_added", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")
    return made


@transaction.atomic
def change_line(*, line: Objective, entry: LineEntry, seen_version: int, by: Any) -> Objective:
    """Replace what a line says, its themes and its KPIs. Raises StaleData when somebody saved it since it was opened."""
    document = locked(line.document)
    require(by, Right.KEEP_REGISTERS, document.organisation)
    row = Objective.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if row.version != seen_version:
        raise StaleData("Somebody changed this line while you were typing. Look at it again before you save.")
    for name, value in _values(entry).items():
        setattr(row, name, value)
    row.version += 1
    _check(row)
    row.save()
    _save(document, by)
    ask_about_document(document, by)
    record(action="strategy.line_changed", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")
    return row


@transaction.atomic
def remove_line(*, line: Objective, by: Any) -> None:
    """Take out a line that was a mistake; the numbers of the others stay."""
    document = locked(line.document)
    require(by, Right.KEEP_REGISTERS, document.organisation)
    withdraw_reviews([line])
    line.delete()
    _save(document, by)
    record(action="strategy.line_removed", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")


@transaction.atomic
def ask_about_shared_documents() -> int:
    """Put into the queue every shared text that no reviewer was asked about, as after an upgrade; how many."""
    shared = StrategyDocument.objects.filter(is_shared=True).select_related("organisation")
    return sum(ask_about_document(document, None) for document in shared)


def ask_about_document(document: StrategyDocument, by: Any) -> int:
    """Others read a shared document, its lines and its files after a reviewer has; how many texts were put into the queue."""
    rows = [document, *document.lines.select_related("document"), *files_of(document)]
    if not document.is_shared:
        withdraw_reviews(rows)
        return 0
    return ask_for_reviews(rows=rows, organisation=document.organisation, by=by)


def _values(entry: LineEntry) -> dict[str, Any]:
    return {
        "text": entry.text.strip(),
        "kind": entry.kind,
        "themes": sorted(set(entry.themes)),
        "kpis": sorted(set(entry.kpis)),
        "is_psed": entry.is_psed,
        "owner": entry.owner.strip(),
        "due_on": entry.due_on,
    }


def _check(row: Objective) -> None:
    if not row.text:
        raise Incomplete("Write what the objective says.")
    try:
        row.full_clean(exclude=["document", "number", "shared", "adopted_by"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error


def locked(document: StrategyDocument) -> StrategyDocument:
    """The row, held until the transaction ends."""
    rows = StrategyDocument.objects.select_related("organisation").select_for_update(of=("self",))
    return rows.get(pk=document.pk)


def _write(document: StrategyDocument, entry: DocumentEntry, by: Any) -> None:
    for name in DocumentEntry.__dataclass_fields__:
        setattr(document, name, getattr(entry, name))
    if document.replaces is not None and document.replaces.organisation_id != document.organisation_id:
        raise Incomplete("A document replaces an earlier one of the same organisation.")
    _refuse_second_current(document)
    _save(document, by)


def _refuse_second_current(document: StrategyDocument) -> None:
    """One EDI strategy is current at a time: a second one says which it replaces, or when the other ends."""
    if document.kind != "strategy" or (span := document.span) is None:
        return
    others = StrategyDocument.objects.with_state().filter(organisation=document.organisation, kind="strategy")
    for other in others.exclude(pk=document.pk):
        if other.pk == document.replaces_id or other.span is None or other.state_on(date.max) is State.REPLACED:
            continue
        if (day := first_day_together(span, other.span)) is not None:
            since = f"on {day:%-d %B %Y}" if day != date.min else "already"
            raise Incomplete(
                f"“{other.title}” is the current strategy {since}. Choose it under “Replaces”, or change its last day first."
            )


def _save(document: StrategyDocument, by: Any) -> None:
    document.version += 1
    document.changed_at, document.changed_by = business_now(), by
    try:
        document.full_clean(exclude=["changed_by", "replaces"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    document.save()


def _free_slug(organisation: Organisation, entry: DocumentEntry) -> str:
    """An address without a word of the title: others read addresses, and the title only after its review."""
    year = f"-{entry.starts_on.year}" if entry.starts_on else ""
    stem = f"{organisation.slug}-{entry.kind}{year}"[:150]
    return free_slug(StrategyDocument, stem)
