"""How an organisation came to be what it is: dated names and codes, successions, and what was loaded from files."""

from django.db import models
from django.db.models import Q

from organisations.models.dated import Dated, days_in_order, no_overlap
from organisations.models.organisations import Organisation


class OrganisationName(Dated):
    """A name and short name with the days on which they were in use."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["organisation", "valid_from"]
        constraints = [
            days_in_order("organisation_name_days_in_order"),
            no_overlap(
                "organisation",
                name="organisation_name_one_a_day",
                message="The organisation already has a name on those days.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationCode(Dated):
    """An ODS code with the days on which it stood for the organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField("ODS code", max_length=10)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["organisation", "valid_from"]
        constraints = [
            days_in_order("organisation_code_days_in_order"),
            no_overlap(
                "organisation",
                name="organisation_code_one_a_day",
                message="The organisation already has a code on those days.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to__isnull=True),
                name="organisation_code_held_once",
                violation_error_message="Another organisation holds this ODS code.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9]{3,6}$"),
                name="organisation_code_shape",
                violation_error_message="An ODS code is 3 to 6 capital letters and digits, such as RJR.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Succession(models.Model):
    """What one organisation became or joined, in part or whole, on a day that may not be known yet."""

    class Nature(models.TextChoices):
        """What happened, in the words of the history."""

        RENAME = "rename", "Renamed"
        MERGER = "merger", "Merged"
        ACQUISITION = "acquisition", "Taken over"
        PART_TRANSFER = "part_transfer", "Some services moved"
        DISSOLUTION = "dissolution", "Dissolved"
        CLOSURE = "closure", "Closed"
        GROUP = "group", "Joined a group"

    number = models.PositiveSmallIntegerField(unique=True, null=True, blank=True, help_text="Row of the reference list.")
    predecessor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessions",
        help_text="Empty when nobody succeeds.",
    )
    partners = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="group_successions",
        help_text="Others that took the same step.",
    )
    nature = models.CharField(max_length=20, choices=Nature)
    effective_on = models.DateField(null=True, blank=True, help_text="Empty while the day is not confirmed.")
    whole = models.BooleanField(
        default=True,
        help_text="False when only some services moved or nothing legal changed.",
    )
    predecessor_name = models.CharField(max_length=200)
    successor_name = models.CharField(max_length=200)
    breaks_series = models.BooleanField(default=False, help_text="Figures before and after are not of the same body.")
    effect = models.CharField("effect on figures", max_length=300, blank=True)
    status = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["effective_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature__in=["merger", "acquisition"]) | Q(successor__isnull=False),
                name="succession_merger_has_successor",
                violation_error_message="Say which organisation carries on.",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=models.F("successor")) | Q(nature="rename"),
                name="succession_not_of_itself",
                violation_error_message="An organisation cannot merge with itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_name}: {self.get_nature_display().lower()}"


class ReferenceLoad(models.Model):
    """Which version of a reference file was loaded last, so that an unchanged file is not read again."""

    name = models.CharField(max_length=60, unique=True)
    content_hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
