"""Who signs for an executive sponsor during leave: from one day to another, named by the sponsor.

The right itself is a membership that ends with the delegation; this row says whose leave it covers and who asked for it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from edi_portal.clock import BusinessNow
from organisations.models.dated import Dated, DatedQuerySet, days_in_order, no_overlap
from organisations.models.organisations import Organisation


class DelegationQuerySet(DatedQuerySet):
    """Delegations by whether they still count."""

    def standing(self) -> "DelegationQuerySet":
        """Delegations that nobody ended early."""
        return self.filter(ended_at__isnull=True)


class Delegation(Dated):
    """One sponsor's leave and the person who signs meanwhile. `delegate` is empty until the invitation is accepted."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="delegations")
    sponsor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    display_name = models.CharField("name", max_length=120)
    email = models.EmailField(max_length=254)
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=BusinessNow())
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DelegationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            days_in_order("delegation_days_in_order"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=False),
                name="delegation_has_an_end",
                violation_error_message="A delegation has a last day.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="delegation_email_lower_case",
                violation_error_message="Write the address in small letters.",
            ),
            models.CheckConstraint(
                condition=Q(delegate__isnull=True) | ~Q(delegate=F("sponsor")),
                name="delegation_to_another_person",
                violation_error_message="Name another person than yourself.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="delegation_ended_who_and_when",
                violation_error_message="A delegation that was ended says by whom and when.",
            ),
            no_overlap(
                "organisation",
                "sponsor",
                name="delegation_one_at_a_time",
                message="You named somebody for some of these days already. End that first.",
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} for {self.sponsor}"
