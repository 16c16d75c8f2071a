"""What an organisation claims, which challenges it has, and what the group decides."""

from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm
from kpis.models.evidence import Evidence
from kpis.selectors.evidence import evidence_offered
from organisations.models import Organisation
from steering.efficiencies import CHALLENGES, KINDS
from steering.models.efficiencies import Efficiency
from steering.services.efficiencies import EfficiencyEntry

LONG = {"rows": 3}


class EfficiencyForm(PortalForm):
    """One efficiency in one financial year."""

    title = forms.CharField(label="What was made simpler", max_length=160, help_text="Do not name anyone.")
    kind = forms.ChoiceField(label="What kind it is", choices=list(KINDS.items()), widget=forms.RadioSelect)
    challenge = forms.ChoiceField(label="Which challenge it answers", choices=list(CHALLENGES.items()))
    how = forms.CharField(
        label="What was done, and how others could do it",
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        help_text="Others may read it after a review. Give no hours and no pounds here.",
    )
    financial_year = forms.ChoiceField(label="Financial year")
    hours = forms.DecimalField(
        label="Hours saved in the year", required=False, min_value=0, max_value=100_000, max_digits=9, decimal_places=2
    )
    pounds = forms.IntegerField(label="Pounds saved in the year", required=False, min_value=0, max_value=50_000_000)
    basis = forms.CharField(
        label="How you worked them out",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=LONG),
        help_text="Only your organisation reads this, and the amounts.",
    )
    link = forms.URLField(
        label="Evidence that the group may open",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="A page or paper without the amounts, if you can.",
    )
    evidence = forms.ModelChoiceField(
        label="Evidence from your library",
        queryset=Evidence.objects.none(),
        required=False,
        empty_label="None",
        help_text="The group sees that there is evidence, not the evidence.",
    )
    is_offered = forms.BooleanField(label="Offer it to other organisations once the group has accepted it", required=False)

    def __init__(self, *arguments: Any, organisation: Organisation, years: list[str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["evidence"].queryset = evidence_offered(organisation)  # type: ignore[attr-defined]
        self.fields["financial_year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]

    def entry(self) -> EfficiencyEntry:
        """The checked answers as the service wants them."""
        answers = self.cleaned_data
        return EfficiencyEntry(**answers | {"hours": answers["hours"] or 0, "pounds": answers["pounds"] or 0})


def initial_of(row: Efficiency) -> dict[str, Any]:
    """What the form shows of a claim."""
    return {name: getattr(row, name) for name in EfficiencyForm.base_fields}


class ChallengesForm(PortalForm):
    """Which challenges the organisation has."""

    challenges = forms.MultipleChoiceField(
        label="Which of these do you have?", choices=list(CHALLENGES.items()), widget=forms.CheckboxSelectMultiple, required=False
    )


class DecisionForm(PortalForm):
    """Accept a claim, or return it."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("accept", "Accept: it was done, and the evidence shows it"), ("return", "Return it")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Reason", max_length=300, required=False, help_text="Needed when you return it.")

    def answers(self) -> dict[str, Any]:
        """The checked answers as the service wants them."""
        return {"accept": self.cleaned_data["decision"] == "accept", "reason": self.cleaned_data["reason"]}
