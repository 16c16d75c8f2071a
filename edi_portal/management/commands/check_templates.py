"""Loads every template of the project, so that a mistake in a rarely seen page is found before a reader finds it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode


def template_names() -> list[str]:
    """The names of the project's own Django templates, of the template folder and of the apps; macros of Jinja are left out."""
    apps = [path for path in Path(settings.BASE_DIR).glob("*/**/templates") if _is_own(path)]
    folders: Any = settings.TEMPLATES[0]["DIRS"]
    names: set[str] = set()
    for folder in [*folders, *apps]:
        names |= {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()}
    return sorted(name for name in names if not name.endswith((".jinja", ".njk", ".j2", ".md")))


def _is_own(path: Path) -> bool:
    """Whether a folder belongs to the project and not to an environment, a package or a build."""
    parts = path.relative_to(settings.BASE_DIR).parts
    return not any(part.startswith(".") or part in {"node_modules", "build", "tests", "templates"} for part in parts[:-1])


def problem_of(name: str) -> str | None:
    """What is wrong with a template: it does not compile, or it names another one that does not exist."""
    try:
        template = get_template(name).template  # type: ignore[attr-defined]
        for node in template.nodelist.get_nodes_by_type((ExtendsNode, IncludeNode)):
            parent: Any = node.parent_name if isinstance(node, ExtendsNode) else node.template
            if isinstance(parent.var, str):
                engines["django"].get_template(parent.var)
    except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as error:
        return f"{name}: {type(error).__name__}: {error}"
    return None


class Command(BaseCommand):
    """`manage.py check_templates`."""

    help = "Compile every template and follow its extends and includes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Name every template that cannot be used; fail when there is one."""
        names = template_names()
        problems = [problem for name in names if (problem := problem_of(name))]
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"{len(names)} templates compile.")
