"""A rule that is wrong at one place: the dispute of an organisation, and the waiver that a governing role grants openly."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncDate

from edi_portal.clock import BusinessNow
from organisations.models import Organisation
from organisations.permissions import can, organisations_with_right
from organisations.roles import Right


class WaiverQuerySet(models.QuerySet["Waiver"]):
    """Waivers by who may read them and whether they hold."""

    def visible_to(self, user: object) -> "WaiverQuerySet":
        """All for those who may grant one; otherwise those of the organisations whose return one may send or sign."""
        if can(user, Right.GRANT_WAIVER):
            return self
        sending = organisations_with_right(user, Right.SUBMIT_RETURN).values("pk")
        signing = organisations_with_right(user, Right.SIGN_OFF_RETURN).values("pk")
        return self.filter(Q(organisation__in=sending) | Q(organisation__in=signing))

    def in_force(self, on: date | None = None) -> "WaiverQuerySet":
        """Granted, not ended early, and not past its last day."""
        day = TruncDate(BusinessNow()) if on is None else on
        return self.filter(state=Waiver.GRANTED, until__gte=day)


class Waiver(models.Model):
    """One finding of one rule at one place, set aside until a day. No figure is kept: the finding is known by its key."""

    ASKED, GRANTED, REFUSED, ENDED = "asked", "granted", "refused", "ended"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="waivers")
    collection = models.ForeignKey("kpis.Collection", on_delete=models.PROTECT, related_name="+", help_text="Where it arose.")
    rule = models.CharField(max_length=5)
    finding = models.CharField(max_length=200, help_text="The key of the finding: rule, place and what it is about.")
    measure = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500, help_text="Why the rule is wrong here, in the organisation's words.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    state = models.CharField(
        max_length=10,
        default=ASKED,
        choices=[(ASKED, "Asked"), (GRANTED, "Granted"), (REFUSED, "Refused"), (ENDED, "Ended")],
    )
    answer = models.CharField(max_length=500, blank=True, help_text="Why it is granted, refused or ended.")
    until = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "finding"],
                condition=Q(state="asked"),
                name="waiver_one_open_dispute",
                violation_error_message="This dispute is waiting for an answer.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="waiver_has_a_reason", violation_error_message="Say why the rule is wrong here."
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer="")),
                name="waiver_decided_who_when_and_why",
                violation_error_message="A decision says by whom, when and why.",
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(until__isnull=False),
                name="waiver_granted_until_a_day",
                violation_error_message="A waiver has a last day.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused"]) | ~Q(decided_by=models.F("asked_by")),
                name="waiver_not_decided_by_who_asked",
                violation_error_message="Somebody else decides a dispute than the person who asked.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} at {self.organisation}"
