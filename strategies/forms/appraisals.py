"""What the steering group types about options, their weights and scores, and the choice."""

from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm
from strategies.models import AppraisalCriterion, AppraisalOption
from strategies.services.appraisals import OptionEntry
from strategies.shared_model.appraisal import ALL_POINTS, HIGHEST, LOWEST

SCORES = [(str(score), str(score)) for score in range(LOWEST, HIGHEST + 1)]


class WeightForm(PortalForm):
    """One criterion with its weight."""

    name = forms.CharField(label="Criterion", max_length=120, help_text="For example: cost, or staff keep their place of work.")
    weight = forms.IntegerField(label="Weight in points", min_value=0, max_value=ALL_POINTS, help_text="All weights sum to 100.")


class OptionForm(PortalForm):
    """One option, and for each criterion a score with its reason."""

    name = forms.CharField(label="Option", max_length=120)
    description = forms.CharField(
        label="What it means", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *arguments: Any, criteria: list[AppraisalCriterion], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.criteria = criteria
        for one in criteria:
            self.fields[f"score-{one.key}"] = forms.TypedChoiceField(
                label=f"{one.name}: score",
                choices=[("", "Not scored yet"), *SCORES],
                coerce=int,
                empty_value=None,
                required=False,
                help_text=f"From {LOWEST}, not at all, to {HIGHEST}, fully. Weighs {one.weight} points.",
            )
            self.fields[f"reason-{one.key}"] = forms.CharField(label=f"{one.name}: why", max_length=500, required=False)
        self.name_messages()

    def clean(self) -> dict[str, Any]:
        """A score has a reason."""
        answers = super().clean() or {}
        for one in self.criteria:
            if answers.get(f"score-{one.key}") is not None and not answers.get(f"reason-{one.key}"):
                self.add_error(f"reason-{one.key}", f"Say why you score “{one.name}” {answers[f'score-{one.key}']}")
        return answers

    def entry(self) -> OptionEntry:
        """The checked answers as the service wants them."""
        answers = self.cleaned_data
        scores = {
            one.key: (answers[f"score-{one.key}"], answers[f"reason-{one.key}"])
            for one in self.criteria
            if answers[f"score-{one.key}"] is not None
        }
        return OptionEntry(answers["name"], answers["description"], scores)


def initial_of_option(option: AppraisalOption | None) -> dict[str, Any]:
    """What the form shows of an option."""
    if option is None:
        return {}
    shown: dict[str, Any] = {"name": option.name, "description": option.description}
    for one in option.scores.all():
        shown |= {f"score-{one.criterion.key}": one.score, f"reason-{one.criterion.key}": one.reason}
    return shown


class DecideForm(PortalForm):
    """Which option is preferred, and why."""

    preferred = forms.ChoiceField(label="Preferred option", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Also say why not the option with the highest total, where it is another.",
    )

    def __init__(self, *arguments: Any, options_to_choose: list[AppraisalOption], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["preferred"].choices = [(one.key, one.name) for one in options_to_choose]  # type: ignore[attr-defined]
