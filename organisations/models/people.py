"""Accounts, the roles they hold, and invitations to hold one."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower, Now, TruncDate
from django.utils.crypto import salted_hmac
from guardian.mixins import GuardianUserMixin

from edi_portal.clock import BusinessNow
from organisations.models.dated import Dated, DatedQuerySet, days_in_order, no_overlap
from organisations.models.organisations import Organisation
from organisations.models.places import Place
from organisations.roles import (
    CONTRIBUTOR_AREAS,
    ROLES,
    Role,
    RoleDescription,
    Scope,
    roles_of_scope,
)

ROLE_CHOICES = [(role.value, description.label) for role, description in ROLES.items()]
AREA_CHOICES = list(CONTRIBUTOR_AREAS.items())


class UserManager(BaseUserManager["User"]):
    """Makes accounts; addresses are kept in lower case."""

    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        display_name: str,
        **fields: Any,
    ) -> "User":
        """A saved account. Without a password it cannot sign in until one is set."""
        user = self.model(email=email.strip().lower(), display_name=display_name, **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account with this address, whatever the case of its letters."""
        return self.get(email=(username or "").lower())


class User(GuardianUserMixin, AbstractBaseUser, PermissionsMixin):
    """One person's account. The email address is the name to sign in with."""

    email = models.EmailField(max_length=254, unique=True)
    display_name = models.CharField("name", max_length=120)
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False, help_text="Made for the demonstration; its password is public.")
    date_joined = models.DateTimeField(db_default=Now())
    session_epoch = models.PositiveIntegerField(default=0, help_text="Raised to end every session of the account.")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()

    # The membership in use, set by the middleware for the length of a request; None outside of one.
    active_membership: "Membership | None" = None

    class Meta:
        ordering = ["display_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message="Write the address in small letters.",
            ),
            # A superuser would pass every check of rights unseen.
            models.CheckConstraint(
                condition=Q(is_superuser=False),
                name="user_never_superuser",
                violation_error_message="No account is above the roles.",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to go on: it changes with the password (Django's rule) and with the epoch (ours)."""
        text = f"{self.session_epoch}:{self.password}"
        return salted_hmac("organisations.User.session", text, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """The name shown in headers and messages."""
        return self.display_name


class MembershipQuerySet(DatedQuerySet):
    """Memberships by day and by what they grant."""

    def in_force(self) -> "MembershipQuerySet":
        """Memberships that hold on the business day and were not withdrawn."""
        today = TruncDate(BusinessNow())
        return self.filter(
            Q(withdrawn_at__isnull=True) & Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        )


def _scope_fits() -> models.CheckConstraint:
    """Organisation roles name an organisation, place roles a place, portal roles neither."""
    values = {scope: [role.value for role in roles_of_scope(scope)] for scope in Scope}
    organisation_roles = Q(
        role__in=values[Scope.ORGANISATION],
        organisation__isnull=False,
        place__isnull=True,
    )
    place_roles = Q(role__in=values[Scope.PLACE], organisation__isnull=True, place__isnull=False)
    portal_roles = Q(role__in=values[Scope.PORTAL], organisation__isnull=True, place__isnull=True)
    return models.CheckConstraint(
        condition=organisation_roles | place_roles | portal_roles,
        name="%(class)s_scope_fits_role",
        violation_error_message="Name the organisation for its roles, the place for Healthwatch, and nothing for other roles.",
    )


def _area_fits() -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(area="") | Q(role=Role.CONTRIBUTOR.value),
        name="%(class)s_area_for_contributors",
        violation_error_message="Only a contributor has an area.",
    )


class HeldRole(models.Model):
    """A role with the organisation or place it is held for."""

    role = models.CharField(max_length=20, choices=ROLE_CHOICES)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    place = models.ForeignKey(
        Place,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    area = models.CharField("area of a contributor", max_length=30, choices=AREA_CHOICES, blank=True)

    class Meta:
        abstract = True

    @property
    def description(self) -> RoleDescription:
        """What the role is and grants."""
        return ROLES[Role(self.role)]

    @property
    def label(self) -> str:
        """The role in words, as in "EDI lead, Countess of Chester"."""
        parts = [self.description.label]
        if self.area:
            parts[0] += f" ({CONTRIBUTOR_AREAS[self.area]})"
        if getattr(self, "delegation_id", None) is not None:
            parts[0] += " (delegate)"
        where = self.organisation or self.place
        if where is not None:
            parts.append(str(where))
        return ", ".join(parts)

    @property
    def key(self) -> str:
        """The lasting key of the role of one person: role, then organisation or place, then area."""
        where = self.organisation or self.place
        return ":".join(part for part in (self.role, where.slug if where else "", self.area) if part)


class Membership(HeldRole, Dated):
    """One person holds one role from one day to another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    granted_at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    end_reason = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="Taken away at once; `valid_to` is an end planned by day."
    )
    delegation = models.ForeignKey(
        "organisations.Delegation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text="Whose leave it covers; empty for a role of one's own.",
    )

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["organisation__short_name", "role", "user__display_name"]
        constraints = [
            days_in_order("membership_days_in_order", "A role must not end before it begins."),
            _scope_fits(),
            _area_fits(),
            models.CheckConstraint(
                condition=Q(delegation__isnull=True) | Q(role=Role.EXECUTIVE_SPONSOR.value, valid_to__isnull=False),
                name="membership_delegated_ends",
                violation_error_message="A delegate signs as executive sponsor, and until a day.",
            ),
            *(
                no_overlap(
                    "user",
                    Coalesce("organisation", 0),
                    Coalesce("place", 0),
                    name=f"membership_{role}_once",
                    message="This person already holds this role there on those days.",
                    condition=Q(role=role.value, withdrawn_at__isnull=True),
                )
                for role in Role
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_to"], name="membership_by_user")]

    def __str__(self) -> str:
        return self.label


class Invitation(HeldRole):
    """An offer of one role to one address. The link holds a secret of which only the hash is kept."""

    email = models.EmailField(max_length=254)
    display_name = models.CharField("name", max_length=120)
    token_hash = models.CharField(max_length=64, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    invited_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    delegation = models.ForeignKey(
        "organisations.Delegation", null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            _scope_fits(),
            _area_fits(),
            models.CheckConstraint(
                condition=Q(delegation__isnull=True) | Q(role=Role.EXECUTIVE_SPONSOR.value),
                name="invitation_delegate_is_sponsor",
                violation_error_message="A delegate signs as executive sponsor.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="invitation_email_lower_case",
                violation_error_message="Write the address in small letters.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
                violation_error_message="An invitation is accepted or withdrawn, not both.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_who_and_when",
                violation_error_message="An accepted invitation says by whom and when.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("invited_by")),
                name="invitation_confirmed_by_another",
                violation_error_message="Another portal admin must confirm this invitation.",
            ),
            # A link exists only with an end: 7 days after it was made.
            models.CheckConstraint(
                condition=Q(token_hash="") | Q(expires_at__isnull=False),
                name="invitation_link_ends",
                violation_error_message="An invitation link has an end.",
            ),
            models.UniqueConstraint(
                fields=["token_hash"],
                condition=~Q(token_hash=""),
                name="invitation_link_once",
                violation_error_message="This link belongs to another invitation.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.label}"
