"""Keeping the name on each organisation the one in use today."""

from datetime import date

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from organisations.models import Organisation, OrganisationName
from organisations.models.dated import in_force


def refresh_names(day: date) -> int:
    """Copy the dated names of this day to the organisations that show another; the number changed.

    An organisation whose names all lie in the future or past keeps what it has.
    """
    names = OrganisationName.objects.filter(in_force(day), organisation=OuterRef("pk"))
    then = {field: Coalesce(Subquery(names.values(field)[:1]), field) for field in ("name", "short_name")}
    differing = Organisation.objects.named_on(day).exclude(Q(name_then=F("name")) & Q(short_name_then=F("short_name")))
    return Organisation.objects.filter(pk__in=list(differing.values_list("pk", flat=True))).update(**then)
