"""The only writer of practice notes and of their adoption."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, StaleData
from edi_portal.turns import free_slug
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from steering.models.practice import PracticeAdoption, PracticeNote
from steering.practice import ADOPTION
from steering.services.texts import ask_for_reviews

FILE = Path(__file__).resolve().parent.parent / "data" / "practice.toml"


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """What somebody says about a practice."""

    title: str
    what: str
    kpis: Collection[str]
    how: str = ""
    contact: str = ""
    source: str = ""
    source_url: str = ""


@transaction.atomic
def add_note(*, organisation: Organisation | None, entry: NoteEntry, by: Any) -> PracticeNote:
    """A note of the own organisation; without one, a public review that the group adds."""
    _require(organisation, by)
    row = PracticeNote(organisation=organisation, written_for=organisation, slug=_free_slug(entry.title))
    _write(row, entry, by)
    record(action="practice.added", by=by, organisation=organisation, subject=f"practice:{row.slug}")
    return row


@transaction.atomic
def change_note(*, note: PracticeNote, entry: NoteEntry, seen_version: int, by: Any) -> PracticeNote:
    """Replace what a note says; others read the new words once they passed their review."""
    row = PracticeNote.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=note.pk)
    _require(row.organisation, by)
    if row.version != seen_version:
        raise StaleData("Somebody changed this note while you were typing. Look at it again before you save.")
    _write(row, entry, by)
    record(action="practice.changed", by=by, organisation=row.organisation, subject=f"practice:{row.slug}")
    return row


@transaction.atomic
def retire_note(*, note: PracticeNote, by: Any) -> PracticeNote:
    """Take a note out of the library. Who adopted it stays on record."""
    row = PracticeNote.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=note.pk)
    _require(row.organisation, by)
    row.retired_at, row.retired_by = business_now(), by
    row.save(update_fields=["retired_at", "retired_by"])
    record(action="practice.retired", by=by, organisation=row.organisation, subject=f"practice:{row.slug}")
    return row


@transaction.atomic
def say_adoption(*, note: PracticeNote, organisation: Organisation, state: str, by: Any) -> PracticeAdoption:
    """Say where the own organisation stands with a note."""
    require(by, Right.KEEP_REGISTERS, organisation)
    if state not in ADOPTION:
        raise Incomplete("Choose one of the answers shown.")
    if note.organisation_id == organisation.pk:
        raise Incomplete("This is your own note: you do it already.")
    row, _ = PracticeAdoption.objects.update_or_create(
        note=note,
        organisation=organisation,
        defaults={"state": state, "since": business_today(), "changed_by": by, "changed_at": business_now()},
    )
    record(
        action="practice.adoption",
        by=by,
        organisation=organisation,
        subject=f"practice:{note.slug}",
        details={"state": state},
    )
    return row


@transaction.atomic
def load_reviews() -> int:
    """Add the public reviews that are not there yet; how many were added. What people wrote is never overwritten."""
    added = 0
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["notes"]:
        _, created = PracticeNote.objects.get_or_create(slug=row["slug"], defaults=row)
        added += created
    if added:
        record(action="reference.loaded", by=None, subject="reference:practice", details={"added": added})
    return added


def _require(organisation: Organisation | None, by: Any) -> None:
    if organisation is None:
        require(by, Right.GOVERN)
    else:
        require(by, Right.KEEP_REGISTERS, organisation)


def _free_slug(title: str) -> str:
    return free_slug(PracticeNote, slugify(title)[:80].strip("-") or "practice")


def _write(row: PracticeNote, entry: NoteEntry, by: Any) -> None:
    row.title, row.what, row.how = entry.title.strip(), entry.what.strip(), entry.how.strip()
    row.kpis = sorted(set(entry.kpis))
    row.contact, row.source, row.source_url = entry.contact.strip(), entry.source.strip(), entry.source_url.strip()
    row.version += 1
    row.changed_at, row.changed_by = business_now(), by
    try:
        row.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
    ask_for_reviews(row, by=by)
