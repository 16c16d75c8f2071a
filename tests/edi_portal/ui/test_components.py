"""Components: all of them in the gallery, each documented, and none with style or script in it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from edi_portal.ui import components, gallery

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SHOWN = [example for family in gallery.families() for example in family.examples]


def test_every_component_has_an_example() -> None:
    assert {example.component for example in SHOWN} | gallery.CHART_PARTS == set(components.names())


@pytest.mark.parametrize("example", SHOWN, ids=lambda example: f"{example.component}, {example.state}")
def test_every_example_draws_something(example: gallery.Example) -> None:
    assert components.render(example.component, example.parameters).strip()


@pytest.mark.parametrize(
    "name", ["lead_panel", "facts", "task_list", "count_grid", "heat_table", "table", "findings", "report_cover"]
)
def test_the_comment_at_the_top_says_what_it_takes(name: str) -> None:
    source = (TEMPLATES / "components" / f"{name}.html").read_text()
    assert source.startswith("{% comment %}\n" + name + ":")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
@pytest.mark.security(25)
def test_no_template_holds_style_script_or_handlers(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=", source), "put it into a class"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "put it into a script file"
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "put it into a script file"
    assert "<style" not in source


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_template_can_be_read(path: Path) -> None:
    assert get_template(str(path.relative_to(TEMPLATES)))


def test_a_grid_with_a_missing_cell_is_a_fault() -> None:
    grid = {"caption": "x", "corner": "x", "columns": ["a", "b"], "rows": [{"label": "r", "cells": [{"fixed": "1"}]}]}
    with pytest.raises(ValueError, match="zip"):
        components.render("count_grid", {"grid": grid})


def test_a_cell_of_a_grid_is_labelled_described_and_keeps_what_was_typed() -> None:
    cell = {"name": "a1", "label": "BME, Applied", "value": '"><b>', "was": "411", "change": "−313", "error": "Enter 104 or more"}
    markup = components.render(
        "count_grid",
        {"grid": {"caption": "c", "corner": "k", "columns": ["Applied"], "rows": [{"label": "BME", "cells": [cell]}]}},
    )
    assert 'aria-label="BME, Applied"' in markup
    assert 'aria-describedby="id_a1-was id_a1-error"' in markup
    assert 'value="&quot;&gt;&lt;b&gt;"' in markup
    assert 'data-l="Applied"' in markup
