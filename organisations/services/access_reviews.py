"""Confirming that everybody who holds a role still needs it."""

from collections.abc import Collection

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_today
from edi_portal.exceptions import InvalidTransition, StaleData
from organisations.models import AccessReview, Organisation, User
from organisations.selectors.access_reviews import roles_to_review
from organisations.services.memberships import check_may_manage_people


@transaction.atomic
def confirm_access(*, organisation: Organisation | None, by: User, seen: Collection[int]) -> AccessReview:
    """Note that this person looked at the roles `seen`, all there are at the organisation (None: outside organisations).

    Raises StaleData when a role came or went since they were shown: nobody confirms what they have not seen. It gives nobody a
    right and changes no role, so no fresh code is asked for.
    """
    check_may_manage_people(by, organisation)
    held = set(roles_to_review(organisation).values_list("pk", flat=True))
    if held != set(seen):
        raise StaleData("Roles came or went since you opened this page. Nothing was confirmed. Look at the roles again.")
    if not held:
        raise InvalidTransition("Nobody holds a role here, so there is nothing to confirm.")
    review = AccessReview.objects.create(organisation=organisation, reviewed_on=business_today(), reviewed_by=by, roles=len(held))
    record(
        action="access.reviewed",
        by=by,
        organisation=organisation,
        subject=f"access-review:{review.pk}",
        details={"roles": len(held)},
    )
    return review
