"""The search of the public compendium. A GET form: every view has an address."""

from django import forms

from edi_portal.ui.forms import PortalForm
from kpis.forms.overview import WORKSTREAM_CHOICES


class CompendiumFilter(PortalForm):
    """Search by words and workstream. The fields count as required only so that no label says "(optional)"."""

    q = forms.CharField(label="Code, name or words of the question", max_length=80)
    workstream = forms.ChoiceField(label="Workstream", choices=WORKSTREAM_CHOICES)
