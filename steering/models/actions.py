"""Actions: what is done about a KPI or for a workstream, by whom, until when, to which effect; and what was reported on them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate

from edi_portal.clock import BusinessNow
from edi_portal.periods import Quarter
from organisations.permissions import can, memberships_that_count, organisations_with_right
from organisations.roles import ROLES, Right, Role
from steering.models.texts import Reviewed
from steering.models.workstreams import Workstream
from steering.vocabulary import GROUP, OUTCOMES, PROGRESS


class ActionQuerySet(models.QuerySet["Action"]):
    """Actions by reader and by where they stand."""

    def visible_to(self, user: Any) -> "ActionQuerySet":
        """All for those who govern; otherwise those that concern the own organisation, and those for the whole system.

        An action names a figure of an organisation, so nobody else learns of it.
        """
        if can(user, Right.VIEW_GOVERNANCE):
            return self
        if not any(Right.VIEW_ACTIONS in ROLES[Role(held.role)].rights for held in memberships_that_count(user)):
            return self.none()
        own = organisations_with_right(user, Right.VIEW_ACTIONS)
        for_all = Q(owner_organisation__isnull=True, organisations__isnull=True)
        return self.filter(Q(owner_organisation__in=own) | Q(organisations__in=own) | for_all).distinct()

    def open_now(self) -> "ActionQuerySet":
        """Neither done nor dropped."""
        return self.filter(closed_on__isnull=True)

    def overdue_on(self, day: date | TruncDate) -> "ActionQuerySet":
        """Open after their day."""
        return self.open_now().filter(due_on__lt=day)


class Action(Reviewed):
    """One action. Its number is its key; it is closed or reopened, never deleted."""

    NOUN = "action"
    TEXTS = ("title", "what", "effect", "owner_role")

    workstream = models.ForeignKey(Workstream, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    kpi = models.CharField(max_length=20, blank=True, help_text="Code of the KPI that it is to move.")
    organisations = models.ManyToManyField(
        "organisations.Organisation", blank=True, related_name="actions_about", help_text="Whose figure it is to move; none: all."
    )
    decision = models.ForeignKey(
        "steering.Decision",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions",
        help_text="The decision that it comes from.",
    )
    owner_organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions_owned",
        help_text="Who does it; empty stands for the steering group.",
    )
    owner_role = models.CharField(max_length=120, help_text="The role that answers for it, not a name.")
    title = models.CharField(max_length=160)
    what = models.TextField(help_text="What will be done.")
    effect = models.CharField(max_length=300, help_text="What should be different afterwards.")
    raised_on = models.DateField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    period = models.SlugField(max_length=10, help_text="The newest released quarter when it was raised, as 2019-20-q2.")
    due_on = models.DateField()
    outcome = models.CharField(max_length=8, blank=True, choices=list(OUTCOMES.items()))
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kpi="") | Q(workstream__isnull=False),
                name="action_belongs_somewhere",
                violation_error_message="An action belongs to a KPI or to a workstream.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("raised_on")),
                name="action_due_after_it_was_raised",
                violation_error_message="An action is due on or after the day on which it is raised.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, outcome="") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="action_closed_says_when_and_how",
                violation_error_message="An action that ends says when and how.",
            ),
        ]
        indexes = [models.Index(fields=["kpi", "due_on"], name="action_by_kpi")]

    def __str__(self) -> str:
        return f"Action {self.pk}"

    @property
    def owner(self) -> str:
        """Who does it: the organisation, or the steering group."""
        return str(self.owner_organisation) if self.owner_organisation is not None else GROUP

    @property
    def is_open(self) -> bool:
        """Neither done nor dropped."""
        return self.closed_on is None

    @property
    def quarter(self) -> Quarter:
        """The newest released quarter when it was raised: what "before" means."""
        return Quarter.parse(self.period)

    def is_overdue_on(self, day: date) -> bool:
        """Open after its day."""
        return self.is_open and self.due_on < day


class ActionUpdate(Reviewed):
    """What somebody reported on an action, or said when it ended. One that was a mistake is taken back, and stays on record."""

    NOUN = "action-update"
    TEXTS = ("text",)

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="updates")
    progress = models.CharField(max_length=8, choices=list((PROGRESS | OUTCOMES).items()))
    text = models.TextField()
    at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="action_update_has_words", violation_error_message="Say how it stands."
            ),
        ]

    def __str__(self) -> str:
        return f"update of {self.action}"
