"""What people type about organisations and people. The same forms check the guided pages and each row of a sheet."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from edi_portal.clock import business_today
from edi_portal.ui.forms import DayField, PortalForm
from organisations.models import Kind, Organisation, Place
from organisations.models.people import AREA_CHOICES
from organisations.roles import ROLES, TOKEN_SCOPES, Role, Scope, roles_of_scope, scopes_of
from organisations.services.organisations import NewOrganisation

ODS_CODE = RegexValidator(r"^[A-Z0-9]{3,6}$", "ODS code must be 3 to 6 letters and digits, such as RJR")


class DirectoryForm(PortalForm):
    """Search and filter of the directory; every answer lives in the address of the page."""

    q = forms.CharField(label="Name, ODS code or town", required=False, max_length=80)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *Kind.choices])
    former = forms.BooleanField(label="Also organisations that are no longer members", required=False)


RECORDS = {"": "Everything", "seen": "Exact figures seen or taken out", "changed": "Changes"}


class LogForm(PortalForm):
    """Search and filter of the audit log; every answer lives in the address of the page."""

    q = forms.CharField(label="Who, what or of which", required=False, max_length=80)
    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.order_by("short_name"),
        to_field_name="slug",
        required=False,
        empty_label="All organisations",
    )
    only = forms.ChoiceField(label="Show", required=False, choices=list(RECORDS.items()))
    days = forms.TypedChoiceField(
        label="When",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", "At any time"),
            (1, "Today"),
            (7, "In the last 7 days"),
            (30, "In the last 30 days"),
            (365, "In the last year"),
        ],
    )


class CapitalsField(forms.CharField):
    """A code, taken in small letters as well."""

    def to_python(self, value: Any) -> str:
        """The code in capitals, without spaces around it."""
        return str(super().to_python(value)).upper()


class OrganisationForm(PortalForm):
    """A new organisation."""

    name = forms.CharField(
        label="Full name", max_length=200, help_text="As on its letters: Countess of Chester Hospital NHS Foundation Trust"
    )
    short_name = forms.CharField(
        label="Short name", max_length=60, help_text="For tables and the address of its page: Countess of Chester"
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose a kind"), *Kind.choices])
    ods_code = CapitalsField(label="ODS code", max_length=6, validators=[ODS_CODE], help_text="3 to 6 letters and digits")
    place = forms.ModelChoiceField(
        label="Place",
        queryset=Place.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="No place, or outside the footprint",
        help_text="Where the head office is",
    )
    member_from = DayField(label="First day as a member", help_text="The first return due is that of the quarter with this day")
    headcount = forms.IntegerField(
        label="People employed", required=False, min_value=0, max_value=500_000, help_text="An estimate is enough"
    )
    fte = forms.DecimalField(label="Full-time equivalent staff", required=False, min_value=0, max_digits=9, decimal_places=2)

    def to_new_organisation(self) -> NewOrganisation:
        """The checked answers as the service wants them."""
        answers = self.cleaned_data
        return NewOrganisation(
            name=answers["name"],
            short_name=answers["short_name"],
            kind=Kind(answers["kind"]),
            ods_code=answers["ods_code"],
            member_from=answers["member_from"],
            place=answers["place"],
            headcount_estimate=answers["headcount"],
            staff_fte=answers["fte"],
        )


class FirstPeopleForm(PortalForm):
    """Who is invited first at a new organisation; both may be left for later."""

    lead_name = forms.CharField(label="Name of the EDI lead", required=False, max_length=120)
    lead_email = forms.EmailField(
        label="Email of the EDI lead", required=False, help_text="Their own work address, not a shared mailbox"
    )
    sponsor_name = forms.CharField(label="Name of the executive sponsor", required=False, max_length=120)
    sponsor_email = forms.EmailField(
        label="Email of the executive sponsor", required=False, help_text="Must not be the EDI lead's address"
    )

    PEOPLE = (("lead", Role.EDI_LEAD), ("sponsor", Role.EXECUTIVE_SPONSOR))

    def clean(self) -> dict[str, Any]:
        """Name and address come together, and the two people are not the same: nobody signs off what they sent."""
        answers = super().clean() or {}
        for person, role in self.PEOPLE:
            name, email = answers.get(f"{person}_name"), answers.get(f"{person}_email")
            if name and not email and f"{person}_email" not in self.errors:
                self.add_error(f"{person}_email", f"Enter the email of the {_role(role)}, or leave the name empty as well")
            if email and not name:
                self.add_error(f"{person}_name", f"Enter the name of the {_role(role)}, or leave the email empty as well")
        lead, sponsor = answers.get("lead_email"), answers.get("sponsor_email")
        if lead and sponsor and lead.lower() == sponsor.lower():
            self.add_error("sponsor_email", "The executive sponsor must be another person than the EDI lead")
        return answers

    def people(self) -> list[tuple[Role, str, str]]:
        """Role, name and address of everyone to invite."""
        answers = self.cleaned_data
        rows = [(role, answers[f"{person}_name"], answers[f"{person}_email"]) for person, role in self.PEOPLE]
        return [row for row in rows if row[2]]


class InviteForm(PortalForm):
    """An invitation to one role at one organisation."""

    role = forms.ChoiceField(label="Role", choices=(), widget=forms.RadioSelect)
    area = forms.ChoiceField(
        label="Area of a contributor",
        required=False,
        choices=[("", "All questions"), *AREA_CHOICES],
        help_text="Only for contributors: whose questions they answer",
    )
    display_name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Email", help_text="Their own work address. Only this address can accept.")

    scope = Scope.ORGANISATION

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, ROLES[role].label) for role in roles_of_scope(self.scope)
        ]

    def clean(self) -> dict[str, Any]:
        """An area belongs to a contributor."""
        answers = super().clean() or {}
        if answers.get("area") and answers.get("role") != Role.CONTRIBUTOR:
            self.add_error("area", "Choose an area only for a contributor")
        return answers


class PortalInviteForm(PortalForm):
    """An invitation to a role that is not held at an organisation."""

    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, ROLES[role].label) for role in (*roles_of_scope(Scope.PORTAL), *roles_of_scope(Scope.PLACE))],
        widget=forms.RadioSelect,
    )
    place = forms.ModelChoiceField(
        label="Place",
        queryset=Place.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="None",
        help_text="Only for Healthwatch",
    )
    display_name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Email", help_text="Their own work address. Only this address can accept.")

    def clean(self) -> dict[str, Any]:
        """A Healthwatch reader has a place, nobody else has."""
        answers = super().clean() or {}
        if answers.get("role") == Role.HEALTHWATCH_READER and not answers.get("place"):
            self.add_error("place", "Choose the place of the Healthwatch reader")
        if answers.get("place") and answers.get("role") not in (None, Role.HEALTHWATCH_READER):
            self.add_error("place", "Choose a place only for a Healthwatch reader")
        return answers


class EndRoleForm(PortalForm):
    """When and why a role ends."""

    AT_ONCE, ON_A_DAY = "at_once", "on_a_day"
    when = forms.ChoiceField(
        label="When does the role end?",
        choices=[(AT_ONCE, "At once"), (ON_A_DAY, "After a last day")],
        widget=forms.RadioSelect,
    )
    last_day = DayField(label="Last day", required=False)
    reason = forms.CharField(
        label="Reason", max_length=300, help_text="Kept with the role. Do not write about health or conduct."
    )

    def clean(self) -> dict[str, Any]:
        """A planned end has a day, today or later."""
        answers = super().clean() or {}
        if answers.get("when") == self.ON_A_DAY and "last_day" not in self.errors:
            day = answers.get("last_day")
            if day is None:
                self.add_error("last_day", "Enter the last day of the role")
            elif day < business_today():
                self.add_error("last_day", "The last day must be today or later")
        return answers


class DelegateForm(PortalForm):
    """Who signs during a sponsor's leave, and when."""

    display_name = forms.CharField(label="Name of the delegate", max_length=120)
    email = forms.EmailField(label="Email of the delegate", help_text="Their own work address, not a shared mailbox")
    valid_from = DayField(label="First day")
    valid_to = DayField(label="Last day", help_text="The right to sign ends at midnight of this day")


