"""Addresses of the kpis app, one module per noun."""

from django.urls import URLPattern, URLResolver, include, path

from kpis.views import deep_health, home, metrics
from kpis.views.disclosure import release_protection
from kpis.views.text_reviews import review_list

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("returns/", include("kpis.urls.returns")),
    path("collections/", include("kpis.urls.collections")),
    path("releases/", include("kpis.urls.releases")),
    path("settings/", include("kpis.urls.disclosure")),
    path("method/disclosure/release/<int:release>/", release_protection, name="method-release"),
    path("texts/", review_list, name="text-reviews"),
    path("value-meanings/", include("kpis.urls.meanings")),
    path("health/deep/", deep_health.deep, name="health-deep"),
    path("metrics/", metrics.metrics, name="metrics"),
    path("jobs/", include("kpis.urls.jobs")),
    path("overview/", include("kpis.urls.overview")),
    path("published/", include("kpis.urls.published")),
    path("compendium/", include("kpis.urls.compendium")),
    path("open-data/", include("kpis.urls.open_data")),
    path("calculator/", include("kpis.urls.calculator")),
    path("health-inequalities/", include("kpis.urls.inequalities")),
    path("ward-packs/", include("kpis.urls.ward_packs")),
    path("waivers/", include("kpis.urls.waivers")),
    path("notices/", include("kpis.urls.notices")),
    path("", include("kpis.urls.definitions")),
]
