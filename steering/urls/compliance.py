"""Addresses of the compliance register and of baselines."""

from django.urls import path

from steering.views import compliance, registers

app_name = "compliance"
urlpatterns = [
    path("", compliance.register, name="list"),
    path("data.csv", compliance.data, name="data"),
    path("workbook/", registers.sheet, name="sheet"),
    path("workbook/save/", registers.apply, name="sheet-apply"),
    path("workbook/download/", registers.download, name="sheet-download"),
    path("baselines/", compliance.baseline_list, name="baselines"),
    path("baselines/<slug:kpi>/", compliance.baseline_fix, name="baseline"),
    path("records/<int:pk>/public/", compliance.public, name="public"),
    path("records/<int:pk>/withdraw/", compliance.withdraw, name="withdraw"),
    path("<slug:duty>/", compliance.duty_page, name="duty"),
    path("<slug:duty>/record/", compliance.record, name="record"),
    path("<slug:duty>/day/", compliance.move, name="move"),
]
