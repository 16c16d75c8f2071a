"""The seven workstreams: what each is for, who leads it from when to when, its plan, and a colour set against the rule."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from organisations.models.dated import Dated, days_in_order, no_overlap
from steering.models.texts import Reviewed
from steering.vocabulary import DOMAINS, RAG


class Workstream(models.Model):
    """One of the seven workstreams. Its slug is the one that the catalogue ties KPIs to."""

    slug = models.SlugField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=60)
    domain = models.CharField(max_length=10, choices=list(DOMAINS.items()))
    aim = models.TextField(help_text="What is true when its work is done.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(domain__in=list(DOMAINS)),
                name="workstream_domain_known",
                violation_error_message="A workstream belongs to the technical or the cultural domain.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WorkstreamLead(Dated):
    """Who leads a workstream: an organisation and the role that its lead holds there, from a day to a day."""

    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="leads")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    role_holder = models.CharField(max_length=120, help_text="The role, not a name.")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["workstream", "-valid_from"]
        constraints = [
            days_in_order("workstream_lead_days_in_order"),
            no_overlap(
                "workstream", name="workstream_lead_one_a_day", message="The workstream already has a lead on those days."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_holder}, {self.organisation}"


class Milestone(Reviewed):
    """A step of a workstream's plan: due on a day, reached or dropped on another."""

    NOUN = "milestone"
    TEXTS = ("title",)
    LATER = ("drop_reason",)

    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    drop_reason = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Optimistic lock: rises with every save of title and day."
    )

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dropped_on__isnull=True) | (Q(reached_on__isnull=True) & ~Q(drop_reason="")),
                name="milestone_dropped_says_why",
                violation_error_message="A milestone that is dropped says why, and was not reached.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Neither reached nor dropped."""
        return self.reached_on is None and self.dropped_on is None

    def is_overdue_on(self, day: date) -> bool:
        """Open after its day."""
        return self.is_open and self.due_on < day


class RagOverride(Reviewed):
    """A colour that the group sets against the rule, with its reason, beside what the rule said. Ended, never deleted."""

    NOUN = "rag"
    TEXTS = ("reason",)

    workstream = models.ForeignKey(Workstream, on_delete=models.PROTECT, related_name="overrides")
    colour = models.CharField(max_length=6, choices=[(key, label) for key, label in RAG.items() if key != "none"])
    reason = models.CharField(max_length=500)
    rule_said = models.CharField(max_length=6, choices=list(RAG.items()))
    made_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workstream"],
                condition=Q(ended_at__isnull=True),
                name="rag_override_one_at_a_time",
                violation_error_message="One colour is set against the rule at a time.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="rag_override_has_a_reason",
                violation_error_message="Say why the rule is wrong here.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="rag_override_ended_who_and_when",
                violation_error_message="An ended colour says by whom and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workstream}: {self.get_colour_display()}"
