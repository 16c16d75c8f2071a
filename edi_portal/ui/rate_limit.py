"""A limit on how often one account, or a visitor's address, may send a form or fetch a file.

Counted in the memory of each web process and forgotten after a minute: the portal is slowed for nobody and keeps no list of
visitors. Many people of one organisation share an address, so limits are generous.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MINUTE = 60.0
MOST_ADDRESSES = 5_000
# Of one person in a minute. In the hour of the deadline somebody tries a workbook again and again; nobody needs thirty.
EXPORTS = UPLOADS = 30

View = Callable[..., HttpResponse]


class Window:
    """How often each address came within the present minute; the oldest addresses are dropped when there are too many."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def is_over(self, address: str) -> bool:
        """Count one request of this address; True when it is more than the limit."""
        now = self._clock()
        with self._lock:
            began, number = self._seen.pop(address, (now, 0))
            if now - began >= MINUTE:
                began, number = now, 0
            self._seen[address] = (began, number + 1)
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return number + 1 > self.per_minute


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: behind a proxy the address that the proxy saw, which is the last one it wrote down."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def asker_of(request: HttpRequest) -> str:
    """Who is counted: the account of a signed-in person, else the address."""
    user = getattr(request, "user", None)
    return f"user:{user.pk}" if user is not None and user.is_authenticated else address_of(request)


def limited(*, per_minute: int, methods: Collection[str] = ("POST",)) -> Callable[[View], View]:
    """Answer 429 with a page when one account or address asks this more often: sends the view's form, or whichever `methods` say.

    Reading is limited only where an answer costs seconds.
    """

    def decorate(view: View) -> View:
        window = Window(per_minute)

        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
            if request.method in methods and window.is_over(asker_of(request)):
                response = render(request, "errors/too_often.html", status=429)
                response.headers["Retry-After"] = str(int(MINUTE))
                return response
            return view(request, *arguments, **options)

        guarded.window = window  # type: ignore[attr-defined]  # tests look at it
        return guarded

    return decorate
