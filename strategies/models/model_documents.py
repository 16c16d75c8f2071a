"""The agreed document of the shared operating model in numbered versions, the replies to it, and the steps to get there."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from strategies.shared_model.plan import STEP_LABELS, StepState, days_late, step_state
from strategies.shared_model.replies import DECISIONS
from strategies.shared_model.vocabulary import MODEL_DOMAINS


class ModelVersion(models.Model):
    """One version of the document. Only a draft is edited; what was proposed stays as it was."""

    class State(models.TextChoices):
        """Where a version stands."""

        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Proposed"
        RATIFIED = "ratified", "Ratified"
        RETURNED = "returned", "Returned"
        REPLACED = "replaced", "Replaced"

    number = models.PositiveSmallIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    sections = models.JSONField(default=dict, help_text="Key of the section → its text.")
    what_changed = models.CharField(max_length=500, blank=True)
    is_synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")
    proposed_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_on = models.DateField(null=True, blank=True, help_text="When it was ratified or returned.")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="draft"),
                name="model_one_draft",
                violation_error_message="One draft is written at a time.",
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="proposed"),
                name="model_one_proposed",
                violation_error_message="One version is proposed at a time.",
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="ratified"),
                name="model_one_ratified",
                violation_error_message="One version is in force.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(proposed_on__isnull=False),
                name="model_proposed_on_a_day",
                violation_error_message="A proposed version says since when.",
            ),
        ]

    def __str__(self) -> str:
        return f"Shared operating model, version {self.number}"


class ModelReply(models.Model):
    """What the STP board or a place's Healthwatch said of a version. Append-only: a later reply of the same body counts."""

    document = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="replies")
    place = models.ForeignKey(
        "organisations.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty for the board."
    )
    decision = models.CharField(max_length=10, choices=list(DECISIONS.items()))
    reason = models.TextField(blank=True)
    replied_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=BusinessNow())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="ratify") | ~Q(reason=""),
                name="model_return_says_why",
                violation_error_message="Say why it is returned.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_name}: {self.get_decision_display()}"

    @property
    def body_name(self) -> str:
        """Who replied, in words."""
        return (self.place.healthwatch_name or f"Healthwatch {self.place.name}") if self.place else "STP board"


class PlanStep(models.Model):
    """One step of the implementation plan: what, by whom, by when. Its state follows from its days."""

    name = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    domain = models.CharField(max_length=12, choices=list(MODEL_DOMAINS.items()))
    owner = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="model_steps")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_note = models.CharField(max_length=500, blank=True)
    left_out_on = models.DateField(null=True, blank=True)
    left_out_reason = models.CharField(max_length=300, blank=True)
    is_synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_out_on__isnull=True) | (~Q(left_out_reason="") & Q(done_on__isnull=True)),
                name="model_step_left_out_says_why",
                violation_error_message="Say why the step is left out.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def state_on(self, day: date) -> StepState:
        """Where it stands on a day."""
        return step_state(day, due_on=self.due_on, done_on=self.done_on, left_out_on=self.left_out_on)

    def state_label_on(self, day: date) -> str:
        """The same in words, with the days it is late."""
        state = self.state_on(day)
        late = days_late(self.due_on, self.done_on, day)
        words = STEP_LABELS[state]
        if late and state in (StepState.OVERDUE, StepState.DONE):
            words += f", {late} {'day' if late == 1 else 'days'} {'late' if state is StepState.DONE else 'over'}"
        return words
