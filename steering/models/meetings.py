"""Meetings of the group: who was there, what stood on the agenda, the minutes, the decisions; and what others bring to boards."""

from datetime import date
from zlib import crc32

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from steering.models.group import GroupMember
from steering.models.texts import Reviewed
from steering.models.workstreams import Workstream
from steering.vocabulary import BOARD, CONTRIBUTIONS, DOMAINS


class Meeting(Reviewed):
    """One meeting, known by its day. Its agenda builds itself until the papers are issued; then it stays as it was."""

    NOUN = "meeting"
    TEXTS = ("place",)
    LATER = ("minutes",)

    held_on = models.DateField(unique=True, error_messages={"unique": "There is a meeting on this day already."})
    place = models.CharField(max_length=120, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agenda = models.JSONField(null=True, blank=True, help_text="The agenda as it was when the papers were issued.")
    minutes = models.TextField(blank=True)
    minutes_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock of the minutes.")
    attended = models.ManyToManyField(GroupMember, blank=True, related_name="meetings")
    synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")

    class Meta:
        ordering = ["-held_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, issued_by__isnull=True, agenda__isnull=True)
                | Q(issued_at__isnull=False, agenda__isnull=False),
                name="meeting_papers_issued_with_their_agenda",
                violation_error_message="Papers are issued with the agenda as it stands.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | (Q(agreed_at__isnull=False, agreed_by__isnull=False) & ~Q(minutes="")),
                name="meeting_minutes_agreed_by_somebody",
                violation_error_message="Agreed minutes say by whom and when.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | Q(minutes_by__isnull=True) | ~Q(agreed_by=F("minutes_by")),
                name="meeting_minutes_agreed_by_another",
                violation_error_message="Somebody else than their writer agrees the minutes.",
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting of {self.held_on:%-d %B %Y}"

    @property
    def attendance_mark(self) -> int:
        """Who was there, as a number that travels with a form; 0 while nobody is recorded."""
        there = sorted(member.pk for member in self.attended.all())
        return crc32(",".join(map(str, there)).encode()) % 10**9 if there else 0


class AgendaItem(Reviewed):
    """Something that a member puts on the agenda of a meeting, under one of the domains or for both."""

    NOUN = "agenda-item"
    TEXTS = ("title",)

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    domain = models.CharField(max_length=10, blank=True, choices=list(DOMAINS.items()))
    title = models.CharField(max_length=200)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Decision(Reviewed):
    """What the group decided at a meeting, with its reason. Withdrawn with a reason, never deleted."""

    NOUN = "decision"
    TEXTS = ("title", "text", "reason")
    LATER = ("withdraw_reason",)

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    title = models.CharField(max_length=160)
    text = models.TextField()
    reason = models.TextField()
    workstream = models.ForeignKey(Workstream, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    kpi = models.CharField(max_length=20, blank=True)
    period = models.SlugField(max_length=10, blank=True, help_text="The collection that it is about, as 2019-20-q3.")
    taken_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-meeting__held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="decision_has_a_reason", violation_error_message="Say why this was decided."
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdraw_reason=""),
                name="decision_withdrawn_says_why",
                violation_error_message="Say why the decision is withdrawn.",
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.pk}"


class Contribution(Reviewed):
    """What people of another sector, or with lived experience, bring to a board: planned, held, and what it changed."""

    NOUN = "contribution"
    TEXTS = ("subject_line", "who")
    LATER = ("changed", "cancel_reason")

    kind = models.CharField(max_length=16, choices=list(CONTRIBUTIONS.items()))
    subject_line = models.CharField(max_length=200, help_text="What it is about.")
    who = models.CharField(max_length=120, help_text="The group or sector, not a name.")
    board = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose board it comes to; empty is the STP board.",
    )
    planned_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    changed = models.TextField(blank=True, help_text="What it changed.")
    cancelled_on = models.DateField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")

    class Meta:
        ordering = ["planned_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | (~Q(cancel_reason="") & Q(held_on__isnull=True)),
                name="contribution_cancelled_says_why",
                violation_error_message="A contribution that is cancelled says why, and was not held.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.planned_on:%-d %B %Y}"

    @property
    def board_name(self) -> str:
        """Whose board it comes to."""
        return f"Board of {self.board}" if self.board is not None else BOARD

    @property
    def held_mark(self) -> int:
        """When it took place and what it changed, as a number that travels with a form; 0 before it took place."""
        return crc32(f"{self.held_on} {self.changed}".encode()) % 10**9 if self.held_on is not None else 0

    def is_overdue_on(self, day: date) -> bool:
        """Planned before that day, and neither held nor cancelled."""
        return self.planned_on < day and self.held_on is None and self.cancelled_on is None
