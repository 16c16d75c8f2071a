"""Registers of staff networks and EDI capacity as workbooks: which columns, and through which form and service a row goes."""

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
from workforce.career import BANDS, QUALIFICATION_LEVELS
from workforce.forms.networks import MeetingForm, NetworkForm
from workforce.forms.posts import ApprenticeshipForm, PostForm, YearForm
from workforce.models import EdiApprenticeship, EdiPost, EdiYear, NetworkMeeting, StaffNetwork
from workforce.services.networks import add_meeting, add_network, change_network
from workforce.services.posts import save_row
from workforce.vocabulary import CHARACTERISTICS, MATURITY

LEVELS = {str(level.number): f"{level.number}. {level.name}" for level in MATURITY}
QUALIFICATIONS = {str(number): words for number, words in QUALIFICATION_LEVELS.items()}


def network_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """Networks, then their meetings."""
    return (NetworkSheet(organisation, by), MeetingSheet(organisation, by))


def capacity_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """Posts, apprenticeships and years."""
    return (PostSheet(organisation, by), ApprenticeshipSheet(organisation, by), YearSheet(organisation, by))


class OwnRegister(Register):
    """A register of one organisation, changed by one person."""

    def __init__(self, organisation: Organisation, by: Any) -> None:
        self.organisation, self.by = organisation, by


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


class RowSheet(OwnRegister):
    """One row of a register of EDI capacity in each row."""

    model: Any
    form_class: Any

    def stored(self) -> dict[str, Stored]:
        """The rows of the organisation."""
        rows = self.model.objects.filter(organisation=self.organisation)
        return {
            str(row.pk): Stored(row, {column.name: getattr(row, column.name) for column in self.columns}, row.version, str(row))
            for row in rows
        }

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page; what a new row leaves empty is what the page's form would begin with."""
        instance = entry.row if entry is not None else self.model(organisation=self.organisation)
        if entry is None:
            fields = {name: self.model._meta.get_field(name) for name, value in data.items() if value == ""}
            data = data | {name: str(field.get_default()) for name, field in fields.items() if field.has_default()}
        return self.form_class(data, instance=instance)  # type: ignore[no-any-return]

    def save(self, form: Any, entry: Stored | None) -> None:
        """Save it where nobody saved it since."""
        save_row(row=form.save(commit=False), seen_version=entry.version if entry is not None else None, by=self.by)


class PostSheet(RowSheet):
    """One post in each row."""

    title = "EDI posts"
    noun = "post"
    model = EdiPost
    form_class = PostForm
    columns = (
        Column("title", "Title of the post"),
        Column("band", "Band", Kind.CHOICE, BANDS),
        Column("side", "Whom the work is for", Kind.CHOICE, dict(EdiPost.Side.choices)),
        Column("funded_wte", "Funded WTE", Kind.NUMBER),
        Column("filled_wte", "WTE in post", Kind.NUMBER),
        Column("shared_with", "Shared with"),
        Column("qualification", "Highest qualification", Kind.CHOICE, QUALIFICATIONS),
        Column("is_recognised", "In EDI or closely related", Kind.YES),
        Column("learning_days", "Days a year for learning", Kind.NUMBER),
        Column("valid_from", "First day", Kind.DAY),
        Column("valid_to", "Last day", Kind.DAY),
    )


class ApprenticeshipSheet(RowSheet):
    """One apprenticeship in each row."""

    title = "Apprenticeships"
    noun = "apprenticeship"
    model = EdiApprenticeship
    form_class = ApprenticeshipForm
    columns = (
        Column("programme", "Programme"),
        Column("level", "Level", Kind.NUMBER),
        Column("band", "Band of the apprentice", Kind.CHOICE, BANDS),
        Column("started_on", "Started on", Kind.DAY),
        Column("expected_on", "Expected to end on", Kind.DAY),
        Column("completed_on", "Completed on", Kind.DAY),
        Column("withdrawn_on", "Given up on", Kind.DAY),
        Column("cost_avoided", "Cost avoided (£)", Kind.NUMBER),
    )


class YearSheet(RowSheet):
    """One financial year in each row."""

    title = "Years"
    noun = "year"
    model = EdiYear
    form_class = YearForm
    columns = (
        Column("financial_year", "Financial year"),
        Column("survey_part", "Part in the staff survey", Kind.CHOICE, dict(EdiYear.SurveyPart.choices)),
        Column("spending", "Spending, staff apart (£)", Kind.NUMBER),
        Column("consultants", "Of it consultants (£)", Kind.NUMBER),
    )

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """The year of an entry stays what it is."""
        if entry is not None and data["financial_year"] != entry.values["financial_year"]:
            raise Incomplete("The year of an entry cannot be changed. Add another row for the other year.")
