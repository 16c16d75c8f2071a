"""Loads the first proposal of the common framework, and what organisations published of their strategies, each with its source.

Nothing that people wrote is overwritten: a framework that has a version is left alone, and so is a document that is there.
"""

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.reviews.services import note_published
from organisations.models import Organisation, OrganisationCode
from strategies.models import FrameworkVersion, Objective, StrategyDocument, Theme

FOLDER = Path(__file__).resolve().parent.parent / "data"
YEARS = re.compile(r"\b(20\d\d)-(20\d\d)\b")
SINCE = re.compile(r"\bfrom (?:\w+ )?(20\d\d)\b")
Row = dict[str, str]


@transaction.atomic
def load_framework() -> int:
    """Version 1 of the framework where there is none; how many themes were added."""
    if FrameworkVersion.objects.exists():
        return 0
    themes = tomllib.loads((FOLDER / "framework.toml").read_text(encoding="utf-8"))["themes"]
    version = FrameworkVersion.objects.create(
        number=1, status=FrameworkVersion.Status.IN_FORCE, note="First proposal.", in_force_from=date(2016, 4, 1)
    )
    Theme.objects.bulk_create(Theme(framework=version, position=place, **theme) for place, theme in enumerate(themes, start=1))
    record(action="reference.loaded", by=None, subject="reference:framework", details={"themes": len(themes)})
    return len(themes)


@transaction.atomic
def load_published_strategies() -> int:
    """Add the published documents that are not there yet, with their lines; how many documents were added."""
    organisations = {row.code: row.organisation for row in OrganisationCode.objects.select_related("organisation")}
    themes = _themes_by_words()
    documents: dict[tuple[str, str], list[Row]] = defaultdict(list)
    with (FOLDER / "strategies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            documents[row["ods_code"], row["document_title"] + row["period"]].append(row)
    added = 0
    for (code, _), rows in documents.items():
        if code in organisations:
            added += _load_document(organisations[code], rows, themes)
    if added:
        record(action="reference.loaded", by=None, subject="reference:strategies", details={"added": added})
    return added


def _load_document(organisation: Organisation, rows: list[Row], themes: dict[str, str]) -> bool:
    head = rows[0]
    first, last = days_of(head["period"])
    slug = slugify(f"{organisation.slug}-{head['document_title']}-{first.year if first else ''}")[:160].strip("-")
    said = StrategyDocument(
        organisation=organisation,
        slug=slug,
        kind=kind_of(head["document_title"]),
        title=head["document_title"],
        period=head["period"].replace("UNCONFIRMED", "not confirmed")[:80],
        starts_on=first,
        ends_on=last,
        link=head["source_url"],
        source_url=head["source_url"],
        stated_objectives=head["objectives_stated"][:80],
        completeness="" if head["complete"] == "yes" else head["complete"][:120],
        is_shared=True,
    )
    published = said.texts_to_review()
    lines = [row for row in rows if row["objective_paraphrase"]]
    document = StrategyDocument.objects.filter(slug=slug).first()
    created = document is None
    if document is None:
        said.save()
        document = said
        Objective.objects.bulk_create(_published_line(document, number, row, themes) for number, row in enumerate(lines, start=1))
    _note_published(document, published, {number: row["objective_paraphrase"] for number, row in enumerate(lines, start=1)})
    return created


def _published_line(document: StrategyDocument, number: int, row: Row, themes: dict[str, str]) -> Objective:
    return Objective(
        document=document,
        number=number,
        kind=line_kind_of(row),
        text=row["objective_paraphrase"],
        themes=[themes[row["theme"]]] if row["theme"] in themes else [],
        published_theme=row["theme"],
        is_partial=row["complete"].startswith(("partial", "first")),
    )


def _note_published(document: StrategyDocument, head: Mapping[str, str], texts: Mapping[int, str]) -> None:
    """What stands on the public page is read without a review, whatever its owner wrote here since; that text is another one."""
    lines = [line for line in document.lines.select_related("document") if line.number in texts]
    note_published(
        rows=[(document, head), *((line, {"text": texts[line.number], "owner": ""}) for line in lines)],
        organisation=document.organisation,
        source=document.source_url,
    )


def days_of(period: str) -> tuple[date | None, date | None]:
    """First and last day of a period in years; pages give years only, so it runs from January to December."""
    if found := YEARS.search(period):
        return date(int(found[1]), 1, 1), date(int(found[2]), 12, 31)
    if found := SINCE.search(period):
        return date(int(found[1]), 1, 1), None
    return None, None


def kind_of(title: str) -> str:
    """What sort of document a title names."""
    words = title.lower()
    if words.startswith("equality objectives") or "priorities" in words:
        return "objectives"
    return "strategy" if "strateg" in words else "statement"


def line_kind_of(row: Row) -> str:
    """An aim, a vision or a mission is none of the objectives; a line of a list of actions is an action."""
    text = row["objective_paraphrase"].lower()
    if row["theme"] == "vision" or text.startswith(("vision", "mission")):
        return "mission"
    if "aim" in row["complete"] or text.startswith("aim"):
        return "aim"
    return "action" if "(actions)" in row["document_title"].lower() else "objective"


def _themes_by_words() -> dict[str, str]:
    themes = Theme.objects.filter(framework__status=FrameworkVersion.Status.IN_FORCE)
    return {words: theme.key for theme in themes for words in theme.also}
