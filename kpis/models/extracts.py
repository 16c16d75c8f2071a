"""Staff-level extracts: what was read from a file, and what an organisation's own spellings mean.

No row of a file is in these tables, only counts. Rows belong to the organisation alone, like its return.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from edi_portal.clock import BusinessNow
from edi_portal.scope import GuardedQuerySet, OfAnOrganisation
from kpis.extracts import ExtractKind
from kpis.models.returns import KpiReturn
from organisations.permissions import organisations_with_right
from organisations.roles import Right


class ExtractState(models.TextChoices):
    """Where the reading of a file stands."""

    READING = "reading", "Being read"
    READ = "read", "Read"
    REFUSED = "refused", "Could not be read"
    STOPPED = "stopped", "Stopped"
    REPLACED = "replaced", "Replaced by a newer file"


class ExtractQuerySet(GuardedQuerySet["Extract"]):
    """Extracts by who may see them and what is left of them."""

    def visible_to(self, user: object) -> "ExtractQuerySet":
        """Extracts of the organisations whose returns this user may see; nobody else's."""
        return self.filter(kpi_return__organisation__in=organisations_with_right(user, Right.VIEW_RETURN)).by_right()

    def of_return(self, kpi_return: KpiReturn) -> "ExtractQuerySet":
        """Extracts for this return, those given to an earlier version of it included."""
        return self.filter(kpi_return__organisation=kpi_return.organisation_id, kpi_return__collection=kpi_return.collection_id)

    def usable(self) -> "ExtractQuerySet":
        """Read, and its counts are still kept."""
        return self.filter(state=ExtractState.READ, forgotten_at=None)


class Extract(OfAnOrganisation):
    """One file that was read, or was not: its progress, then its counts. The file itself is never kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kpi_return = models.ForeignKey("kpis.KpiReturn", on_delete=models.PROTECT, related_name="extracts")
    kind = models.CharField(
        max_length=40,
        blank=True,
        choices=[(kind.value, kind.label) for kind in ExtractKind],
        help_text="Empty until a file of counts was read.",
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=BusinessNow())
    begun_at = models.DateTimeField(auto_now_add=True, help_text="Real time, which also tells two files of one sitting apart.")
    file_name = models.CharField(max_length=120, blank=True, help_text="As shown to its organisation, made safe.")
    state = models.CharField(max_length=10, choices=ExtractState, default=ExtractState.READING)
    alive_at = models.DateTimeField(db_default=Now(), help_text="Real time at which the reading last told of itself.")
    rows_read = models.PositiveIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_expected = models.PositiveBigIntegerField(default=0, help_text="Of the whole upload; 0 where it was not announced.")
    refusal = models.TextField(blank=True, help_text="What is wrong with the file, in one sentence that quotes no row.")
    how_to_mend = models.TextField(blank=True)
    sheets = models.JSONField(default=list, blank=True, help_text="Sheets of the workbook between which a person has to choose.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file, to recognise it when it comes again.")
    marks = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the marks that came along; not readable.")
    aggregate = models.JSONField(null=True, blank=True, help_text="Counts, steps and values not understood; no rows.")
    taken = models.JSONField(default=list, blank=True, help_text="The cells that it filled: measure, row, column, amount.")
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="When its counts were deleted.")

    objects = ExtractQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="read") | Q(aggregate__isnull=False) | Q(forgotten_at__isnull=False),
                name="extract_read_has_counts",
                violation_error_message="A file that was read has counts, until they are deleted.",
            ),
            models.CheckConstraint(
                condition=Q(state="read") | Q(aggregate__isnull=True),
                name="extract_counts_only_when_read",
                violation_error_message="Counts are kept of a file that was read, and of no other.",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="extract_taken_who_and_when",
                violation_error_message="Who took the counts over, and when, go together.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "stopped"]) | ~Q(refusal=""),
                name="extract_refused_says_why",
                violation_error_message="Say why the file was not read.",
            ),
        ]
        indexes = [models.Index(fields=["digest"], name="extract_by_digest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"extract:{self.kpi_return.organisation.slug}/{self.kpi_return.collection.period}/{self.kind}"


class MeaningState(models.TextChoices):
    """Where the meaning that an organisation gave to a value stands."""

    PROPOSED = "proposed", "Waits for approval"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


class ValueMeaning(models.Model):
    """What a value of an organisation's files means: given once, remembered, approved by a portal admin."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="value_meanings")
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=200, help_text="As it is compared: small letters, no punctuation.")
    shown = models.CharField(max_length=200, help_text="As it stood in the file.")
    code = models.CharField(max_length=40, help_text="What it means.")
    rows = models.PositiveIntegerField(help_text="How many rows had it when it was last found.")
    state = models.CharField(max_length=10, choices=MeaningState, default=MeaningState.PROPOSED)
    proposed_at = models.DateTimeField(db_default=BusinessNow())
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was declined.")

    class Meta:
        ordering = ["field", "value", "organisation_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "field", "value"],
                name="value_means_one_thing",
                violation_error_message="This value already has a meaning here.",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="meaning_decided_who_and_when",
                violation_error_message="A decision says who decided and when.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="meaning_decided_by_somebody_else",
                violation_error_message="The person who proposed a meaning does not approve it.",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="meaning_declined_says_why",
                violation_error_message="Say why the meaning is declined.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.get_state_display()}"

    @property
    def subject(self) -> str:
        """How the audit trail names it: never by its value."""
        return f"value-meaning:{self.pk}"
