"""What the pages of every register ask of a request: whose register it is."""

from organisations.models import Organisation
from organisations.permissions import active_membership, can
from organisations.requests import PortalRequest
from organisations.roles import Right


def own_organisation(request: PortalRequest) -> Organisation | None:
    """The organisation whose registers this reader may see, if the role in use has one."""
    membership = active_membership(request)
    organisation = membership.organisation if membership is not None else None
    return organisation if organisation is not None and can(request.user, Right.VIEW_REGISTERS, organisation) else None
