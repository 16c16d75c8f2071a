"""A form that is pressed twice is done once, and one that lost a race for a lock is tried again.

Somebody who waited for an answer that never came presses again. The second press waits for the first, is led where the first led,
and does nothing. Each form is one transaction with the note that it was done, so neither can stand without the other.
Programs have their own key for this (`edi_portal/api/replays.py`); a script that saves while somebody types says what it saw.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.core.handlers.exception import response_for_exception
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime

from edi_portal.errors import ACCOUNT, API
from edi_portal.models import SentForm
from edi_portal.ui.middleware import GetResponse, wants_json

FORM = "application/x-www-form-urlencoded"
TOKEN = "csrfmiddlewaretoken"
WITHIN = timedelta(minutes=5)
"""A press again comes soon. Later the same form may be meant anew: what it did may have been undone by somebody else."""
KEPT = timedelta(days=1)
TRIES = 3
TRIED_FOR = 5.0
"""Seconds after the first try in which another may begin: nobody waits for three time-outs."""
PAUSE = 0.1
"""Seconds; the pause before a try is up to so much times its number, by chance, so that two who met do not meet again."""
TRY_AGAIN = frozenset({"40001", "40P01", "55P03", "57014", "23505", "23P01", "23503"})
"""Serialisation failure, deadlock, lock not had in time, statement ended by a time-out: all end before anything is kept.

So do those after a race with a colleague, who stored the same (twice what is there once, overlapping days) or deleted what this
builds on: the next try sees what is there now, and says so in the page's own words.
"""
LONGEST = SentForm._meta.get_field("led_to").max_length or 0
WRITES = ("INSERT", "UPDATE", "DELETE")

# Takes the row, waiting for whoever holds it, and says what stands in it. `get_or_create` would ask three times.
TAKE = f"""
INSERT INTO {SentForm._meta.db_table} (person_id, form) VALUES (%s, %s)
ON CONFLICT (person_id, form) DO UPDATE SET form = EXCLUDED.form
RETURNING id, content, led_to, sent_at, sent_at > now() - make_interval(secs => %s)
"""


def forget_old() -> None:
    """Delete what is only good for minutes, everybody's."""
    SentForm.objects.filter(sent_at__lt=Now() - KEPT).delete()


class SentFormsMiddleware:
    """Every form of somebody who is signed in is one transaction, done once, and tried again after a deadlock.

    Forms with files are read as a stream by their own pages, and forms of the account hold secrets: both are left alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_form(request):
            return self.get_response(request)
        began, session = time.monotonic(), dict(request.session.items())
        for number in range(1, TRIES + 1):
            response = self._answer(request)
            if number == TRIES or not _lost_a_race(response) or time.monotonic() - began > TRIED_FOR:
                break
            _as_it_came(request, session)
            time.sleep(random.uniform(0, PAUSE * number))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            with transaction.atomic():
                response = self.get_response(request) if TOKEN not in request.POST or wants_json(request) else self._once(request)
                if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    transaction.set_rollback(True)
        except DatabaseError as fault:  # only now does PostgreSQL look whether what a row builds on is still there
            return response_for_exception(request, fault)
        return response

    def _once(self, request: HttpRequest) -> HttpResponse:
        content = _digest(
            request.get_full_path(), sorted((name, values) for name, values in request.POST.lists() if name != TOKEN)
        )
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [request.user.pk, _digest(request.POST[TOKEN]), WITHIN.total_seconds()])
            key, done, led_to, sent_at, just_now = cursor.fetchone()
        if done == content and just_now:
            said = f"You sent this at {localtime(sent_at):%H:%M} and it was done then, once. This is how things stand now."
            messages.info(request, said)
            return HttpResponseRedirect(led_to)
        with _noting_writes() as wrote:
            response = self.get_response(request)
        if wrote and isinstance(response, HttpResponseRedirect) and _may_be_kept(response.url):
            SentForm.objects.filter(pk=key).update(content=content, led_to=response.url, sent_at=Now())
        return response


def _is_form(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and request.content_type == FORM
        and not request.path.startswith((API, ACCOUNT))
        and request.user.is_authenticated
    )


def _as_it_came(request: HttpRequest, session: dict[str, Any]) -> None:
    """Without what the lost try wanted to say, and with what it took out of the session."""
    request._messages = default_storage(request)  # type: ignore[attr-defined]
    request.session.clear()
    request.session.update(session)


def _may_be_kept(address: str) -> bool:
    """Not a page of the account, which asks for a code first; and an address too long for its column undoes no form."""
    return not address.startswith(ACCOUNT) and len(address) <= LONGEST


def _digest(*parts: object) -> str:
    """Keyed, so that nobody who reads the table can try what was typed."""
    return salted_hmac("sent form", repr(parts), algorithm="sha256").hexdigest()


@contextmanager
def _noting_writes() -> Iterator[list[str]]:
    """The tables' changes of this connection meanwhile: a form that changed nothing may be sent again."""
    wrote: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith(WRITES):
            wrote.append(sql)
        return result

    with connection.execute_wrapper(note):
        yield wrote


def _lost_a_race(response: HttpResponse) -> bool:
    return getattr(response, "database_code", "") in TRY_AGAIN
