"""Staff networks and their meetings.

An entry belongs to the organisation that keeps it; a joint network names its partners. What a page of an organisation published
is an entry too, with its source, but it counts nowhere until that organisation confirms it.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from edi_portal.reviews.models import ReviewedTexts
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from workforce.establishment import NetworkFacts
from workforce.vocabulary import CHARACTERISTICS, CORE_LABELS, MATURITY, core_of


class StaffNetworkQuerySet(models.QuerySet["StaffNetwork"]):
    """Networks by who may see them and by day."""

    def visible_to(self, user: Any) -> "StaffNetworkQuerySet":
        """The own organisation's entries, those it is a partner in, and what others share. Their texts still pass the review."""
        own = organisations_with_right(user, Right.VIEW_REGISTERS)
        return self.filter(Q(is_shared=True) | Q(organisation__in=own) | Q(partners__in=own)).distinct()

    def of(self, organisation: Any) -> "StaffNetworkQuerySet":
        """The organisation's own entries and the joint networks that it is a partner in."""
        return self.filter(Q(organisation=organisation) | Q(partners=organisation)).distinct()

    def going(self) -> "StaffNetworkQuerySet":
        """Not ended."""
        return self.filter(ended_on__isnull=True)


class StaffNetwork(ReviewedTexts):
    """One staff network as its organisation keeps it. Hours are a month, money is whole pounds a year."""

    REVIEWED: ClassVar[tuple[str, ...]] = ("name", "focus", "purpose", "contact")

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="staff_networks")
    partners = models.ManyToManyField("organisations.Organisation", blank=True, related_name="joint_networks")
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    characteristics = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    focus = models.CharField(max_length=120, blank=True, help_text="What else it is for, such as carers or the armed forces.")
    purpose = models.TextField(blank=True)
    contact = models.EmailField(blank=True, help_text="A shared address of the network, not a person's own.")
    chair = models.CharField(max_length=120, blank=True)
    sponsor = models.CharField(max_length=120, blank=True, help_text="The board member who speaks for it.")
    terms_agreed_on = models.DateField(null=True, blank=True)
    terms_link = models.URLField(max_length=300, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    members = models.PositiveIntegerField(null=True, blank=True)
    leads = models.PositiveSmallIntegerField(null=True, blank=True)
    protected_time = models.BooleanField(default=False, help_text="Time for its leads is agreed in writing.")
    lead_hours = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)])
    member_hours = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)])
    budget = models.PositiveIntegerField(null=True, blank=True)
    maturity = models.PositiveSmallIntegerField(null=True, blank=True)
    is_shared = models.BooleanField(default=False, help_text="Others may read that it exists, its purpose and its contact.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source_url = models.URLField(max_length=300, blank=True)
    published_as_of = models.CharField(max_length=60, blank=True, help_text="The date that the public page gives.")
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = StaffNetworkQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__short_name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="network_once_per_name",
                violation_error_message="This organisation already has a network of that name.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="network_days_in_order",
                violation_error_message="A network does not end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="network_confirmed_who_and_when",
                violation_error_message="A confirmed network says who confirmed it and when.",
            ),
            models.CheckConstraint(
                condition=Q(characteristics__contained_by=list(CHARACTERISTICS)),
                name="network_characteristics_known",
                violation_error_message="Choose protected characteristics from the list.",
            ),
            models.CheckConstraint(
                condition=Q(maturity__isnull=True) | Q(maturity__range=(1, len(MATURITY))),
                name="network_maturity_is_a_level",
                violation_error_message="Choose one of the described levels.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def review_subject(self) -> str:
        """Its name in the queue of reviews."""
        return f"network:{self.pk}"

    @property
    def is_joint(self) -> bool:
        """Whether other organisations take part."""
        return bool(self.partners.all())

    @property
    def is_confirmed(self) -> bool:
        """Whether its organisation said that it exists."""
        return self.confirmed_at is not None

    @property
    def core(self) -> frozenset[str]:
        """Which of the three core networks it is."""
        return core_of(frozenset(self.characteristics))

    @property
    def core_words(self) -> str:
        """The same in words; empty when it is none of them."""
        return ", ".join(CORE_LABELS[key] for key in CORE_LABELS if key in self.core)

    @property
    def characteristic_words(self) -> str:
        """What it is for, in words."""
        words = [CHARACTERISTICS[key] for key in CHARACTERISTICS if key in self.characteristics]
        return ", ".join([*words, *([self.focus] if self.focus else [])])

    @property
    def maturity_level(self) -> Any:
        """The described level, or None."""
        return next((level for level in MATURITY if level.number == self.maturity), None)

    def facts_for(self, organisation: Any) -> NetworkFacts:
        """What the rules read, as this organisation counts it. Meetings and partners should be prefetched."""
        return NetworkFacts(
            name=self.name,
            characteristics=frozenset(self.characteristics),
            confirmed=self.is_confirmed,
            has_terms=self.terms_agreed_on is not None,
            has_chair=bool(self.chair),
            has_sponsor=bool(self.sponsor),
            has_protected_time=self.protected_time,
            meetings=tuple(meeting.held_on for meeting in self.meetings.all()),
            started_on=self.started_on,
            ended_on=self.ended_on,
            shared=self.is_joint,
            keeps_entry=self.organisation_id == organisation.pk,
            members=self.members,
            leads=self.leads,
            lead_hours=self.lead_hours,
            member_hours=self.member_hours,
            budget=self.budget,
        )


class NetworkMeeting(models.Model):
    """A day on which a network met. Nobody who was there is named."""

    network = models.ForeignKey(StaffNetwork, on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "held_on"],
                name="network_meeting_once_a_day",
                violation_error_message="This meeting is in the list.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%d %B %Y}"
