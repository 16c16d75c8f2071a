"""Forms about packs of ward figures: the file, why one is withdrawn, and which place a page shows."""

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm


class PackForm(PortalForm):
    """The file of a pack."""

    sheet = forms.FileField(
        label="Pack of ward figures", help_text="XLSX or CSV with the headings of the template, at most 4 MB."
    )


class ShowPackForm(PortalForm):
    """What readers see at the moment of the preview: another pack shown meanwhile makes it void."""

    instead_of = forms.CharField(widget=forms.HiddenInput)


class WithdrawPackForm(PortalForm):
    """Why a pack is withdrawn."""

    reason = forms.CharField(label="Why do you withdraw it?", max_length=200, help_text="Portal admins read it. No names.")


class PlaceFilter(PortalForm):
    """Which place the page of an indicator shows."""

    place = forms.ChoiceField(label="Place", required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "All places"), *places]  # type: ignore[attr-defined]
