"""The filter of a published figure's page. A GET form: every view has an address."""

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm


class PublishedFilter(PortalForm):
    """Which year is compared, and which organisation is followed over the years."""

    year = forms.ChoiceField(label="Year")
    organisation = forms.ChoiceField(label="Organisation over time")

    def __init__(self, *args: Any, years: Sequence[str], organisations: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]
        self.fields["organisation"].choices = list(organisations)  # type: ignore[attr-defined]
