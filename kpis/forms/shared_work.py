"""What people type about shared work: an invitation to contribute, a discussion, an item of evidence."""

from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from kpis.catalogue import Measure
from kpis.dashboards.return_section import cell_label, field_name
from organisations.models.people import AREA_CHOICES


class InviteContributorForm(PortalForm):
    """Somebody who will answer questions of the return."""

    display_name = forms.CharField(label="Name of the contributor", max_length=120)
    email = forms.EmailField(label="Email of the contributor", help_text="Their own work address, not a shared mailbox")
    area = forms.ChoiceField(
        label="Area",
        required=False,
        choices=[("", "No area: only what I assign"), *((key, label.capitalize()) for key, label in AREA_CHOICES)],
        help_text="They answer the questions of this area that you assign to nobody",
    )


class AskForm(PortalForm):
    """A question about a figure: which cell, and what is asked."""

    cell = forms.ChoiceField(label="About", required=False)
    text = forms.CharField(
        label="What do you want to ask?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Do not name anyone.",
    )

    def __init__(self, *arguments: Any, measure: Measure, **options: Any) -> None:
        super().__init__(*arguments, **options)
        cells = [(field_name(measure.code, cell), cell_label(measure, cell)) for cell in measure.cells()]
        self.fields["cell"].choices = [("", "The question as a whole"), *cells]  # type: ignore[attr-defined]


class EvidenceForm(PortalForm):
    """A link or a file for the library."""

    title = forms.CharField(label="Title", max_length=160, help_text="As colleagues would look for it: WRES report to the board")
    dated_on = DayField(label="Date of the document", required=False)
    link = forms.URLField(label="Web address", required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text="PDF, Word, Excel, PowerPoint, PNG or JPEG, at most 10 MB. Only people of your organisation can download it.",
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one of address and file."""
        answers = super().clean() or {}
        if not self.errors and bool(answers.get("link")) == bool(answers.get("file")):
            self.add_error("link", "Give a web address or choose a file, one of the two")
        return answers
