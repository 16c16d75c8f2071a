"""Releases: the frozen, numbered, disclosure-safe figures of a period. The only thing that others can read.

Counts are stored protected; figures are computed from protected counts alone. Triggers refuse a change of a stored
count or figure, and the removal of a published release.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from edi_portal.periods import Quarter


class ReleaseStatus(models.TextChoices):
    """Where a release stands."""

    PREPARED = "prepared", "Prepared"
    PROPOSED = "proposed", "Proposed"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded by a revision"
    DISCARDED = "discarded", "Discarded"


class Level(models.TextChoices):
    """Whose figure it is."""

    ORGANISATION = "organisation", "Organisation"
    TYPE = "type", "Kind of organisation"
    SYSTEM = "system", "All organisations"


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Releases by where they stand."""

    def published(self) -> "ReleaseQuerySet":
        """Visible to readers, superseded ones included (old addresses stay valid)."""
        return self.filter(status__in=[ReleaseStatus.PUBLISHED, ReleaseStatus.SUPERSEDED])

    def current(self) -> "ReleaseQuerySet":
        """The newest published release of each period."""
        return self.filter(status=ReleaseStatus.PUBLISHED)

    def as_of(self, number: int | None) -> "ReleaseQuerySet":
        """The newest release of each period when release `number` was published; None: the current ones."""
        if number is None:
            return self.current()
        known = Release.objects.published().filter(number__lte=number)
        newer = known.filter(collection=OuterRef("collection"), number__gt=OuterRef("number"))
        return self.published().filter(~Exists(newer), number__lte=number)


class Release(models.Model):
    """The figures of one period, prepared by a job, proposed by one portal admin and confirmed by another."""

    collection = models.ForeignKey("kpis.Collection", on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField(null=True, blank=True, unique=True, help_text="Given when it is published.")
    revision = models.PositiveSmallIntegerField(default=1, help_text="1 is the first release of the period.")
    revises = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="revisions")
    status = models.CharField(max_length=12, choices=ReleaseStatus, default=ReleaseStatus.PREPARED)
    input_digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    policy = models.JSONField(help_text="The disclosure settings it was made with.")
    catalogue_version = models.CharField(max_length=64)
    due = ArrayField(models.CharField(max_length=80), help_text="Slugs of the organisations that were due.")
    returned = ArrayField(models.CharField(max_length=80), help_text="Slugs of those whose signed return is inside.")
    counts_shown = models.PositiveIntegerField(default=0)
    counts_hidden = models.PositiveIntegerField(default=0)
    counts_withheld = models.PositiveIntegerField(default=0)
    audit = models.JSONField(
        default=dict, help_text="How the protection was checked: seconds, cells certified, hash of the certificates."
    )
    made_from = models.JSONField(
        default=dict, help_text="Keys of the definitions, returns and earlier releases it was made from, to make it again."
    )
    problems = models.JSONField(default=list, help_text="Inputs that were left out, for portal admins.")
    prepared_at = models.DateTimeField(db_default=Now())
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    synthetic = models.BooleanField(default=False)
    discard_reason = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="Why a portal admin discarded it, for portal admins."
    )

    objects = ReleaseQuerySet.as_manager()

    # No column: a reader who asked for this release by its number is shown earlier periods as of that number.
    as_of: int | None = None

    class Meta:
        ordering = ["-collection__period", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "fingerprint"],
                condition=~Q(status=ReleaseStatus.DISCARDED),
                name="release_once_per_content",
                violation_error_message="A release with these figures exists.",
            ),
            models.UniqueConstraint(
                fields=["collection"],
                condition=Q(status=ReleaseStatus.PUBLISHED),
                name="release_one_current_per_period",
                violation_error_message="This period has a published release: publish a revision.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["published", "superseded"], published_at__isnull=False, number__isnull=False)
                | (~Q(status__in=["published", "superseded"]) & Q(published_at__isnull=True, number__isnull=True)),
                name="release_published_has_date_and_number",
                violation_error_message="A published release has a date and a number.",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="release_needs_two_people",
                violation_error_message="Another portal admin than the one who proposed it publishes a release.",
            ),
        ]

    def __str__(self) -> str:
        return f"Release {self.number}" if self.number else f"prepared release of {self.collection}"

    @property
    def quarter(self) -> Quarter:
        """The period it is of."""
        return self.collection.quarter


def _subject_matches_level(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(level=Level.ORGANISATION, organisation__isnull=False, peer_group="")
        | (Q(level=Level.TYPE, organisation__isnull=True) & ~Q(peer_group=""))
        | Q(level=Level.SYSTEM, organisation__isnull=True, peer_group=""),
        name=name,
        violation_error_message="A figure belongs to an organisation, a kind of organisation or all.",
    )


