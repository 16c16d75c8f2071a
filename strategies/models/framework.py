"""The common framework: numbered versions, each with its themes. A version in force is never edited; a change is the next one."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from strategies.vocabulary import DOMAINS, EDS2_GOALS, EDS2022_DOMAINS, PLAN_ACTIONS


class FrameworkVersion(models.Model):
    """One version of the common framework."""

    class Status(models.TextChoices):
        """Where a version stands."""

        DRAFT = "draft", "Being written"
        IN_FORCE = "in_force", "In force"
        REPLACED = "replaced", "Replaced"

    number = models.PositiveSmallIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    note = models.CharField(max_length=300, blank=True, help_text="What changed and why.")
    made_at = models.DateTimeField(db_default=BusinessNow())
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    in_force_from = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status="in_force"),
                name="framework_one_in_force",
                violation_error_message="One version of the framework is in force.",
            ),
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status="draft"),
                name="framework_one_draft",
                violation_error_message="One draft of the framework is written at a time.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(in_force_from__isnull=False),
                name="framework_in_force_since_a_day",
                violation_error_message="A version in force says since when.",
            ),
        ]

    def __str__(self) -> str:
        return f"Common framework, version {self.number}"


class Theme(models.Model):
    """One theme of a version, and the frameworks and duties that it answers to. Its key stays the same over versions."""

    framework = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="themes")
    key = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)
    domain = models.CharField(max_length=10, choices=list(DOMAINS.items()))
    description = models.TextField()
    eds2 = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    eds2022 = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    plan = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    duties = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    also = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Words under which it is published.")
    version = models.PositiveIntegerField(default=0, db_default=0, help_text="Optimistic lock: rises with every save in a draft.")

    class Meta:
        ordering = ["framework", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "key"], name="theme_once", violation_error_message="The framework has this theme."
            ),
            models.CheckConstraint(
                condition=Q(eds2__contained_by=list(EDS2_GOALS))
                & Q(eds2022__contained_by=list(EDS2022_DOMAINS))
                & Q(plan__contained_by=list(PLAN_ACTIONS)),
                name="theme_answers_to_known_parts",
                violation_error_message="Choose goals, domains and actions from the lists.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
