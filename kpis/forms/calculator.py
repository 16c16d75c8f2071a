"""The calculator's form: one text field for each number asked, and the figures a person may give beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm
from kpis.calculator import Asked, Beside, NotReadable, Printed, Question, read_printed
from kpis.calculator.questions import COUNTED
from kpis.typed_numbers import BadNumber, parse_typed

YES_NO = (("", "Choose"), ("1", "Yes"), ("0", "No"))
COMPARABLE = frozenset({"ratio", "percent", "points"})
LAST_QUARTERS = "last_quarter_"


class _Number(forms.CharField):
    """A typed number in its unit; errors name the field and the mend."""

    def __init__(self, asked: Asked, label: str) -> None:
        mode = "numeric" if asked.unit in COUNTED | {"score"} else "decimal"
        attributes = {"inputmode": mode, "autocomplete": "off"}
        super().__init__(label=asked.label, required=True, help_text=asked.hint, widget=forms.TextInput(attrs=attributes))
        self._asked, self._name = asked, label

    def clean(self, value: Any) -> Decimal | None:
        amount = parse_typed(value, self._asked.unit, self._asked.options)
        if isinstance(amount, BadNumber):
            raise forms.ValidationError(f"{self._name}: {amount.mend}")
        if amount is None:
            raise forms.ValidationError(f"{self._name}: type the number. 0 is a number")
        return amount


class _Choice(forms.ChoiceField):
    """An answer to choose, kept as the number it stands for."""

    def clean(self, value: Any) -> Decimal | None:
        chosen = super().clean(value)
        return Decimal(chosen) if chosen else None


class _PrintedField(forms.CharField):
    """A figure as it was printed, with its sign."""

    def clean(self, value: Any) -> Printed | None:
        found = read_printed(super().clean(value))
        if isinstance(found, NotReadable):
            raise forms.ValidationError(f"{self.label}: {found.mend}")
        return found


class CalculatorForm(PortalForm):
    """Built for one question."""

    def __init__(self, question: Question, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.question = question
        for block in question.blocks:
            for asked in block.asked:
                self.fields[asked.key] = _field_of(asked, f"{block.title}, {asked.label.lower()}" if block.title else asked.label)
        if question.unit in COMPARABLE:
            self.fields["printed"] = _printed("The figure you have in print", "For example 1.67, 12.5% or -1.8. We check it.")
            self.fields["last"] = _printed("The figure last time", "In the same unit. We ask when it moved a lot.")
        if question.quarters is not None:
            self.fields["mean_gap"] = _printed("The mean pay gap", "In percent, as published.")
            for row in question.quarters.rows:
                self.fields[LAST_QUARTERS + row.key] = _printed(f"{row.label}: women last year", "In percent.")
        self.name_messages()

    @property
    def blocks(self) -> list[Blocked]:
        """The fields by group, for the page."""
        return [Blocked(block.title, [self[asked.key] for asked in block.asked]) for block in self.question.blocks]

    @property
    def beside_fields(self) -> list[forms.BoundField]:
        """The fields that may stay empty."""
        asked = {one.key for one in self.question.asked}
        return [field for field in self if field.name not in asked]

    def values(self) -> dict[str, Decimal]:
        """The numbers by what was asked; after `is_valid`."""
        return {asked.key: value for asked in self.question.asked if (value := self.cleaned_data.get(asked.key)) is not None}

    def beside(self) -> Beside:
        """What was given beside the counts; after `is_valid`."""
        quarters = self.question.quarters.rows if self.question.quarters is not None else ()
        last = [self.cleaned_data.get(LAST_QUARTERS + row.key) for row in quarters]
        complete = tuple(one.value for one in last if one is not None)
        return Beside(
            self.cleaned_data.get("printed"),
            self.cleaned_data.get("last"),
            self.cleaned_data.get("mean_gap"),
            complete if len(complete) == len(last) else (),
        )


@dataclass(frozen=True, slots=True)
class Blocked:
    """The fields of one group."""

    title: str
    fields: list[forms.BoundField]


def _printed(label: str, hint: str) -> _PrintedField:
    return _PrintedField(label=label, help_text=hint, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def _field_of(asked: Asked, name: str) -> forms.Field:
    if asked.unit == "yes_no":
        return _Choice(label=asked.label, choices=YES_NO)
    if asked.unit == "choice":
        labels = asked.option_labels or asked.options
        return _Choice(label=asked.label, choices=[("", "Choose"), *((str(at), text) for at, text in enumerate(labels, start=1))])
    return _Number(asked, name)
