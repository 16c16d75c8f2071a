"""Filters of the overview, the exceptions, the completeness wall and the catalogue. All are GET forms: every view has an address."""

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

    workstream = forms.ChoiceField(label="Workstream", choices=WORKSTREAM_CHOICES, required=False)
    kind = forms.ChoiceField(label="Organisations", choices=KIND_CHOICES, required=False)
    show = forms.ChoiceField(label="Show", choices=SHOW_CHOICES, required=False)
    domain = forms.ChoiceField(choices=DOMAIN_CHOICES, required=False, widget=forms.HiddenInput)


class ExceptionsFilter(PortalForm):
    """Which readings to act on are listed."""

    workstream = forms.ChoiceField(label="Workstream", choices=WORKSTREAM_CHOICES, required=False)
    kind = forms.ChoiceField(label="Organisations", choices=KIND_CHOICES, required=False)
    domain = forms.ChoiceField(choices=DOMAIN_CHOICES, required=False, widget=forms.HiddenInput)


class CatalogueFilter(PortalForm):
    """Search of the catalogue by words, workstream and domain."""

    q = forms.CharField(label="Code, name or words of the question", required=False, max_length=80)
    workstream = forms.ChoiceField(label="Workstream", choices=WORKSTREAM_CHOICES, required=False)
    domain = forms.ChoiceField(choices=DOMAIN_CHOICES, required=False, widget=forms.HiddenInput)


class KpiPageFilter(PortalForm):
    """Which organisation is marked on a KPI's page, and of which period the figures are."""

    organisation = forms.ChoiceField(label="Mark an organisation", required=False)
    release = forms.ChoiceField(label="Period", required=False)

    def __init__(
        self, *args: object, organisations: list[tuple[str, str]], releases: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "None"), *organisations]
        self.fields["release"].choices = releases
