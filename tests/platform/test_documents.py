"""The documents do not promise what is not there: links, paths, commands, roles and settings they name exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from organisations.roles import ROLES

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE_PATH = re.compile(r"`((?:edi_portal|kpis|organisations|workforce|strategies|tests|templates|static|deploy|docs)/[\w./-]*)`")
COMMAND = re.compile(r"manage\.py (\w+)")
MOST_IMAGE_BYTES = 300_000


def names(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_links_lead_somewhere(document: Path) -> None:
    targets = [target for target in LINK.findall(document.read_text()) if "://" not in target]
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=names)
def test_paths_and_commands_exist(document: Path) -> None:
    text = document.read_text()
    assert [path for path in CODE_PATH.findall(text) if not (ROOT / path).exists()] == []
    assert set(COMMAND.findall(text)) <= set(get_commands())


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, look = set(), [ROOT / "README.md"]
    while look:
        document = look.pop()
        reached.add(document)
        for target in LINK.findall(document.read_text()):
            found = (document.parent / target).resolve()
            if found.suffix == ".md" and found.is_file() and found not in reached:
                look.append(found)
    assert [names(document) for document in DOCUMENTS if document not in reached] == []


def test_the_readme_names_every_role_and_both_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert [role.label for role in ROLES.values() if f"| {role.label} |" not in text] == []
    assert "make run" in text and "make test" in text


def test_pictures_are_small_and_marked_synthetic() -> None:
    assert [names(path) for path in (ROOT / "docs" / "images").iterdir() if path.stat().st_size > MOST_IMAGE_BYTES] == []
    pictures = re.findall(r"!\[([^\]]*)\]\([^)]*\.png\)", (ROOT / "README.md").read_text())
    assert pictures and all("Synthetic" in words for words in pictures)


def test_the_settings_explained_are_settings() -> None:
    named = re.findall(r"`((?:CELERY|JOB)_[A-Z_]+[A-Z])`", (ROOT / "docs" / "reliability.md").read_text())
    assert named and [name for name in named if not hasattr(settings, name)] == []
