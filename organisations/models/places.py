"""Places (local authorities) and which organisation is based in or covers them."""

from django.db import models

from organisations.models.organisations import Organisation


class Place(models.Model):
    """A local authority of the footprint, with the people who live there."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    la_code = models.CharField("local authority code", max_length=9, unique=True)
    la_name = models.CharField("local authority", max_length=80)
    council_name = models.CharField(max_length=120, blank=True)
    healthwatch_name = models.CharField(max_length=120, blank=True)
    healthwatch_website = models.URLField(max_length=200, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True, help_text="Usual residents, Census 2021.")
    bme_percent = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="All ages, Census 2021.",
    )
    disabled_percent = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="All ages, Census 2021.",
    )
    imd_2019_score = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    imd_2019_rank = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Rank of 317; 1 is the most deprived.")
    label_latitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    label_longitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrganisationPlace(models.Model):
    """An organisation has its head office in a place, or commissions for the people of a place."""

    class Relation(models.TextChoices):
        """How the two belong together."""

        BASED = "based", "Based in"
        COVERS = "covers", "Commissions for"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="organisation_places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="organisation_places")
    relation = models.CharField(max_length=10, choices=Relation, default=Relation.BASED)

    class Meta:
        ordering = ["organisation", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "place", "relation"],
                name="organisation_place_once",
                violation_error_message="The organisation already has this place.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_relation_display().lower()} {self.place}"
