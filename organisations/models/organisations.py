"""`Organisation`: the lasting identity behind changing names, codes and groups.

The slug is the key everywhere. ODS codes are data: some outlive their organisation, some stay while the perimeter grows.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from guardian.models import UserObjectPermissionBase

from organisations.models.dated import in_force
from organisations.roles import RIGHTS


class Kind(models.TextChoices):
    """What sort of body an organisation is."""

    ACUTE = "acute", "Acute trust"
    ACUTE_SPECIALIST = "acute_specialist", "Acute specialist trust"
    MENTAL_HEALTH = "mental_health", "Mental health and learning disability trust"
    COMMUNITY = "community", "Community trust"
    AMBULANCE = "ambulance", "Ambulance trust"
    CCG = "ccg", "Clinical commissioning group"
    CSU = "csu", "Commissioning support unit"
    ICB = "icb", "Integrated care board"


# Which column of a KPI's applicability holds for a kind: an integrated care board takes over the groups' duties.
APPLICABILITY_CLASSES = {Kind.CCG: "ccg", Kind.ICB: "ccg", Kind.CSU: "csu"}


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations by day and by reader."""

    def in_footprint(self, on: date) -> "OrganisationQuerySet":
        """Members of the partnership on this day."""
        from organisations.models.groups import FootprintMembership

        return self.filter(pk__in=FootprintMembership.objects.on(on).values("organisation"))

    def ever_in_footprint(self) -> "OrganisationQuerySet":
        """Organisations that are, were or will be members of the partnership."""
        from organisations.models.groups import FootprintMembership

        return self.filter(pk__in=FootprintMembership.objects.values("organisation"))

    def named_on(self, day: date) -> "OrganisationQuerySet":
        """With `name_then` and `short_name_then`, the names in use on this day."""
        from organisations.models.history import OrganisationName

        names = OrganisationName.objects.filter(in_force(day), organisation=OuterRef("pk"))
        return self.annotate(
            name_then=Coalesce(Subquery(names.values("name")[:1]), "name"),
            short_name_then=Coalesce(Subquery(names.values("short_name")[:1]), "short_name"),
        )

    def visible_to(self, user: Any) -> "OrganisationQuerySet":
        """That an organisation exists is no secret among people with an account; its figures are."""
        return self.all() if user.is_authenticated and user.is_active else self.none()


class Organisation(models.Model):
    """An organisation of the partnership, or one in the history of such an organisation."""

    slug = models.SlugField(max_length=80, unique=True, help_text="Lasting key, used in addresses.")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200, help_text="The name in use now; copied from the dated names.")
    short_name = models.CharField(
        max_length=60,
        help_text="The short name in use now; copied from the dated names.",
    )
    legal_form = models.CharField(max_length=60, blank=True)
    headcount_estimate = models.PositiveIntegerField(null=True, blank=True, help_text="People employed, an estimate.")
    staff_fte = models.DecimalField(
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Full-time equivalent staff.",
    )
    staff_source = models.CharField(max_length=300, blank=True)
    town = models.CharField("town of the head office", max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    website = models.URLField(max_length=300, blank=True)
    note = models.TextField(blank=True, help_text="Shown on the organisation's page.")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["short_name"]
        # Rights over one organisation are permissions on it; memberships are projected onto them.
        permissions = [(right.value, description.label) for right, description in RIGHTS.items()]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values),
                name="organisation_kind_known",
                violation_error_message="Choose a kind from the list.",
            ),
            models.CheckConstraint(
                condition=models.Q(staff_fte__isnull=True) | models.Q(staff_fte__gte=0),
                name="organisation_fte_not_negative",
                violation_error_message="Full-time equivalent staff cannot be below 0.",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def applicability_class(self) -> str:
        """`trust`, `ccg` or `csu`: which KPIs apply."""
        return APPLICABILITY_CLASSES.get(Kind(self.kind), "trust")


class OrganisationUserPermission(UserObjectPermissionBase):
    """One right of one account over one organisation, rebuilt from memberships by `services.memberships.project_rights`.

    Tied by foreign key, so a right can never outlive its organisation and fall to a later one with the same number.
    """

    # guardian finds this table through the reverse relation, so it must not be hidden.
    content_object = models.ForeignKey(Organisation, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = "right over an organisation"
        verbose_name_plural = "rights over organisations"
