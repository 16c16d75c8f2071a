"""Addresses of packs of ward figures, for those who keep them."""

from django.urls import path, re_path

from kpis.views import ward_packs

app_name = "ward-packs"
urlpatterns = [
    path("", ward_packs.pack_list, name="list"),
    re_path(r"^template\.(?P<kind>xlsx|csv)$", ward_packs.pack_template, name="template"),
    path("<int:pack>/", ward_packs.pack_detail, name="detail"),
    path("<int:pack>/show/", ward_packs.show_pack, name="show"),
    path("<int:pack>/discard/", ward_packs.discard_pack, name="discard"),
    path("<int:pack>/withdraw/", ward_packs.withdraw_pack, name="withdraw"),
    path("<int:pack>/bring-back/", ward_packs.bring_back_pack, name="bring-back"),
]
