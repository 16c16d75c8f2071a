"""What an organisation types about one criterion, what its sponsor asks to change, and how a list is narrowed."""

from typing import Any

from django import forms

from edi_portal.exceptions import Incomplete
from edi_portal.ui.forms import DayField, HintedLabel, PortalForm
from strategies.models import Criterion, CriterionAnswer
from strategies.services.assessments import AnswerEntry, check_entry
from strategies.shared_model.vocabulary import LEVELS, MODEL_DOMAINS

NO_TARGET = [("", "No target")]
SHOWN: dict[str, str] = {
    "": "All criteria",
    "open": "Without an answer",
    "answered": "Answered",
    "target": "With a target not reached",
    "late": "With a target that is late",
}


class AnswerForm(PortalForm):
    """The answer to one criterion."""

    level = forms.TypedChoiceField(label="Which level describes you best?", coerce=int, widget=forms.RadioSelect)
    evidence_link = forms.URLField(
        label="Link to evidence",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="Evidence is needed above level 1.",
    )
    evidence_text = forms.CharField(
        label="Evidence in a few words", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What is still missing, or what others could learn. Do not name people.",
    )
    target_level = forms.TypedChoiceField(
        label="Target level", required=False, coerce=int, empty_value=None, choices=NO_TARGET + list(LEVELS.items())
    )
    target_by = DayField(label="Reach the target by", required=False)

    def __init__(self, *arguments: Any, criterion: Criterion, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (number, HintedLabel(f"{number}. {words}", criterion.levels[number - 1])) for number, words in LEVELS.items()
        ]
        self.fields["evidence_text"].help_text = f"For example: {criterion.evidence[:1].lower()}{criterion.evidence[1:]}"

    def clean(self) -> dict[str, Any]:
        """Evidence above level 1, and both halves of a target."""
        answers = super().clean() or {}
        if "level" in answers and "target_by" in answers and "evidence_link" in answers:
            try:
                check_entry(self.entry())
            except Incomplete as problem:
                self.add_error(_field_of(self.entry()), str(problem))
        return answers

    def entry(self) -> AnswerEntry:
        """The checked answers as the service wants them."""
        answers: dict[str, Any] = {name: self.cleaned_data.get(name) for name in AnswerEntry.__dataclass_fields__}
        return AnswerEntry(**answers)


def _field_of(entry: AnswerEntry) -> str:
    """The field at which a missing half is said."""
    if entry.target_by is not None and entry.target_level is None:
        return "target_level"
    if entry.target_level is not None:
        return "target_by" if entry.target_by is None else "target_level"
    return "evidence_text"


def initial_of_answer(answer: CriterionAnswer | None) -> dict[str, Any]:
    """What the form shows of an answer."""
    return {name: getattr(answer, name) for name in AnswerForm.base_fields} if answer is not None else {}


class ReasonForm(PortalForm):
    """Why something is sent back or opened again."""

    reason = forms.CharField(label="What must change", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CriteriaFilterForm(PortalForm):
    """Which criteria of an assessment are shown; in the address."""

    q = forms.CharField(label="Search", required=False, max_length=80)
    domain = forms.ChoiceField(label="Domain", required=False, choices=[("", "All domains"), *MODEL_DOMAINS.items()])
    show = forms.ChoiceField(label="Show", required=False, choices=list(SHOWN.items()))


class SystemFilterForm(PortalForm):
    """Which year and domain the system page shows; in the address."""

    year = forms.ChoiceField(label="Year", required=False)
    domain = forms.ChoiceField(label="Domain", required=False, choices=[("", "All domains"), *MODEL_DOMAINS.items()])

    def __init__(self, *arguments: Any, years: list[str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.years = years
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]
