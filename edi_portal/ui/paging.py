"""Long tables: rows are shown whole up to a hundred, and beyond that fifty at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

MOST_TOGETHER = 100
ROWS = 50


def page_of_rows(request: HttpRequest, rows: Sequence[Any]) -> Page[Any]:
    """The rows of the page that the address names; the nearest one for a number that there is not."""
    return Paginator(rows, ROWS if len(rows) > MOST_TOGETHER else MOST_TOGETHER).get_page(request.GET.get("page"))
