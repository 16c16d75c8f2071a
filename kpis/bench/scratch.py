"""A database that exists only while the measurements run, with the settings of the demonstration. Real data are never touched."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings

from edi_portal.celery import app

# As `make run` sets them: pages answer over plain HTTP, and the demonstration's data may be loaded.
SETTINGS = {
    "DEMONSTRATION": True,
    "DEBUG": False,
    "HTTPS": False,
    "ALLOWED_HOSTS": ["testserver"],
    "SECURE_SSL_REDIRECT": False,
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
    "SESSION_COOKIE_NAME": "edi_session",
    "CSRF_COOKIE_NAME": "edi_csrf",
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
}


@contextmanager
def scratch_portal() -> Iterator[None]:
    """Run the body as the demonstration on a migrated database of its own."""
    with demonstration_settings(), scratch_database():
        call_command("migrate", verbosity=0)
        yield


@contextmanager
def demonstration_settings() -> Iterator[None]:
    """The settings of the demonstration, without request logs.

    Messages to workers stay in memory: a worker of the given installation would look for the row in its own database.
    """
    broker = app.conf.broker_url
    app.conf.broker_url = "memory://"
    logging.disable(logging.WARNING)
    try:
        with override_settings(**SETTINGS):
            yield
    finally:
        logging.disable(logging.NOTSET)
        app.conf.broker_url = broker


@contextmanager
def scratch_database() -> Iterator[str]:
    """An empty database beside the given one, in use while the body runs; it is dropped at the end, also after an error."""
    given, name = connection.settings_dict["NAME"], f"edi_bench_{os.getpid()}"
    quoted = connection.ops.quote_name(name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted}")
    _turn_to(name)
    try:
        yield name
    finally:
        _turn_to(given)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
