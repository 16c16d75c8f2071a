"""Addresses of what a person wants to hear, and of the calendar."""

from django.urls import path

from kpis.views import notices

app_name = "notices"
urlpatterns = [
    path("", notices.choose, name="choose"),
    path("stop/reminders/", notices.stop, {"kind": "reminders"}, name="stop-reminders"),
    path("stop/digest/", notices.stop, {"kind": "digest"}, name="stop-digest"),
    path("calendar/renew/", notices.renew, name="renew"),
    path("calendar/<str:token>.ics", notices.calendar, name="calendar"),
]
