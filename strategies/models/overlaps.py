"""What people decided about objectives that say nearly the same: judgements of pairs, and shared texts."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow


class SharedObjective(models.Model):
    """One text in place of several. Organisations adopt it for an objective of theirs; their own words stay on record."""

    slug = models.SlugField(max_length=80, unique=True)
    text = models.TextField()
    themes = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    kpis = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    made_at = models.DateTimeField(db_default=BusinessNow())
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text


class OverlapJudgement(models.Model):
    """A person looked at two objectives and said whether they ask for the same."""

    first = models.ForeignKey("strategies.Objective", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("strategies.Objective", on_delete=models.CASCADE, related_name="+")
    is_same = models.BooleanField()
    score = models.DecimalField(max_digits=5, decimal_places=4)
    judged_at = models.DateTimeField(db_default=BusinessNow())
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-judged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="overlap_judged_once", violation_error_message="This pair is judged."
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="overlap_in_order",
                violation_error_message="A pair is kept once, the earlier line first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {'the same' if self.is_same else 'different'}"
