"""The steering group: its terms of reference, version by version, and its members with their terms."""

from zlib import crc32

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from organisations.models.dated import Dated, days_in_order, no_overlap
from steering.models.texts import Reviewed
from steering.models.workstreams import Workstream
from steering.quorum import QuorumRule
from steering.vocabulary import SEATS


class TermsOfReference(Reviewed):
    """One version of the terms. Never edited; a change is the next version, in force from a day."""

    NOUN = "terms"
    TEXTS = ("purpose", "remit", "note")

    number = models.PositiveSmallIntegerField(unique=True)
    purpose = models.TextField()
    remit = models.TextField(help_text="What the group decides itself, and what it proposes to boards.")
    quorum_percent = models.PositiveSmallIntegerField(default=50)
    quorum_both_domains = models.BooleanField(default=True)
    meeting_minutes = models.PositiveSmallIntegerField(default=120, help_text="How long a meeting is planned to take.")
    in_force_from = models.DateField()
    note = models.CharField(max_length=300, blank=True, help_text="What changed and why.")
    made_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quorum_percent__range=(1, 100)),
                name="terms_quorum_is_a_share",
                violation_error_message="The quorum is a share of 1% to 100% of the members.",
            ),
            models.CheckConstraint(
                condition=Q(meeting_minutes__range=(30, 480)),
                name="terms_meeting_has_a_length",
                violation_error_message="A meeting takes between 30 minutes and 8 hours.",
            ),
        ]

    def __str__(self) -> str:
        return f"Terms of reference, version {self.number}"

    @property
    def quorum_rule(self) -> QuorumRule:
        """When a meeting may decide."""
        return QuorumRule(self.quorum_percent, self.quorum_both_domains)


class GroupMember(Dated):
    """A seat in the group from a day to a day: the role that holds it, where, for which workstream, and the account."""

    seat = models.CharField(max_length=16, choices=list(SEATS.items()), default="member")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role_holder = models.CharField(max_length=120, help_text="The role, not a name.")
    workstream = models.ForeignKey(Workstream, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The account that signs in for this seat.",
    )
    end_reason = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["seat", "role_holder", "pk"]
        constraints = [
            days_in_order("group_member_days_in_order", "A term must not end before it begins."),
            no_overlap(
                "user",
                name="group_member_one_seat",
                message="This account has a seat on those days already.",
                condition=Q(user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        where = f", {self.organisation}" if self.organisation is not None else ""
        return f"{self.role_holder}{where}"

    @property
    def term_mark(self) -> int:
        """The last day and why it is that, as a number that travels with a form; 0 while neither is said."""
        said = f"{self.valid_to or ''} {self.end_reason}".strip()
        return crc32(said.encode()) % 10**9 if said else 0

    @property
    def counts(self) -> bool:
        """Whether the seat counts for the quorum."""
        return self.seat != "secretary"
