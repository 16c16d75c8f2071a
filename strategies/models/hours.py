"""Hours saved by shared objectives as others read them: frozen with a release, one row for each shared text."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from edi_portal.clock import BusinessNow


class FrozenHours(models.Model):
    """That the hours were frozen with a release: what is adopted later waits for the next one."""

    release = models.OneToOneField("kpis.Release", on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(db_default=BusinessNow())

    def __str__(self) -> str:
        return f"Hours frozen with {self.release}"


class SharedHours(models.Model):
    """The total of one shared text. `basis` says whose hours it adds up: for later comparison alone, no page reads it."""

    frozen = models.ForeignKey(FrozenHours, on_delete=models.PROTECT, related_name="totals")
    shared = models.ForeignKey("strategies.SharedObjective", on_delete=models.PROTECT, related_name="hours")
    total = models.PositiveIntegerField(null=True, blank=True, help_text="Empty where it is withheld.")
    basis = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["frozen", "shared"]
        constraints = [
            models.UniqueConstraint(
                fields=["frozen", "shared"], name="shared_hours_once", violation_error_message="This total is frozen."
            ),
            models.CheckConstraint(
                condition=models.Q(total__isnull=False) | models.Q(basis={}),
                name="shared_hours_withheld_keeps_nothing",
                violation_error_message="A withheld total keeps nobody's hours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shared}: {self.total}"
