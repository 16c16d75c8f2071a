"""What an organisation types about a publication, and what the steering group types about dates and baselines."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from edi_portal.periods import Quarter
from edi_portal.ui.forms import DayField, PortalForm
from kpis.models.evidence import Evidence
from kpis.selectors.evidence import evidence_offered
from organisations.models import Organisation
from steering.services.compliance import PublicationEntry


def day_words(day: date) -> str:
    """A day as pages write it."""
    return f"{day.day} {day:%B %Y}"


class PublicationForm(PortalForm):
    """One publication for one due date."""

    due_on = forms.ChoiceField(label="Due date that it answers", widget=forms.RadioSelect)
    published_on = DayField(label="Day of publication")
    link = forms.URLField(
        label="Web address where everybody can read it", max_length=500, assume_scheme="https", help_text="Others see this link."
    )
    on_public_page = forms.BooleanField(
        label="Show it on our public page",
        required=False,
        help_text="Everybody then reads there what you published, when and where. You can change this later.",
    )
    evidence = forms.ModelChoiceField(
        label="Evidence from your library",
        queryset=Evidence.objects.none(),
        required=False,
        empty_label="None",
        help_text="Only your organisation sees it.",
    )

    def __init__(self, *arguments: Any, organisation: Organisation, days: Iterable[date], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["due_on"].choices = [(day.isoformat(), day_words(day)) for day in days]  # type: ignore[attr-defined]
        self.fields["evidence"].queryset = evidence_offered(organisation)  # type: ignore[attr-defined]

    def entry(self) -> PublicationEntry:
        """The checked answers as the service wants them."""
        return PublicationEntry(**self.cleaned_data | {"due_on": date.fromisoformat(self.cleaned_data["due_on"])})


class NothingToFill(PortalForm):
    """A step that asks for a confirmation only."""


class ReasonForm(PortalForm):
    """Why something is taken back."""

    reason = forms.CharField(label="Reason", max_length=300, help_text="Do not name anyone.")


class MoveForm(PortalForm):
    """Another day than the rule's."""

    due_on = forms.ChoiceField(label="Due date by the rule", widget=forms.RadioSelect)
    day = DayField(label="Day that counts instead")
    reason = forms.CharField(label="Reason", max_length=300, help_text="For example which guidance sets the day.")

    def __init__(self, *arguments: Any, days: Iterable[date], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["due_on"].choices = [(day.isoformat(), day_words(day)) for day in days]  # type: ignore[attr-defined]

    def answers(self) -> dict[str, Any]:
        """The checked answers as the service wants them."""
        return self.cleaned_data | {"due_on": date.fromisoformat(self.cleaned_data["due_on"])}


class BaselineForm(PortalForm):
    """The quarter from which a KPI is measured."""

    quarter = forms.ChoiceField(label="Baseline period")
    reason = forms.CharField(label="Reason", max_length=300)

    def __init__(self, *arguments: Any, quarters: Iterable[Quarter], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (quarter.slug, f"{quarter.label} ({quarter.months})") for quarter in quarters
        ]

    def answers(self) -> dict[str, Any]:
        """The checked answers as the service wants them."""
        return {"quarter": Quarter.parse(self.cleaned_data["quarter"]), "reason": self.cleaned_data["reason"]}
