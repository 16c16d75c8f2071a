"""Dated groupings: members of the partnership, peer groups, and who is served by which commissioning support unit."""

from django.db import models

from organisations.models.dated import Dated, days_in_order, no_overlap
from organisations.models.organisations import Organisation


class PeerGroup(models.TextChoices):
    """Organisations that are fairly compared with each other."""

    ACUTE = "acute", "Acute trusts"
    ACUTE_SPECIALIST = "acute-specialist", "Acute specialist trusts"
    MENTAL_HEALTH = "mental-health", "Mental health and learning disability trusts"
    COMMUNITY = "community", "Community trusts"
    AMBULANCE = "ambulance", "Ambulance trusts"
    CCG = "ccg", "Clinical commissioning groups"
    CSU = "csu", "Commissioning support units"


class FootprintMembership(Dated):
    """The organisation is counted in the partnership on these days; its returns are due and its figures are shown."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="footprint_memberships")
    note = models.CharField(
        max_length=500,
        blank=True,
        help_text="Shown wherever the organisation's figures are.",
    )

    class Meta:
        ordering = ["organisation", "valid_from"]
        constraints = [
            days_in_order("footprint_membership_days_in_order"),
            no_overlap(
                "organisation",
                name="footprint_membership_once",
                message="The organisation is already a member on those days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} from {self.valid_from}"


class PeerGroupMembership(Dated):
    """The organisation is compared with this group on these days."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="peer_groups")
    group = models.CharField(max_length=20, choices=PeerGroup)
    why = models.CharField(max_length=300, blank=True, help_text="Why these are its peers.")

    class Meta:
        ordering = ["group", "organisation"]
        constraints = [
            days_in_order("peer_group_days_in_order"),
            no_overlap(
                "organisation",
                name="peer_group_one_a_day",
                message="The organisation already has a peer group on those days.",
            ),
            models.CheckConstraint(
                condition=models.Q(group__in=PeerGroup.values),
                name="peer_group_known",
                violation_error_message="Choose a peer group from the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_group_display()}"


class ServedBy(Dated):
    """A commissioning support unit does equality work for an organisation on these days."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="served_by")
    csu = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="serves")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["organisation", "valid_from"]
        constraints = [
            days_in_order("served_by_days_in_order"),
            no_overlap(
                "organisation",
                "csu",
                name="served_by_once",
                message="The unit already serves the organisation on those days.",
            ),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("csu")),
                name="served_by_another",
                violation_error_message="An organisation cannot be served by itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} served by {self.csu}"
