"""Practice notes, of organisations and from public reviews, and who took them up."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from steering.models.texts import Reviewed
from steering.practice import ADOPTION


class PracticeNote(Reviewed):
    """What somebody did about a KPI, and how. A public review has a source instead of an organisation."""

    NOUN = "practice"
    TEXTS = ("title", "what", "how")

    slug = models.SlugField(max_length=100, unique=True)
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="practice_notes"
    )
    title = models.CharField(max_length=160)
    what = models.TextField(help_text="What was done, and what came of it.")
    how = models.TextField(blank=True, help_text="How others could begin.")
    kpis = ArrayField(models.CharField(max_length=20), default=list)
    contact = models.EmailField(blank=True, help_text="A shared address of a role, not a person's own.")
    source = models.CharField(max_length=200, blank=True, help_text="Who published it, and when.")
    source_url = models.URLField(max_length=500, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(organisation__isnull=False) & ~Q(contact="")) | (Q(organisation__isnull=True) & ~Q(source_url="")),
                name="practice_has_contact_or_source",
                violation_error_message="A note names a contact; a public review names its source.",
            ),
            models.CheckConstraint(
                condition=~Q(kpis=[]),
                name="practice_is_about_a_kpi",
                violation_error_message="Choose at least one KPI that it is about.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PracticeAdoption(models.Model):
    """Where one organisation stands with one note. Others read how many adopted it, and who where the group governs."""

    note = models.ForeignKey(PracticeNote, on_delete=models.PROTECT, related_name="adoptions")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="practice_adoptions")
    state = models.CharField(max_length=10, choices=list(ADOPTION.items()))
    since = models.DateField()
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["note", "organisation"],
                name="practice_adoption_once",
                violation_error_message="Your organisation stands in the list already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_state_display()}"
