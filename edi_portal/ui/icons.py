"""Small icons of the NHS set, drawn in the page so that nothing is loaded from outside."""

from django.utils.safestring import SafeString, mark_safe

from edi_portal.ui.nhsuk import environment


def svg(name: str) -> SafeString:
    """The icon as SVG: `user`, `search`, `tick`, `cross`, `arrow-right`, `chevron-right-circle`, `plus`, `minus`."""
    module = environment().get_template("nhsuk/macros/icon.jinja").module
    return mark_safe(str(module.nhsukIcon(name)).strip())  # type: ignore[attr-defined]  # noqa: S308 - a fixed drawing
