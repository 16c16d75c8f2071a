"""The request as views see it once the middleware has done its part: for type checking only."""

from django.http import HttpRequest

from organisations.models import Membership, User


class PortalRequest(HttpRequest):
    """A request of a signed-in person, with the role in use."""

    user: User  # type: ignore[assignment]
    membership: Membership | None
    memberships: list[Membership]
