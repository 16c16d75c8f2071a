"""Addresses of the compliance register and of baselines."""

from django.urls import path

from steering.views import compliance

app_name = "compliance"
urlpatterns = [
    path("", compliance.register, name="list"),
    path("data.csv", compliance.data, name="data"),
    path("baselines/", compliance.baseline_list, name="baselines"),
    path("baselines/<slug:kpi>/", compliance.baseline_fix, name="baseline"),
    path("records/<int:pk>/public/", compliance.public, name="public"),
    path("records/<int:pk>/withdraw/", compliance.withdraw, name="withdraw"),
    path("<slug:duty>/", compliance.duty_page, name="duty"),
    path("<slug:duty>/record/", compliance.record, name="record"),
    path("<slug:duty>/day/", compliance.move, name="move"),
]
