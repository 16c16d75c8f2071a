"""Proposals of the group, and what the STP board and the Healthwatch of each place replied."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from steering.models.texts import Reviewed
from steering.models.workstreams import Workstream
from steering.vocabulary import BOARD, PROPOSALS, REPLIES


class Proposal(Reviewed):
    """Something that the group proposes for ratification. Its words never change; a changed proposal is the next one."""

    NOUN = "proposal"
    TEXTS = ("title", "text", "reason")
    LATER = ("withdraw_reason",)

    kind = models.CharField(max_length=16, choices=list(PROPOSALS.items()))
    subject_key = models.CharField(max_length=60, blank=True, help_text="What it is about, as framework:2.")
    title = models.CharField(max_length=160)
    text = models.TextField()
    reason = models.TextField(help_text="Why the group proposes it.")
    workstream = models.ForeignKey(Workstream, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    decision = models.ForeignKey("steering.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    proposed_on = models.DateField()
    reply_by = models.DateField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)
    synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")

    class Meta:
        ordering = ["-proposed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdraw_reason=""),
                name="proposal_withdrawn_says_why",
                violation_error_message="Say why the proposal is withdrawn.",
            ),
            models.CheckConstraint(
                condition=Q(reply_by__gte=models.F("proposed_on")),
                name="proposal_replies_after_it_was_made",
                violation_error_message="Replies are due on or after the day of the proposal.",
            ),
        ]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"


class Reply(Reviewed):
    """The reply of one body: the board, or the Healthwatch of a place. Taken back by its writer, never deleted."""

    NOUN = "reply"
    TEXTS = ("reason",)

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="replies")
    place = models.ForeignKey(
        "organisations.Place",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose Healthwatch replies; empty is the board.",
    )
    outcome = models.CharField(max_length=10, choices=list(REPLIES.items()))
    reason = models.TextField(blank=True)
    replied_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["replied_at", "pk"]
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "place"],
                condition=Q(taken_back_at__isnull=True, place__isnull=False),
                name="reply_one_for_each_place",
                violation_error_message="The Healthwatch of this place has replied.",
            ),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(taken_back_at__isnull=True, place__isnull=True),
                name="reply_one_of_the_board",
                violation_error_message="The board has replied.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="returned") | ~Q(reason=""),
                name="reply_returned_says_why",
                violation_error_message="Say why it is returned.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.get_outcome_display()}"

    @property
    def body(self) -> str:
        """Who replied."""
        return healthwatch_name(self.place) if self.place is not None else BOARD

    @property
    def side(self) -> str:
        """Who wrote the reason."""
        return f"place:{self.place_id}" if self.place_id is not None else "board"


def healthwatch_name(place: object) -> str:
    """The Healthwatch of a place, as it is called."""
    return getattr(place, "healthwatch_name", "") or f"Healthwatch {place}"
