"""Addresses of the API about KPIs, collections, releases, returns, the calculator, wards and jobs."""

from django.urls import path

from kpis.api.calculator import Calculator
from kpis.api.collections import Collections, OneCollection
from kpis.api.definitions import Kpis, OneKpi
from kpis.api.jobs import Jobs, OneJob
from kpis.api.released import Benchmarks, Figures, OneRelease, Releases
from kpis.api.returns import OneReturn, Returns, Submit
from kpis.api.wards import WardFigures, WardIndicators

urlpatterns = [
    path("kpis/", Kpis.as_view(), name="kpis"),
    path("kpis/<slug:code>/", OneKpi.as_view(), name="kpi"),
    path("collections/", Collections.as_view(), name="collections"),
    path("collections/<slug:period>/", OneCollection.as_view(), name="collection"),
    path("releases/", Releases.as_view(), name="releases"),
    path("releases/<int:release>/", OneRelease.as_view(), name="release"),
    path("releases/<int:release>/figures/", Figures.as_view(), name="figures"),
    path("benchmarks/", Benchmarks.as_view(), name="benchmarks"),
    path("returns/", Returns.as_view(), name="returns"),
    path("returns/<slug:organisation>/<slug:period>/", OneReturn.as_view(), name="return"),
    path("returns/<slug:organisation>/<slug:period>/submit/", Submit.as_view(), name="submit"),
    path("calculator/<slug:code>/", Calculator.as_view(), name="calculator"),
    path("ward-indicators/", WardIndicators.as_view(), name="ward-indicators"),
    path("ward-figures/", WardFigures.as_view(), name="ward-figures"),
    path("jobs/", Jobs.as_view(), name="jobs"),
    path("jobs/<int:job>/", OneJob.as_view(), name="job"),
]
