"""The disclosure settings in force, their changes, and facts that are public elsewhere. Reads no figure and no return."""

from __future__ import annotations

from django.db.models import QuerySet

from edi_portal.disclosure.policy import DEFAULT_POLICY, Policy
from kpis.catalogue import Measure
from kpis.models.definitions import Measure as MeasureRow
from kpis.models.definitions import Setting
from kpis.models.disclosure import ChangeStatus, DisclosureChange, KnownFact
from kpis.models.releases import Release
from kpis.selectors.definitions import read_measure

POLICY = "disclosure.policy"


def policy_in_force() -> Policy:
    """The disclosure settings for new releases."""
    stored = Setting.objects.filter(key=POLICY).values_list("value", flat=True).first()
    return Policy(**stored) if stored else DEFAULT_POLICY


def policy_for(revises: int | None) -> Policy:
    """The settings of a release that is prepared now: of a revision those of the release it revises.

    What that one showed is known already. Hidden after the fact it would protect nobody, and make the audit refuse.
    """
    if revises is None:
        return policy_in_force()
    return Policy(**Release.objects.values_list("policy", flat=True).get(pk=revises))


def policy_of_next_release(collection: int) -> Policy:
    """The settings with which a release of this collection would be made now."""
    return policy_for(Release.objects.current().filter(collection=collection).values_list("pk", flat=True).first())


def waiting_change() -> DisclosureChange | None:
    """The change of the settings that waits for a second admin."""
    return DisclosureChange.objects.filter(status=ChangeStatus.PROPOSED).select_related("proposed_by").first()


def past_changes() -> QuerySet[DisclosureChange]:
    """Every change that was confirmed or dropped, newest first."""
    decided = DisclosureChange.objects.exclude(status=ChangeStatus.PROPOSED)
    return decided.select_related("proposed_by", "decided_by")


def facts() -> QuerySet[KnownFact]:
    """Every fact with its people, in force and retired."""
    return KnownFact.objects.select_related("organisation", "added_by", "retired_by")


def measures_about_people() -> list[Measure]:
    """The shared measures whose counts of people are protected, with their parts: what a fact can be about."""
    rows = MeasureRow.objects.filter(owner__isnull=True, definition__protection="people")
    return [read_measure(row) for row in rows]


def published_releases() -> QuerySet[Release]:
    """Every release that was ever published, newest first, with what may be said of it to everybody."""
    return Release.objects.published().select_related("collection", "revises").order_by("-number")
