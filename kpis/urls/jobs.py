"""Addresses of background jobs."""

from django.urls import path

from kpis.views import releases

app_name = "jobs"
urlpatterns = [
    path("", releases.job_list, name="list"),
    path("<int:job>/retry/", releases.retry_job, name="retry"),
]
