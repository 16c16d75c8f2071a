"""The API's own pages: the guide for people, the schema for programs."""

from django.urls import path

from edi_portal.api.guide import guide, schema

urlpatterns = [
    path("", guide, name="guide"),
    path("v1/schema/", schema, name="schema"),
]
