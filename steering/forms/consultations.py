"""What the group asks and replies, and what an organisation answers."""

from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from steering.models.consultations import POSITIONS

LONG = {"rows": 4}


class ConsultationForm(PortalForm):
    """One question to every organisation."""

    title = forms.CharField(label="What it is about", max_length=160)
    question = forms.CharField(label="Your question", max_length=1000, widget=forms.Textarea(attrs=LONG))
    background = forms.CharField(
        label="What they need to know", max_length=3000, required=False, widget=forms.Textarea(attrs=LONG)
    )
    opens_on = DayField(label="First day for answers")
    due_on = DayField(label="Last day for answers")

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        answers = super().clean() or {}
        first, last = answers.get("opens_on"), answers.get("due_on")
        if first and last and last < first:
            self.add_error("due_on", "The last day for answers must not be before the first")
        return answers


class AnswerForm(PortalForm):
    """One organisation's answer."""

    position = forms.ChoiceField(label="Your answer", choices=list(POSITIONS.items()), widget=forms.RadioSelect)
    text = forms.CharField(
        label="Why, and what should change",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs=LONG),
        help_text="The steering group reads it after a review. Do not name anyone.",
    )


class ReplyForm(PortalForm):
    """The group's reply."""

    reply = forms.CharField(label="What you heard, and what you decided", max_length=3000, widget=forms.Textarea(attrs=LONG))
    changed = forms.CharField(label="What changed because of the answers", max_length=3000, widget=forms.Textarea(attrs=LONG))
