"""Forms about series over time: where one starts anew, and why."""

from typing import Any

from django import forms

from edi_portal.periods import Quarter
from edi_portal.ui.forms import PortalForm
from kpis.services.series import LONGEST_REASON

IN_THE_CHART = "It stands in the chart, after your role. No names, and no numbers of people."


class RebaseForm(PortalForm):
    """Whose series starts anew, with which quarter, and the reason."""

    organisation = forms.ChoiceField(label="Whose figures")
    before = forms.ChoiceField(label="First quarter of the new range")
    reason = forms.CharField(label="Reason", max_length=LONGEST_REASON, help_text=IN_THE_CHART)

    def __init__(self, data: Any = None, *, organisations: list[tuple[str, str]], quarters: list[Quarter], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = {
            "organisation": [("", "Choose"), ("all", "All organisations together"), *organisations],
            "before": [("", "Choose"), *((one.slug, f"{one.label}, {one.months}") for one in quarters)],
        }
        for name, given in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = given

    def clean_before(self) -> Quarter:
        """The quarter as a value."""
        return Quarter.parse(self.cleaned_data["before"])


class UndoRebaseForm(PortalForm):
    """Why the series is read through again."""

    reason = forms.CharField(label="Reason", max_length=LONGEST_REASON)
