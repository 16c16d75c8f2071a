"""The workbook's way into a return: made for download, checked without saving anything, then saved in one step.

A check reads, compares and runs every rule; it writes nothing but its own row (`WorkbookUpload`). Saving holds only while the
return stands at the version that was checked.
"""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_now
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from kpis import permissions
from kpis.catalogue import CellKey, Measure
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS
from kpis.catalogue.windows import snapshot_days
from kpis.models.files import UploadStatus, WorkbookUpload
from kpis.models.returns import KpiReturn, ReturnAnswer
from kpis.selectors.returns import ReturnContent, content_of, earlier_values
from kpis.selectors.waivers import waivers_by_finding
from kpis.services.returns import AnswerChange, CellChange, SnapshotChange, locked, note_download, save_answers
from kpis.workbooks import comparing, identity, outcome_rows, reading
from kpis.workbooks.answers import Answer, Content
from kpis.workbooks.commenting import Note, with_comments
from kpis.workbooks.layout import META_SHEET, Layout, layout_of
from kpis.workbooks.reading import LARGEST_FILE, RawWorkbook, Refused
from kpis.workbooks.writing import Prefill, write_workbook

SYNTHETIC = "Synthetic demonstration data. No figure here describes a real organisation."
_UNSAFE = re.compile(r"[\\/:*?\"<>|]")


class UploadedFile(Protocol):
    """What the service needs of an uploaded file."""

    name: str | None
    size: int | None

    def read(self) -> bytes: ...


def download_workbook(*, kpi_return: KpiReturn, by: Any) -> bytes:
    """The workbook of a return, with the questions this person may see, prefilled with what is saved; it is put on record."""
    content = content_of(kpi_return)
    measures = permissions.measures_open_to(by, kpi_return, content.measures)
    if not measures:
        raise NotAllowed("No question of this return is yours, so there is no workbook to fill in.")
    layout = layout_of(measures, template_version=kpi_return.collection.template_version)
    prefill = Prefill(
        organisation=kpi_return.organisation.slug,
        organisation_name=kpi_return.organisation.short_name,
        period=kpi_return.collection.period,
        months=kpi_return.quarter.months,
        due=f"{kpi_return.due_on:%-d %B %Y}",
        return_number=kpi_return.number,
        content=_saved(kpi_return, content),
        earlier=earlier_values(content.history, measures, kpi_return.quarter),
        days=_days(kpi_return, measures),
        remark=SYNTHETIC if settings.DEMONSTRATION else "",
    )
    made = write_workbook(layout, prefill)
    note_download(kpi_return=kpi_return, by=by)
    return made


def check_upload(*, kpi_return: KpiReturn, file: UploadedFile, by: Any) -> WorkbookUpload:
    """Check an uploaded workbook without saving an answer. A file that cannot be taken comes back with status REFUSED.

    Raises NotAllowed and InvalidTransition where this person cannot change the return now.
    """
    permissions.check_can_edit_return(by, kpi_return, business_now())
    size = file.size or 0
    content = b"" if size > LARGEST_FILE else file.read()
    digest = hashlib.sha256(content).hexdigest()
    earlier = _same_file(kpi_return, by, digest)
    if earlier is not None:
        earlier.outcome |= {"again": True}
        earlier.save(update_fields=["outcome"])
        return earlier
    began = time.monotonic()
    outcome = _check(kpi_return, content, size, by, keep_newer=True)
    upload = WorkbookUpload(kpi_return=kpi_return, uploaded_by=by, file_name=shown_name(file.name or ""), digest=digest)
    upload.content = b"" if isinstance(outcome, Refused) else content
    return _keep(upload, outcome, size=size, seconds=time.monotonic() - began, by=by)


def check_again(*, upload: WorkbookUpload, by: Any, keep_newer: bool = True) -> WorkbookUpload:
    """Check the same file against the return as it is now. Without `keep_newer` the file's numbers win over newer ones."""
    _own(upload, by)
    kpi_return = upload.kpi_return
    permissions.check_can_edit_return(by, kpi_return, business_now())
    content = bytes(upload.content)
    if not content:
        raise StaleData("This file is no longer kept. Upload it again.")
    began = time.monotonic()
    outcome = _check(kpi_return, content, len(content), by, keep_newer=keep_newer)
    fresh = WorkbookUpload(
        kpi_return=kpi_return, uploaded_by=by, file_name=upload.file_name, digest=upload.digest, content=content
    )
    return _keep(fresh, outcome, size=len(content), seconds=time.monotonic() - began, by=by)


