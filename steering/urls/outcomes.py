"""Addresses of planned outcomes."""

from django.urls import path

from steering.views import outcomes

app_name = "outcomes"
urlpatterns = [
    path("", outcomes.outcome_list, name="list"),
    path("<int:number>/words/", outcomes.word, name="word"),
    path("<int:number>/evidence/add/", outcomes.link, name="link"),
    path("<int:number>/evidence/<int:key>/withdraw/", outcomes.withdraw, name="withdraw"),
]
