"""`check_templates`: finds what a compile finds, and names the template."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from edi_portal.management.commands.check_templates import template_names


@pytest.fixture
def folder(tmp_path, settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    return tmp_path


def test_every_template_of_the_project_compiles(capsys):
    call_command("check_templates")
    assert "templates compile" in capsys.readouterr().out


def test_base_and_pages_are_among_them():
    names = template_names()
    assert "base.html" in names
    assert not [name for name in names if "node_modules" in name]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% if %}x{% endif %}", "odd.html: TemplateSyntaxError"),
        ("{{ x|no_such_filter }}", "odd.html: TemplateSyntaxError"),
        ("{% extends 'no_such_base.html' %}", "odd.html: TemplateDoesNotExist: no_such_base.html"),
        ("{% include 'no_such_part.html' %}", "odd.html: TemplateDoesNotExist: no_such_part.html"),
    ],
)
def test_mistake_is_named_with_its_template(folder, text, said):
    (folder / "odd.html").write_text(text)
    with pytest.raises(CommandError, match=said):
        call_command("check_templates")
