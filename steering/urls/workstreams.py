"""Addresses of workstreams."""

from django.urls import path

from steering.views import workstreams

app_name = "workstreams"
urlpatterns = [
    path("", workstreams.workstream_list, name="list"),
    path("<slug:workstream>/", workstreams.detail, name="detail"),
    path("<slug:workstream>/lead/", workstreams.lead, name="lead"),
    path("<slug:workstream>/colour/", workstreams.colour, name="colour"),
    path("<slug:workstream>/rule/", workstreams.rule, name="rule"),
    path("<slug:workstream>/milestones/add/", workstreams.add_milestone, name="add-milestone"),
    path("<slug:workstream>/milestones/<int:milestone>/", workstreams.milestone, name="milestone"),
]
