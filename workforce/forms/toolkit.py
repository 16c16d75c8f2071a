"""What is typed of the toolkit: an entry, a filter of the list, a step of the Merseyside model, outreach."""

from collections.abc import Mapping
from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm, PortalModelForm
from workforce.engagement import AUDIENCES, FORMATS, LANGUAGES, PATIENT_KPIS, REVIEW_WORDS, STEP_STATES, TOPICS
from workforce.models import OutreachAction, Resource
from workforce.services.toolkit import ResourceEntry

ALL = [("", "All")]


def read_filter(kind: type[PortalForm], given: Mapping[str, Any]) -> tuple[PortalForm, dict[str, str]]:
    """A filter of a list with the answers of the address; a value that is not offered counts as not given."""
    form = kind(given)
    form.is_valid()
    answers = {name: str(form.cleaned_data.get(name) or "") for name in form.fields}
    return kind(initial=answers), answers


class ToolkitFilter(PortalForm):
    """What the list is narrowed to; every answer is in the address.

    The fields count as required only so that no label says "(optional)"; what is not given narrows nothing.
    """

    q = forms.CharField(label="Words of the title", max_length=80)
    audience = forms.ChoiceField(label="For", choices=ALL + list(AUDIENCES.items()))
    topic = forms.ChoiceField(label="Topic", choices=ALL + list(TOPICS.items()))
    format = forms.ChoiceField(label="Form", choices=ALL + list(FORMATS.items()))
    language = forms.ChoiceField(label="Language", choices=ALL + list(LANGUAGES.items()))
    kind = forms.ChoiceField(label="Kind", choices=ALL + list(Resource.Kind.choices))
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All but withdrawn"), *((str(key), word) for key, word in REVIEW_WORDS.items())],
    )
    used = forms.ChoiceField(label="Used", choices=[("", "By anybody"), ("yes", "By us")])


class ResourceForm(PortalForm):
    """One entry of the toolkit."""

    kind = forms.ChoiceField(label="What it is", choices=Resource.Kind.choices, widget=forms.RadioSelect, initial="resource")
    title = forms.CharField(label="Title", max_length=120)
    summary = forms.CharField(
        label="What it says, in a sentence or two", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    link = forms.URLField(label="Link to the resource", required=False, max_length=300, assume_scheme="https")
    body = forms.CharField(
        label="Words to copy",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="For a message template. Put what each organisation fills in into brackets, such as [name of the trust].",
    )
    audiences = forms.MultipleChoiceField(
        label="Whom it is for", choices=list(AUDIENCES.items()), widget=forms.CheckboxSelectMultiple
    )
    topic = forms.ChoiceField(label="Topic", choices=list(TOPICS.items()))
    format = forms.ChoiceField(label="Form", choices=list(FORMATS.items()))
    language = forms.ChoiceField(label="Language", choices=list(LANGUAGES.items()))
    review_on = DayField(label="Day of the next review")
    is_shared = forms.BooleanField(
        label="Let other organisations find and use it",
        required=False,
        help_text="They find it once a portal admin has read its words.",
    )

    def clean(self) -> dict[str, Any]:
        """A resource has a link, a message template has its words."""
        answers = super().clean() or {}
        if answers.get("kind") == "message" and not answers.get("body"):
            self.add_error("body", "Write the words of the message template")
        if answers.get("kind") == "resource" and not answers.get("link") and "link" not in self.errors:
            self.add_error("link", "Enter the link to the resource")
        return answers

    def entry(self) -> ResourceEntry:
        """The checked answers as the service wants them."""
        answers = dict(self.cleaned_data)
        return ResourceEntry(**answers | {"audiences": tuple(answers["audiences"])})


def initial_of(resource: Resource) -> dict[str, Any]:
    """What the form shows of an entry."""
    return {name: getattr(resource, name) for name in ResourceForm.base_fields}


class StepForm(PortalForm):
    """How far the organisation is with one step."""

    state = forms.ChoiceField(label="How far are you?", choices=list(STEP_STATES.items()), widget=forms.RadioSelect)
    since = DayField(label="Since", required=False, help_text="For a step that is begun or adopted.")
    note = forms.CharField(
        label="Note for yourselves", required=False, max_length=300, help_text="Read by your organisation alone."
    )

    def clean(self) -> dict[str, Any]:
        """A step that is begun or adopted has a day."""
        answers = super().clean() or {}
        if answers.get("state") != "not_started" and not answers.get("since") and "since" not in self.errors:
            self.add_error("since", "Enter the day since when, for a step that is begun or adopted")
        return answers


class OutreachForm(PortalModelForm):
    """One action with BME or disabled people outside the organisation."""

    started_on = DayField(label="First day")
    ended_on = DayField(label="Last day", required=False, help_text="Leave empty while it goes on.")

    class Meta:
        model = OutreachAction
        fields = ["title", "what", "group", "started_on", "ended_on", "reach", "aims_at", "is_shared"]
        labels = {
            "title": "Name of the action",
            "what": "What was done",
            "group": "With whom",
            "reach": "About how many people it reached",
            "aims_at": "Which figure it should move",
            "is_shared": "Let other organisations know of it",
        }
        help_texts = {
            "what": "Do not name anyone.",
            "reach": "Read by your organisation alone: numbers of people leave it through a release only.",
            "aims_at": f"One of {', '.join(PATIENT_KPIS)}. The verdict over time stands beside the action.",
            "is_shared": "They read it once a portal admin has.",
        }
        widgets = {"what": forms.Textarea(attrs={"rows": 4, "maxlength": 1000}), "group": forms.RadioSelect}
