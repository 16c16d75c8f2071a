"""What somebody types about a practice, and where an organisation stands with it."""

from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm
from steering.models.practice import PracticeNote
from steering.practice import ADOPTION
from steering.services.practice import NoteEntry

LONG = {"rows": 4}


class NoteForm(PortalForm):
    """One practice note. An organisation gives a contact, the group the source of a public review."""

    title = forms.CharField(label="Name of the practice", max_length=160)
    what = forms.CharField(
        label="What was done, and what came of it",
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        help_text="Others read it after a review. Name nobody, and give no small number of people.",
    )
    how = forms.CharField(label="How others could begin", max_length=2000, required=False, widget=forms.Textarea(attrs=LONG))
    kpis = forms.MultipleChoiceField(label="KPIs that it is about", widget=forms.CheckboxSelectMultiple)
    contact = forms.EmailField(label="Whom to ask", help_text="A shared address of a role, not a person's own.")
    source = forms.CharField(label="Who published it, and when", max_length=200)
    source_url = forms.URLField(label="Where to read it", max_length=500, assume_scheme="https")

    def __init__(self, *arguments: Any, kpis: list[tuple[str, str]], is_review: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["kpis"].choices = kpis  # type: ignore[attr-defined]
        if is_review:
            del self.fields["contact"]
        else:
            del self.fields["source"]
            self.fields["source_url"].label = "Where to read more"
            self.fields["source_url"].required = False

    def entry(self) -> NoteEntry:
        """The checked answers as the service wants them."""
        return NoteEntry(**self.cleaned_data | {"kpis": tuple(self.cleaned_data["kpis"])})


def initial_of(note: PracticeNote) -> dict[str, Any]:
    """What the form shows of a note."""
    return {name: getattr(note, name) for name in NoteForm.base_fields}


class AdoptionForm(PortalForm):
    """Where the organisation stands."""

    state = forms.ChoiceField(label="Where do you stand?", choices=list(ADOPTION.items()), widget=forms.RadioSelect)