def save_upload(*, upload: WorkbookUpload, by: Any) -> WorkbookUpload:
    """Save every change of a checked workbook in one step, or none.

    Raises Incomplete while a cell must be mended, StaleData when the return changed since the check (the check is then void).
    """
    _own(upload, by)
    with transaction.atomic():
        kpi_return = locked(upload.kpi_return)
        upload = WorkbookUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        if upload.status == UploadStatus.SAVED:
            raise InvalidTransition("This workbook is saved already.")
        if upload.status != UploadStatus.CHECKED:
            raise StaleData("This check is out of date. Check the file again.")
        if upload.outcome["counts"]["errors"]:
            raise Incomplete("Cells must be mended before this workbook can be saved. Nothing has been saved.")
        stale = kpi_return.version != upload.return_version
        if stale:
            upload.status = UploadStatus.VOID
            upload.save(update_fields=["status"])
        else:
            save_answers(
                kpi_return=kpi_return,
                by=by,
                cells=_cell_changes(upload),
                answers=_answer_changes(upload),
                snapshots=_snapshot_changes(upload),
                door="workbook",
            )
            upload.status, upload.saved_at, upload.content = UploadStatus.SAVED, business_now(), b""
            upload.save(update_fields=["status", "saved_at", "content"])
    if stale:
        raise StaleData(changed_sentence(kpi_return))
    return upload


def commented_workbook(*, upload: WorkbookUpload, by: Any) -> bytes | None:
    """The person's own workbook with a comment at each finding; None when it cannot be written or is no longer kept."""
    _own(upload, by)
    content = bytes(upload.content)
    notes = [
        Note(
            finding["sheet"],
            finding["cell"],
            f"{'Error' if finding['kind'] == 'error' else 'Query'}: {finding['field']}\n{finding['wrong']}\n{finding['mend']}",
            finding["is_input"],
        )
        for finding in upload.outcome.get("findings", ())
        if finding["cell"]
    ]
    return with_comments(content, notes) if content else None


def changed_sentence(kpi_return: KpiReturn) -> str:
    """When the return last changed, and what to do."""
    when = kpi_return.last_edited_at or business_now()
    return f"The return changed at {clock_text(when)}. Check again. Nothing of this workbook has been saved."


def clock_text(when: datetime) -> str:
    """A time of today as 14:40, of another day with its date."""
    local = when.astimezone(LONDON)
    today = business_now().astimezone(LONDON).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M on %-d %B %Y}"


def shown_name(name: str) -> str:
    """A file's name as it may be shown: no folders, line breaks, direction marks or signs that a system reads."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    visible = "".join(letter for letter in plain if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    return _UNSAFE.sub("", visible).strip(" .")[-120:] or "workbook.xlsx"


def _own(upload: WorkbookUpload, by: Any) -> None:
    if upload.uploaded_by_id != by.pk:
        raise NotAllowed("This workbook was uploaded by somebody else.")


def _same_file(kpi_return: KpiReturn, by: Any, digest: str) -> WorkbookUpload | None:
    """An earlier check of the same file that still holds: same person, return and version, and the same rules set aside."""
    rows = WorkbookUpload.objects.filter(kpi_return=kpi_return, uploaded_by=by, digest=digest, status=UploadStatus.CHECKED)
    found = rows.filter(return_version=kpi_return.version, outcome__keep_newer=True).first()
    version = f"{kpi_return.collection.template_version}"
    if found is None or found.outcome["file"]["template"] != version:
        return None
    waived = sorted(waivers_by_finding(kpi_return.organisation))
    return found if found.outcome.get("waived", []) == waived else None


@transaction.atomic
def _keep(upload: WorkbookUpload, outcome: Refused | dict[str, Any], *, size: int, seconds: float, by: Any) -> WorkbookUpload:
    """Store a check; the person's earlier checks of this return are void, and their files are dropped."""
    older = WorkbookUpload.objects.filter(
        kpi_return=upload.kpi_return, uploaded_by=by, status__in=[UploadStatus.CHECKED, UploadStatus.VOID]
    )
    if isinstance(outcome, Refused):
        upload.status, upload.refusal, upload.outcome = UploadStatus.REFUSED, outcome.sentence, {"refused": outcome.code}
    else:
        older.update(status=UploadStatus.VOID, content=b"")
        upload.status, upload.outcome = UploadStatus.CHECKED, outcome
        upload.outcome["file"] |= {"size": size, "seconds": round(seconds, 1)}
        upload.return_version = outcome["return_version"]
    upload.save()
    record(
        action="return.workbook_checked",
        by=by,
        organisation=upload.kpi_return.organisation,
        subject=upload.kpi_return.subject,
        details={"outcome": upload.status, "reason": upload.outcome.get("refused", "")},
    )
    return upload


def _check(kpi_return: KpiReturn, file: bytes, size: int, by: Any, *, keep_newer: bool) -> Refused | dict[str, Any]:
    refused = reading.inspect(file, size)
    if refused is not None:
        return refused
    raw = reading.open_workbook(file, [META_SHEET, *SHORT_WORKSTREAMS.values()])
    if isinstance(raw, Refused):
        return raw
    found = identity.identity_of(raw)
    if isinstance(found, Refused):
        return found
    refused = identity.refuse_stranger(
        found,
        organisation=kpi_return.organisation.slug,
        period=kpi_return.collection.period,
        months=kpi_return.quarter.months,
    )
    if refused is not None:
        return refused
    kpi_return.refresh_from_db(fields=["version", "status", "last_edited_at"])
    content = content_of(kpi_return)
    due = {measure.code: measure for measure in content.measures}
    layout = layout_of(
        [due[code] for code in found.measures if code in due], template_version=kpi_return.collection.template_version
    )
    refused = identity.refuse_old_template(found, layout) or identity.refuse_moved(raw, layout)
    if refused is not None:
        return refused
    return _compare(kpi_return, content, raw, layout, found, by, keep_newer)


