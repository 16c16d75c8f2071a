"""Addresses of the steering group."""

from django.urls import path

from steering.views import group

app_name = "group"
urlpatterns = [
    path("", group.detail, name="detail"),
    path("terms/", group.terms, name="terms"),
    path("seats/add/", group.add_seat, name="add-seat"),
    path("seats/<int:seat>/", group.seat, name="seat"),
]
