"""The search box of the page of the search. A GET form: every search has an address."""

from django import forms

from edi_portal.search.matching import MOST_LETTERS
from edi_portal.ui.forms import PortalForm


class SearchForm(PortalForm):
    """What to look for. The field counts as required only so that its label does not say "(optional)"."""

    q = forms.CharField(label="Words to look for", max_length=MOST_LETTERS)
