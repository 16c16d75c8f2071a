"""The calculator's pages: open to everybody, helpful, and forgetful."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import SafeExceptionReporterFilter

from edi_portal.ui.rate_limit import MOST_ADDRESSES, Window
from kpis.catalogue import load_catalogue
from kpis.views.calculator import calculator_detail
from tests.access.test_matrix import written_tables

pytestmark = pytest.mark.django_db
TYPED = {
    "recruitment_ethnicity:shortlisted.white": "48,211",
    "recruitment_ethnicity:appointed.white": "12,053",
    "recruitment_ethnicity:shortlisted.bme": "16,007",
    "recruitment_ethnicity:appointed.bme": "2,417",
}
PLANTED = ("48211", "48,211", "12053", "12,053", "16007", "16,007", "2417", "2,417")
WRES_2 = "/calculator/wres-2/"


@pytest.fixture(autouse=True)
def _no_earlier_visits() -> None:
    """Other tests' visits do not count."""
    calculator_detail.window._seen.clear()  # type: ignore[attr-defined]


def answer(client: Client, address: str = WRES_2, **changes: Any) -> Any:
    """The page after the form was sent."""
    return client.post(address, TYPED | changes)


def test_the_list_names_every_baseline_kpi_and_needs_no_account(client: Client) -> None:
    page = client.get(reverse("calculator:list"))
    assert page.status_code == 200
    assert page.content.decode().count('href="/calculator/') >= 61


def test_counts_give_figure_interval_verdict_and_sentence(client: Client) -> None:
    page = answer(client)
    text = page.content.decode()
    assert page.status_code == 200
    assert "1.66" in text
    assert "95% interval 1.59 to 1.72" in text
    assert "White applicants are" in text
    assert "edi-mark--act" in text
    assert "We found none of the usual mistakes" in text


def test_what_was_typed_is_still_there_beside_the_error(client: Client) -> None:
    page = answer(client, **{"recruitment_ethnicity:appointed.bme": "15%"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "BME applicants, appointed: Enter the count of people, not the percentage" in text
    assert 'value="48,211"' in text
    assert 'value="15%"' in text


def test_a_part_of_a_kpi_is_worked_out_by_its_own_address(client: Client) -> None:
    page = client.get("/calculator/wres-1/", {"part": "cluster_5"})
    assert "Band 5 staff" in page.content.decode()
    assert client.get("/calculator/wres-1/", {"part": "no-such-part"}).status_code == 404


def test_a_mistake_stands_under_the_result_with_its_rule(client: Client) -> None:
    text = answer(client, printed="0.60").content.decode()
    assert "the other way up" in text
    assert "Rule P2" in text


def test_impossible_counts_give_no_figure(client: Client) -> None:
    text = answer(client, **{"recruitment_ethnicity:appointed.bme": "99,999"}).content.decode()
    assert "These counts cannot be true" in text
    assert "95% interval" not in text


def test_nothing_typed_is_kept_in_database_session_log_or_cookie(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), written_tables() as written:
        page = answer(client, printed="1.66", last="1.58")
    assert page.status_code == 200
    assert not written, "The calculator writes nothing."
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    assert not any(number in str(cookie) for cookie in client.cookies.values() for number in PLANTED)
    lines = [str({**record.__dict__}) for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in lines for number in PLANTED if number in line]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
    assert page.headers["Cache-Control"] == "no-store, private"


def test_an_error_report_hides_what_was_posted(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kpis.views.calculator.result_of", fail)
    request = rf.post(WRES_2, TYPED)
    with pytest.raises(ZeroDivisionError):
        calculator_detail(request, "wres-2")
    reported = SafeExceptionReporterFilter().get_post_parameters(request)
    assert set(reported) == set(TYPED)
    assert not [number for number in PLANTED if number in str(reported)]


@pytest.mark.security(29)
def test_too_many_forms_in_a_minute_are_told_to_wait_and_reading_goes_on(client: Client) -> None:
    for _ in range(60):
        assert client.post(WRES_2, {}).status_code == 422
    late = client.post(WRES_2, {})
    assert late.status_code == 429
    assert late.headers["Retry-After"] == "60"
    assert client.get(WRES_2).status_code == 200
    assert client.post(WRES_2, {}, REMOTE_ADDR="192.0.2.7").status_code == 422


def test_the_count_begins_anew_after_a_minute_and_forgets_old_addresses() -> None:
    now = [0.0]
    window = Window(1, lambda: now[0])
    assert [window.is_over("a"), window.is_over("a")] == [False, True]
    now[0] = 61.0
    assert not window.is_over("a")
    for number in range(MOST_ADDRESSES + 10):
        window.is_over(str(number))
    assert len(window._seen) == MOST_ADDRESSES


@pytest.mark.parametrize("slug", [kpi.slug for kpi in load_catalogue().kpis.values()])
def test_every_page_says_its_figure_in_words(slug: str, client: Client) -> None:
    page = client.get(f"/calculator/{slug}/")
    asked = page.context["question"].asked
    answer = client.post(f"/calculator/{slug}/", {one.key: "1" for one in asked})
    assert answer.status_code == 200
    assert answer.context["result"].sentence.text


def test_the_calculator_reaches_no_return_and_no_release() -> None:
    for path in (*Path("kpis/calculator").glob("*.py"), Path("kpis/views/calculator.py"), Path("kpis/forms/calculator.py")):
        text = (Path(settings.BASE_DIR) / path).read_text()
        assert not [word for word in ("models.returns", "models.releases", "selectors.returns") if word in text], path
