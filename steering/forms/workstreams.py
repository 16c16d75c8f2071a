"""What the steering group types about a workstream's plan."""

from typing import Any

from django import forms

from edi_portal.clock import business_today
from edi_portal.ui.forms import DayField, PortalForm
from organisations.models import Organisation
from steering.vocabulary import RAG


class LeadForm(PortalForm):
    """Who leads a workstream."""

    organisation = forms.ModelChoiceField(
        label="Organisation of the lead", queryset=Organisation.objects.none(), to_field_name="slug", empty_label="Choose one"
    )
    role_holder = forms.CharField(
        label="Role of the lead", max_length=120, help_text="For example: Director of Workforce. Not a name."
    )
    first = DayField(label="Leads from")
    last = DayField(label="Leads until", required=False, help_text="Leave empty when no end is set.")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        members = Organisation.objects.in_footprint(business_today())
        self.fields["organisation"].queryset = members  # type: ignore[attr-defined]


class MilestoneForm(PortalForm):
    """A step of a plan."""

    title = forms.CharField(label="What will be reached", max_length=200)
    due_on = DayField(label="Due on")


class DropForm(PortalForm):
    """Why a step of a plan is given up."""

    reason = forms.CharField(
        label="Why it is dropped", max_length=300, error_messages={"required": "Say why the milestone is dropped."}
    )


class ColourForm(PortalForm):
    """A colour set against the rule."""

    colour = forms.ChoiceField(
        label="Colour of the plan",
        choices=[(key, label) for key, label in RAG.items() if key != "none"],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why the rule is wrong here",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody reads it beside what the rule says. Do not name anyone.",
    )
