"""Appraisals of options for the shared operating model, in numbered versions: options, weighted criteria, scores, the choice."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from strategies.shared_model.appraisal import HIGHEST


class OptionsAppraisal(models.Model):
    """One version. A decided version is never edited; a change is the next one."""

    class State(models.TextChoices):
        """Where a version stands."""

        DRAFT = "draft", "Draft"
        DECIDED = "decided", "Decided"
        REPLACED = "replaced", "Replaced"

    number = models.PositiveSmallIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")
    preferred = models.ForeignKey("strategies.AppraisalOption", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="draft"),
                name="appraisal_one_draft",
                violation_error_message="One draft is written at a time.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(preferred__isnull=False, decided_on__isnull=False) & ~Q(reason="")),
                name="appraisal_decided_with_reason",
                violation_error_message="A decision names the option, the day and the reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"Options appraisal, version {self.number}"


class AppraisalOption(models.Model):
    """One way of doing EDI work together."""

    appraisal = models.ForeignKey(OptionsAppraisal, on_delete=models.CASCADE, related_name="options")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["appraisal", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "key"], name="appraisal_option_once", violation_error_message="There is such an option."
            )
        ]

    def __str__(self) -> str:
        return self.name


class AppraisalCriterion(models.Model):
    """What the options are weighed by, and how many of 100 points it weighs."""

    appraisal = models.ForeignKey(OptionsAppraisal, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["appraisal", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "key"], name="appraisal_criterion_once", violation_error_message="There is such a criterion."
            ),
            models.CheckConstraint(
                condition=Q(weight__lte=100),
                name="appraisal_weight_in_points",
                violation_error_message="A weight is 0 to 100 points.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AppraisalScore(models.Model):
    """How well one option does by one criterion, and why."""

    option = models.ForeignKey(AppraisalOption, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(AppraisalCriterion, on_delete=models.CASCADE, related_name="scores")
    score = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["option", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["option", "criterion"], name="appraisal_scored_once", violation_error_message="It is scored."
            ),
            models.CheckConstraint(
                condition=Q(score__lte=HIGHEST) & ~Q(reason=""),
                name="appraisal_score_with_reason",
                violation_error_message="A score is 0 to 5 and has a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.option} by {self.criterion}: {self.score}"
