"""What an organisation types about its EDI posts, apprenticeships and years."""

import re
from typing import Any

from django import forms

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.ui.forms import DayField, PortalForm, PortalModelForm
from workforce.career import PATH
from workforce.learning import COSTS
from workforce.models import EdiApprenticeship, EdiPost, EdiYear

YEAR = re.compile(r"20\d\d-\d\d")


class LearningFilter(PortalForm):
    """Which ways to learn are shown; every answer is in the address."""

    band = forms.ChoiceField(label="For band", choices=[("", "All"), *((step.band, f"Band {step.band}") for step in PATH)])
    cost = forms.ChoiceField(label="Cost", choices=[("", "All"), *COSTS.items()])


class PostForm(PortalModelForm):
    """One post. Nobody who holds it is named."""

    valid_from = DayField(label="First day of the post")
    valid_to = DayField(label="Last day of the post", required=False, help_text="Leave empty while it goes on.")

    class Meta:
        model = EdiPost
        fields = [
            "title",
            "band",
            "side",
            "funded_wte",
            "filled_wte",
            "shared_with",
            "qualification",
            "is_recognised",
            "learning_days",
            "valid_from",
            "valid_to",
        ]
        labels = {
            "title": "Title of the post",
            "band": "Band",
            "side": "Whom the work is for",
            "funded_wte": "Funded WTE",
            "filled_wte": "WTE in post today",
            "shared_with": "Shared with",
            "qualification": "Highest qualification of whoever holds it",
            "is_recognised": "The qualification is in EDI or closely related",
            "learning_days": "Days a year for learning",
        }
        help_texts = {
            "title": "The post, not the person.",
            "funded_wte": "To two decimals. Of a shared post your own share.",
            "filled_wte": "0 while it is vacant.",
            "shared_with": "Names of the other organisations.",
        }
        widgets = {"side": forms.RadioSelect}


class ApprenticeshipForm(PortalModelForm):
    """One apprenticeship."""

    started_on = DayField(label="Started on")
    expected_on = DayField(label="Expected to end on", required=False)
    completed_on = DayField(label="Completed on", required=False)
    withdrawn_on = DayField(label="Given up on", required=False)

    class Meta:
        model = EdiApprenticeship
        fields = ["programme", "level", "band", "started_on", "expected_on", "completed_on", "withdrawn_on", "cost_avoided"]
        labels = {
            "programme": "Programme",
            "level": "Level",
            "band": "Band of the apprentice",
            "cost_avoided": "Cost avoided against outside consultants",
        }
        help_texts = {"cost_avoided": "Whole pounds, as you worked them out. Used for the efficiencies of the partnership."}


class YearForm(PortalModelForm):
    """What is said once a financial year."""

    financial_year = forms.CharField(label="Financial year", max_length=7, help_text="For example 2019-20.")

    class Meta:
        model = EdiYear
        fields = ["financial_year", "survey_part", "spending", "consultants"]
        labels = {
            "survey_part": "What part has your EDI practitioner in the NHS Staff Survey work?",
            "spending": "Spending on EDI in the year, staff apart",
            "consultants": "Of that, spent on outside consultants",
        }
        help_texts = {"survey_part": "For the survey of that autumn.", "spending": "Whole pounds."}
        widgets = {"survey_part": forms.RadioSelect}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk is None:
            self.initial["financial_year"] = Quarter.containing(business_today()).financial_year
        else:
            self.fields["financial_year"].disabled = True

    def clean_financial_year(self) -> str:
        """A year that exists: the second half follows the first."""
        text = str(self.cleaned_data["financial_year"]).strip()
        if not YEAR.fullmatch(text) or (int(text[2:4]) + 1) % 100 != int(text[5:]):
            raise forms.ValidationError("Write the financial year as 2019-20")
        return text