def _compare(
    kpi_return: KpiReturn,
    content: ReturnContent,
    raw: RawWorkbook,
    layout: Layout,
    found: identity.Identity,
    by: Any,
    keep_newer: bool,
) -> Refused | dict[str, Any]:
    asked = [block.measure for block in layout.blocks]
    mine = {measure.code: measure for measure in permissions.measures_open_to(by, kpi_return, asked)}
    if not mine:
        return Refused(
            "nothing_yours", "No question in this workbook is yours. Ask your EDI lead, or download your own workbook."
        )
    file = comparing.read_file(raw, layout, mine, _days(kpi_return, asked))
    if not (file.filled or file.content.answers or file.faults):
        return Refused(
            "no_answers",
            f"The workbook holds no answers: 0 of {file.read} cells are filled. Fill in the yellow cells, save the file "
            "and upload it again.",
        )
    saved = _saved(kpi_return, content)
    comparison = comparing.compare(file, held=found.held, saved=saved, measures=mine, keep_newer=keep_newer)
    findings, standing = outcome_rows.findings(
        facts=content.facts,
        standing=content.findings,
        explanations=content.explanations,
        layout=layout,
        faults=file.faults,
        merged=comparison.merged(saved),
        waived=content.waivers.keys(),
        open_to=_open_to(kpi_return, content, by),
    )
    errors = sum(row["kind"] == "error" for row in findings)
    return {
        "return_version": kpi_return.version,
        "keep_newer": keep_newer,
        "file": {"template": str(found.template_version), "ignored": list(file.remarks)},
        "counts": {
            "errors": errors,
            "queries": len(findings) - errors,
            "new": sum(change.before is None for change in comparison.cells),
            "changed": sum(change.before is not None and change.after is not None for change in comparison.cells),
            "emptied": sum(change.after is None for change in comparison.cells),
            "answers": len(comparison.answers),
            "same": comparison.same,
            "read": file.read,
            "standing": standing,
        },
        "findings": findings,
        "waived": sorted(content.waivers),
        "cells": [outcome_rows.cell_row(change, layout, mine) for change in comparison.cells],
        "answers": [outcome_rows.answer_row(change, layout, mine) for change in comparison.answers],
        "kept": [outcome_rows.cell_row(change, layout, mine) for change in comparison.kept]
        + [outcome_rows.answer_row(change, layout, mine) for change in comparison.kept_answers],
    }


def _open_to(kpi_return: KpiReturn, content: ReturnContent, by: Any) -> set[str] | None:
    """The questions of which somebody is told what the rules say; None is all of them, and the return as a whole."""
    if permissions.sees_every_question(by, kpi_return):
        return None
    return {measure.code for measure in permissions.measures_open_to(by, kpi_return, content.measures)}


def _days(kpi_return: KpiReturn, measures: Iterable[Measure]) -> dict[str, date]:
    """Snapshot → the day that it is asked of."""
    found = {measure.code: snapshot_days(measure, kpi_return.quarter) for measure in measures}
    return {code: days[1] for code, days in found.items() if days}


def _saved(kpi_return: KpiReturn, content: ReturnContent) -> Content:
    rows = ReturnAnswer.objects.filter(kpi_return=kpi_return)
    asked = _days(kpi_return, content.measures)
    answers = {
        row.measure: Answer(
            row.state,
            row.reason,
            row.expected_on,
            row.evidence,
            None if row.snapshot_on == asked.get(row.measure) else row.snapshot_on,
        )
        for row in rows
    }
    return Content(content.facts.values, answers)


def _cell_changes(upload: WorkbookUpload) -> Iterable[CellChange]:
    for row in upload.outcome["cells"]:
        amount = None if row["amount"] is None else Decimal(row["amount"])
        yield CellChange(row["measure"], CellKey(row["row"], row["column"]), amount)


def _answer_changes(upload: WorkbookUpload) -> Iterable[AnswerChange]:
    for row in upload.outcome["answers"]:
        parts = row["parts"]
        day = date.fromisoformat(parts["expected_on"]) if parts["expected_on"] else None
        yield AnswerChange(row["measure"], parts["state"], parts["reason"], day, parts["evidence"])


def _snapshot_changes(upload: WorkbookUpload) -> Iterable[SnapshotChange]:
    """The days of answers that change. A check of an earlier version of the portal has none."""
    for row in upload.outcome["answers"]:
        stated = row["parts"].get("snapshot_on", "")
        if row.get("is_snapshot"):
            yield SnapshotChange(row["measure"], date.fromisoformat(stated) if stated else None)
