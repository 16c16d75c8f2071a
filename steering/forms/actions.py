"""What people type about actions."""

from typing import Any

from django import forms

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.ui.forms import DayField, PortalForm
from kpis.selectors.definitions import framework_for
from organisations.models import Organisation
from steering.models import Action, Workstream
from steering.services.actions import ActionEntry
from steering.vocabulary import GROUP, OUTCOMES, PROGRESS

DO_NOT_NAME = "Do not name anyone, and leave out small numbers of people."
STATES = {
    "open": "Open",
    "overdue": "Overdue",
    "after": "Past their day: did it move?",
    "closed": "Done or dropped",
    "all": "All",
}


def kpi_choices() -> list[tuple[str, str]]:
    """The KPIs in force today that all share."""
    framework = framework_for(Quarter.containing(business_today()))
    kpis = [kpi.definition for kpi in framework.kpis if kpi.owner_id is None]
    return [("", "No KPI: for a workstream as a whole"), *((kpi.code, f"{kpi.code} {kpi.name}") for kpi in kpis)]


class ActionForm(PortalForm):
    """One action. An organisation's lead is not asked for the organisation: it is the own one."""

    title = forms.CharField(label="The action in a line", max_length=160, help_text=DO_NOT_NAME)
    kpi = forms.ChoiceField(label="KPI that it is to move", required=False)
    workstream = forms.ModelChoiceField(
        label="Workstream",
        queryset=Workstream.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="The workstream of the KPI",
    )
    organisations = forms.MultipleChoiceField(
        label="Whose figure is it to move?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none for the whole system.",
    )
    what = forms.CharField(label="What will be done", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    effect = forms.CharField(
        label="Expected effect",
        max_length=300,
        help_text="For example: below 1.25 by 2020-21 Q2. The portal looks whether it moved.",
    )
    owner_organisation = forms.ChoiceField(label="Who does it", required=False)
    owner_role = forms.CharField(
        label="The role that answers for it", max_length=120, help_text="For example: Deputy Director of Workforce. Not a name."
    )
    due_on = DayField(label="Due on")

    def __init__(self, *arguments: Any, own: Organisation | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.own = own
        self.fields["kpi"].choices = kpi_choices()  # type: ignore[attr-defined]
        if own is not None:
            del self.fields["organisations"], self.fields["owner_organisation"]
            return
        members = Organisation.objects.in_footprint(business_today())
        self._members = {one.slug: one for one in members}
        choices = [(one.slug, one.short_name) for one in self._members.values()]
        self.fields["organisations"].choices = choices  # type: ignore[attr-defined]
        self.fields["owner_organisation"].choices = [("", GROUP), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Something that it belongs to."""
        answers = super().clean() or {}
        if not answers.get("kpi") and not answers.get("workstream") and "workstream" not in self.errors:
            self.add_error("workstream", "Choose a KPI or a workstream that the action belongs to")
        return answers

    def entry(self) -> ActionEntry:
        """The checked answers as the service wants them."""
        answers = dict(self.cleaned_data)
        if self.own is not None:
            return ActionEntry(**answers, owner_organisation=self.own, organisations=(self.own,))
        answers["organisations"] = tuple(self._members[slug] for slug in answers["organisations"])
        answers["owner_organisation"] = self._members.get(answers["owner_organisation"])
        return ActionEntry(**answers)


def initial_of_action(action: Action) -> dict[str, Any]:
    """What the form shows of an action."""
    shown = {name: getattr(action, name) for name in ("title", "kpi", "what", "effect", "owner_role", "due_on")}
    return shown | {
        "workstream": action.workstream.slug if action.workstream else "",
        "organisations": [one.slug for one in action.organisations.all()],
        "owner_organisation": action.owner_organisation.slug if action.owner_organisation else "",
    }


class ReportForm(PortalForm):
    """How an action stands, or that it ended."""

    progress = forms.ChoiceField(
        label="How does it stand?", choices=list((PROGRESS | OUTCOMES).items()), widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="In a few sentences", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=DO_NOT_NAME
    )


class ActionFilter(PortalForm):
    """Which actions are listed; in the address."""

    state = forms.ChoiceField(label="Show", choices=list(STATES.items()), required=False)
    workstream = forms.ModelChoiceField(
        label="Workstream", queryset=Workstream.objects.all(), to_field_name="slug", required=False, empty_label="All workstreams"
    )
    q = forms.CharField(label="Words, KPI or organisation", max_length=100, required=False)
