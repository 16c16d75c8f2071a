"""Addresses of equality impact assessments."""

from django.urls import path

from steering.views import impact

app_name = "impact"
urlpatterns = [
    path("", impact.assessment_list, name="list"),
    path("add/", impact.add, name="add"),
    path("<int:pk>/", impact.assessment_page, name="detail"),
    path("<int:pk>/change/", impact.change, name="change"),
    path("<int:pk>/sign/", impact.sign, name="sign"),
    path("<int:pk>/decide/", impact.decide, name="decide"),
    path("<int:pk>/actions/add/", impact.add_action, name="add-action"),
    path("actions/<int:pk>/close/", impact.close_action, name="close-action"),
]
