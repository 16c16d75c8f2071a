"""Loads the seven workstreams. Running it again changes only titles and aims; what people entered stays."""

import tomllib
from pathlib import Path

from django.db import transaction

from edi_portal.audit.services import record
from steering.models import Workstream

FILE = Path(__file__).resolve().parent.parent / "data" / "workstreams.toml"


@transaction.atomic
def load_workstreams() -> int:
    """Add the workstreams that are missing and renew the words of the others; how many rows were added or changed."""
    known = {row.slug: row for row in Workstream.objects.all()}
    touched = 0
    for position, entry in enumerate(tomllib.loads(FILE.read_text(encoding="utf-8"))["workstreams"], start=1):
        wanted = entry | {"position": position}
        row = known.get(entry["slug"], Workstream())
        if row.pk is not None and all(getattr(row, name) == value for name, value in wanted.items()):
            continue
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save()
        touched += 1
    if touched:
        record(action="reference.loaded", by=None, subject="reference:workstreams", details={"changed": touched})
    return touched
