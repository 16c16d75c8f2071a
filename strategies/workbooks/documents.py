"""The register of strategies as a workbook: documents, and the lines that they promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.exceptions import Incomplete
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from strategies.forms.documents import DocumentForm, LineForm
from strategies.models import Objective, StrategyDocument, Theme
from strategies.services.documents import add_document, add_lines, change_document, change_line
from strategies.vocabulary import DOCUMENT_KINDS, LINE_KINDS


def strategy_sheets(
    organisation: Organisation, themes: Sequence[Theme], kpis: Sequence[tuple[str, str]], by: Any
) -> Sequence[Register]:
    """Documents first, so that the lines of a new one find it."""
    return (DocumentSheet(organisation, by), LineSheet(organisation, themes, kpis, by))


class DocumentSheet(Register):
    """One document in each row."""

    title = "Strategies"
    noun = "document"

    def __init__(self, organisation: Organisation, by: Any) -> None:
        self.organisation, self.by = organisation, by
        titles = dict(StrategyDocument.objects.filter(organisation=organisation).values_list("slug", "slug"))
        self.columns = (
            Column("kind", "What it is", Kind.CHOICE, DOCUMENT_KINDS),
            Column("title", "Title"),
            Column("starts_on", "First day", Kind.DAY),
            Column("ends_on", "Last day", Kind.DAY),
            Column("owner", "Who answers for it"),
            Column("approved_on", "Approved on", Kind.DAY),
            Column("approved_by", "Approved by"),
            Column("link", "Link"),
            Column("vision", "Vision"),
            Column("mission", "Mission"),
            Column("aspirations", "Aspirations"),
            Column("replaces", "Replaces (Entry)", Kind.CHOICE, titles),
            Column("is_shared", "Others may read it", Kind.YES),
        )

    def stored(self) -> dict[str, Stored]:
        """The documents of the organisation."""
        rows = StrategyDocument.objects.filter(organisation=self.organisation).select_related("organisation", "replaces")
        return {row.slug: Stored(row, self._values(row), row.version, row.title) for row in rows}

    def _values(self, row: StrategyDocument) -> dict[str, Any]:
        values = {column.name: getattr(row, column.name) for column in self.columns if column.name != "replaces"}
        return values | {"replaces": row.replaces.slug if row.replaces else ""}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return DocumentForm(data, organisation=self.organisation, document=entry.row if entry is not None else None)

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it, or change it where nobody saved it since."""
        if entry is None:
            add_document(organisation=self.organisation, entry=form.entry(), by=self.by)
        else:
            change_document(document=entry.row, entry=form.entry(), seen_version=entry.version, by=self.by)


class LineSheet(Register):
    """One line of a document in each row, in the organisation's own words."""

    title = "Objectives"
    noun = "line"

    def __init__(self, organisation: Organisation, themes: Sequence[Theme], kpis: Sequence[tuple[str, str]], by: Any) -> None:
        self.organisation, self.by, self.themes, self.kpis = organisation, by, themes, list(kpis)
        self.columns = (
            Column("document", "Document (title)"),
            Column("text", "What it says"),
            Column("kind", "What it is", Kind.CHOICE, LINE_KINDS),
            Column("themes", "Themes", Kind.SEVERAL, {theme.key: theme.name for theme in themes}),
            Column("kpis", "KPIs", Kind.SEVERAL, {code: code for code, _ in kpis}),
            Column("is_psed", "Four-year equality objective (PSED)", Kind.YES),
            Column("owner", "Who answers for it"),
            Column("due_on", "Due on", Kind.DAY),
        )

    def stored(self) -> dict[str, Stored]:
        """The lines of the organisation's documents. Themes and KPIs out of force are not in the file, and stay."""
        rows = Objective.objects.filter(document__organisation=self.organisation).select_related("document__organisation")
        return {
            f"{row.document.slug}/{row.number}": Stored(row, self._values(row), row.version, row.text[:80])
            for row in rows.order_by("document__title", "number")
        }

    def _values(self, row: Objective) -> dict[str, Any]:
        known = {column.name: column.choices for column in self.columns}
        values = {column.name: getattr(row, column.name) for column in self.columns if column.name != "document"}
        kept = {name: sorted(key for key in values[name] if key in known[name]) for name in ("themes", "kpis")}
        return values | kept | {"document": row.document.title}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return LineForm(data, themes=self.themes, kpis=self.kpis)

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """A line stays in its document; a new one is of a document that is there."""
        if entry is not None and data["document"] != entry.values["document"]:
            raise Incomplete("A line stays in its document. Add another row for the other document.")
        found = StrategyDocument.objects.filter(organisation=self.organisation, title__iexact=data["document"])
        if entry is None and found.count() != 1:
            several = "several documents" if found else "no document"
            raise Incomplete(
                f"Your register has {several} of the title “{data['document'][:80]}”. Write one title of the first sheet."
            )
        self._document = entry.row.document if entry is not None else found.get()

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it behind the others, or change it; what is no longer in force stays with it."""
        if entry is None:
            add_lines(document=self._document, entries=[form.entry()], by=self.by)
            return
        line = form.entry()
        known = {column.name: column.choices for column in self.columns}
        kept = {
            name: (*getattr(line, name), *(key for key in getattr(entry.row, name) if key not in known[name]))
            for name in ("themes", "kpis")
        }
        whole = type(line)(**{**_fields(line), **kept})
        change_line(line=entry.row, entry=whole, seen_version=entry.version, by=self.by)


def _fields(line: Any) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__dataclass_fields__}
