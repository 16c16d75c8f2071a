"""What organisations share: posts, training places and suppliers with their uses, and joint projects.

Hours and pounds are read by the organisations that they belong to: of an offer by whoever offers, of a use by its two parties.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from strategies.shared_model.vocabulary import DECLINES, PROJECT_STATES, RESOURCE_KINDS


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows that belong to an organisation."""

    def whole_for(self, user: Any) -> "OwnedQuerySet":
        """Rows of the organisations whose registers this account may see whole."""
        return self.filter(organisation__in=organisations_with_right(user, Right.VIEW_REGISTERS))


class Owned(models.Model):
    """What such a row has: whose it is, whether others may know of it, and the optimistic lock."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="%(class)ss")
    slug = models.SlugField(max_length=140, unique=True)
    is_shared = models.BooleanField(default=False, help_text="Others know of it once a reviewer has passed its texts.")
    is_synthetic = models.BooleanField(default=False, help_text="Made for the demonstration.")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


class PooledOffer(Owned):
    """A post, places or a supplier that an organisation offers to others."""

    kind = models.CharField(max_length=10, choices=list(RESOURCE_KINDS.items()))
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    hours = models.PositiveIntegerField(null=True, blank=True, help_text="Hours a year that it can give.")
    pounds = models.PositiveIntegerField(null=True, blank=True, help_text="Whole pounds a year that it costs.")
    offered_from = models.DateField()
    offered_until = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["organisation__short_name", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(offered_until__isnull=True) | Q(offered_until__gte=F("offered_from")),
                name="pooled_offer_days_in_order",
                violation_error_message="The last day must not be before the first day.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(end_reason=""),
                name="pooled_offer_end_says_why",
                violation_error_message="Say why the offer ends.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PooledUse(models.Model):
    """An organisation asked for an offer; once agreed it is an agreement between the two."""

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", "Waits for an answer"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ENDED = "ended", "Ended"

    offer = models.ForeignKey(PooledOffer, on_delete=models.PROTECT, related_name="uses")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="pooled_uses")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    hours = models.PositiveIntegerField(null=True, blank=True, help_text="Hours a year asked for.")
    pounds = models.PositiveIntegerField(null=True, blank=True, help_text="Whole pounds a year paid for it.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    is_known = models.BooleanField(default=False, help_text="Others may know that the organisation uses it.")
    declined_because = models.CharField(max_length=10, blank=True, choices=list(DECLINES.items()))
    settled_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "organisation"],
                condition=Q(state__in=["asked", "agreed"]),
                name="pooled_use_once_at_a_time",
                violation_error_message="You have asked for this already.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="pooled_use_days_in_order",
                violation_error_message="The last day must not be before the first day.",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(declined_because=""),
                name="pooled_use_declined_says_why",
                violation_error_message="Say why it is declined.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.offer}"


class JointProject(Owned):
    """A project that organisations do together, on their own or with a programme such as Better Together."""

    name = models.CharField(max_length=160)
    programme = models.CharField(max_length=120, blank=True)
    partners = models.ManyToManyField("organisations.Organisation", blank=True, related_name="joint_projects")
    other_partners = models.CharField(max_length=300, blank=True, help_text="Partners that are no members, such as councils.")
    aim = models.TextField()
    state = models.CharField(max_length=10, choices=list(PROJECT_STATES.items()), default="idea")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="joint_project_days_in_order",
                violation_error_message="The last day must not be before the first day.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["finished", "stopped"]) | ~Q(outcome=""),
                name="joint_project_end_has_an_outcome",
                violation_error_message="Say what came of it: a project that has ended has an outcome.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
