"""Makers of organisations, places, people and roles for tests of every app. No invented person: names are roles."""

import time
from datetime import date

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from organisations.models import (
    FootprintMembership,
    Kind,
    Membership,
    Organisation,
    OrganisationCode,
    OrganisationName,
    PeerGroupMembership,
    Place,
    User,
)
from organisations.roles import Role
from organisations.second_factor import encrypt
from organisations.services.memberships import project_rights
from organisations.services.organisations import PEER_GROUP_OF_KIND
from organisations.step_up import note_code

FIRST_DAY = date(2016, 4, 1)
PASSWORD = "three quiet wooden boats"  # noqa: S105
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105


class PlaceFactory(factory.django.DjangoModelFactory):
    """A local authority."""

    class Meta:
        model = Place
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"place-{n}")
    name = factory.LazyAttribute(lambda place: place.slug.replace("-", " ").title())
    la_name = factory.SelfAttribute("name")
    la_code = factory.Sequence(lambda n: f"E09{n:06d}")


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A member of the partnership since the first day, with name, code and peer group."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"trust-{n}")
    short_name = factory.LazyAttribute(lambda organisation: organisation.slug.replace("-", " ").title())
    name = factory.LazyAttribute(lambda organisation: f"{organisation.short_name} NHS Trust")
    kind = Kind.ACUTE
    headcount_estimate = 3000

    @factory.post_generation
    def member(self, create: bool, wanted: bool | None, **options: object) -> None:
        """Dated rows from the first day on; `member=False` leaves them out."""
        if not create or wanted is False:
            return
        days = {"organisation": self, "valid_from": FIRST_DAY}
        OrganisationName.objects.create(name=self.name, short_name=self.short_name, **days)
        OrganisationCode.objects.create(code=f"T{self.pk:04d}"[:6], **days)
        FootprintMembership.objects.create(**days)
        PeerGroupMembership.objects.create(group=PEER_GROUP_OF_KIND[Kind(self.kind)], **days)


class UserFactory(factory.django.DjangoModelFactory):
    """An account without a role; `second_factor=True` sets up the authenticator app."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person-{n}@example.invalid")
    display_name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self, create: bool, raw: str | None, **options: object) -> None:
        """The test password unless another is given."""
        self.set_password(raw or PASSWORD)
        if create:
            self.save(update_fields=["password"])
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)

    @factory.post_generation
    def second_factor(self, create: bool, wanted: bool | None, **options: object) -> None:
        """An authenticator app with a known secret, unless `second_factor=False`."""
        if create and wanted is not False:
            Authenticator.objects.create(user=self, type=Authenticator.Type.TOTP, data={"secret": encrypt(TOTP_SECRET)})


def hold(user: User, role: Role, where: Organisation | Place | None = None, **fields: object) -> Membership:
    """Give a role as loading data does: without an actor, from the first day on, rights projected."""
    membership = Membership.objects.create(
        user=user,
        role=role,
        organisation=where if isinstance(where, Organisation) else None,
        place=where if isinstance(where, Place) else None,
        **{"valid_from": FIRST_DAY, **fields},
    )
    project_rights(membership)
    return membership


def person(role: Role, where: Organisation | Place | None = None, **fields: object) -> User:
    """A new account, second factor set up, with one role."""
    user = UserFactory.create()
    hold(user, role, where, **fields)
    return user


def signed_in(user: User, *, code_minutes_ago: float = 0) -> Client:
    """A browser in which this account is signed in, with a one-time code just now unless it was a while ago."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    note_code(client.session, user, at=time.time() - 60 * code_minutes_ago)
    return client
