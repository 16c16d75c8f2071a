"""Promises of docs/security.md that no single app keeps: rights, messages, headers, scripts in a page."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads

from edi_portal.celery import app
from tests.journeys.chromium import chromium

ROOT = Path(settings.BASE_DIR)
HARM = "window.harmed = 1"
APPS = ("edi_portal", "organisations", "workforce", "kpis", "strategies", "steering")
CODE = {path: path.read_text() for name in APPS for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts}


@pytest.mark.security(5)
def test_rights_are_read_from_guardian_in_one_module_and_never_globally() -> None:
    readers = [path for path, text in CODE.items() if "get_objects_for_user" in text]
    assert readers == [ROOT / "organisations" / "permissions.py"]
    calls = re.findall(r"get_objects_for_user\((.*?)\n    \)", CODE[readers[0]], re.DOTALL)
    assert calls and all("accept_global_perms=False" in call for call in calls)


@pytest.mark.security(11)
def test_no_view_takes_all_returns() -> None:
    views = {path: text for path, text in CODE.items() if "views" in path.relative_to(ROOT).as_posix()}
    assert len(views) > 50
    unscoped = re.compile(
        r"\b(?:KpiReturn|ReturnValue|ReturnAnswer|ReturnEvent|Evidence|Extract)\.objects\.(?!visible_to|none)\w+"
    )
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {match[0]}" for path, text in views.items() for match in unscoped.finditer(text)
    }
    assert found == {
        # The page on which a portal admin says that a return is not required: it shows no figure.
        "kpis/views/collections.py: KpiReturn.objects.live",
        # Counts one's own uploads of the last hour.
        "kpis/views/extract_receiving.py: Extract.objects.for_the_portal",
    }


@pytest.mark.security(36)
def test_a_message_that_would_run_code_is_refused() -> None:
    assert set(app.conf.accept_content) == {"json"} and app.conf.task_serializer == "json"
    for kind in ("application/x-python-serialize", "application/x-yaml"):
        with pytest.raises(ContentDisallowed):
            loads(b"anything", kind, "binary", accept=app.conf.accept_content)


@pytest.mark.security(42)
def test_there_is_no_admin_site() -> None:
    assert not apps.is_installed("django.contrib.admin")
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")


@pytest.mark.django_db
@pytest.mark.security(25)
def test_scripts_come_from_files_of_the_portal_only() -> None:
    policy = Client().get("/help/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self'", "no page holds a script, so none needs a nonce"
    assert {directives[name] for name in ("default-src", "frame-ancestors", "base-uri")} == {"'none'"}


@pytest.mark.browser
@pytest.mark.django_db
@pytest.mark.security(24)
def test_a_browser_runs_no_script_that_a_page_did_not_bring() -> None:
    answer = Client().get("/help/")
    headers = {"Content-Type": "text/html", "Content-Security-Policy": answer.headers["Content-Security-Policy"]}
    planted = answer.content.decode().replace("</main>", f"<script>{HARM}</script><img src=x onerror='{HARM}'></main>")
    said: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.route("**/*", lambda route: route.fulfill(status=404))
        page.route("**/help/", lambda route: route.fulfill(headers=headers, body=planted))
        page.goto("http://portal.invalid/help/")
        page.evaluate("code => document.head.append(Object.assign(document.createElement('script'), {textContent: code}))", HARM)
        assert page.evaluate("window.harmed") is None
        page.close()
    assert sum("Content Security Policy" in text for text in said) >= 3, said
