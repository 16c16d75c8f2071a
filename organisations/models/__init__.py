"""Tables of organisations, places, people and roles. Import names from here."""

from organisations.models.access_reviews import AccessReview
from organisations.models.delegations import Delegation
from organisations.models.groups import (
    FootprintMembership,
    PeerGroup,
    PeerGroupMembership,
    ServedBy,
)
from organisations.models.history import (
    OrganisationCode,
    OrganisationName,
    ReferenceLoad,
    Succession,
)
from organisations.models.messages import OutboxMessage
from organisations.models.organisations import (
    Kind,
    Organisation,
    OrganisationUserPermission,
)
from organisations.models.people import Invitation, Membership, User
from organisations.models.places import OrganisationPlace, Place
from organisations.models.tokens import ApiToken

__all__ = [
    "AccessReview",
    "ApiToken",
    "Delegation",
    "FootprintMembership",
    "Invitation",
    "Kind",
    "Membership",
    "Organisation",
    "OrganisationCode",
    "OrganisationName",
    "OrganisationPlace",
    "OrganisationUserPermission",
    "OutboxMessage",
    "PeerGroup",
    "PeerGroupMembership",
    "Place",
    "ReferenceLoad",
    "ServedBy",
    "Succession",
    "User",
]
