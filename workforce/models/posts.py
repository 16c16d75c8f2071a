"""EDI posts, apprenticeships, the part in the staff survey, and money spent on EDI. Nobody who holds a post is named."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow
from organisations.models.dated import Dated, DatedQuerySet, days_in_order
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from workforce.capacity import ApprenticeFacts, PostFacts
from workforce.career import BANDS, QUALIFICATION_LEVELS, gaps_to_standard


class RegisterQuerySet(DatedQuerySet):
    """Rows of a register that belongs to its organisation alone."""

    def visible_to(self, user: Any) -> "RegisterQuerySet":
        """Rows of the organisations whose registers this account may see whole; nobody else's."""
        return self.filter(organisation__in=organisations_with_right(user, Right.VIEW_REGISTERS))


class RegisterRow(models.Model):
    """What every row of these registers has: whose it is, who wrote it, and the optimistic lock."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="%(class)ss")
    version = models.PositiveIntegerField(default=0, help_text="Optimistic lock: rises with every save.")
    changed_at = models.DateTimeField(db_default=BusinessNow())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = RegisterQuerySet.as_manager()

    class Meta:
        abstract = True


class EdiPost(RegisterRow, Dated):
    """One post whose main duty is equality, diversity and inclusion; of a shared post the own share of its hours."""

    class Side(models.TextChoices):
        """Whom the work is for."""

        WORKFORCE = "workforce", "Staff"
        PATIENTS = "patients", "Patients"
        BOTH = "both", "Both"

    title = models.CharField(max_length=120)
    band = models.CharField(max_length=6, choices=list(BANDS.items()))
    side = models.CharField(max_length=10, choices=Side, default=Side.BOTH)
    funded_wte = models.DecimalField(max_digits=6, decimal_places=2, validators=[MinValueValidator(0)])
    filled_wte = models.DecimalField(max_digits=6, decimal_places=2, default=0, validators=[MinValueValidator(0)])
    shared_with = models.CharField(max_length=200, blank=True)
    qualification = models.PositiveSmallIntegerField(default=0, choices=list(QUALIFICATION_LEVELS.items()))
    is_recognised = models.BooleanField(default=False, help_text="The qualification is in EDI or closely related.")
    learning_days = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = RegisterQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["band", "title"]
        constraints = [
            days_in_order("edi_post_days_in_order", "A post must not end before it begins."),
            models.CheckConstraint(
                condition=Q(funded_wte__gte=0) & Q(filled_wte__gte=0) & Q(filled_wte__lte=1),
                name="edi_post_is_held_by_one_person",
                violation_error_message="One row is one person's post: at most 1.00 WTE is filled.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def gaps(self) -> tuple[str, ...]:
        """How it differs from the common standard of its band."""
        return gaps_to_standard(
            band=self.band,
            qualification=self.qualification if self.is_recognised else 0,
            learning_days=self.learning_days,
            filled=self.filled_wte > 0,
        )

    @property
    def facts(self) -> PostFacts:
        """What the rules read."""
        return PostFacts(
            self.funded_wte, self.filled_wte, self.is_recognised and self.qualification > 0, self.valid_from, self.valid_to
        )


class EdiApprenticeship(RegisterRow):
    """One apprenticeship of an EDI practitioner, paid from the levy."""

    programme = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField(choices=[(number, f"Level {number}") for number in range(3, 8)])
    band = models.CharField(max_length=6, choices=list(BANDS.items()))
    started_on = models.DateField()
    expected_on = models.DateField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    cost_avoided = models.PositiveIntegerField(null=True, blank=True, help_text="Pounds not spent on consultants, as entered.")

    class Meta:
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(withdrawn_on__isnull=True),
                name="apprenticeship_one_end",
                violation_error_message="An apprenticeship is completed or given up, not both.",
            ),
            models.CheckConstraint(
                condition=(Q(completed_on__isnull=True) | Q(completed_on__gte=F("started_on")))
                & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("started_on"))),
                name="apprenticeship_days_in_order",
                violation_error_message="An apprenticeship must not end before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}, level {self.level}"

    @property
    def facts(self) -> ApprenticeFacts:
        """What the rules read."""
        return ApprenticeFacts(self.started_on, self.completed_on, self.withdrawn_on)


class EdiYear(RegisterRow):
    """What is said once a year: the part in the staff survey, and money spent on EDI."""

    class SurveyPart(models.TextChoices):
        """What part the EDI practitioner has in the NHS Staff Survey work (CAP-4)."""

        LEAD = "lead", "Leads"
        CO_LEAD = "co_lead", "Co-leads"
        CONSULTED = "consulted", "Is consulted"
        NO = "no", "Has no part"

    financial_year = models.CharField(max_length=7, help_text="As 2019-20.")
    survey_part = models.CharField(max_length=10, choices=SurveyPart, blank=True)
    spending = models.PositiveIntegerField(null=True, blank=True, help_text="Whole pounds, staff apart.")
    consultants = models.PositiveIntegerField(null=True, blank=True, help_text="Whole pounds of it for outside consultants.")

    class Meta:
        ordering = ["-financial_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "financial_year"],
                name="edi_year_once",
                violation_error_message="This year is in the register.",
            ),
            models.CheckConstraint(
                condition=Q(financial_year__regex=r"^20[0-9]{2}-[0-9]{2}$"),
                name="edi_year_is_a_year",
                violation_error_message="Write the year as 2019-20.",
            ),
            models.CheckConstraint(
                condition=Q(consultants__isnull=True) | Q(spending__isnull=True) | Q(consultants__lte=F("spending")),
                name="edi_year_consultants_within_spending",
                violation_error_message="Spending on consultants is part of all spending on EDI.",
            ),
        ]

    def __str__(self) -> str:
        return self.financial_year
