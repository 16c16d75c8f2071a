"""Addresses of EDS panels."""

from django.urls import path

from steering.views import panels

app_name = "eds"
urlpatterns = [
    path("", panels.panel_list, name="list"),
    path("comments/<int:remark>/answer/", panels.answer, name="answer"),
    path("<slug:organisation>/", panels.panel_page, name="organisation"),
    path("<slug:organisation>/score/", panels.score, name="score"),
    path("<slug:organisation>/comment/", panels.comment, name="comment"),
    path("<slug:organisation>/scores.csv", panels.scores_csv, name="csv"),
]