class AcceptWithIdentityForm(PortalForm):
    """The name of a new account that the account at work opens."""

    display_name = forms.CharField(
        label="Your name", max_length=120, help_text="As colleagues know you. It is shown beside what you send and sign."
    )


class AcceptForm(AcceptWithIdentityForm):
    """The name and first password of a new account."""

    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. Three words that do not belong together work well.",
    )


class MergeForm(PortalForm):
    """Into which organisation, and from which day."""

    successor = forms.ModelChoiceField(
        label="Organisation that carries on", queryset=Organisation.objects.none(), to_field_name="slug"
    )
    effective_on = DayField(label="First day of the merged organisation")
    new_name = forms.CharField(
        label="New full name", required=False, max_length=200, help_text="If the merged organisation has another name"
    )
    new_short_name = forms.CharField(label="New short name", required=False, max_length=60)

    def __init__(self, *arguments: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*arguments, **options)
        others = Organisation.objects.in_footprint(business_today()).exclude(pk=organisation.pk)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]


class CloseForm(PortalForm):
    """The last day of an organisation that nobody succeeds."""

    last_day = DayField(label="Last day")
    reason = forms.CharField(label="Reason", max_length=300)


class SheetForm(PortalForm):
    """The sheet of organisations to add."""

    sheet = forms.FileField(label="Sheet of organisations", help_text="XLSX or CSV, made from the template, at most 1 MB")


def _role(role: Role) -> str:
    label = ROLES[role].label
    return label if label.startswith("EDI") else label.lower()


class TokenForm(PortalForm):
    """A token for the API: what for, what it may do, until when."""

    label = forms.CharField(label="What the token is for", max_length=80, help_text="Such as: monthly upload from ESR")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than you may yourself. Choose as little as the system needs.",
        error_messages={"required": "Choose at least one thing that the token may do"},
    )
    expires_on = DayField(label="Last day", help_text="At most a year from today, for example 31 3 2027")

    def __init__(self, *arguments: Any, role: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(scope, TOKEN_SCOPES[scope]) for scope in scopes_of(role)]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
