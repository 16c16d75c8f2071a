"""The only writer of the digest."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, StaleData
from organisations.permissions import require
from organisations.roles import Right
from steering.models.digest import DigestEntry
from steering.services.texts import ask_for_reviews

FILE = Path(__file__).resolve().parent.parent / "data" / "digest.toml"


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What the group says about a publication."""

    kind: str
    title: str
    source: str
    source_url: str
    published_on: date
    summary: str
    meaning: str
    kpis: Collection[str] = ()


@transaction.atomic
def add_entry(*, words: EntryWords, by: Any) -> DigestEntry:
    """Put a publication into the digest; others read it once its words passed their review."""
    require(by, Right.GOVERN)
    stem = slugify(words.title)[:80].strip("-") or "entry"
    taken = set(DigestEntry.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(name for name in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if name not in taken)
    row = DigestEntry(slug=slug)
    _write(row, words, by)
    record(action="digest.added", by=by, subject=f"digest:{row.slug}")
    return row


@transaction.atomic
def change_entry(*, entry: DigestEntry, words: EntryWords, seen_version: int, by: Any) -> DigestEntry:
    """Replace what the digest says about a publication."""
    require(by, Right.GOVERN)
    row = DigestEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if row.version != seen_version:
        raise StaleData("Somebody changed this entry while you were typing. Look at it again before you save.")
    _write(row, words, by)
    record(action="digest.changed", by=by, subject=f"digest:{row.slug}")
    return row


@transaction.atomic
def retire_entry(*, entry: DigestEntry, by: Any) -> DigestEntry:
    """Take a publication out of the digest. It stays on record."""
    require(by, Right.GOVERN)
    row = DigestEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    row.retired_at = business_now()
    row.save(update_fields=["retired_at"])
    record(action="digest.retired", by=by, subject=f"digest:{row.slug}")
    return row


@transaction.atomic
def load_digest() -> int:
    """Add the entries that are not there yet; how many were added. What people wrote is never overwritten."""
    added = 0
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["entries"]:
        _, created = DigestEntry.objects.get_or_create(slug=row["slug"], defaults=row)
        added += created
    if added:
        record(action="reference.loaded", by=None, subject="reference:digest", details={"added": added})
    return added


def _write(row: DigestEntry, words: EntryWords, by: Any) -> None:
    if words.published_on > business_today():
        raise Incomplete("The day of publication must not be in the future.")
    for name in EntryWords.__dataclass_fields__:
        value = getattr(words, name)
        setattr(row, name, value.strip() if isinstance(value, str) else sorted(value) if name == "kpis" else value)
    row.version += 1
    row.changed_at, row.changed_by = business_now(), by
    row.save()
    ask_for_reviews(row, by=by)
