"""`Job`: one row of background work, inserted in the transaction of what caused it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class JobStatus(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Job(models.Model):
    """Work to do once. The key is unique, so asking twice is harmless; the lease token fences off an overtaken worker."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict, blank=True)
    payload_version = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Shape of the payload; a worker that does not know it leaves the job to a newer one."
    )
    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    run_after = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True, help_text="What it does now, in words.")
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="running", lease_token__isnull=False, lease_until__isnull=False) | (~Q(status="running")),
                name="job_running_has_a_lease",
                violation_error_message="A running job needs a lease.",
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="job_percent_at_most_100", violation_error_message="Progress ends at 100%."
            ),
        ]
        indexes = [models.Index(fields=["status", "run_after"], name="job_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.status})"
