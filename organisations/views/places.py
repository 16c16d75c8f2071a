"""The places of the partnership: who lives there, how deprived they are. Open to everybody.

Released figures come from the app that owns them, each reader's own tier.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from edi_portal.charts import PlaceShare, place_map
from edi_portal.ui.navigation import address_of
from organisations.figures import figures_of_place
from organisations.models import Place
from organisations.selectors.places import based_in, people_of, wards_of

MAP_HEADING = "People in England’s most deprived tenth of neighbourhoods"


@login_not_required
@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    """All places side by side, most deprived first."""
    places = sorted(Place.objects.all(), key=lambda place: (place.imd_2019_rank is None, place.imd_2019_rank or 0, place.name))
    rows = [{"place": place, "wards": wards_of(place)} for place in places]
    shares = [PlaceShare(place.slug, place.name, wards.percent if (wards := wards_of(place)) else None) for place in places]
    context = {
        "rows": rows,
        "map": place_map(MAP_HEADING, shares),
        "inequalities_url": address_of("inequalities:list"),
    }
    return render(request, "organisations/place_list.html", context)


@login_not_required
@require_safe
def place_detail(request: HttpRequest, area: str) -> HttpResponse:
    """One place: its people, the deprivation of its wards and its organisations."""
    place = get_object_or_404(Place, slug=area)
    wards = wards_of(place)
    context = {
        "place": place,
        "places": [place],
        "topics": people_of(place),
        "wards": wards,
        "most": wards.rows[0] if wards else None,
        "organisations": based_in(place, request.user),
        "breadcrumbs": [{"label": "Places", "url": reverse("places:list")}],
        **figures_of_place(request, place),
    }
    return render(request, "organisations/place_detail.html", context)
