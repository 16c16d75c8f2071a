"""Releases being made: one row for the whole, one for each part that a worker does on its own.

What a part found waits here until all parts are joined, and is emptied then: what stays is who took how long.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from edi_portal.periods import Quarter


class ReleaseBuildQuerySet(models.QuerySet["ReleaseBuild"]):
    """Builds by how far they are."""

    def unfinished(self) -> "ReleaseBuildQuerySet":
        """Those that have neither a release nor a refusal yet."""
        return self.filter(ended_at=None)


class ReleaseBuild(models.Model):
    """One attempt to make a release from exactly these rows. It ends with a release, or with a sentence why there is none."""

    collection = models.ForeignKey("kpis.Collection", on_delete=models.PROTECT, related_name="builds")
    input_digest = models.CharField(max_length=64)
    made_from = models.JSONField(help_text="Keys of the definitions, returns and earlier releases, as a release keeps them.")
    policy = models.JSONField(help_text="The disclosure settings it is made with.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    release = models.ForeignKey("kpis.Release", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    refusal = models.TextField(blank=True, help_text="Why it ended without a release.")

    objects = ReleaseBuildQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection"],
                condition=Q(ended_at__isnull=True),
                name="release_build_one_at_a_time",
                violation_error_message="A release of this period is being made.",
            ),
        ]

    def __str__(self) -> str:
        return f"build {self.pk} of {self.collection}"

    @property
    def quarter(self) -> Quarter:
        """The period of the release."""
        return self.collection.quarter


class BuildPart(models.Model):
    """A few measures of a build, done by one job. Doing it again gives the same result; the first one kept counts."""

    build = models.ForeignKey(ReleaseBuild, on_delete=models.CASCADE, related_name="parts")
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    measures = ArrayField(models.CharField(max_length=60))
    result = models.JSONField(default=dict, help_text="Protected counts and proofs, until the parts are joined.")
    seconds = models.FloatField(null=True, blank=True, help_text="How long protection took.")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["build", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["build", "key"], name="build_part_once", violation_error_message="This part is in the build."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} of build {self.build_id}"
