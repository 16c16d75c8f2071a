"""Addresses of the calculator, open to everybody."""

from django.urls import path

from kpis.views import calculator

app_name = "calculator"
urlpatterns = [
    path("", calculator.calculator_list, name="list"),
    path("<slug:code>/", calculator.calculator_detail, name="detail"),
]
