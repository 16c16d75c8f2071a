"""Addresses of proposals and their ratification."""

from django.urls import path

from steering.views import proposals

app_name = "ratifications"
urlpatterns = [
    path("", proposals.ratification_list, name="list"),
    path("add/", proposals.add, name="add"),
    path("<int:proposal>/", proposals.detail, name="detail"),
    path("<int:proposal>/ratify/", proposals.ratify, name="ratify"),
    path("<int:proposal>/return/", proposals.send_back, name="return"),
    path("<int:proposal>/take-back/", proposals.take_back, name="take-back"),
    path("<int:proposal>/withdraw/", proposals.withdraw, name="withdraw"),
]
