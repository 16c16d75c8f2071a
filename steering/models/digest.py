"""The digest of research and reform: what was published, and what it means for which KPI."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from steering.models.texts import Reviewed

KINDS = {"research": "Research", "reform": "Reform", "guidance": "Guidance"}


class DigestEntry(Reviewed):
    """One publication with its source and date. Entries that came with the portal have no author."""

    NOUN = "digest"
    TEXTS = ("title", "summary", "meaning")

    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=160)
    source_url = models.URLField(max_length=500)
    published_on = models.DateField()
    summary = models.TextField(help_text="What it says.")
    meaning = models.TextField(help_text="What it means for the KPIs.")
    kpis = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-published_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS)),
                name="digest_kind_known",
                violation_error_message="Choose research, reform or guidance.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
