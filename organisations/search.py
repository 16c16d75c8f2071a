"""What the search finds of organisations and places. A visitor is led to an organisation's public page."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.urls import reverse

from edi_portal.clock import business_today
from edi_portal.search.registry import Entry
from organisations.models import OrganisationCode, Place
from organisations.selectors.organisations import directory, public_directory


def organisations_found_by(user: Any) -> Iterator[Entry]:
    """Members of the partnership today, by name, code or town. One query."""
    today = business_today()
    page = "organisations:detail" if user.is_authenticated else "compendium:organisation"
    rows = directory(user, on=today) if user.is_authenticated else public_directory(on=today)
    codes = OrganisationCode.objects.filter(organisation=OuterRef("pk")).order_by("pk").values("code")
    for row in rows.prefetch_related(None).annotate(every_code=ArraySubquery(codes)):
        words = " ".join([row.short_name, row.town, *row.every_code])
        name = row.name_then  # type: ignore[attr-defined]  # annotated by the directory
        yield Entry(name, row.get_kind_display(), reverse(page, args=[row.slug]), words)


def places_found_by(user: Any) -> Iterator[Entry]:
    """The places, the same for everybody. One query."""
    for row in Place.objects.order_by("name"):
        url = reverse("places:detail", args=[row.slug])
        yield Entry(row.name, "Who lives here, and how deprived its wards are", url, f"{row.la_name} {row.healthwatch_name}")
