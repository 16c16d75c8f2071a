"""What the sheets of several registers share: whose register it is, and rows that a model's form fills."""

from __future__ import annotations

from typing import Any

from django import forms

from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from workforce.services.posts import save_row


class OwnRegister(Register):
    """A register of one organisation, changed by one person."""

    def __init__(self, organisation: Organisation, by: Any) -> None:
        self.organisation, self.by = organisation, by


class RowSheet(OwnRegister):
    """One row of a register of EDI capacity in each row."""

    model: Any
    form_class: Any

    def stored(self) -> dict[str, Stored]:
        """The rows of the organisation."""
        rows = self.model.objects.filter(organisation=self.organisation)
        return {
            str(row.pk): Stored(row, {column.name: getattr(row, column.name) for column in self.columns}, row.version, str(row))
            for row in rows
        }

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page; what a new row leaves empty is what the page's form would begin with."""
        instance = entry.row if entry is not None else self.model(organisation=self.organisation)
        if entry is None:
            fields = {name: self.model._meta.get_field(name) for name, value in data.items() if value == ""}
            data = data | {name: str(field.get_default()) for name, field in fields.items() if field.has_default()}
        return self.form_class(data, instance=instance)  # type: ignore[no-any-return]

    def save(self, form: Any, entry: Stored | None) -> None:
        """Save it where nobody saved it since."""
        save_row(row=form.save(commit=False), seen_version=entry.version if entry is not None else None, by=self.by)
