"""Colour pairs of the style sheet: text at least 4.5 to 1, graphics at least 3 to 1 or with an edge that is."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEET = (Path(settings.BASE_DIR) / "static" / "css" / "edi.css").read_text()
TOKENS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", SHEET))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "white"),
        ("ink", "panel"),
        ("ink", "worse"),
        ("ink", "worse-tint"),
        ("ink", "blue-tint"),
        ("ink", "strip-ground"),
        ("ink", "focus"),
        ("ink-2", "white"),
        ("ink-2", "panel"),
        ("ink-2", "query-ground"),
        ("white", "blue"),
        ("white", "blue-dark"),
        ("blue", "white"),
        ("worse-ink", "white"),
        ("worse-ink", "panel"),
        ("red", "white"),
    ],
)
def test_text_is_readable(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(
    ("graphic", "ground"), [("graphic", "white"), ("ink", "worse"), ("blue", "white"), ("worse-ink", "panel"), ("ink-2", "hatch")]
)
def test_graphics_stand_out_or_have_an_edge_that_does(graphic: str, ground: str) -> None:
    assert contrast(graphic, ground) >= 3


def test_nothing_is_smaller_than_14_px() -> None:
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", SHEET)]
    assert min(size for size in sizes if size) >= 14


def test_every_colour_is_a_token() -> None:
    rules = SHEET[SHEET.index("}") :]
    assert set(re.findall(r"#[0-9a-fA-F]{3,6}\b", rules)) <= {"#000"}


def test_nothing_comes_from_outside() -> None:
    assert "http" not in SHEET.replace('a[href^="http"]', "") and "@import" not in SHEET and "@font-face" not in SHEET
