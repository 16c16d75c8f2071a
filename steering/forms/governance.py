"""What the steering group types about risks, its members and terms, meetings, decisions and contributions."""

from typing import Any

from django import forms

from edi_portal.clock import business_now, business_today
from edi_portal.ui.forms import DayField, PortalForm
from kpis.models.collections import Collection
from organisations.models import Membership, Organisation, User
from organisations.roles import Role
from steering.forms.actions import DO_NOT_NAME, kpi_choices
from steering.models import Decision, GroupMember, Risk, Workstream
from steering.services.contributions import ContributionEntry
from steering.services.group import SeatEntry, TermsEntry
from steering.services.meetings import DecisionEntry
from steering.services.risks import RiskEntry
from steering.vocabulary import BOARD, CONTRIBUTIONS, DOMAINS, GROUP, IMPACT, LIKELIHOOD, SEATS


def lines(rows: int) -> forms.Textarea:
    """A text field of so many lines."""
    return forms.Textarea(attrs={"rows": rows})


def workstream_field(**options: Any) -> forms.ModelChoiceField:
    """A workstream, or none."""
    return forms.ModelChoiceField(
        **{
            "label": "Workstream",
            "queryset": Workstream.objects.all(),
            "to_field_name": "slug",
            "required": False,
            "empty_label": "None in particular",
            **options,
        }
    )


def member_field(label: str, empty: str) -> forms.ModelChoiceField:
    """An organisation of the partnership, or none."""
    return forms.ModelChoiceField(
        label=label, queryset=Organisation.objects.none(), to_field_name="slug", required=False, empty_label=empty
    )


class MembersForm(PortalForm):
    """A form with lists of organisations of today's partnership."""

    of_members: tuple[str, ...] = ()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        members = Organisation.objects.in_footprint(business_today())
        for name in self.of_members:
            self.fields[name].queryset = members  # type: ignore[attr-defined]


class RiskForm(MembersForm):
    """One risk with its score."""

    of_members = ("owner_organisation",)

    title = forms.CharField(label="The risk in a line", max_length=160, help_text=DO_NOT_NAME)
    cause = forms.CharField(label="What could bring it about, and what would follow", max_length=2000, widget=lines(3))
    mitigation = forms.CharField(label="What is done about it", max_length=2000, widget=lines(3))
    likelihood = forms.TypedChoiceField(
        label="How likely is it?", choices=list(LIKELIHOOD.items()), coerce=int, widget=forms.RadioSelect
    )
    impact = forms.TypedChoiceField(
        label="How bad would it be?", choices=list(IMPACT.items()), coerce=int, widget=forms.RadioSelect
    )
    workstream = workstream_field()
    kpi = forms.ChoiceField(label="KPI that it touches", required=False)
    owner_organisation = member_field("Who looks after it", GROUP)
    owner_role = forms.CharField(label="The role that answers for it", max_length=120, help_text="Not a name.")
    review_on = DayField(label="Look at it again on")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["kpi"].choices = [("", "None in particular"), *kpi_choices()[1:]]  # type: ignore[attr-defined]

    def entry(self) -> RiskEntry:
        """The checked answers as the service wants them."""
        return RiskEntry(**self.cleaned_data)


def initial_of_risk(risk: Risk) -> dict[str, Any]:
    """What the form shows of a risk that came with its score."""
    names = ("title", "cause", "mitigation", "owner_role", "review_on", "kpi", "likelihood", "impact")
    return {name: getattr(risk, name) for name in names} | {
        "workstream": risk.workstream.slug if risk.workstream else "",
        "owner_organisation": risk.owner_organisation.slug if risk.owner_organisation else "",
    }


class TermsForm(PortalForm):
    """The next version of the terms of reference."""

    purpose = forms.CharField(label="What the group is for", max_length=4000, widget=lines(4))
    remit = forms.CharField(label="What it decides, and what it proposes to boards", max_length=4000, widget=lines(5))
    quorum_percent = forms.IntegerField(label="Share of members needed to decide, in percent", min_value=1, max_value=100)
    quorum_both_domains = forms.BooleanField(label="At least one member of each domain must be there", required=False)
    meeting_minutes = forms.IntegerField(label="Length of a meeting in minutes", min_value=30, max_value=480)
    in_force_from = DayField(label="In force from")
    note = forms.CharField(label="What changed and why", max_length=300, required=False)

    def entry(self) -> TermsEntry:
        """The checked answers as the service wants them."""
        return TermsEntry(**self.cleaned_data)


