"""Staff networks and their meetings as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.clock import business_today
from edi_portal.dates import parse_typed_date
from edi_portal.exceptions import Incomplete
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from workforce.forms.networks import MeetingForm, NetworkForm
from workforce.models import NetworkMeeting, StaffNetwork
from workforce.services.networks import add_meeting, add_network, change_network
from workforce.vocabulary import CHARACTERISTICS, MATURITY
from workforce.workbooks.rows import OwnRegister

LEVELS = {str(level.number): f"{level.number}. {level.name}" for level in MATURITY}


def network_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """Networks, then their meetings."""
    return (NetworkSheet(organisation, by), MeetingSheet(organisation, by))


class NetworkSheet(OwnRegister):
    """One network in each row; joint networks that another organisation keeps are not among them."""

    title = "Staff networks"
    noun = "network"

    def __init__(self, organisation: Organisation, by: Any) -> None:
        super().__init__(organisation, by)
        others = Organisation.objects.in_footprint(business_today()).exclude(pk=organisation.pk)
        self.columns = (
            Column("name", "Name"),
            Column("characteristics", "Protected characteristics", Kind.SEVERAL, CHARACTERISTICS),
            Column("focus", "What else it is for"),
            Column("purpose", "Purpose"),
            Column("chair", "Chair"),
            Column("sponsor", "Executive sponsor"),
            Column("terms_agreed_on", "Terms of reference agreed on", Kind.DAY),
            Column("terms_link", "Link to the terms of reference"),
            Column("started_on", "First day", Kind.DAY),
            Column("members", "Members", Kind.NUMBER),
            Column("leads", "Network leads", Kind.NUMBER),
            Column("protected_time", "Time for leads agreed in writing", Kind.YES),
            Column("lead_hours", "Hours a month for all leads", Kind.NUMBER),
            Column("member_hours", "Hours a month for each member", Kind.NUMBER),
            Column("budget", "Budget for the year (£)", Kind.NUMBER),
            Column("maturity", "Maturity", Kind.CHOICE, LEVELS),
            Column("partners", "Partner organisations", Kind.SEVERAL, {one.slug: one.short_name for one in others}),
            Column("is_shared", "Others may know of it", Kind.YES),
            Column("contact", "Contact for others"),
        )

    def stored(self) -> dict[str, Stored]:
        """The networks that the organisation keeps, ended ones included."""
        rows = StaffNetwork.objects.filter(organisation=self.organisation).prefetch_related("partners")
        return {row.slug: Stored(row, self._values(row), row.version, row.name) for row in rows}

    def _values(self, row: StaffNetwork) -> dict[str, Any]:
        known = next(column.choices for column in self.columns if column.name == "partners")
        values = {column.name: getattr(row, column.name) for column in self.columns if column.name != "partners"}
        partners = sorted(partner.slug for partner in row.partners.all() if partner.slug in known)
        return values | {"partners": partners, "characteristics": sorted(row.characteristics)}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return NetworkForm(data, organisation=self.organisation)

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it, or change it where nobody saved it since."""
        if entry is None:
            add_network(organisation=self.organisation, entry=form.entry(), by=self.by)
        else:
            change_network(network=entry.row, entry=form.entry(), seen_version=entry.version, by=self.by)


class MeetingSheet(OwnRegister):
    """One meeting in each row. A meeting is a day of a network, so it is new or there already, and never changed."""

    title = "Meetings"
    noun = "meeting"
    columns = (Column("network", "Network"), Column("held_on", "Day", Kind.DAY))

    def stored(self) -> dict[str, Stored]:
        """The meetings of the networks that the organisation keeps."""
        rows = NetworkMeeting.objects.filter(network__organisation=self.organisation).select_related("network")
        return {
            f"{row.network.slug}/{row.held_on.isoformat()}": Stored(
                row, {"network": row.network.name, "held_on": row.held_on}, 1, f"{row.network}, {row.held_on.isoformat()}"
            )
            for row in rows.order_by("network__name", "held_on")
        }

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return MeetingForm(data)

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """A meeting that is noted stays, and a new one is of a network that is there."""
        if entry is not None:
            raise Incomplete("A meeting that is noted is not changed here. Empty Entry and Version to add another one.")
        day = parse_typed_date(data["held_on"])
        if day is None:
            raise Incomplete("Write the day of the meeting.")
        networks = StaffNetwork.objects.filter(organisation=self.organisation, name__iexact=data["network"])
        self._network = networks.first()
        if self._network is None:
            raise Incomplete(f"Your register has no network “{data['network'][:80]}”. Write its name as in the first sheet.")
        if NetworkMeeting.objects.filter(network=self._network, held_on=day).exists():
            raise Incomplete("This meeting is noted already. Take the row out.")

    def save(self, form: Any, entry: Stored | None) -> None:
        """Note it."""
        assert self._network is not None
        add_meeting(network=self._network, held_on=form.cleaned_data["held_on"], by=self.by)
