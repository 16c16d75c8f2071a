"""Addresses of consultations."""

from django.urls import path

from steering.views import consultations

app_name = "consultations"
urlpatterns = [
    path("", consultations.consultation_list, name="list"),
    path("ask/", consultations.ask, name="ask"),
    path("<int:consultation>/", consultations.consultation_page, name="detail"),
    path("<int:consultation>/answer/", consultations.answer, name="answer"),
    path("<int:consultation>/reply/", consultations.reply, name="reply"),
]
