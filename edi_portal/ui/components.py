"""The components of the portal: one template each in `templates/components/`, one registry, one gallery page."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import engines
from django.utils.safestring import SafeString

from edi_portal.ui import tables

FOLDER = "components"

# Components whose parameters are completed before they are drawn.
PREPARED: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "count_grid": tables.label_grid,
    "table": tables.label_rows,
}


@cache
def names() -> tuple[str, ...]:
    """Names of all components, in alphabetical order."""
    folder = Path(settings.BASE_DIR) / "templates" / FOLDER
    return tuple(sorted(path.stem for path in folder.glob("*.html")))


def render(name: str, parameters: Mapping[str, Any]) -> SafeString:
    """Render the component `name`; raises KeyError for a name that is not in the registry."""
    if name not in names():
        raise KeyError(f"There is no component {name!r}; see /components/ for those there are")
    prepare = PREPARED.get(name, dict)
    return SafeString(engines["django"].get_template(f"{FOLDER}/{name}.html").render(prepare(parameters)))
