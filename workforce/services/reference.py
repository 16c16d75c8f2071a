"""Loads the staff networks that organisations published themselves, each with its source.

They are shared, because they are public, but not confirmed: a page's date can be stale. An organisation's own word is never
overwritten: an entry of the same name is left as it is.
"""

import csv
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.reviews.services import note_published
from organisations.models import Organisation
from workforce.models import StaffNetwork
from workforce.vocabulary import CHARACTERISTICS

FILE = Path(__file__).resolve().parent.parent / "data" / "staff_networks.csv"


@transaction.atomic
def load_published_networks() -> int:
    """Add the published networks that are not there yet; how many were added."""
    organisations = _organisations_by_code()
    added = 0
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            organisation = organisations.get(row["ods_code"])
            if organisation is None:
                continue
            characteristics, focus = characteristics_of(row["characteristic"])
            name, note = name_and_note(row["network"], row["note"])
            network, created = StaffNetwork.objects.get_or_create(
                organisation=organisation,
                name=name,
                defaults={
                    "slug": slugify(f"{organisation.slug}-{name}")[:120],
                    "characteristics": characteristics,
                    "focus": focus,
                    "is_shared": True,
                    "source_url": row["source_url"],
                    "published_as_of": row["as_of"],
                    "note": note,
                },
            )
            # The name on the public page is read without a review, whatever its owner wrote here since.
            published = {"name": name, "focus": focus, "purpose": "", "contact": ""}
            note_published(rows=[(network, published)], organisation=organisation, source=row["source_url"])
            added += created
    if added:
        record(action="reference.loaded", by=None, subject="reference:networks", details={"added": added})
    return added


def name_and_note(network: str, note: str) -> tuple[str, str]:
    """A page that says only that there are networks gets one entry, whose note keeps its words."""
    if not network.startswith("("):
        return network, note
    words = network.strip("()").replace("UNCONFIRMED", "not published")
    return "Networks without published names", f"{words}. {note}".strip(". ").capitalize()


def characteristics_of(text: str) -> tuple[list[str], str]:
    """The characteristics that a cell names, and the rest of its words: "disability (neurodiversity)" has both."""
    found: list[str] = []
    rest: list[str] = []
    for part in (part.strip() for part in text.split(";")):
        name, _, remark = part.partition("(")
        key = name.strip().lower().replace(" ", "_")
        if key in CHARACTERISTICS:
            found.append(key)
            rest += [remark.rstrip(") ").strip()] if remark else []
        elif remark or part:
            rest.append(remark.rstrip(") ").strip() or part)
    return sorted(found), ", ".join(rest)[:120]


def _organisations_by_code() -> dict[str, Organisation]:
    from organisations.models import OrganisationCode

    codes = OrganisationCode.objects.select_related("organisation").order_by("valid_from")
    return {row.code: row.organisation for row in codes}
