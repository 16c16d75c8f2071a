"""Addresses of the shared operating model."""

from django.urls import path

from strategies.views import assessments, operating_model, system_view

app_name = "operating-model"
ASSESSMENT = "assessments/<slug:organisation>/<slug:year>/"
urlpatterns = [
    path("", operating_model.home, name="home"),
    path("criteria/", operating_model.criteria, name="criteria"),
    path("system/", system_view.system, name="system"),
    path("system/data.csv", system_view.system_data, {"ending": "csv"}, name="system-csv"),
    path("system/data.xlsx", system_view.system_data, {"ending": "xlsx"}, name="system-xlsx"),
    path("assessments/", assessments.assessments, name="assessments"),
    path("assessments/begin/", assessments.begin, name="begin-assessment"),
    path(ASSESSMENT, assessments.assessment, name="assessment"),
    path(f"{ASSESSMENT}confirm/", assessments.confirm, name="confirm-assessment"),
    path(f"{ASSESSMENT}send-back/", assessments.send_back, name="send-assessment-back"),
    path(f"{ASSESSMENT}reopen/", assessments.reopen, name="reopen-assessment"),
    path(f"{ASSESSMENT}share/", assessments.share, name="share-assessment"),
    path(f"{ASSESSMENT}criteria/<slug:criterion>/", assessments.answer, name="answer"),
]
