"""What organisations type about pooled resources and joint projects."""

from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from organisations.models import Organisation
from strategies.models import JointProject, PooledOffer
from strategies.selectors.assessments import members_today
from strategies.services.pooled import OfferEntry, ProjectEntry, UseEntry
from strategies.shared_model.vocabulary import DECLINES, PROJECT_STATES, RESOURCE_KINDS

MOST_HOURS, MOST_POUNDS = 100_000, 100_000_000
PROGRAMMES = "For example: Better Together. Leave empty for a project of your own."


def _text(label: str, most: int, *, required: bool = False, hint: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=hint, widget=forms.Textarea(attrs={"rows": rows})
    )


class DaysInOrder(PortalForm):
    """A form with a first and a last day."""

    days: tuple[str, str]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        answers = super().clean() or {}
        first, last = (answers.get(name) for name in self.days)
        if first and last and last < first:
            self.add_error(self.days[1], "The last day must not be before the first day")
        return answers


class OfferForm(DaysInOrder):
    """One offer."""

    days = ("offered_from", "offered_until")
    kind = forms.ChoiceField(label="What do you offer?", choices=list(RESOURCE_KINDS.items()), widget=forms.RadioSelect)
    title = forms.CharField(label="Name of it", max_length=120, help_text="For example: EDI analyst, one day a week.")
    description = _text("What others get", 2000, hint="Do not name people. Others read it once a reviewer has passed it.")
    hours = forms.IntegerField(label="Hours a year", required=False, min_value=0, max_value=MOST_HOURS)
    pounds = forms.IntegerField(
        label="Cost a year in whole pounds",
        required=False,
        min_value=0,
        max_value=MOST_POUNDS,
        help_text="Hours and cost of an offer stay with your organisation.",
    )
    offered_from = DayField(label="Offered from")
    offered_until = DayField(label="Offered until", required=False)
    is_shared = forms.BooleanField(label="Let other organisations know of it", required=False)

    def entry(self) -> OfferEntry:
        """The checked answers as the service wants them."""
        return OfferEntry(**self.cleaned_data)


def initial_of_offer(offer: PooledOffer | None) -> dict[str, Any]:
    """What the form shows of an offer."""
    return {name: getattr(offer, name) for name in OfferForm.base_fields} if offer is not None else {}


class UseForm(DaysInOrder):
    """What is asked of an offer."""

    days = ("starts_on", "ends_on")
    starts_on = DayField(label="From")
    ends_on = DayField(label="Until", required=False)
    hours = forms.IntegerField(label="Hours a year that you need", required=False, min_value=0, max_value=MOST_HOURS)
    pounds = forms.IntegerField(
        label="What you would pay a year in whole pounds",
        required=False,
        min_value=0,
        max_value=MOST_POUNDS,
        help_text="Only you and the organisation that you ask read hours and pounds.",
    )
    is_known = forms.BooleanField(label="Others may know that we use it", required=False)

    def entry(self) -> UseEntry:
        """The checked answers as the service wants them."""
        return UseEntry(**self.cleaned_data)


class DeclineForm(PortalForm):
    """Why what was asked is declined. Every row of the page has one, each with ids of its own."""

    declined_because = forms.ChoiceField(
        label="If you decline, why",
        choices=[("", "Choose one"), *DECLINES.items()],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose why you decline."),
    )

    def __init__(self, data: Any = None, *, use: int) -> None:
        super().__init__(data, auto_id=f"%s-{use}")


class EndForm(PortalForm):
    """Why an offer ends."""

    reason = forms.CharField(label="Why it ends", max_length=300)


class ProjectForm(DaysInOrder):
    """One joint project."""

    days = ("starts_on", "ends_on")
    name = forms.CharField(label="Project", max_length=160)
    programme = forms.CharField(label="Programme", required=False, max_length=120, help_text=PROGRAMMES)
    aim = _text("Aim", 2000, required=True)
    partners = forms.ModelMultipleChoiceField(
        label="Partners",
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other_partners = forms.CharField(
        label="Other partners",
        required=False,
        max_length=300,
        help_text="Such as councils or voluntary bodies. No names of people.",
    )
    state = forms.ChoiceField(label="State", choices=list(PROJECT_STATES.items()), widget=forms.RadioSelect, initial="idea")
    starts_on = DayField(label="Started on", required=False)
    ends_on = DayField(label="Ended on, or due to end", required=False)
    outcome = _text("Outcome", 2000, hint="Needed once it has finished or stopped.")
    is_shared = forms.BooleanField(label="Let others read it", required=False, help_text="Once a reviewer has passed its texts.")

    def __init__(self, *arguments: Any, organisation: Organisation, project: JointProject | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        chosen = members_today()
        if project is not None:
            chosen = (chosen | Organisation.objects.filter(joint_projects=project)).distinct()
        self.fields["partners"].queryset = chosen.exclude(pk=organisation.pk)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A project that has ended has an outcome."""
        answers = super().clean()
        if answers.get("state") in ("finished", "stopped") and not answers.get("outcome"):
            self.add_error("outcome", "Say what came of it: the project has ended")
        return answers

    def entry(self) -> ProjectEntry:
        """The checked answers as the service wants them."""
        return ProjectEntry(**self.cleaned_data | {"partners": tuple(self.cleaned_data["partners"])})


def initial_of_project(project: JointProject | None) -> dict[str, Any]:
    """What the form shows of a project."""
    if project is None:
        return {}
    shown = {name: getattr(project, name) for name in ProjectForm.base_fields if name != "partners"}
    return shown | {"partners": [one.slug for one in project.partners.all()]}


class FindForm(PortalForm):
    """Which offers are shown; in the address."""

    q = forms.CharField(label="Search", required=False, max_length=80)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *RESOURCE_KINDS.items()])
