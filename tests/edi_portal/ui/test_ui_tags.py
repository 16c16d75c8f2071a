"""How figures, dates and counts are written on every page."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template, TemplateSyntaxError


def written(expression: str, value: object) -> str:
    return Template("{{ value|" + expression + " }}").render(Context({"value": value}))


@pytest.mark.parametrize(
    ("expression", "value", "text"),
    [
        ("count", 1482, "1,482"),
        ("count", 0, "0"),
        ("count", None, ""),
        ("count", -3, "−3"),
        ("count:2", Decimal("12.255"), "12.26"),
        ("number", 1_000_000, "1,000,000"),
        ("change", 92, "+92"),
        ("change", -313, "−313"),
        ("change", 0, "0"),
        ("ratio", Decimal("1.6"), "1.60"),
        ("ratio", Decimal("1.665"), "1.67"),
        ("percent", Decimal("22.24"), "22.2%"),
        ("percent:0", Decimal("22.5"), "23%"),
        ("percent", None, ""),
        ("points", Decimal("-20.5"), "−20.5 pp"),
        ("pp", Decimal("0.5"), "+0.5 pp"),
        ("pounds", Decimal("1.02"), "£1.02"),
        ("pounds", Decimal("-1234"), "−£1,234.00"),
        ("date_long", date(2020, 1, 20), "20 January 2020"),
        ("date_short", date(2019, 12, 31), "31 Dec 2019"),
        ("date_long", datetime(2019, 7, 1, 23, 30, tzinfo=UTC), "2 July 2019"),
        ("time_short", datetime(2019, 7, 1, 13, 32, tzinfo=UTC), "14:32"),
        ("date_long", None, ""),
        ('plural:"cell,cells"', 1, "1 cell"),
        ('plural:"cell,cells"', 1482, "1,482 cells"),
        ('plural:"cell,cells"', 0, "0 cells"),
    ],
)
def test_filters(expression: str, value: object, text: str) -> None:
    assert written(expression, value) == text


def test_a_component_sees_nothing_of_the_page() -> None:
    page = Template('{% component "tag" label="New" %}')
    assert "leak" not in page.render(Context({"colour": "leak"}))


def test_wrap_hands_over_what_stands_inside_as_html_and_escapes_parameters() -> None:
    page = Template('{% wrap "details" summary=title %}<p>{{ inner }}</p>{% endwrap %}')
    markup = page.render(Context({"title": "<b>", "inner": "<i>"}))
    assert "&lt;b&gt;" in markup and "<p>&lt;i&gt;</p>" in markup


def test_an_unknown_component_is_a_fault() -> None:
    with pytest.raises(KeyError, match="no component"):
        Template('{% component "no_such" %}').render(Context())


def test_wrap_takes_names_only() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template('{% wrap "details" 3 %}{% endwrap %}')


def test_icons_are_hidden_from_assistive_technology() -> None:
    assert 'aria-hidden="true"' in Template('{% icon "user" %}').render(Context())
