"""Addresses of the kpis app."""

from django.urls import URLPattern

app_name = "kpis"
urlpatterns: list[URLPattern] = []
