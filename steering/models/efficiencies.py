"""Efficiencies that organisations claim, the challenges that they have, and the totals of a year once they are frozen."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from steering.efficiencies import CHALLENGES, KINDS, STATES
from steering.models.texts import Reviewed

YEAR = r"^20\d\d-\d\d$"


class Efficiency(Reviewed):
    """One efficiency of one organisation in one financial year. Its hours and pounds are for its owner's eyes alone."""

    NOUN = "efficiency"
    TEXTS = ("title", "how")

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="efficiencies")
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    challenge = models.CharField(max_length=20, choices=list(CHALLENGES.items()))
    how = models.TextField(help_text="What was done, and how others could do it.")
    financial_year = models.CharField(max_length=7)
    hours = models.DecimalField(max_digits=9, decimal_places=2, default=0, validators=[MinValueValidator(0)])
    pounds = models.PositiveIntegerField(default=0)
    basis = models.TextField(blank=True, help_text="How hours and pounds were worked out; for the owner alone.")
    link = models.URLField(max_length=500, blank=True, help_text="Evidence that the group may open.")
    evidence = models.ForeignKey("kpis.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_offered = models.BooleanField(default=False, help_text="Others may read what was done.")
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="claimed")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["-financial_year", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS), challenge__in=list(CHALLENGES), state__in=list(STATES)),
                name="efficiency_words_known",
                violation_error_message="Choose kind and challenge from the list.",
            ),
            models.CheckConstraint(
                condition=Q(financial_year__regex=YEAR) & (Q(hours__gt=0) | Q(pounds__gt=0)),
                name="efficiency_has_year_and_amount",
                violation_error_message="Say the year, and hours or pounds above 0.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "returned"]) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="efficiency_decided_who_and_when",
                violation_error_message="A decision says who took it and when.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_evidence(self) -> bool:
        """Whether a link or an item of the library stands behind it."""
        return bool(self.link) or self.evidence_id is not None


class OrganisationChallenges(models.Model):
    """Which challenges an organisation says that it has: what others did about them is offered to it first."""

    organisation = models.OneToOneField("organisations.Organisation", on_delete=models.PROTECT, related_name="edi_challenges")
    challenges = ArrayField(models.CharField(max_length=20, choices=list(CHALLENGES.items())), default=list, blank=True)
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"challenges of {self.organisation}"


class EfficiencyYear(models.Model):
    """The totals of a financial year: proposed by the group, frozen by a portal admin, once and for all."""

    financial_year = models.CharField(max_length=7, unique=True)
    content = models.JSONField(null=True, blank=True, help_text="Unit → kind → total, or null where it is withheld.")
    accepted = models.PositiveIntegerField(null=True, blank=True, help_text="How many accepted efficiencies are inside.")
    policy_version = models.PositiveIntegerField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField(db_default=BusinessNow())
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-financial_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True, frozen_by__isnull=True, content__isnull=True)
                | Q(frozen_at__isnull=False, frozen_by__isnull=False, content__isnull=False),
                name="efficiency_year_frozen_whole",
                violation_error_message="A frozen year has its totals, a person and a moment.",
            ),
            models.CheckConstraint(
                condition=Q(frozen_by__isnull=True) | ~Q(frozen_by=F("proposed_by")),
                name="efficiency_year_needs_two_people",
                violation_error_message="Another person than the one who proposed it freezes a year.",
            ),
        ]

    def __str__(self) -> str:
        return self.financial_year
