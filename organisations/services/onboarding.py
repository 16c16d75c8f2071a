"""Adding an organisation together with the people invited first, from the guided pages or from one row of a sheet."""

from collections.abc import Iterable

from django.db import transaction

from organisations.models import Organisation, User
from organisations.roles import Role
from organisations.services.invitations import invite
from organisations.services.organisations import NewOrganisation, onboard_organisation


@transaction.atomic
def onboard_with_people(*, new: NewOrganisation, people: Iterable[tuple[Role, str, str]], by: User) -> Organisation:
    """Add the organisation and invite each (role, name, address); all or nothing."""
    organisation = onboard_organisation(new=new, by=by)
    for role, display_name, email in people:
        invite(email=email, display_name=display_name, role=role, organisation=organisation, by=by)
    return organisation
