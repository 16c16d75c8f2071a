"""What an organisation types about a proposal, its decision, and the actions that its assessment promised."""

from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from kpis.models.evidence import Evidence
from kpis.selectors.evidence import evidence_offered
from organisations.models import Organisation
from steering.impact import EFFECTS, KINDS
from steering.models.impact import ImpactAssessment
from steering.services.impact import AssessmentEntry
from workforce.vocabulary import CHARACTERISTICS

LONG = {"rows": 3}


class AssessmentForm(PortalForm):
    """One proposal, what it does to people of each protected characteristic, and what is done about harm."""

    title = forms.CharField(label="Name of the proposal", max_length=160, help_text="Do not name anyone.")
    kind = forms.ChoiceField(label="What it is", choices=list(KINDS.items()), widget=forms.RadioSelect)
    proposal = forms.CharField(
        label="What is proposed, and for whom",
        max_length=3000,
        widget=forms.Textarea(attrs=LONG),
        help_text="Do not name anyone.",
    )
    decision_on = DayField(label="Day of the decision", help_text="The assessment is signed off before this day.")
    evidence_text = forms.CharField(
        label="What is known, and from where", max_length=3000, required=False, widget=forms.Textarea(attrs=LONG)
    )
    evidence = forms.ModelChoiceField(
        label="Evidence from your library", queryset=Evidence.objects.none(), required=False, empty_label="None"
    )
    mitigation = forms.CharField(
        label="What is done about harm", max_length=3000, required=False, widget=forms.Textarea(attrs=LONG)
    )

    def __init__(self, *arguments: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["evidence"].queryset = evidence_offered(organisation)  # type: ignore[attr-defined]
        effects = {
            f"effect_{key}": forms.ChoiceField(label=f"Effect: {label}", choices=list(EFFECTS.items()), initial="not_known")
            for key, label in CHARACTERISTICS.items()
        }
        names = list(self.fields)
        self.fields.update(effects)
        place = names.index("decision_on") + 1
        self.order_fields([*names[:place], *effects, *names[place:]])
        self.name_messages()

    def entry(self) -> AssessmentEntry:
        """The checked answers as the service wants them."""
        answers = dict(self.cleaned_data)
        effects = {key: answers.pop(f"effect_{key}") for key in CHARACTERISTICS}
        return AssessmentEntry(effects=effects, **answers)


def initial_of(row: ImpactAssessment) -> dict[str, Any]:
    """What the form shows of an assessment."""
    shown = {name: getattr(row, name) for name in AssessmentForm.base_fields}
    return shown | {f"effect_{key}": row.effects.get(key, "not_known") for key in CHARACTERISTICS}


class DecisionForm(PortalForm):
    """What was decided."""

    decided_on = DayField(label="Day of the decision")
    approved = forms.ChoiceField(
        label="What was decided", choices=[("yes", "Approved"), ("no", "Not approved")], widget=forms.RadioSelect
    )

    def answers(self) -> dict[str, Any]:
        """The checked answers as the service wants them."""
        return self.cleaned_data | {"approved": self.cleaned_data["approved"] == "yes"}


class ImpactActionForm(PortalForm):
    """Something promised, by a day."""

    text = forms.CharField(label="What will be done", max_length=300, help_text="Do not name anyone.")
    owner = forms.CharField(label="Who does it", max_length=120, help_text="The role, not a name.")
    due_on = DayField(label="Due on")


class ClosedForm(PortalForm):
    """The day on which it was done; empty opens it again."""

    on = DayField(label="Day on which it was done", required=False, help_text="Leave it empty to open the action again.")
