"""The components of the portal: one template each in `templates/components/`, one registry, one gallery page."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import engines
from django.utils.safestring import SafeString

FOLDER = "components"


@cache
def names() -> tuple[str, ...]:
    """Names of all components, in alphabetical order."""
    folder = Path(settings.BASE_DIR) / "templates" / FOLDER
    return tuple(sorted(path.stem for path in folder.glob("*.html")))


def render(name: str, parameters: dict[str, Any]) -> SafeString:
    """Render the component `name`; raises KeyError for a name that is not in the registry."""
    if name not in names():
        raise KeyError(f"There is no component {name!r}; see /components/ for those there are")
    return engines["django"].get_template(f"{FOLDER}/{name}.html").render(parameters)