class ReleasedCount(models.Model):
    """One protected count: shown (0 or a multiple of 5 from 10 up), hidden or withheld. The exact number is nowhere here."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="counts")
    measure = models.CharField(max_length=60)
    part = models.CharField(max_length=80)
    source = models.CharField(max_length=24, help_text="The quarters it covers: 2019-20-q2, or 2018-19-q3..2019-20-q2 for a sum.")
    level = models.CharField(max_length=12, choices=Level)
    organisation = models.ForeignKey("organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    peer_group = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10)
    value = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "part", "source", "level", "organisation", "peer_group"],
                name="released_count_once",
                nulls_distinct=False,
                violation_error_message="This count is in the release.",
            ),
            models.CheckConstraint(
                condition=Q(status="shown", value__isnull=False) | Q(status__in=["hidden", "withheld"], value__isnull=True),
                name="released_count_hidden_has_no_value",
                violation_error_message="A hidden count holds no value.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value=0) | Q(value__gte=10),
                name="released_count_is_zero_or_ten_up",
                violation_error_message="A shown count is 0 or at least 10.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value=F("value") / 5 * 5),
                name="released_count_is_a_multiple_of_five",
                violation_error_message="A shown count is a multiple of 5.",
            ),
            _subject_matches_level("released_count_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}/{self.part}"


class ReleaseCertificate(models.Model):
    """The proof that the hidden counts of one measure stay open to every reader: alternative tables, as changes only.

    Read by the check of releases alone. `source` names the quarters as in `ReleasedCount`.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="certificates")
    measure = models.CharField(max_length=60)
    source = models.CharField(max_length=24)
    parts = models.JSONField(help_text="The parts as they were declared: key, cells, level, sensitive.")
    deltas = models.JSONField(help_text="For each hidden count the changes that lead to two other tables with the same release.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure"],
                name="release_certificate_once",
                violation_error_message="This measure has its certificates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.source}"


class ReleasedFigure(models.Model):
    """One figure of a KPI as readers see it, with its verdict: from protected counts, or exact where its kind is exempt."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="figures")
    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.PROTECT, related_name="+")
    kpi_version = models.ForeignKey("kpis.KpiVersion", on_delete=models.PROTECT, related_name="+")
    component = models.CharField(max_length=60, blank=True, help_text="Empty for the headline.")
    level = models.CharField(max_length=12, choices=Level)
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="released_figures"
    )
    peer_group = models.CharField(max_length=40, blank=True)
    tier = models.CharField(max_length=10, help_text="Widest tier that may see it: public, board or steering.")
    statistic = models.CharField(max_length=10, default="own", help_text="own, pooled or median.")
    status = models.CharField(max_length=20, help_text="shown, or why there is no value.")
    value = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    low = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    high = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    rounding_low = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    rounding_high = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    numerator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    reference_numerator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    reference_denominator = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    word = models.CharField(
        max_length=20, blank=True, help_text="similar, higher or lower, where inputs are too small for a value."
    )
    reason = models.CharField(max_length=60, blank=True, help_text="Why it is not calculable or not there.")
    verdict = models.CharField(max_length=20, help_text="One verdict, the same on every page and export.")
    comparator = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    comparator_kind = models.CharField(max_length=20, blank=True, help_text="peers, system, target or range.")
    quartile = models.PositiveSmallIntegerField(null=True)
    rank_low = models.PositiveSmallIntegerField(null=True, help_text="Best rank its interval allows.")
    rank_high = models.PositiveSmallIntegerField(null=True, help_text="Worst rank its interval allows.")
    ranked = models.PositiveSmallIntegerField(null=True, help_text="How many were ranked.")
    contributing = models.PositiveSmallIntegerField(
        null=True, help_text="How many organisations are in a pooled or median figure."
    )
    over_time = models.CharField(
        max_length=20, blank=True, help_text="The verdict over time: better, worse, changed, no_difference or too_few."
    )
    variation = models.CharField(max_length=20, blank=True, help_text="Making Data Count variation, of independent quarters.")
    assurance = models.CharField(max_length=20, blank=True, help_text="Making Data Count assurance against the target.")
    time_points = models.PositiveSmallIntegerField(null=True, help_text="Points since the last break.")
    time_detail = models.TextField(
        blank=True, help_text="What the verdict rests on, as canonical JSON: limits, run, windows, breaks."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kpi", "component", "level", "organisation", "peer_group", "statistic"],
                name="released_figure_once",
                nulls_distinct=False,
                violation_error_message="This figure is in the release.",
            ),
            models.CheckConstraint(
                condition=Q(status="shown") | Q(value__isnull=True, low__isnull=True, high__isnull=True, rank_low__isnull=True),
                name="released_figure_withheld_has_no_value",
                violation_error_message="A withheld figure holds no value.",
            ),
            _subject_matches_level("released_figure_subject"),
        ]
        indexes = [models.Index(fields=["kpi", "level", "organisation"], name="released_series")]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.level}"
