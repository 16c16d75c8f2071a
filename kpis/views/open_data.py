"""Open data: the page that explains it, and the files. No sign-in; the public tier alone, the same for everybody."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from edi_portal.api.tags import tag_of
from edi_portal.ui.downloads import public_file
from edi_portal.ui.rate_limit import limited
from kpis.dashboards.open_data import TYPES, all_packages, catalogue_file, file_of, lines
from kpis.open_data.tables import TABLES
from kpis.selectors.releases import released_with_number, releases_of_readers
from kpis.views.compendium import open_to_caches

# Counted up when the files of a release change although the release does not, so that kept copies are fetched again.
FORMAT = 1


def home_of(request: HttpRequest) -> str:
    """The portal's address, without a slash at the end."""
    return request.build_absolute_uri("/")[:-1]


def _kept(request: HttpRequest, tag: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer with its tag; 304 when the reader holds it, and then nothing is made."""
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = make()
    response.headers["ETag"] = tag
    return response


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, and how to cite it."""
    found = lines(releases_of_readers(), home=home_of(request))
    newest = max((one for one in found if not one.replaced), key=lambda one: one.period, default=None)
    return open_to_caches(render(request, "kpis/open_data.html", {"lines": found, "tables": TABLES, "newest": newest}))


@login_not_required
@require_safe
def release_file(request: HttpRequest, number: int, file: str) -> HttpResponse:
    """One file of a release."""
    release = released_with_number(number)
    if release is None or file not in TYPES:
        raise Http404
    home = home_of(request)
    name = file if file.endswith((".json", ".txt", ".md")) else f"edi-release-{number}-{file}"

    def make() -> HttpResponse:
        return public_file(file_of(release, file, home=home), name, TYPES[file], shown=file.endswith((".json", ".txt")))

    return _kept(request, tag_of(FORMAT, release.fingerprint, release.status, file, home), make)


@login_not_required
@require_safe
@limited(per_minute=30, methods=("GET",))
def everything(request: HttpRequest) -> HttpResponse:
    """The packages of all releases in one archive. It takes a second or more, so one address gets a few each minute."""
    releases, home = list(releases_of_readers()), home_of(request)
    if not releases:
        raise Http404

    def make() -> HttpResponse:
        return public_file(all_packages(releases, home=home), "edi-open-data.zip", "application/zip")

    return _kept(request, tag_of(FORMAT, [(one.number, one.status, one.fingerprint) for one in releases], home), make)


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue for open-data portals."""
    return public_file(catalogue_file(home=home_of(request)), "catalogue.jsonld", "application/ld+json", shown=True)
