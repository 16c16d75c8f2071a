"""Questions about the common framework."""

from django.http import Http404

from strategies.models import FrameworkVersion, Theme


def framework_in_force() -> FrameworkVersion:
    """The version in force, with its themes. Two queries."""
    version = FrameworkVersion.objects.filter(status=FrameworkVersion.Status.IN_FORCE).prefetch_related("themes").first()
    if version is None:
        raise Http404
    return version


def themes_in_force() -> tuple[Theme, ...]:
    """Its themes in their order."""
    return tuple(framework_in_force().themes.all())


def draft_of_framework() -> FrameworkVersion | None:
    """The version being written."""
    return FrameworkVersion.objects.filter(status=FrameworkVersion.Status.DRAFT).prefetch_related("themes").first()
