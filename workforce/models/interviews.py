"""Mapping interviews: rounds by financial year, the versioned code book, and the interviews. Nobody interviewed is named."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from edi_portal.clock import BusinessNow
from organisations.permissions import can, organisations_with_right
from organisations.roles import Right
from workforce.mapping import AREAS, Theme
from workforce.models.posts import RegisterRow


class MappingRound(models.Model):
    """The interviews of one financial year. Others read its themes once it is closed; a closed round is opened no more."""

    financial_year = models.CharField(max_length=7, unique=True, help_text="As 2019-20.")
    is_synthetic = models.BooleanField(default=False, help_text="Of the demonstration.")
    opened_at = models.DateTimeField(db_default=BusinessNow())
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["financial_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(financial_year__regex=r"^20[0-9]{2}-[0-9]{2}$"),
                name="mapping_round_is_a_year",
                violation_error_message="Write the year as 2019-20.",
            ),
        ]

    def __str__(self) -> str:
        return self.financial_year

    @property
    def is_open(self) -> bool:
        """Whether interviews may still be added and changed."""
        return self.closed_at is None


class CodeBook(models.Model):
    """One version of the code book, never changed: a change of any theme makes the next version."""

    number = models.PositiveIntegerField(unique=True)
    themes = models.JSONField(help_text="Each theme: key, label, description, area, retired.")
    note = models.CharField(max_length=300, help_text="What changed and why.")
    made_at = models.DateTimeField(db_default=BusinessNow())
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def all_themes(self) -> tuple[Theme, ...]:
        """Every theme of this version, retired ones too."""
        return tuple(Theme(**row) for row in self.themes)

    @property
    def offered(self) -> tuple[Theme, ...]:
        """The themes that an interview may be coded with."""
        return tuple(theme for theme in self.all_themes if not theme.retired)


class MappingInterviewQuerySet(models.QuerySet["MappingInterview"]):
    """Interviews by who may read them."""

    def visible_to(self, user: Any) -> "MappingInterviewQuerySet":
        """Those of the own organisation, and those that this account held in its role of interviewer."""
        whole = Q(organisation__in=organisations_with_right(user, Right.VIEW_REGISTERS))
        held = Q(interviewer=user) if can(user, Right.GOVERN) else Q(pk__in=[])
        return self.filter(whole | held)


class MappingInterview(RegisterRow):
    """What one organisation said in one round, area by area in the interviewer's words, coded with themes of a code book."""

    round = models.ForeignKey(MappingRound, on_delete=models.PROTECT, related_name="interviews")
    held_on = models.DateField()
    interviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    roles = models.CharField(max_length=200, blank=True, help_text="Roles of those interviewed, never names.")
    capacity = models.TextField(blank=True)
    skills = models.TextField(blank=True)
    qualifications = models.TextField(blank=True)
    approach = models.TextField(blank=True)
    stakeholders = models.TextField(blank=True)
    networks = models.TextField(blank=True)
    code_book = models.ForeignKey(CodeBook, on_delete=models.PROTECT, related_name="interviews")
    themes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_synthetic = models.BooleanField(default=False, help_text="Made up for the demonstration.")

    objects = MappingInterviewQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["-round__financial_year", "organisation__short_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "round"],
                name="mapping_interview_once_a_round",
                violation_error_message="This organisation has an interview in that round. Change that one.",
            ),
            models.CheckConstraint(
                condition=~Q(**dict.fromkeys(AREAS, "")),
                name="mapping_interview_says_something",
                violation_error_message="Write what was said in at least one of the six areas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.round}"

    @property
    def answers(self) -> tuple[tuple[str, str, str], ...]:
        """Label, question and what was said, area by area."""
        return tuple((label, question, getattr(self, key)) for key, (label, question) in AREAS.items())
