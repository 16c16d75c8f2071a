"""Addresses of the workforce app, one list for each noun."""

from django.urls import include, path

from workforce.views import networks, posts, registers

network_addresses = (
    [
        path("", networks.network_list, name="list"),
        path("add/", networks.add, name="add"),
        path("start/", networks.start_guide, name="start"),
        path("workbook/", registers.sheet, {"register": "networks"}, name="sheet"),
        path("workbook/save/", registers.apply, {"register": "networks"}, name="sheet-apply"),
        path("workbook/download/", registers.download, {"register": "networks"}, name="sheet-download"),
        path("<slug:network>/", networks.network_page, name="detail"),
        path("<slug:network>/change/", networks.change, name="change"),
        path("<slug:network>/confirm/", networks.confirm, name="confirm"),
        path("<slug:network>/met/", networks.met, name="met"),
        path("<slug:network>/end/", networks.end, name="end"),
    ],
    "networks",
)

post_addresses = (
    [
        path("", posts.capacity, name="list"),
        path("add/", posts.add, {"kind": "post"}, name="add"),
        path("workbook/", registers.sheet, {"register": "edi-capacity"}, name="sheet"),
        path("workbook/save/", registers.apply, {"register": "edi-capacity"}, name="sheet-apply"),
        path("workbook/download/", registers.download, {"register": "edi-capacity"}, name="sheet-download"),
        path("<int:pk>/change/", posts.change, {"kind": "post"}, name="change"),
        path("apprenticeships/add/", posts.add, {"kind": "apprenticeship"}, name="add-apprenticeship"),
        path("apprenticeships/<int:pk>/change/", posts.change, {"kind": "apprenticeship"}, name="change-apprenticeship"),
        path("years/add/", posts.add, {"kind": "year"}, name="add-year"),
        path("years/<int:pk>/change/", posts.change, {"kind": "year"}, name="change-year"),
    ],
    "edi-posts",
)

urlpatterns = [path("networks/", include(network_addresses)), path("edi-posts/", include(post_addresses))]
