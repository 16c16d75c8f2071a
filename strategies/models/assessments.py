"""The criteria of the shared operating model, and how each organisation sees itself against them, once a year."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from strategies.shared_model.vocabulary import EVIDENCE_ABOVE, LEVELS, MODEL_DOMAINS


class CriteriaVersion(models.Model):
    """One version of the criteria, loaded from reviewed reference data and never edited."""

    number = models.PositiveSmallIntegerField(unique=True)
    in_force_from = models.DateField()
    note = models.CharField(max_length=300, blank=True, help_text="What changed and why.")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Criteria of the shared operating model, version {self.number}"


class Criterion(models.Model):
    """One criterion with its five described levels. Its key stays the same over versions."""

    criteria = models.ForeignKey(CriteriaVersion, on_delete=models.CASCADE, related_name="rows")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField()
    domain = models.CharField(max_length=12, choices=list(MODEL_DOMAINS.items()))
    name = models.CharField(max_length=120)
    question = models.CharField(max_length=300)
    evidence = models.CharField(max_length=300, help_text="What may serve as evidence.")
    levels = ArrayField(models.TextField(), size=5, help_text="What level 1, 2, … 5 looks like.")

    class Meta:
        ordering = ["criteria", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria", "key"], name="criterion_once", violation_error_message="The version has this criterion."
            ),
            models.CheckConstraint(
                condition=Q(levels__len=len(LEVELS)),
                name="criterion_describes_five_levels",
                violation_error_message="A criterion describes five levels.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SelfAssessmentQuerySet(models.QuerySet["SelfAssessment"]):
    """Assessments by who may see them."""

    def whole_for(self, user: Any) -> "SelfAssessmentQuerySet":
        """Those of the organisations whose registers this account may see whole."""
        return self.filter(organisation__in=organisations_with_right(user, Right.VIEW_REGISTERS))

    def open_to_others(self) -> "SelfAssessmentQuerySet":
        """Those whose owner confirmed and shared them."""
        return self.filter(is_shared=True, state=SelfAssessment.State.CONFIRMED)


class SelfAssessment(models.Model):
    """How one organisation sees itself in one financial year."""

    class State(models.TextChoices):
        """Where an assessment stands."""

        DRAFT = "draft", "Draft"
        CONFIRMED = "confirmed", "Confirmed"

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="self_assessments")
    financial_year = models.CharField(max_length=7, help_text="As 2019-20.")
    criteria = models.ForeignKey(CriteriaVersion, on_delete=models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_shared = models.BooleanField(default=False, help_text="Others read its levels once it is confirmed.")
    is_synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_back = models.CharField(max_length=500, blank=True, help_text="What the sponsor asks to change.")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    begun_at = models.DateTimeField(db_default=BusinessNow())
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SelfAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__short_name", "-financial_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "financial_year"],
                name="self_assessment_once_a_year",
                violation_error_message="The organisation has an assessment of this year.",
            ),
            models.CheckConstraint(
                condition=Q(financial_year__regex=r"^20[0-9]{2}-[0-9]{2}$"),
                name="self_assessment_year_written",
                violation_error_message="Write the year like 2019-20.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", confirmed_at__isnull=True) | Q(state="confirmed", confirmed_at__isnull=False),
                name="self_assessment_confirmed_when",
                violation_error_message="A confirmed assessment says when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.financial_year}"

    @property
    def is_open_to_others(self) -> bool:
        """Whether others read its levels."""
        return self.is_shared and self.state == self.State.CONFIRMED


class CriterionAnswer(models.Model):
    """The level that an organisation gives itself for one criterion, with evidence and where it wants to be."""

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=list(LEVELS.items()))
    evidence_link = models.URLField(max_length=300, blank=True)
    evidence_text = models.TextField(blank=True)
    note = models.TextField(blank=True)
    target_level = models.PositiveSmallIntegerField(null=True, blank=True, choices=list(LEVELS.items()))
    target_by = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["assessment", "criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "criterion"], name="criterion_answered_once", violation_error_message="It is answered."
            ),
            models.CheckConstraint(
                condition=Q(level__gte=min(LEVELS), level__lte=max(LEVELS)),
                name="criterion_level_known",
                violation_error_message="Choose a level from 1 to 5.",
            ),
            models.CheckConstraint(
                condition=Q(level__lte=EVIDENCE_ABOVE) | ~Q(evidence_link="") | ~Q(evidence_text=""),
                name="criterion_level_has_evidence",
                violation_error_message="Give evidence, a link or a few words: it is needed above level 1.",
            ),
            models.CheckConstraint(
                condition=Q(target_level__isnull=True, target_by__isnull=True)
                | Q(target_level__isnull=False, target_by__isnull=False, target_level__gte=F("level")),
                name="criterion_target_has_a_day",
                violation_error_message="A target is the level of today or higher, and says by when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"
