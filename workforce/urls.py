"""Addresses of the workforce app, one list for each noun."""

from django.urls import include, path

from workforce.views import networks

network_addresses = (
    [
        path("", networks.network_list, name="list"),
        path("add/", networks.add, name="add"),
        path("start/", networks.start_guide, name="start"),
        path("<slug:network>/", networks.network_page, name="detail"),
        path("<slug:network>/change/", networks.change, name="change"),
        path("<slug:network>/confirm/", networks.confirm, name="confirm"),
        path("<slug:network>/met/", networks.met, name="met"),
        path("<slug:network>/end/", networks.end, name="end"),
    ],
    "networks",
)

urlpatterns = [path("networks/", include(network_addresses))]
