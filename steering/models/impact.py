"""Equality impact assessments of proposals, and what they promised. They stay with their organisation."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import LONDON, BusinessNow
from steering.impact import EFFECTS, HARM, KINDS, ActionFacts, AssessmentFacts
from workforce.vocabulary import CHARACTERISTICS


class ImpactAssessment(models.Model):
    """One proposal with what it does to people of each protected characteristic.

    The signature holds for the version that was signed: a later change opens it again.
    """

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="impact_assessments")
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    proposal = models.TextField(help_text="What is proposed, and for whom.")
    effects = models.JSONField(default=dict, help_text="Protected characteristic → effect.")
    evidence_text = models.TextField(blank=True, help_text="What is known, and from where.")
    evidence = models.ForeignKey("kpis.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mitigation = models.TextField(blank=True, help_text="What is done about harm.")
    decision_on = models.DateField(help_text="The day on which the decision is planned.")
    decided_on = models.DateField(null=True, blank=True)
    approved = models.BooleanField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_version = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Optimistic lock: rises with every change of what it says.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["-decision_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS)),
                name="impact_kind_known",
                violation_error_message="Choose what kind of proposal it is.",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True, approved__isnull=True) | Q(decided_on__isnull=False, approved__isnull=False),
                name="impact_decided_when_and_what",
                violation_error_message="A decision has a day and an outcome.",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, signed_version__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False, signed_version__lte=F("version")),
                name="impact_signed_who_when_what",
                violation_error_message="A signature says who signed which version, and when.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_signed(self) -> bool:
        """Whether the signature holds for what it says now."""
        return self.signed_version == self.version

    @property
    def has_harm(self) -> bool:
        """Whether it is worse for somebody."""
        return any(effect in HARM for effect in self.effects.values())

    @property
    def effect_rows(self) -> list[tuple[str, str]]:
        """Characteristic and effect, in words, all nine."""
        return [(label, EFFECTS[self.effects.get(key, "not_known")]) for key, label in CHARACTERISTICS.items()]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The characteristics of which nothing is known yet."""
        return tuple(label for key, label in CHARACTERISTICS.items() if self.effects.get(key, "not_known") == "not_known")

    @property
    def facts(self) -> AssessmentFacts:
        """What the rules read."""
        signed_on = self.signed_at.astimezone(LONDON).date() if self.signed_at is not None and self.is_signed else None
        return AssessmentFacts(self.kind, self.decision_on, signed_on, self.decided_on, self.approved)

    @property
    def decision_mark(self) -> int:
        """What was decided, as a number that travels with a form; 0 before a decision."""
        return 2 * self.decided_on.toordinal() + bool(self.approved) if self.decided_on is not None else 0


class ImpactAction(models.Model):
    """Something that an assessment promised, by a day."""

    assessment = models.ForeignKey(ImpactAssessment, on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(max_length=300)
    owner = models.CharField(max_length=120, help_text="The role, not a name.")
    due_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def facts(self) -> ActionFacts:
        """What the rules read."""
        return ActionFacts(self.due_on, self.closed_on)

    @property
    def closed_mark(self) -> int:
        """The day on which it was done, as a number that travels with a form; 0 while it is open."""
        return self.closed_on.toordinal() if self.closed_on is not None else 0
