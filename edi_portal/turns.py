"""One at a time: who does the same at the same moment waits until the first is done, and free addresses that need it."""

from django.db import connection
from django.db.models import Model


def wait_for_turn(name: str) -> None:
    """Hold this turn until the transaction ends; whoever wants it meanwhile waits. Another name is another turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def free_slug(model: type[Model], stem: str, *, always_numbered: bool = False) -> str:
    """An address that no row has: the stem, or the stem and the lowest free number.

    Two who add at the same moment get two: the second waits until the first is stored.
    """
    wait_for_turn(f"addresses of {model._meta.label}")
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    while (slug := stem if number == 1 and not always_numbered else f"{stem}-{number}") in taken:
        number += 1
    return slug
