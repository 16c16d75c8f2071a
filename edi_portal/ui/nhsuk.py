"""The NHS components of nhsuk-frontend, rendered by one Jinja environment behind our own template tags."""

from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader


@cache
def environment() -> Environment:
    """The environment of the NHS macros: everything is escaped, and an absent parameter is simply absent."""
    return Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _module(folder: str) -> Any:
    return environment().get_template(f"nhsuk/components/{folder}/macro.jinja").module


def macro(folder: str, name: str, params: dict[str, Any]) -> SafeString:
    """Render the macro `name` of the NHS component in `folder`, such as `macro("error-summary", "errorSummary", {…})`.

    Parameters are escaped by the macros; only what is marked safe already goes in as HTML.
    """
    rendered = getattr(_module(folder), name)({key: value for key, value in params.items() if value is not None})
    return mark_safe(str(rendered).strip())  # noqa: S308 - the macros escape what they are given
