"""What the pages of governance share: the way back, the own organisation, keys from forms."""

from django.urls import reverse

from organisations.models import Organisation
from organisations.permissions import active_membership
from organisations.requests import PortalRequest


def trail(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Breadcrumbs from pairs of label and URL name or address."""
    return [{"label": label, "url": url if url.startswith("/") else reverse(url)} for label, url in pairs]


def own_organisation(request: PortalRequest) -> Organisation | None:
    """The organisation of the role in use."""
    membership = active_membership(request)
    return membership.organisation if membership is not None else None


def number_typed(text: str | None) -> int:
    """A whole number that came with a form, or -1 for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else -1
