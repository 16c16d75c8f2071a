"""Addresses of good practice."""

from django.urls import path

from steering.views import practice

app_name = "practice"
urlpatterns = [
    path("", practice.note_list, name="list"),
    path("add/", practice.add, name="add"),
    path("<slug:note>/", practice.note_page, name="detail"),
    path("<slug:note>/change/", practice.change, name="change"),
    path("<slug:note>/retire/", practice.retire, name="retire"),
    path("<slug:note>/adopt/", practice.adopt, name="adopt"),
]
