"""A real browser for tests: Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Long enough for a busy machine; nothing is asserted about speed here.
expect.set_options(timeout=30_000)
ASYNC = "DJANGO_ALLOW_ASYNC_UNSAFE"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A started browser. Without one the test is skipped, or fails where a browser is required."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1" or os.environ.get("CI"):
            pytest.fail("A Chromium is needed here.")
        pytest.skip("There is no Chromium.")
    # Playwright's event loop runs in this thread, which Django would take for asynchronous code.
    before = os.environ.get(ASYNC)
    os.environ[ASYNC] = "true"
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            yield started
            started.close()
    finally:
        if before is None:
            del os.environ[ASYNC]
        else:
            os.environ[ASYNC] = before
