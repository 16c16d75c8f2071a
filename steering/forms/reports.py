"""Forms of assurance reports: which period, what is said at a place, a level against the rule, why a draft is discarded."""

from __future__ import annotations

from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm
from steering.reports.commentary import PLACES, longest, small_numbers


class StartForm(PortalForm):
    """The period of a new report."""

    period = forms.ChoiceField(label="Period", help_text="A report is made from the release of its period.")

    def __init__(self, *arguments: Any, periods: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["period"].choices = periods  # type: ignore[attr-defined]


class CommentaryForm(PortalForm):
    """Words beside the figures. A small number beside a word for people is caught before the text is kept."""

    text = forms.CharField(label="Text", required=False, widget=forms.Textarea(attrs={"rows": 6}))
    checked = forms.BooleanField(label="None of these phrases points at a person or a small group", required=False)

    def __init__(self, *arguments: Any, place: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.place = place
        self.fields["text"].label = PLACES[place]
        self.fields["text"].help_text = (
            f"At most {longest(place):,} characters. Say “improved” only where a verdict of the release says so. "
            "Name roles, not people, and no small numbers of people. A portal admin reviews the text."
        )
        if not self._asks():
            del self.fields["checked"]

    def _asks(self) -> bool:
        """Whether the text that was sent holds phrases to look at; only then the box is shown."""
        return bool(self.is_bound and small_numbers(self.data.get("text", "")))

    def clean(self) -> dict[str, Any]:
        """Name the phrases, and how to mend them."""
        answers = super().clean() or self.cleaned_data
        phrases = small_numbers(answers.get("text", ""))
        if phrases and not answers.get("checked"):
            quoted = ", ".join(f"“{phrase}”" for phrase in phrases[:5])
            self.add_error(
                "text",
                f"Take small numbers of people out of the text: {quoted}. If no phrase points at a person or a small group, "
                "tick the box below.",
            )
        return answers


class LevelForm(PortalForm):
    """A level against the rule."""

    level = forms.ChoiceField(
        label="Level of the data",
        choices=[("", "As the rule says"), ("full", "Full"), ("partial", "Partial"), ("none", "None")],
        required=False,
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Printed in the report beside what the rule says. A portal admin reviews it.",
    )

    def clean(self) -> dict[str, Any]:
        """A level needs a reason."""
        answers = super().clean() or self.cleaned_data
        if answers.get("level") and not answers.get("reason", "").strip():
            self.add_error("reason", "Enter the reason why the rule is wrong here")
        return answers


class DiscardForm(PortalForm):
    """Why a draft goes."""

    reason = forms.CharField(label="Why it is discarded", max_length=300)
