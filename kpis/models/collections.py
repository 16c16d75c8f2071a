"""When figures are asked for: quarterly collections, their dates and extensions."""

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate

from edi_portal.clock import LONDON, BusinessNow
from edi_portal.periods import Quarter


class CollectionQuerySet(models.QuerySet["Collection"]):
    """Collections by where they stand on the business clock."""

    def open_now(self) -> "CollectionQuerySet":
        """Opened and not yet closed."""
        return self.opened().filter(closes_at__gt=BusinessNow())

    def open_to(self, organisation: Any) -> "CollectionQuerySet":
        """Open for one organisation: not yet closed, or closed for all but those with more time, which it has."""
        more_time = Extension.objects.filter(organisation=organisation, until__gt=BusinessNow())
        return self.opened().filter(Q(closes_at__gt=BusinessNow()) | Q(pk__in=more_time.values("collection")))

    def opened(self) -> "CollectionQuerySet":
        """Opened, whether closed since or not."""
        return self.filter(opens_on__lte=TruncDate(BusinessNow(), tzinfo=LONDON))


def end_of_day(day: date) -> datetime:
    """The last moment of that day in London: a deadline belongs to the day that people read."""
    return datetime.combine(day, time.max, tzinfo=LONDON)


TEMPLATE_VERSION = 2
"""Of a collection's workbook: 1 had no date of a snapshot."""


class Collection(models.Model):
    """One quarter's asking: opens, due (the soft date people work to) and closes (the hard one; both are shown)."""

    period = models.SlugField(max_length=10, unique=True, help_text="Financial quarter, as 2019-20-q3.")
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_at = models.DateTimeField()
    template_version = models.PositiveSmallIntegerField(
        default=TEMPLATE_VERSION, help_text="Rises when the workbook's layout changes."
    )
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the closing work was started; the date itself decides."
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["-period"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on")),
                name="collection_opens_before_due",
                violation_error_message="A collection opens before it is due.",
            ),
            models.CheckConstraint(
                condition=Q(period__regex=r"^20[0-9]{2}-[0-9]{2}-q[1-4]$"),
                name="collection_period_is_a_quarter",
                violation_error_message="Write the period as 2019-20-q3.",
            ),
        ]

    def __str__(self) -> str:
        return self.quarter.label

    @property
    def quarter(self) -> Quarter:
        """The financial quarter it asks about."""
        return Quarter.parse(self.period)

    def is_open_at(self, moment: datetime) -> bool:
        """Whether returns can be filled in at that moment, extensions left aside."""
        return self.opens_on <= moment.astimezone(LONDON).date() and moment < self.closes_at


class Extension(models.Model):
    """More time for one organisation, with a reason that everybody who chases can see."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="extensions")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "organisation"],
                name="extension_once_per_organisation",
                violation_error_message="This organisation already has an extension: change its date.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="extension_has_a_reason", violation_error_message="Say why there is more time."
            ),
        ]

    def __str__(self) -> str:
        return f"extension to {self.until:%d %B %Y}"


class ExtensionRequest(models.Model):
    """An organisation asks for more time; a portal admin grants or refuses with words. One open request at a time."""

    ASKED, GRANTED, REFUSED = "asked", "granted", "refused"

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="extension_requests")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    until = models.DateField(help_text="The day asked for.")
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    state = models.CharField(max_length=10, default=ASKED, choices=[(ASKED, "Asked"), (GRANTED, "Granted"), (REFUSED, "Refused")])
    answer = models.CharField(max_length=500, blank=True, help_text="Why it was refused, or a word with the new date.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "organisation"],
                condition=Q(state="asked"),
                name="extension_request_one_open",
                violation_error_message="A request of this organisation is waiting for an answer.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_request_has_a_reason",
                violation_error_message="Say why you need more time.",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="extension_request_decided_who_and_when",
                violation_error_message="An answer says by whom and when.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""),
                name="extension_request_refusal_says_why",
                violation_error_message="Say why there is no more time.",
            ),
        ]

    def __str__(self) -> str:
        return f"request for more time to {self.until:%d %B %Y}"


class Reminder(models.Model):
    """A reminder that was sent, so that nobody gets the same one twice."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="reminders")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=30, help_text="before_14, before_7, before_2, due_today, overdue, or by_hand with its number."
    )
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(db_default=BusinessNow())
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "organisation", "kind", "recipient"],
                name="reminder_once_per_kind_and_person",
                violation_error_message="This reminder was already sent.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.collection}"
