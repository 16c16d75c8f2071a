"""The register of duties to publish as a workbook: one publication in each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.exceptions import Incomplete
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from steering.compliance import duties
from steering.forms.compliance import PublicationForm, day_words
from steering.models.compliance import ComplianceRecord
from steering.selectors.compliance import open_due_days_of
from steering.services.compliance import choose_public, record_publication

NOT_OPEN = "No publication is waited for on this day."


def publication_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """The one sheet."""
    return (PublicationSheet(organisation, by),)


class PublicationSheet(Register):
    """One publication in each row. Evidence of the library is chosen on the page; a record is withdrawn there, with a reason."""

    title = "Publications"
    noun = "record"

    def __init__(self, organisation: Organisation, by: Any) -> None:
        self.organisation, self.by = organisation, by
        self.columns = (
            Column("duty", "Duty", Kind.CHOICE, {key: duty.name for key, duty in duties().items()}),
            Column("due_on", "Due date", Kind.DAY),
            Column("published_on", "Published on", Kind.DAY),
            Column("link", "Web address"),
            Column("on_public_page", "Show on our public page", Kind.YES),
        )

    def stored(self) -> dict[str, Stored]:
        """What is on record and stands. Only whether everybody reads it can change, so that is a record's version."""
        rows = ComplianceRecord.objects.standing().filter(organisation=self.organisation).order_by("duty", "due_on")
        return {
            f"{row.duty}/{row.due_on}": Stored(row, self._values(row), int(row.on_public_page), row.duty_name) for row in rows
        }

    def _values(self, row: ComplianceRecord) -> dict[str, Any]:
        return {column.name: getattr(row, column.name) for column in self.columns}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page. Without a duty no day is open; the days that are stand in the sentence about a wrong one."""
        self._duty = data["duty"]
        days = open_due_days_of(self.organisation, self._duty) if self._duty else ()
        known = (entry.row.due_on,) if entry is not None else ()
        form = PublicationForm(data, organisation=self.organisation, days=(*known, *days))
        waited = f" These days wait: {', '.join(day_words(day) for day in days)}." if days else ""
        form.fields["due_on"].error_messages["invalid_choice"] = f"{NOT_OPEN}{waited}"
        return form

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """A record stays as it was made."""
        if not data["duty"]:
            raise Incomplete("Say which duty it is.")
        changed = entry is not None and any(
            column.text(data[column.name]) != column.canonical(entry.values[column.name])
            for column in self.columns
            if column.name != "on_public_page"
        )
        if changed:
            raise Incomplete("A record stays as it was made. Withdraw it on the page with a reason, then add it in a new row.")

    def save(self, form: Any, entry: Stored | None) -> None:
        """Record it, or show it to everybody or not."""
        if entry is None:
            record_publication(organisation=self.organisation, duty=self._duty, entry=form.entry(), by=self.by)
        else:
            choose_public(row=entry.row, shown=form.cleaned_data["on_public_page"], by=self.by)
