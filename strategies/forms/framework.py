"""What the steering group types about the common framework."""

from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from strategies.models import Theme
from strategies.services.framework import ThemeEntry
from strategies.vocabulary import DOMAINS, DUTIES, EDS2_GOALS, EDS2022_DOMAINS, PLAN_ACTIONS


def _numbered(choices: dict[int, str]) -> list[tuple[str, str]]:
    return [(str(number), f"{number}. {words}") for number, words in choices.items()]


class ThemeForm(PortalForm):
    """One theme."""

    name = forms.CharField(label="Name", max_length=120)
    domain = forms.ChoiceField(label="Domain", choices=list(DOMAINS.items()), widget=forms.RadioSelect)
    description = forms.CharField(
        label="What is true when it is met", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="One sentence."
    )
    eds2 = forms.MultipleChoiceField(
        label="EDS2 goals", choices=_numbered(EDS2_GOALS), widget=forms.CheckboxSelectMultiple, required=False
    )
    eds2022 = forms.MultipleChoiceField(
        label="EDS 2022 domains", choices=_numbered(EDS2022_DOMAINS), widget=forms.CheckboxSelectMultiple, required=False
    )
    plan = forms.MultipleChoiceField(
        label="Actions of the NHS EDI improvement plan",
        choices=_numbered(PLAN_ACTIONS),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    duties = forms.MultipleChoiceField(
        label="Duties of the Equality Act 2010", choices=list(DUTIES.items()), widget=forms.CheckboxSelectMultiple, required=False
    )

    def entry(self) -> ThemeEntry:
        """The checked answers as the service wants them."""
        answers = self.cleaned_data
        numbers = {name: tuple(int(value) for value in answers[name]) for name in ("eds2", "eds2022", "plan")}
        return ThemeEntry(**answers | numbers | {"duties": tuple(answers["duties"])})


def initial_of_theme(theme: Theme) -> dict[str, Any]:
    """What the form shows of a theme."""
    shown = {name: getattr(theme, name) for name in ThemeForm.base_fields}
    return shown | {name: [str(number) for number in shown[name]] for name in ("eds2", "eds2022", "plan")}


class InForceForm(PortalForm):
    """From when a version holds, and what changed."""

    on = DayField(label="In force from")
    note = forms.CharField(label="What changed and why", max_length=300)
