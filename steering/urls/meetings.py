"""Addresses of meetings."""

from django.urls import path

from steering.views import meetings

app_name = "meetings"
urlpatterns = [
    path("", meetings.meeting_list, name="list"),
    path("add/", meetings.add, name="add"),
    path("<str:day>/", meetings.detail, name="detail"),
    path("<str:day>/papers.pdf", meetings.paper, {"ending": "pdf"}, name="pdf"),
    path("<str:day>/papers.xlsx", meetings.paper, {"ending": "xlsx"}, name="xlsx"),
    path("<str:day>/papers.csv", meetings.paper, {"ending": "csv"}, name="csv"),
    path("<str:day>/items/", meetings.items, name="items"),
    path("<str:day>/issue/", meetings.issue, name="issue"),
    path("<str:day>/cancel/", meetings.cancel, name="cancel"),
    path("<str:day>/attendance/", meetings.attendance, name="attendance"),
    path("<str:day>/minutes/", meetings.minutes, name="minutes"),
    path("<str:day>/agree/", meetings.agree, name="agree"),
    path("<str:day>/decide/", meetings.decide, name="decide"),
]
