"""Questions about the files of strategy documents: who may take them out, and what they propose."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from edi_portal.reviews.selectors import for_others
from organisations.permissions import can
from organisations.roles import Right
from strategies.models import ProposedLine, StrategyDocument, StrategyFile


def files_of(document: StrategyDocument) -> QuerySet[StrategyFile]:
    """The files of a document without their bytes, the newest first."""
    files = StrategyFile.objects.filter(document=document).select_related("document__organisation", "content", "uploaded_by")
    return files.defer("content__content").order_by("-number")


def files_shown_to(user: Any, document: StrategyDocument, *, own: bool) -> list[StrategyFile]:
    """The files that a reader of the document may take out.

    Its organisation takes all of them, and a reviewer all of a shared document; others those that a reviewer has passed.
    """
    files = list(files_of(document))
    if own or not files:
        return files
    if not document.is_shared:
        return []
    return files if can(user, Right.PREPARE_RELEASE) else for_others(files)


def get_file(user: Any, slug: str, number: int) -> StrategyFile:
    """One file, if this account may take it out; Http404 otherwise."""
    document = StrategyDocument.objects.visible_to(user).select_related("organisation").filter(slug=slug).first()
    if document is not None:
        own = can(user, Right.VIEW_REGISTERS, document.organisation)
        for file in files_shown_to(user, document, own=own):
            if file.number == number:
                return file
    raise Http404


def pages_of_lines(document: StrategyDocument) -> dict[int, int]:
    """Line → the page of the file that it came from. One query."""
    rows = ProposedLine.objects.filter(line__document=document, page__isnull=False)
    return {row.line_id: row.page for row in rows if row.line_id is not None and row.page is not None}


def found_days(file: StrategyFile) -> tuple[date, date]:
    """First and last day of the period that a file names."""
    period = file.found["period"]
    return date.fromisoformat(period["starts_on"]), date.fromisoformat(period["ends_on"])
