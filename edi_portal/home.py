"""Home: what is waiting for the reader, by role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """The reader's home page."""
    return render(request, "home.html")
