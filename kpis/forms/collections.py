"""Forms of the portal admin: dates, extensions, reasons."""

from collections.abc import Iterable
from typing import Any

from django import forms

from edi_portal.periods import PeriodError, Quarter
from edi_portal.ui.forms import DayField, PortalForm
from organisations.models import Organisation


class PlanForm(PortalForm):
    """A quarter whose collection is planned; usual dates follow."""

    period = forms.CharField(label="Financial quarter", help_text="For example 2020-21 Q1.")

    def clean_period(self) -> Quarter:
        """The quarter as a value."""
        try:
            return Quarter.parse(self.cleaned_data["period"].strip())
        except PeriodError as error:
            raise forms.ValidationError("Write the financial quarter as 2020-21 Q1.") from error


class DatesForm(PortalForm):
    """The soft and the hard date of a collection."""

    due_on = DayField(label="Due date", help_text="The date that people work to.")
    closes_on = DayField(label="Closing date", help_text="Nothing can be typed after this day.")


class ExtensionForm(PortalForm):
    """More time for one organisation."""

    organisation = forms.ChoiceField(label="Organisation")
    until = DayField(label="New date")
    reason = forms.CharField(
        label="Reason", max_length=500, help_text="Everybody who chases sees it.", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, organisations: Iterable[Organisation]) -> None:
        super().__init__(data)
        self._organisations = {one.slug: one for one in organisations}
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "Choose"), *((slug, one.short_name) for slug, one in self._organisations.items())]

    def clean_organisation(self) -> Organisation:
        """The organisation chosen."""
        return self._organisations[self.cleaned_data["organisation"]]


class ReasonForm(PortalForm):
    """Why something is done that cannot be undone quietly."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AgainForm(PortalForm):
    """Why a return is taken back from the sponsor, or opened again after the signature."""

    reason = forms.CharField(
        label="Why?",
        max_length=500,
        help_text="Do not name anyone.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, so that your sponsor and the portal admin understand it."},
    )


class PrepareForm(PortalForm):
    """A closed collection whose release, or the revision of it, is prepared; at once or on a day."""

    period = forms.ChoiceField(label="Collection")
    on = DayField(label="Day", required=False, help_text="Leave it empty to prepare the release now.")

    def __init__(self, data: Any = None, *, periods: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        choice = self.fields["period"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = list(periods)
