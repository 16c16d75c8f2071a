"""The only writer of the files of strategy documents and of what was decided about their proposals.

`received` checks and reads a file before anything is written: it may take half a minute, and no row waits for it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_now
from edi_portal.exceptions import Incomplete, StaleData
from edi_portal.ui.downloads import safe_file_name
from edi_portal.uploads import MEGABYTE, PDF, WORD, FileKind, UnfitFile, checked_kind
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from strategies.document_reading.proposals import Findings, findings_of
from strategies.document_reading.reader import DocumentText, Refusal, read_document
from strategies.models import FileContent, ProposedLine, StrategyDocument, StrategyFile
from strategies.selectors.files import found_days
from strategies.services.documents import (
    DocumentEntry,
    LineEntry,
    add_document,
    add_lines,
    ask_about_document,
    change_document,
    entry_of,
    locked,
)

LARGEST_FILE = 25 * MEGABYTE
MOST_KEPT = 250 * MEGABYTE
"""All strategy files of one organisation together."""
OPENING = 4_000
"""Characters of its text that the reviewer sees at once."""


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that may be kept, and what its text says."""

    name: str
    kind: FileKind
    content: bytes
    text: DocumentText
    findings: Findings


@dataclass(frozen=True, slots=True)
class Taken:
    """A proposal that a person takes, as they word it."""

    number: int
    entry: LineEntry


def received(*, name: str, content: bytes) -> ReceivedFile:
    """Check a file and read its text, apart from the portal. Raises Incomplete with what is wrong and what to do."""
    if name.lower().endswith((".docm", ".dotm")):
        raise Incomplete("The file may hold macros (.docm). Save it as “Word document (.docx)” or as PDF, and choose that.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Incomplete(
            "This is a Word file of the old format (.doc), or one behind a password. Save it as .docx without a password, "
            "or as PDF, and choose that."
        )
    try:
        kind = checked_kind(content, name, largest=LARGEST_FILE, scanner=settings.VIRUS_SCAN)
    except UnfitFile as unfit:
        raise Incomplete(str(unfit)) from unfit
    if kind not in (PDF, WORD):
        raise Incomplete(f"This is a {kind.label}. Choose the strategy as PDF or Word document (.docx).")
    text = read_document(content, kind.ending)
    if isinstance(text, Refusal):
        raise Incomplete(text.sentence)
    return ReceivedFile(name, kind, content, text, findings_of(text.lines))


@transaction.atomic
def add_document_with_file(
    *, organisation: Organisation, entry: DocumentEntry, file: ReceivedFile, by: Any
) -> tuple[StrategyDocument, StrategyFile]:
    """A new document together with its file."""
    document = add_document(organisation=organisation, entry=entry, by=by)
    return document, keep_file(document=document, file=file, by=by)


@transaction.atomic
def keep_file(*, document: StrategyDocument, file: ReceivedFile, by: Any) -> StrategyFile:
    """Keep a file of a document; its lines become proposals, and nothing more. Earlier files stay."""
    document = locked(document)
    organisation = document.organisation
    require(by, Right.KEEP_REGISTERS, organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    digest = hashlib.sha256(file.content).hexdigest()
    files = StrategyFile.objects.filter(document__organisation=organisation)
    if twin := files.filter(document=document, content__digest=digest).first():
        raise Incomplete(f"This file is there already, kept on {twin.uploaded_at.astimezone(LONDON):%-d %B %Y}.")
    if (files.aggregate(kept=Sum("file_size"))["kept"] or 0) + len(file.content) > MOST_KEPT:
        raise Incomplete(f"Your strategy files take more than {MOST_KEPT // MEGABYTE} MB. Give a link to this one instead.")
    kept = StrategyFile.objects.create(
        document=document,
        number=document.files.count() + 1,
        content=FileContent.objects.create(content=file.content, digest=digest),
        file_name=safe_file_name(file.name),
        file_type=file.kind.ending,
        file_size=len(file.content),
        pages=file.text.pages,
        has_text=not file.text.is_empty,
        is_whole=file.text.is_whole,
        opening="\n".join(line.text for line in file.text.lines)[:OPENING],
        found=_found(file.findings),
        uploaded_by=by,
        uploaded_at=business_now(),
    )
    ProposedLine.objects.bulk_create(
        ProposedLine(file=kept, number=number, kind=one.kind, text=one.text, page=one.page)
        for number, one in enumerate(file.findings.lines, start=1)
    )
    ask_about_document(document, by)
    record(action="strategy.file_kept", by=by, organisation=organisation, subject=f"strategy:{document.slug}")
    return kept


@transaction.atomic
def decide_proposals(
    *, file: StrategyFile, taken: Sequence[Taken], aside: Sequence[int], take: Sequence[str], seen_version: int, by: Any
) -> int:
    """Make lines of the proposals taken, put others aside, and take over period, vision or mission; how many lines were added.

    `take`: of "period", "vision" and "mission". Raises StaleData when somebody decided or saved meanwhile; then nothing changed.
    """
    document = locked(file.document)
    require(by, Right.KEEP_REGISTERS, document.organisation)
    rows = {row.number: row for row in file.proposals.select_for_update().filter(state=ProposedLine.State.WAITING)}
    if not {one.number for one in taken} | set(aside) <= rows.keys():
        raise StaleData("Somebody decided about some of these lines meanwhile. Look at the page again; nothing was added.")
    if take:
        change_document(document=document, entry=_with(document, file, take), seen_version=seen_version, by=by)
    if taken:
        lines = add_lines(document=document, entries=[one.entry for one in taken], by=by)
        for one, line in zip(taken, lines, strict=True):
            _decide(rows[one.number], ProposedLine.State.TAKEN, by, line)
    for number in aside:
        _decide(rows[number], ProposedLine.State.ASIDE, by)
    if aside:
        record(action="strategy.proposals_aside", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")
    return len(taken)


@transaction.atomic
def offer_again(*, file: StrategyFile, by: Any) -> int:
    """Take back that proposals were put aside; how many wait again."""
    document = locked(file.document)
    require(by, Right.KEEP_REGISTERS, document.organisation)
    again = file.proposals.filter(state=ProposedLine.State.ASIDE).update(
        state=ProposedLine.State.WAITING, decided_by=None, decided_at=None
    )
    if again:
        record(action="strategy.proposals_back", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")
    return again


def note_download(*, file: StrategyFile, by: Any) -> None:
    """Remember that somebody took a file out."""
    document = file.document
    record(action="strategy.file_downloaded", by=by, organisation=document.organisation, subject=f"strategy:{document.slug}")


def _found(findings: Findings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if period := findings.period:
        first, last = period.days
        found["period"] = {
            "text": period.words,
            "page": period.page,
            "starts_on": first.isoformat(),
            "ends_on": last.isoformat(),
        }
    for name in ("vision", "mission"):
        if said := getattr(findings, name):
            found[name] = {"text": said.text, "page": said.page}
    return found


def _with(document: StrategyDocument, file: StrategyFile, take: Sequence[str]) -> DocumentEntry:
    changes: dict[str, Any] = {name: file.found[name]["text"] for name in ("vision", "mission") if name in take}
    if "period" in take:
        changes["starts_on"], changes["ends_on"] = found_days(file)
    return entry_of(document, **changes)


def _decide(row: ProposedLine, state: str, by: Any, line: Any = None) -> None:
    row.state, row.line, row.decided_by, row.decided_at = state, line, by, business_now()
    row.save(update_fields=["state", "line", "decided_by", "decided_at"])
