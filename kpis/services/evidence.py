"""The only writer of evidence: add a link or a file, say which questions rest on it, take it out of the library."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.ui.downloads import safe_file_name
from edi_portal.uploads import MEGABYTE, UnfitFile, checked_kind
from kpis import permissions
from kpis.models.evidence import Evidence, EvidenceFile, EvidenceUse
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.evidence import bytes_kept
from kpis.services.returns import locked
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.roles import Right

LARGEST_FILE = 10 * MEGABYTE
MOST_KEPT = 250 * MEGABYTE
"""All files of one organisation together."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it arrived."""

    name: str
    content: bytes


@transaction.atomic
def add_evidence(
    *, organisation: Organisation, title: str, dated_on: date | None, by: Any, link: str = "", file: GivenFile | None = None
) -> Evidence:
    """Put a link or a file into the library. Raises Incomplete for one that is there already, naming the item."""
    require(by, Right.EDIT_RETURN, organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if bool(link.strip()) == (file is not None):
        raise Incomplete("Give a web address or choose a file, one of the two.")
    if dated_on is not None and dated_on > business_today():
        raise Incomplete("The date of the evidence must not be in the future.")
    item = Evidence(organisation=organisation, title=title.strip(), dated_on=dated_on, link=link.strip(), added_by=by)
    if file is not None:
        item.file = _kept(item, file)
    else:
        _refuse_twin(item, "address", link=item.link, added_by=by)  # another's item may not be theirs to see
    try:
        item.full_clean(exclude=["file"])
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    item.save()
    record(action="evidence.added", by=by, organisation=organisation, subject=f"evidence:{item.pk}")
    return item


@transaction.atomic
def rest_on(*, kpi_return: KpiReturn, evidence: Evidence, measures: Collection[str], seen: Collection[str], by: Any) -> int:
    """Say which of the writer's questions rest on an item; returns how many changed.

    `seen` are the questions that the page showed as resting on it: what somebody else changed meanwhile is not undone.
    """
    kpi_return = locked(kpi_return)
    permissions.check_can_edit_return(by, kpi_return, business_now())
    due = framework_for(kpi_return.quarter).due_measures(kpi_return.organisation)
    mine = {measure.code for measure in permissions.measures_open_to(by, kpi_return, due)}
    wanted = set(measures)
    if not wanted <= mine:
        raise NotAllowed("One of these questions is not one of yours.")
    if evidence.organisation_id != kpi_return.organisation_id or (wanted and evidence.retired_at is not None):
        raise StaleData("This item is no longer in the library.")
    rows = EvidenceUse.objects.filter(kpi_return=kpi_return, evidence=evidence)
    now = set(rows.values_list("measure", flat=True)) & mine
    added, removed = (wanted - set(seen)) - now, ((set(seen) & mine) - wanted) & now
    if not added and not removed:
        return 0
    rows.filter(measure__in=removed).delete()
    EvidenceUse.objects.bulk_create(
        EvidenceUse(kpi_return=kpi_return, measure=code, evidence=evidence, used_by=by) for code in sorted(added)
    )
    kpi_return.version += 1
    kpi_return.last_edited_at, kpi_return.last_edited_by = business_now(), by
    kpi_return.save(update_fields=["version", "last_edited_at", "last_edited_by"])
    record(action="evidence.used", by=by, organisation=kpi_return.organisation, subject=kpi_return.subject)
    return len(added) + len(removed)


@transaction.atomic
def retire_evidence(*, evidence: Evidence, by: Any) -> Evidence:
    """Take an item out of the library. Returns that rest on it keep it; nobody can choose it anew."""
    evidence = Evidence.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=evidence.pk)
    require(by, Right.EDIT_RETURN, evidence.organisation)
    if evidence.added_by_id != by.pk and not can(by, Right.SUBMIT_RETURN, evidence.organisation):
        raise NotAllowed("Only who added it, or the EDI lead, takes it out of the library.")
    if evidence.retired_at is not None:
        raise InvalidTransition("This item is out of the library already.")
    evidence.retired_at, evidence.retired_by = business_now(), by
    evidence.save(update_fields=["retired_at", "retired_by"])
    record(action="evidence.retired", by=by, organisation=evidence.organisation, subject=f"evidence:{evidence.pk}")
    return evidence


def note_download(*, evidence: Evidence, by: Any) -> None:
    """Remember that somebody took a file out. Which item, not what the file is called: a name may say who it is about."""
    record(action="evidence.downloaded", by=by, organisation=evidence.organisation, subject=f"evidence:{evidence.pk}")


def _kept(item: Evidence, file: GivenFile) -> EvidenceFile:
    """The bytes under a random key; refuses what may not be kept, what is there already, and what would be too much."""
    try:
        kind = checked_kind(file.content, file.name, largest=LARGEST_FILE, scanner=settings.VIRUS_SCAN)
    except UnfitFile as unfit:
        raise Incomplete(str(unfit)) from unfit
    digest = hashlib.sha256(file.content).hexdigest()
    _refuse_twin(item, "file", file__digest=digest)
    if bytes_kept(item.organisation) + len(file.content) > MOST_KEPT:
        raise Incomplete(f"Your organisation's files take more than {MOST_KEPT // MEGABYTE} MB. Give a link instead.")
    item.file_name, item.file_type, item.file_size = safe_file_name(file.name), kind.ending, len(file.content)
    return EvidenceFile.objects.create(content=file.content, digest=digest)


def _refuse_twin(item: Evidence, what: str, **same: Any) -> None:
    twin = Evidence.objects.offered().filter(organisation=item.organisation, **same).first()
    if twin is not None:
        raise Incomplete(f"This {what} is in the library already, as “{twin.title}”. Choose that item.")
