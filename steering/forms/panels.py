"""What a Healthwatch scores and says, and what an organisation answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from steering.models import PanelScore
from steering.panels import LEVELS, OUTCOMES, SERVICES, differs, score_words
from steering.services.panels import Given

LONG = {"rows": 5}
NOT_SCORED, AS_IT_STANDS = ("", "Not scored"), ("", "As your colleague scored it")
HEADINGS = {
    "EDS-D1": "Domain 1, services",
    "EDS-D2": "Domain 2, workforce health and wellbeing",
    "EDS-D3": "Domain 3, inclusive leadership",
}


class ScoreForm(PortalForm):
    """A score and a reason for each outcome; what is left at "Not scored" stays unscored."""

    def __init__(self, *args: Any, own: Mapping[str, int], now: Mapping[str, PanelScore], **options: Any) -> None:
        scores = {f"score_{key}": str(row.score) for key, row in now.items()}
        super().__init__(*args, initial=scores | {f"reason_{key}": row.reason for key, row in now.items()}, **options)
        self.own, self.now = own, now
        for key, outcome in OUTCOMES.items():
            row, beside = now.get(key), score_words(own.get(key))
            choices = [(str(score), score_words(score)) for score in LEVELS]
            self.fields[f"score_{key}"] = forms.ChoiceField(
                label=outcome.label,
                choices=[*self._left_open(key, row), *choices],
                required=False,
                help_text=f"The organisation: {beside}" if beside else "No own score is released",
            )
            short = outcome.label.partition(" ")[0] + (f", {SERVICES[outcome.service]}" if outcome.service else "")
            self.fields[f"reason_{key}"] = forms.CharField(
                label=f"Why ({short})",
                max_length=600,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def _left_open(self, key: str, row: PanelScore | None) -> list[tuple[str, str]]:
        """A score that was given can be changed, not taken away: its versions stay.

        Who left the outcome open while a colleague scored it chose none of the scores, so none is chosen for them.
        """
        if row is None:
            return [NOT_SCORED]
        return [AS_IT_STANDS] if self.is_bound and not self.data.get(f"score_{key}") else []

    @property
    def sections(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """The fields under the headings of domains and services, each score with its reason."""
        found: dict[str, list[tuple[Any, Any]]] = {}
        for key, outcome in OUTCOMES.items():
            heading = HEADINGS[outcome.kpi] + (f", {SERVICES[outcome.service]}" if outcome.service else "")
            found.setdefault(heading, []).append((self[f"score_{key}"], self[f"reason_{key}"]))
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        """A score that differs says why, beside its own field."""
        typed = super().clean() or {}
        for key in OUTCOMES:
            score = typed.get(f"score_{key}")
            if score and differs(int(score), self.own.get(key)) and not typed.get(f"reason_{key}", "").strip():
                self.add_error(f"reason_{key}", "Say why your score differs from the organisation's")
            if not score and typed.get(f"reason_{key}", "").strip():
                self.add_error(f"score_{key}", "Choose a score, or leave out the reason")
        return typed

    def given(self) -> dict[str, Given]:
        """What was scored: outcome → score and reason."""
        typed = self.cleaned_data
        return {key: Given(int(typed[f"score_{key}"]), typed[f"reason_{key}"]) for key in OUTCOMES if typed.get(f"score_{key}")}


class CommentForm(PortalForm):
    """What a Healthwatch says of scores or figures."""

    about = forms.ChoiceField(label="What it is about", required=False)
    text = forms.CharField(
        label="Your comment",
        max_length=3000,
        widget=forms.Textarea(attrs=LONG),
        help_text="What people told you, and what you ask. Do not name anyone, and nothing by which one could be recognised.",
    )

    def __init__(self, *args: Any, subjects: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].choices = list(subjects)  # type: ignore[attr-defined]  # a field of the class above


class AnswerForm(PortalForm):
    """What an organisation answers."""

    text = forms.CharField(
        label="Your answer",
        max_length=3000,
        widget=forms.Textarea(attrs=LONG),
        help_text="What you heard, and what you do about it. Do not name anyone.",
    )
    promised_on = DayField(label="By when it is done", required=False, help_text="Leave it empty if you promise nothing.")
