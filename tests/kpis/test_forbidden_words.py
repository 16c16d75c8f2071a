"""What pages may not say: "improved" or "worse" without a stored verdict, "significant", a fall as a failing."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

CLAIMS = re.compile(r"\b(improv\w+|worsen\w*|deteriorat\w+|getting (?:better|worse))\b", re.IGNORECASE)
NEVER = re.compile(r"\b(significant(?:ly)?|p-value|league table|fails its target)\b", re.IGNORECASE)
WINDOWS = '{"basis":"windows","before":"12","earlier":"2018-19-q2","size":"4.1"}'
CHART = '{"basis":"limits","rule":"run","run":7,"side":"below","since":"2018-19-q1","stretches":[],"breaks":[]}'


def words_of(page: bytes) -> str:
    """The words that a reader sees: no markup, scripts or attributes."""
    text = re.sub(r"<(script|style|nav|header|footer)\b.*?</\1>", " ", page.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def pages(browser: Client, trust: Organisation) -> dict[str, str]:
    addresses = [
        reverse("home"),
        reverse("kpis:detail", args=["dq-1"]) + f"?organisation={trust.slug}",
        reverse("kpis:organisation", args=[trust.slug]),
        reverse("overview:table"),
        reverse("overview:exceptions"),
    ]
    return {address: words_of(browser.get(address).content) for address in addresses}


def world(**told: object) -> Organisation:
    """Two releases in which every figure fell a great deal; what is stored of it is for the test to say."""
    due = list(Organisation.objects.in_footprint("2019-09-30").order_by("slug")[:8])
    for number, (period, base) in enumerate((("2018-19-q2", 12.0), ("2019-20-q2", 4.0)), start=1):
        release = published_release(period, number, due)
        newest = told if number == 2 else {}
        rows = [figure(release, "DQ-1", value=base, low=base - 0.2, high=base + 0.2, statistic="pooled", **newest)]
        for trust in due:
            rows.append(
                figure(release, "DQ-1", trust, value=base, low=base - 1, high=base + 1, tier="board", verdict="act", **newest)
            )
        write(*rows)
    return due[0]


def claims(text: str) -> list[str]:
    """Claims in a page, but its fixed labels with a count of none."""
    text = re.sub(r"Getting (better|worse) 0\b", "", text)
    text = re.sub(r"\b0 getting (better|worse)", "", text)
    return [found.group(0) for found in CLAIMS.finditer(text)]


@pytest.mark.parametrize("told", [{}, {"over_time": "no_difference"}, {"over_time": "too_few"}, {"over_time": "changed"}])
def test_no_page_speaks_of_improvement_without_a_stored_verdict(told: dict[str, str]) -> None:
    detail = {"time_detail": CHART if told.get("over_time") == "changed" else WINDOWS} if told else {}
    trust = world(**told, **detail)
    for address, text in pages(signed_in(person(Role.STEERING_MEMBER)), trust).items():
        assert claims(text) == [], address


@pytest.mark.parametrize(
    "told",
    [
        {"over_time": "better", "time_detail": WINDOWS},
        {"over_time": "better", "variation": "improvement_low", "time_points": 14, "time_detail": CHART},
    ],
)
def test_every_page_says_the_stored_verdict(told: dict[str, object]) -> None:
    trust = world(**told)
    found = pages(signed_in(person(Role.STEERING_MEMBER)), trust)
    for address, text in found.items():
        assert claims(text) or "etter" in text, address
        assert "orsen" not in text and not re.search(r"(?<!0 )\bgetting worse\b(?! 0)", text), address


def test_no_page_uses_a_forbidden_word() -> None:
    trust = world(over_time="worse", time_detail=WINDOWS)
    for role in (Role.STEERING_MEMBER, Role.PORTAL_ADMIN):
        for address, text in pages(signed_in(person(role)), trust).items():
            assert NEVER.findall(text) == [], address
