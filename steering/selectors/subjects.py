"""The things with versions that can be proposed for ratification: the common framework, and the terms of reference."""

from __future__ import annotations

from django.urls import reverse

from steering.models import TermsOfReference
from strategies.models import FrameworkVersion


def subject_choices() -> list[tuple[str, str]]:
    """Every version that can be proposed, as (key, words). Two queries."""
    frameworks = FrameworkVersion.objects.exclude(status=FrameworkVersion.Status.REPLACED)
    found = [("", "None")]
    found += [(f"framework:{one.number}", f"{one} ({one.get_status_display().lower()})") for one in frameworks]
    found += [(f"terms:{one.number}", str(one)) for one in TermsOfReference.objects.all()]
    return found


def address_of_subject(key: str) -> str:
    """Where a version can be read; empty for nothing."""
    kind, _, number = key.partition(":")
    if kind == "framework":
        return reverse("strategies:framework-version", args=[int(number)])
    return reverse("group:detail") if kind == "terms" else ""
