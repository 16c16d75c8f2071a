"""Every address of the portal; each app owns its own nouns."""

from django.conf import settings
from django.urls import include, path

from edi_portal import health
from edi_portal.search.views import search_page
from edi_portal.ui import pages, security_contact

# One namespace for all of the API: each app brings the addresses of its nouns.
api_addresses = (
    [
        path("", include("edi_portal.api.urls")),
        path("v1/", include("organisations.api.urls")),
        path("v1/", include("kpis.api.urls")),
        path("v1/", include("steering.api.urls")),
    ],
    "api",
)

urlpatterns = [
    path("api/", include(api_addresses)),
    path("", include("organisations.urls")),
    path("places/", include("organisations.places_urls")),
    path("strategies/", include("strategies.urls")),
    path("operating-model/", include("strategies.operating_model_urls")),
    path("", include("workforce.urls")),
    path("", include("kpis.urls")),
    path("", include("steering.urls")),
    path("account/", include("organisations.account_urls")),
    path("search/", search_page, name="search"),
    path("help/", pages.help_page, name="help"),
    path("method/", pages.method, name="method"),
    path("method/disclosure/", pages.method_disclosure, name="method-disclosure"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path(".well-known/security.txt", security_contact.security_txt, name="security-txt"),
    path("health/live/", health.live, name="health-live"),
    path("health/ready/", health.ready, name="health-ready"),
]

if settings.DEMONSTRATION or settings.DEBUG or settings.TESTING:
    urlpatterns.append(path("components/", pages.components, name="components"))

handler400 = "edi_portal.errors.handler400"
handler403 = "edi_portal.errors.handler403"
handler404 = "edi_portal.errors.handler404"
handler500 = "edi_portal.errors.handler500"
