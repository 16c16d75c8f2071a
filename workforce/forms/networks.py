"""What an organisation types about its staff networks."""

from typing import Any

from django import forms

from edi_portal.clock import business_today
from edi_portal.ui.forms import DayField, HintedLabel, PortalForm
from organisations.models import Organisation
from workforce.models import StaffNetwork
from workforce.services.networks import NetworkEntry
from workforce.vocabulary import CHARACTERISTICS, CORE_LABELS, MATURITY

LEVELS = [(str(level.number), HintedLabel(f"{level.number}. {level.name}", level.description)) for level in MATURITY]


class NetworkForm(PortalForm):
    """One entry of the register."""

    name = forms.CharField(label="Name of the network", max_length=120)
    characteristics = forms.MultipleChoiceField(
        label="Protected characteristics it is for",
        choices=list(CHARACTERISTICS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="One network may be for several, or for none of them.",
    )
    focus = forms.CharField(
        label="What else it is for", max_length=120, required=False, help_text="For example: carers, armed forces, menopause."
    )
    purpose = forms.CharField(
        label="Purpose",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two sentences. Do not name anyone.",
    )
    chair = forms.CharField(label="Chair", max_length=120, required=False, help_text="Seen by your organisation only.")
    sponsor = forms.CharField(
        label="Executive sponsor", max_length=120, required=False, help_text="The board member who speaks for it."
    )
    terms_agreed_on = DayField(label="Day on which its terms of reference were agreed", required=False)
    terms_link = forms.URLField(label="Link to the terms of reference", required=False, max_length=300, assume_scheme="https")
    started_on = DayField(label="First day", required=False, help_text="About is enough.")
    members = forms.IntegerField(
        label="Members on its list",
        required=False,
        min_value=0,
        max_value=100_000,
        help_text="The number only. Other organisations never read it.",
    )
    leads = forms.IntegerField(label="Network leads", required=False, min_value=0, max_value=100)
    protected_time = forms.BooleanField(label="Time for its leads is agreed in writing", required=False)
    lead_hours = forms.DecimalField(
        label="Hours a month agreed for all its leads", required=False, min_value=0, max_digits=7, decimal_places=2
    )
    member_hours = forms.DecimalField(
        label="Hours a month agreed for each member", required=False, min_value=0, max_digits=6, decimal_places=2
    )
    budget = forms.IntegerField(label="Budget for the year", required=False, min_value=0, max_value=100_000_000)
    maturity = forms.ChoiceField(
        label="Which of these describes it best?", choices=LEVELS, widget=forms.RadioSelect, required=False
    )
    partners = forms.ModelMultipleChoiceField(
        label="Other organisations that take part",
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_shared = forms.BooleanField(
        label="Let other organisations know of it",
        required=False,
        help_text="They read its name, purpose and contact once a portal admin has checked that nobody can be recognised. "
        "Never its chair, members, money or hours.",
    )
    contact = forms.EmailField(
        label="Contact for other organisations", required=False, help_text="A shared address, not a person's own."
    )

    def __init__(self, *arguments: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*arguments, **options)
        others = Organisation.objects.in_footprint(business_today()).exclude(pk=organisation.pk)
        self.fields["partners"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A network is for somebody, and hours need leads who have them."""
        answers = super().clean() or {}
        if not answers.get("characteristics") and not answers.get("focus"):
            self.add_error("focus", "Say what the network is for: tick a protected characteristic or write it here")
        if answers.get("lead_hours") and not answers.get("leads"):
            self.add_error("leads", "Enter the number of network leads: you gave hours for them")
        return answers

    def entry(self) -> NetworkEntry:
        """The checked answers as the service wants them."""
        answers = dict(self.cleaned_data)
        return NetworkEntry(
            **answers
            | {
                "characteristics": tuple(answers["characteristics"]),
                "maturity": int(answers["maturity"]) if answers["maturity"] else None,
                "partners": tuple(answers["partners"]),
            }
        )


def initial_of(network: StaffNetwork) -> dict[str, Any]:
    """What the form shows of an entry."""
    shown = {name: getattr(network, name) for name in NetworkForm.base_fields if name not in {"partners", "maturity"}}
    return shown | {
        "partners": [partner.slug for partner in network.partners.all()],
        "maturity": str(network.maturity or ""),
    }


class MeetingForm(PortalForm):
    """The day of a meeting that was held."""

    held_on = DayField(label="Day of the meeting")


class EndNetworkForm(PortalForm):
    """That a network ended, and why."""

    on = DayField(label="Last day")
    reason = forms.CharField(label="Why it ended", max_length=300, help_text="Do not name anyone.")


class RegisterFilterForm(PortalForm):
    """What the list is narrowed to; every answer is in the address."""

    core = forms.ChoiceField(label="For", required=False, choices=[("", "Everybody"), *CORE_LABELS.items()])
    q = forms.CharField(label="Name or purpose", required=False, max_length=80)