class SeatForm(MembersForm):
    """A member of the group."""

    of_members = ("organisation",)

    seat = forms.ChoiceField(label="Seat", choices=list(SEATS.items()), initial="member")
    role_holder = forms.CharField(
        label="Role of the member", max_length=120, help_text="For example: Deputy Director of Nursing. Not a name."
    )
    organisation = member_field("Organisation", "None")
    workstream = workstream_field()
    user = forms.ModelChoiceField(
        label="Account that signs in for the seat",
        queryset=User.objects.none(),
        required=False,
        empty_label="None",
        help_text="When the term ends, this account can read but no longer decide.",
    )
    first = DayField(label="Term from")
    last = DayField(label="Term until", required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        holders = Membership.objects.in_force().filter(role=Role.STEERING_MEMBER).values("user")
        self.fields["user"].queryset = User.objects.filter(pk__in=holders)  # type: ignore[attr-defined]

    def entry(self) -> SeatEntry:
        """The checked answers as the service wants them."""
        return SeatEntry(**self.cleaned_data)


class TermForm(PortalForm):
    """The last day of a member's term."""

    last = DayField(label="Term until", required=False, help_text="Leave empty when no end is set.")
    reason = forms.CharField(label="Why the term changes", max_length=300)


class MeetingForm(PortalForm):
    """A meeting to plan."""

    held_on = DayField(label="Day of the meeting")
    place = forms.CharField(label="Place", max_length=120, required=False)


class AgendaItemForm(PortalForm):
    """Something for the agenda."""

    title = forms.CharField(label="What it is about", max_length=200)
    domain = forms.ChoiceField(label="Where it belongs", choices=[*DOMAINS.items(), ("", "Both domains")], required=False)


class AttendanceForm(PortalForm):
    """Who was there. Former members can be ticked as well, and are refused in words."""

    members = forms.ModelMultipleChoiceField(
        label="Members who were there", queryset=GroupMember.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        rows = GroupMember.objects.select_related("organisation")
        self.fields["members"].queryset = rows  # type: ignore[attr-defined]


class MinutesForm(PortalForm):
    """The minutes of a meeting."""

    minutes = forms.CharField(label="Minutes", max_length=20000, widget=lines(14), help_text=DO_NOT_NAME)


class DecisionForm(PortalForm):
    """A decision with its reason."""

    title = forms.CharField(label="The decision in a line", max_length=160, help_text=DO_NOT_NAME)
    text = forms.CharField(label="What is decided", max_length=2000, widget=lines(3))
    reason = forms.CharField(label="Why", max_length=2000, widget=lines(3))
    workstream = workstream_field()
    kpi = forms.ChoiceField(label="KPI", required=False)
    period = forms.ChoiceField(label="Collection that it is about", required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        now = business_now()
        periods = [
            (one.period, one.quarter.label if one.closes_at > now else f"{one.quarter.label} (closed)")
            for one in Collection.objects.all()[:6]
        ]
        self.fields["kpi"].choices = [("", "None in particular"), *kpi_choices()[1:]]  # type: ignore[attr-defined]
        self.fields["period"].choices = [("", "None"), *periods]  # type: ignore[attr-defined]

    def entry(self) -> DecisionEntry:
        """The checked answers as the service wants them."""
        return DecisionEntry(**self.cleaned_data)


class ReasonForm(PortalForm):
    """A reason for taking something back."""

    reason = forms.CharField(label="Why", max_length=300)


class ContributionForm(MembersForm):
    """Something that others bring to a board."""

    of_members = ("board",)

    kind = forms.ChoiceField(label="Whose voice is it?", choices=list(CONTRIBUTIONS.items()), widget=forms.RadioSelect)
    subject_line = forms.CharField(label="What it is about", max_length=200, help_text=DO_NOT_NAME)
    who = forms.CharField(label="Group or sector", max_length=120, help_text="For example: deaf patients' forum. Not a name.")
    board = member_field("Whose board it comes to", BOARD)
    planned_on = DayField(label="Planned on")

    def entry(self) -> ContributionEntry:
        """The checked answers as the service wants them."""
        return ContributionEntry(**self.cleaned_data)


class HeldForm(PortalForm):
    """What a contribution changed."""

    held_on = DayField(label="Took place on")
    changed = forms.CharField(
        label="What it changed", max_length=2000, widget=lines(3), help_text="If nothing has changed yet, say so."
    )


def decision_choices() -> list[tuple[str, str]]:
    """The decisions that hold, newest first."""
    rows = Decision.objects.filter(withdrawn_on__isnull=True).select_related("meeting")[:50]
    return [("", "None"), *((str(row.pk), f"{row.meeting.held_on:%-d %B %Y}: {row.title}") for row in rows)]
