"""Whether the process lives and whether the portal is ready, for load balancers and container health checks."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

ANSWERS = "answers"
SILENT = "does not answer"
BROKER_ANSWERS_WITHIN = 1.0  # seconds; a check that waits is itself an outage


def database_answers() -> bool:
    """Whether the database takes questions and its tables are there."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT business_now()")
    except DatabaseError:
        return False
    return True


def broker_client(address: str) -> Redis:
    """A client for an address as in `REDIS_URL` that gives up within a second and tries nothing twice."""
    patience: dict[str, Any] = {
        "socket_timeout": BROKER_ANSWERS_WITHIN,
        "socket_connect_timeout": BROKER_ANSWERS_WITHIN,
        "retry": Retry(NoBackoff(), 0),
    }
    parts = urlsplit(address)
    if parts.scheme == "redis+socket":  # Celery's word for a unix socket; the database's number does not matter here
        return Redis(unix_socket_path=parts.path, password=parts.password, **patience)
    return Redis.from_url(address, **patience)


def broker_answers(address: str) -> bool:
    """Whether the broker at an address as in `REDIS_URL` takes messages."""
    try:
        with broker_client(address) as client:
            return bool(client.ping())
    except RedisError:
        return False


@login_not_required
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a database at rest does not get the web server restarted."""
    return HttpResponse("live\n", content_type="text/plain")


@login_not_required
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Pages can be served: the database answers.

    A silent broker is named but is no reason to turn readers away: jobs are rows, and the sweep finds them later.
    """
    database, broker = database_answers(), broker_answers(settings.CELERY_BROKER_URL)
    answer = {"database": ANSWERS if database else SILENT, "broker": ANSWERS if broker else SILENT}
    return JsonResponse(answer, status=200 if database else 503)
