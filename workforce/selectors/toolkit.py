"""Questions about the toolkit: what may be found, who uses what, how far the shared steps are, what outreach is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Count
from django.http import Http404

from edi_portal.clock import business_today
from edi_portal.reviews.selectors import for_others, standings_of
from organisations.models import Organisation, OrganisationPlace
from organisations.permissions import can, organisations_with_right
from organisations.roles import Right
from workforce.engagement import CHESHIRE_PLACES, STEPS, ReviewState, Step
from workforce.models import OutreachAction, Resource, ResourceUse, StepProgress


def resources_shown_to(user: Any, **conditions: Any) -> list[Resource]:
    """Every entry that this account may find, with its owner and how many organisations use it. Three queries.

    Of others' entries it holds the texts that are cleared; one whose texts never were is left out.
    """
    found = Resource.objects.visible_to(user).filter(**conditions).select_related("organisation")
    return _as_read_by(user, found.annotate(used_by=Count("uses", distinct=True)))


Read = TypeVar("Read", Resource, OutreachAction)


def _as_read_by(user: Any, rows: Iterable[Read]) -> list[Read]:
    """The own rows as they stand, those of others as a reviewer passed them, in their order."""
    everything = list(rows)
    own: set[int | None] = set(organisations_with_right(user, Right.VIEW_REGISTERS).values_list("pk", flat=True))
    if can(user, Right.GOVERN):
        own.add(None)  # the partnership's own entries
    read = {one.pk for one in for_others(one for one in everything if one.organisation_id not in own)}
    return [one for one in everything if one.organisation_id in own or one.pk in read]


def get_resource(user: Any, slug: str) -> Resource:
    """The entry, if this account may find it; Http404 otherwise."""
    found = resources_shown_to(user, slug=slug)
    if not found:
        raise Http404
    return found[0]


def narrowed(rows: list[Resource], answers: dict[str, str], uses: frozenset[int]) -> list[Resource]:
    """The entries that match the filters of the list; a withdrawn one is found only by asking for it.

    Words are looked for in what this reader reads: a hit must not tell of words that wait for their review.
    """
    words, wanted = answers.get("q", "").casefold(), answers.get("state")
    exact = {name: answers[name] for name in ("topic", "format", "language", "kind") if answers.get(name)}
    return [
        row
        for row in rows
        if (row.state == wanted if wanted else row.state != ReviewState.WITHDRAWN)
        and (not answers.get("audience") or answers["audience"] in row.audiences)
        and all(getattr(row, name) == value for name, value in exact.items())
        and (answers.get("used") != "yes" or row.pk in uses)
        and words in f"{row.title}\n{row.summary}\n{row.body}".casefold()
    ]


def review_words(row: Resource | OutreachAction) -> str:
    """What its owner is told when others do not read its texts as they stand. One query."""
    shared = row.is_shared or row.organisation_id is None
    return standings_of([row])[row.review_subject].words if shared else ""


def used_by(organisation: Organisation) -> frozenset[int]:
    """The entries that an organisation says it uses."""
    return frozenset(ResourceUse.objects.filter(organisation=organisation).values_list("resource_id", flat=True))


def organisations_using(resources: list[int]) -> int:
    """How many organisations say that they use at least one of these entries."""
    return ResourceUse.objects.filter(resource__in=resources).values("organisation").distinct().count()


@dataclass(frozen=True, slots=True)
class StepRow:
    """One organisation of Cheshire with its entry for each step, in the order of the steps."""

    organisation: Organisation
    cells: tuple[StepProgress | None, ...]

    @property
    def adopted(self) -> int:
        """How many steps it has adopted."""
        return sum(cell is not None and cell.state == "adopted" for cell in self.cells)


def cheshire_organisations() -> list[Organisation]:
    """Members of the partnership that are based in Cheshire or commission for it."""
    links = OrganisationPlace.objects.filter(place__slug__in=CHESHIRE_PLACES)
    return list(Organisation.objects.in_footprint(business_today()).filter(pk__in=links.values("organisation")))


def step_rows() -> tuple[StepRow, ...]:
    """How far every organisation of Cheshire is. Two queries; notes are not for others, so pages leave them out."""
    those = cheshire_organisations()
    known: dict[int, dict[str, StepProgress]] = {}
    for row in StepProgress.objects.filter(organisation__in=those).defer("note"):
        known.setdefault(row.organisation_id, {})[row.step] = row
    return tuple(StepRow(one, tuple(known.get(one.pk, {}).get(step.key) for step in STEPS)) for one in those)


def own_steps(organisation: Organisation) -> tuple[tuple[Step, StepProgress], ...]:
    """Each step with the organisation's own entry, an unsaved one where it said nothing yet."""
    known = {row.step: row for row in StepProgress.objects.filter(organisation=organisation)}
    return tuple((step, known.get(step.key) or StepProgress(organisation=organisation, step=step.key)) for step in STEPS)


def outreach_known_to(user: Any) -> list[OutreachAction]:
    """The outreach that this account may know of, newest first: others' as a reviewer passed it."""
    return _as_read_by(user, OutreachAction.objects.known_to(user).select_related("organisation"))  # type: ignore[attr-defined]


def shared_outreach() -> list[OutreachAction]:
    """The outreach that its organisations let others know of, as a reviewer passed it."""
    return for_others(OutreachAction.objects.filter(is_shared=True).select_related("organisation"))
