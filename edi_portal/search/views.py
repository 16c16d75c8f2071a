"""The page of the search: open to everybody, with what the reader may read."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from edi_portal.clock import one_business_day
from edi_portal.search.forms import SearchForm
from edi_portal.search.matching import MOST_OF_A_KIND, clean, search


@login_not_required
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What matches `?q=`, by kind."""
    asked = clean(request.GET.get("q", ""))
    with one_business_day():
        groups = search(request.user, asked)
        context = {
            "form": SearchForm(initial={"q": asked}),
            "asked": asked,
            "groups": groups,
            "found": sum(group.found for group in groups),
            "most": MOST_OF_A_KIND,
        }
        return render(request, "pages/search.html", context)
