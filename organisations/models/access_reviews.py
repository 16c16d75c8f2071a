"""That somebody looked at the roles held at an organisation, or outside organisations, and found each still needed."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from organisations.models.organisations import Organisation


class AccessReview(models.Model):
    """One confirmation: who gave it, when, and over how many roles. No role is named, and nothing is said of a person."""

    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="access_reviews",
        help_text="Empty for the roles outside organisations.",
    )
    reviewed_on = models.DateField(help_text="The business day, which says for which quarter it counts.")
    reviewed_at = models.DateTimeField(db_default=Now(), help_text="The real time, as in the record of who did what.")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    roles = models.PositiveIntegerField(help_text="How many roles stood when it was confirmed.")

    class Meta:
        ordering = ["-reviewed_on", "-id"]
        indexes = [models.Index(fields=["organisation", "reviewed_on"], name="access_review_newest")]

    def __str__(self) -> str:
        return f"Access review of {self.organisation or 'roles outside organisations'}, {self.reviewed_on}"
