"""An organisation's return for a collection: its versions, answers, cells, explanations and history.

Rows of a return belong to its organisation alone. Nothing outside the return's life cycle and the release job
imports this module (import contract "released only").
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from edi_portal.clock import LONDON, BusinessNow
from edi_portal.periods import Quarter
from edi_portal.scope import GuardedQuerySet, OfAnOrganisation
from kpis.workflow import EDITABLE, STATUS_LABELS, Status
from organisations.permissions import organisations_with_right
from organisations.roles import Right


def _both_or_neither(first: str, second: str, *, name: str, message: str) -> models.CheckConstraint:
    """A who-and-when pair is set together or not at all."""
    both = Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    neither = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    return models.CheckConstraint(condition=both | neither, name=name, violation_error_message=message)


class KpiReturnQuerySet(GuardedQuerySet["KpiReturn"]):
    """Returns by who may see them and where they stand."""

    def visible_to(self, user: object) -> "KpiReturnQuerySet":
        """Returns of the organisations whose returns this user may see; nobody else's."""
        return self.filter(organisation__in=organisations_with_right(user, Right.VIEW_RETURN)).by_right()

    def live(self) -> "KpiReturnQuerySet":
        """The head of each version chain."""
        return self.filter(superseded_at__isnull=True)

    def signed_off(self) -> "KpiReturnQuerySet":
        """Returns signed by a sponsor, superseded ones included."""
        return self.filter(status=Status.SIGNED_OFF)


class KpiReturn(OfAnOrganisation):
    """One version of one organisation's return."""

    collection = models.ForeignKey("kpis.Collection", on_delete=models.PROTECT, related_name="returns")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="returns")
    number = models.PositiveSmallIntegerField(default=1, help_text="Version of the return; reopening makes the next one.")
    status = models.CharField(
        max_length=20, choices=[(s.value, label) for s, label in STATUS_LABELS.items()], default=Status.DRAFT
    )
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    created_at = models.DateTimeField(db_default=BusinessNow())
    last_edited_at = models.DateTimeField(null=True, blank=True)
    last_edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was signed.")
    sent_rules = models.JSONField(default=list, blank=True, help_text="The rules that ran when it was sent, with their wording.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why it is not required, or why it was reopened.")
    reopens = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reopened_as")
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = KpiReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-collection__period", "organisation__slug", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "organisation"],
                condition=Q(superseded_at__isnull=True),
                name="return_one_live_version",
                violation_error_message="This organisation already has a return for this collection.",
            ),
            models.UniqueConstraint(
                fields=["collection", "organisation", "number"],
                name="return_version_once",
                violation_error_message="This version of the return exists.",
            ),
            _both_or_neither(
                "submitted_at",
                "submitted_by",
                name="return_submitted_who_and_when",
                message="A sent return says who sent it and when.",
            ),
            _both_or_neither(
                "signed_off_at",
                "signed_off_by",
                name="return_signed_who_and_when",
                message="A signed return says who signed it and when.",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SIGNED_OFF, signed_off_at__isnull=False)
                | (~Q(status=Status.SIGNED_OFF) & Q(signed_off_at=None)),
                name="return_signed_status_and_date_agree",
                violation_error_message="A signed-off date and the signed-off status go together.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.SUBMITTED, Status.SIGNED_OFF]) | Q(submitted_at__isnull=False),
                name="return_sent_before_signed",
                violation_error_message="A return is sent before it is signed.",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_by__isnull=True) | ~Q(signed_off_by=F("submitted_by")),
                name="return_not_signed_by_its_sender",
                violation_error_message="The person who sent a return cannot sign it off.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SIGNED_OFF) | (~Q(content_hash="") & ~Q(statement="")),
                name="return_signature_is_bound",
                violation_error_message="A signature is bound to a statement and to what was signed.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.NOT_REQUIRED) | ~Q(reason=""),
                name="return_not_required_says_why",
                violation_error_message="Say why the return is not required.",
            ),
            models.CheckConstraint(
                condition=Q(number=1, reopens__isnull=True) | Q(number__gt=1, reopens__isnull=False),
                name="return_versions_form_a_chain",
                violation_error_message="A later version follows the one it reopens.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.collection}"

    @property
    def quarter(self) -> Quarter:
        """The financial quarter it reports."""
        return self.collection.quarter

    @property
    def due_on(self) -> date:
        """The day to work to: the collection's, or the last day of this organisation's own extension."""
        due: date = self.collection.due_on
        # All of the collection's extensions, a few rows: pages that ask several times have them prefetched.
        extensions = self.collection.extensions.all()
        own = [extension.until for extension in extensions if extension.organisation_id == self.organisation_id]
        return max([due, *(until.astimezone(LONDON).date() for until in own)])

    @property
    def is_editable(self) -> bool:
        """Whether its state allows typing; the collection's dates are asked apart."""
        return self.status in EDITABLE

    @property
    def subject(self) -> str:
        """How the audit trail names it."""
        return f"return:{self.organisation.slug}/{self.collection.period}/v{self.number}"


class AnswerState(models.TextChoices):
    """What an organisation says about a measure. "Withheld" exists on output only."""

    VALUE = "value", "Figures given"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    NOT_AVAILABLE = "not_available", "Not available yet"
    NOT_COLLECTED = "not_collected", "Not collected here"


class ReturnAnswer(OfAnOrganisation):
    """What is said about one measure as a whole: figures, or why there are none; evidence and a note."""

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="answers")
    measure = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=AnswerState, default=AnswerState.VALUE)
    reason = models.CharField(max_length=500, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=500, blank=True, help_text="Link or reference where a yes needs evidence.")
    snapshot_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(db_default=BusinessNow())
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi_return", "measure"],
                name="answer_once_per_measure",
                violation_error_message="This question is already answered.",
            ),
            models.CheckConstraint(
                condition=Q(state=AnswerState.VALUE) | ~Q(reason=""),
                name="answer_without_figure_says_why",
                violation_error_message="Say why there is no figure.",
            ),
            models.CheckConstraint(
                condition=~Q(state=AnswerState.NOT_AVAILABLE) | Q(expected_on__isnull=False),
                name="answer_not_available_has_a_date",
                violation_error_message="Say when the figure is expected.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.get_state_display()}"


class ReturnValue(OfAnOrganisation):
    """One cell of a measure's grid: what the organisation counted. No row means "not answered"; 0 is a value."""

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="values")
    measure = models.CharField(max_length=60)
    row = models.CharField(max_length=60)
    column = models.CharField(max_length=60)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    version = models.PositiveIntegerField(default=0, help_text="The return's version in which it last changed.")
    updated_at = models.DateTimeField(db_default=BusinessNow())
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi_return", "measure", "row", "column"],
                name="value_once_per_cell",
                violation_error_message="This cell has a value.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(amount__lt=1_000_000_000),
                name="value_is_a_finite_count",
                violation_error_message="A value is zero or more and below a thousand million.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}/{self.row}/{self.column}"


