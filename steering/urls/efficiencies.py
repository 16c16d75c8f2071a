"""Addresses of efficiencies."""

from django.urls import path

from steering.views import efficiencies

app_name = "efficiencies"
urlpatterns = [
    path("", efficiencies.efficiency_list, name="list"),
    path("add/", efficiencies.add, name="add"),
    path("challenges/", efficiencies.challenges, name="challenges"),
    path("<int:pk>/change/", efficiencies.change, name="change"),
    path("<int:pk>/withdraw/", efficiencies.withdraw, name="withdraw"),
    path("claims/<int:number>/decide/", efficiencies.decide, name="decide"),
    path("years/<slug:financial_year>/propose/", efficiencies.propose, name="propose"),
    path("years/<slug:financial_year>/freeze/", efficiencies.freeze, name="freeze"),
]
