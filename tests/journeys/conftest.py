"""The browser and the portal that journeys walk through."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser

from tests.journeys.chromium import chromium
from tests.journeys.portal import Portal


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the journeys of a module."""
    with chromium() as started:
        yield started


@pytest.fixture
def portal(transactional_db: None, reference: None, live_server: object, browser: Browser) -> Iterator[Portal]:
    """The portal on its day, with a collection open, and nobody signed in."""
    cache.clear()
    opened = Portal(browser, str(live_server))
    yield opened
    opened.close()