class Explanation(OfAnOrganisation):
    """Why a query is as it is. It settles the query while the figures behind it stay the same (`fingerprint`)."""

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="explanations")
    finding = models.CharField(max_length=200, help_text="Key of the finding: rule and cell.")
    fingerprint = models.CharField(max_length=64)
    text = models.TextField()
    written_at = models.DateTimeField(db_default=BusinessNow())
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi_return", "finding"],
                name="explanation_once_per_finding",
                violation_error_message="This query is explained.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="explanation_is_not_empty", violation_error_message="Write why the figure changed."
            ),
        ]

    def __str__(self) -> str:
        return self.finding


class ReturnComment(OfAnOrganisation):
    """What the sponsor asked when sending back, for the whole return or for one measure."""

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="comments")
    workstream = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    written_at = models.DateTimeField(db_default=BusinessNow())
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When the return was sent again.")

    objects = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="return_comment_is_not_empty", violation_error_message="Say what should change."
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ReturnEvent(OfAnOrganisation):
    """What happened to a return, in order: opened, downloaded, saved first, submitted, sent back, signed off, reopened."""

    kpi_return = models.ForeignKey(KpiReturn, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=BusinessNow())
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.kind

    @property
    def get_kind_text(self) -> str:
        """What happened, in words."""
        return EVENT_TEXTS.get(self.kind, self.kind.replace("_", " ").capitalize())


EVENT_TEXTS = {
    "opened": "Return opened",
    "downloaded": "Workbook downloaded",
    "started": "First answer saved",
    "submit": "Sent to the sponsor",
    "send_back": "Sent back by the sponsor",
    "sign_off": "Signed off",
    "recall": "Taken back",
    "reopened": "Reopened as a new version",
    "excuse": "Marked as not required",
}
