"""What people type about the agreed document and the implementation plan."""

from typing import Any

from django import forms

from edi_portal.clock import business_today
from edi_portal.ui.forms import DayField, PortalForm
from organisations.models import Organisation
from strategies.models import ModelVersion, PlanStep
from strategies.selectors.assessments import members_today
from strategies.services.model_documents import VersionEntry
from strategies.services.plan_steps import StepEntry
from strategies.shared_model.plan import STEP_LABELS
from strategies.shared_model.replies import DECISIONS, RETURN
from strategies.shared_model.vocabulary import MODEL_DOMAINS, SECTIONS


class VersionForm(PortalForm):
    """The draft: what changed, and a text for each section."""

    what_changed = forms.CharField(
        label="What changed since the version before", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for key, label in SECTIONS.items():
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 6})
            )
        self.name_messages()

    def entry(self) -> VersionEntry:
        """The checked answers as the service wants them."""
        answers = self.cleaned_data
        return VersionEntry(answers["what_changed"], {key: answers[key].replace("\r\n", "\n") for key in SECTIONS})


def initial_of_version(version: ModelVersion) -> dict[str, Any]:
    """What the form shows of a draft."""
    return {"what_changed": version.what_changed} | {key: version.sections.get(key, "") for key in SECTIONS}


class ReplyForm(PortalForm):
    """What a body decided about a version that was proposed."""

    decision = forms.ChoiceField(label="What did your body decide?", choices=list(DECISIONS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed when you return it. Do not name people. Others read it once a reviewer has passed it.",
    )
    on = DayField(label="Day of the reply", help_text="The day on which your body decided.")

    def __init__(self, *arguments: Any, version: ModelVersion, **options: Any) -> None:
        super().__init__(*arguments, **options)
        day = self.fields["on"]
        day.first, day.last, day.initial = version.proposed_on, business_today(), business_today()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A return says why."""
        answers = super().clean() or {}
        if answers.get("decision") == RETURN and not answers.get("reason"):
            self.add_error("reason", "Say why you return it, so that the steering group knows what to change")
        return answers


class StepForm(PortalForm):
    """One step of the plan."""

    name = forms.CharField(
        label="What is done", max_length=200, help_text="For example: one recruitment panel pool for all trusts."
    )
    domain = forms.ChoiceField(label="Domain", choices=list(MODEL_DOMAINS.items()), widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(
        label="Organisation that does it", queryset=Organisation.objects.none(), to_field_name="slug", empty_label="Choose one"
    )
    due_on = DayField(label="Due on")
    detail = forms.CharField(label="More about it", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, step: PlanStep | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        members = members_today()
        if step is not None:
            members = members | Organisation.objects.filter(pk=step.owner_id)
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]

    def entry(self) -> StepEntry:
        """The checked answers as the service wants them."""
        return StepEntry(**self.cleaned_data)


def initial_of_step(step: PlanStep | None) -> dict[str, Any]:
    """What the form shows of a step."""
    if step is None:
        return {}
    return {name: getattr(step, name) for name in StepForm.base_fields if name != "owner"} | {"owner": step.owner.slug}


class DoneForm(PortalForm):
    """That a step is done."""

    on = DayField(label="Done on")
    note = forms.CharField(
        label="What came of it",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Do not name people.",
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["on"].initial = business_today()


class LeaveOutForm(PortalForm):
    """Why a step is no longer part of the plan."""

    reason = forms.CharField(label="Why it is left out", max_length=300)


class PlanFilterForm(PortalForm):
    """Which steps are shown; in the address."""

    q = forms.CharField(label="Search", required=False, max_length=80)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All states"), *((str(key), label) for key, label in STEP_LABELS.items())]
    )
    owner = forms.ChoiceField(label="Organisation", required=False)

    def __init__(self, *arguments: Any, owners: dict[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["owner"].choices = [("", "All organisations"), *owners.items()]  # type: ignore[attr-defined]
