"""Every address that gives figures to others is read by the attacker: the whole portal is walked and its queries are watched."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from organisations.roles import Role
from tests.access.addresses import address, names_and_parameters
from tests.access.matrix import lines
from tests.access.world import ANONYMOUS, NO_ROLE, World
from tests.attack.scrapers import SCRAPERS

RELEASED = re.compile(r'(?:FROM|JOIN) "(?:kpis_released(?:figure|count)|strategies_sharedhours|strategies_frozenhours)"')
RETURNED = re.compile(r'SELECT [^;]*"amount"[^;]* FROM "kpis_returnvalue"')
# Those who have no organisation's exact figures; what one of them is given, the attacker must read.
OTHERS = (Role.STEERING_MEMBER, Role.BOARD_MEMBER, Role.HEALTHWATCH_READER, NO_ROLE, ANONYMOUS)


@contextmanager
def tables_read() -> Iterator[set[str]]:
    """Which kinds of figures are read meanwhile."""
    found: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        found.update(kind for kind, pattern in (("released", RELEASED), ("returned", RETURNED)) if pattern.search(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def test_every_address_with_figures_for_others_has_a_scraper_and_none_reads_a_return(world: World) -> None:
    unread, exact, walked = set(), set(), 0
    for line in lines():
        if line.method != "GET" or (line.name in SCRAPERS and line.name != "home"):
            continue
        for thing in line.things:
            for reader in OTHERS:
                if line.statuses[reader] != 200:
                    continue
                with transaction.atomic(), tables_read() as read:
                    world.client(reader).get(address(world, line.name, thing))
                    transaction.set_rollback(True)
                walked += 1
                if "released" in read and line.name not in SCRAPERS:
                    unread.add(line.name)
                if "returned" in read:
                    exact.add((line.name, str(reader)))
    assert walked > 100
    assert not unread, "Register a scraper in tests/attack/scrapers.py."
    assert not exact, "Only the owning organisation reads what was returned."


def test_every_scraper_is_of_an_address_that_exists() -> None:
    assert set(SCRAPERS) <= set(names_and_parameters())
