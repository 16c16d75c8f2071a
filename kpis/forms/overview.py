"""Filters of the overview, the exceptions, a KPI's page and the catalogue. All are GET forms: every view has an address.

The fields count as required only so that no label says "(optional)": a filter that is not given is left at its default.
"""

from django import forms

from edi_portal.ui.forms import PortalForm
from kpis.catalogue import WORKSTREAMS
from organisations.models import PeerGroup

WORKSTREAM_CHOICES = [("", "All seven"), *WORKSTREAMS.items()]
KIND_CHOICES = [("", "All kinds"), *PeerGroup.choices]
SHOW_CHOICES = [
    ("due", "KPIs due this quarter"),
    ("act", "KPIs to act on"),
    ("changed", "KPIs that changed"),
    ("all", "All KPIs"),
]
DOMAIN_CHOICES = [("", "Both"), ("technical", "Technical"), ("cultural", "Cultural")]


class OverviewFilter(PortalForm):
    """What the heat table shows; the domain is chosen by links beside the form."""

    workstream = forms.ChoiceField(label="Workstream", choices=WORKSTREAM_CHOICES)
    kind = forms.ChoiceField(label="Organisations", choices=KIND_CHOICES)
    show = forms.ChoiceField(label="Show", choices=SHOW_CHOICES)
    domain = forms.ChoiceField(choices=DOMAIN_CHOICES, widget=forms.HiddenInput)


class ExceptionsFilter(PortalForm):
    """Which readings to act on are listed."""

    workstream = forms.ChoiceField(label="Workstream", choices=WORKSTREAM_CHOICES)
    kind = forms.ChoiceField(label="Organisations", choices=KIND_CHOICES)
    action = forms.ChoiceField(label="Action", choices=[("", "With and without"), ("none", "Without an action")])
    domain = forms.ChoiceField(choices=DOMAIN_CHOICES, widget=forms.HiddenInput)


class CatalogueFilter(PortalForm):
    """Search of the catalogue by words, workstream and domain."""

    q = forms.CharField(label="Code, name or words of the question", max_length=80)
    workstream = forms.ChoiceField(label="Workstream", choices=WORKSTREAM_CHOICES)
    domain = forms.ChoiceField(choices=DOMAIN_CHOICES, widget=forms.HiddenInput)


class KpiPageFilter(PortalForm):
    """Which organisation is marked on a KPI's page, and of which period the figures are."""

    organisation = forms.ChoiceField(label="Mark an organisation")
    release = forms.ChoiceField(label="Period")

    def __init__(
        self, *args: object, organisations: list[tuple[str, str]], releases: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("organisation", [("", "None"), *organisations]), ("release", releases)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class RepresentationFilter(PortalForm):
    """Whose senior bands are shown."""

    organisation = forms.ChoiceField(label="Organisation")

    def __init__(self, *args: object, organisations: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "All together"), *organisations]
