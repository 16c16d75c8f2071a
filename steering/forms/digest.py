"""What the group says about a publication."""

from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from steering.models.digest import KINDS, DigestEntry
from steering.services.digest import EntryWords

LONG = {"rows": 3}


class DigestForm(PortalForm):
    """One publication."""

    kind = forms.ChoiceField(label="What it is", choices=list(KINDS.items()), widget=forms.RadioSelect)
    title = forms.CharField(label="Title", max_length=200)
    source = forms.CharField(label="Who published it", max_length=160, help_text="The body, not a person.")
    source_url = forms.URLField(label="Where to read it", max_length=500, assume_scheme="https")
    published_on = DayField(label="Published on")
    summary = forms.CharField(label="What it says", max_length=1500, widget=forms.Textarea(attrs=LONG))
    meaning = forms.CharField(label="What it means for our KPIs", max_length=1500, widget=forms.Textarea(attrs=LONG))
    kpis = forms.MultipleChoiceField(label="KPIs that it concerns", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *arguments: Any, kpis: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["kpis"].choices = kpis  # type: ignore[attr-defined]

    def words(self) -> EntryWords:
        """The checked answers as the service wants them."""
        return EntryWords(**self.cleaned_data)


def initial_of(entry: DigestEntry) -> dict[str, Any]:
    """What the form shows of an entry."""
    return {name: getattr(entry, name) for name in DigestForm.base_fields}
