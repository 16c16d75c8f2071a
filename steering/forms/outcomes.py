"""What the group types about planned outcomes."""

from django import forms

from edi_portal.ui.forms import DayField, PortalForm


class WordingForm(PortalForm):
    """Other words for an outcome."""

    title = forms.CharField(label="Outcome in a few words", max_length=120)
    statement = forms.CharField(label="What will be true", max_length=600, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.CharField(label="Where these words stand", max_length=200, required=False)


class OutcomeEvidenceForm(PortalForm):
    """Something that shows progress."""

    title = forms.CharField(label="What it is, and what it shows", max_length=200, help_text="Do not name anyone.")
    dated_on = DayField(label="Date of the evidence")
    link = forms.URLField(label="Web address", max_length=500, assume_scheme="https")
