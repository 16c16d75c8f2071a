"""Addresses of reports and packs."""

from django.urls import path

from steering.views import packs, reports

app_name = "reports"
urlpatterns = [
    path("", reports.report_list, name="list"),
    path("start/", reports.start, name="start"),
    path("packs/", packs.pack_list, name="packs"),
    path("packs/<int:number>/packs.zip", packs.archive, name="packs-archive"),
    path("packs/<int:number>/<slug:organisation>/", packs.released_pack, name="released-pack"),
    path("own/<slug:organisation>/", packs.own_pack, name="own-pack"),
    path("partnership/", reports.summary, name="summary"),
    path("partnership/<str:ending>/", reports.summary_file, name="summary-file"),
    path("<int:report>/", reports.detail, name="detail"),
    path("<int:report>/chapter/<int:chapter>/", reports.chapter, name="chapter"),
    path("<int:report>/file/<str:ending>/", reports.file, name="file"),
    path("<int:report>/write/<slug:place>/", reports.write, name="write"),
    path("<int:report>/level/<slug:workstream>/", reports.level, name="level"),
    path("<int:report>/publish/", reports.publish, name="publish"),
    path("<int:report>/discard/", reports.discard, name="discard"),
    path("<int:report>/downloads/", reports.downloads, name="downloads"),
]
