"""The directory, one organisation as of a day, and its history in words."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.formats import date_format

from organisations.models import (
    FootprintMembership,
    Kind,
    Organisation,
    OrganisationName,
    PeerGroup,
    PeerGroupMembership,
    Succession,
    User,
)
from organisations.models.organisations import OrganisationQuerySet


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened: the day where it is known, and a sentence."""

    day: date | None
    sentence: str
    breaks_series: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands on a day: a member or not, its note, its peers."""

    member: bool
    note: str
    first_day: date | None
    last_day: date | None
    peer_group: str
    peer_group_label: str
    why_peers: str
    peers: tuple[Organisation, ...]


def get_organisation(user: User, slug: str) -> Organisation:
    """The organisation, if this person may know of it; Http404 otherwise."""
    organisation = Organisation.objects.visible_to(user).filter(slug=slug).first()
    if organisation is None:
        raise Http404
    return organisation


def directory(user: User, *, on: date, words: str = "", kind: str = "", former: bool = False) -> QuerySet[Organisation]:
    """Members of the partnership on a day (with `former`, also earlier and later ones), by name, code or town, and by kind.

    Each has `name_then`, `short_name_then`, and prefetched `codes` and `organisation_places`.
    """
    return _narrowed(Organisation.objects.visible_to(user), on=on, words=words, kind=kind, former=former)


def public_directory(*, on: date, words: str = "", kind: str = "", former: bool = False) -> QuerySet[Organisation]:
    """The same for visitors: that a public body is a member is published, and nothing more is said here than that."""
    return _narrowed(Organisation.objects.all(), on=on, words=words, kind=kind, former=former)


def _narrowed(found: OrganisationQuerySet, *, on: date, words: str, kind: str, former: bool) -> QuerySet[Organisation]:
    found = found.named_on(on)
    found = found.ever_in_footprint() if former else found.in_footprint(on)
    if kind in Kind.values:
        found = found.filter(kind=kind)
    for word in words.split():
        matches = Q(name__icontains=word) | Q(short_name__icontains=word) | Q(town__icontains=word)
        named = OrganisationName.objects.filter(Q(name__icontains=word) | Q(short_name__icontains=word))
        found = found.filter(matches | Q(codes__code__iexact=word) | Q(pk__in=named.values("organisation"))).distinct()
    memberships = FootprintMembership.objects.on(on)
    return found.prefetch_related(
        "codes", "organisation_places__place", Prefetch("footprint_memberships", memberships, "standing")
    ).order_by("short_name_then")


def standing_of(organisation: Organisation, *, on: date) -> Standing:
    """Membership, note and peers of an organisation on a day."""
    all_rows = list(organisation.footprint_memberships.all())
    current = next((row for row in all_rows if row.holds_on(on)), None)
    shown = current or (all_rows[-1] if all_rows else None)
    peer_row = PeerGroupMembership.objects.on(on).filter(organisation=organisation).first()
    peers: tuple[Organisation, ...] = ()
    if peer_row is not None:
        rows = PeerGroupMembership.objects.on(on).filter(group=peer_row.group).exclude(organisation=organisation)
        peers = tuple(Organisation.objects.in_footprint(on).filter(pk__in=rows.values("organisation")))
    return Standing(
        member=current is not None,
        note=shown.note if shown else "",
        first_day=shown.valid_from if shown else None,
        last_day=shown.valid_to if shown else None,
        peer_group=peer_row.group if peer_row else "",
        peer_group_label=PeerGroup(peer_row.group).label if peer_row else "",
        why_peers=peer_row.why if peer_row else "",
        peers=peers,
    )


def history_of(organisation: Organisation, *, on: date) -> list[HistoryLine]:
    """What happened to the organisation, oldest first. Steps on a later or unknown day are marked `later`."""
    steps = Succession.objects.filter(Q(predecessor=organisation) | Q(successor=organisation) | Q(partners=organisation))
    lines = [
        HistoryLine(
            day=step.effective_on,
            sentence=sentence_of(step, organisation),
            breaks_series=step.breaks_series,
            later=step.effective_on is None or step.effective_on > on,
        )
        for step in steps.select_related("predecessor", "successor").distinct()
    ]
    return sorted(lines, key=lambda line: (line.day is None, line.day or date.max, line.sentence))


def sentence_of(step: Succession, organisation: Organisation) -> str:
    """One step from the point of view of one organisation, such as "Took in Example Community Trust on 1 April 2018."."""
    when = f" on {_long(step.effective_on)}" if step.effective_on else ""
    unsure = "" if step.effective_on else " The day is not confirmed."
    taken_in = step.successor_id == organisation.pk and step.predecessor_id != organisation.pk
    nature = Succession.Nature(step.nature)
    if nature is Succession.Nature.RENAME:
        return f"Became {step.successor_name}{when}, before that {step.predecessor_name}.{unsure}"
    if nature is Succession.Nature.GROUP:
        return f"Shares its leadership: {step.successor_name}{when}. Returns stay separate.{unsure}"
    if nature is Succession.Nature.CLOSURE:
        return f"Closed{when}.{unsure}" if step.effective_on else f"Its closure has been announced.{unsure}"
    if nature is Succession.Nature.PART_TRANSFER:
        return (
            f"Took over some services of {step.predecessor_name}{when}."
            if taken_in
            else f"Some services moved to {step.successor_name}{when}."
        )
    if nature is Succession.Nature.DISSOLUTION:
        return (
            f"Took over the work of {step.predecessor_name}{when}."
            if taken_in
            else f"Was dissolved{when}; its work went to {step.successor_name}."
        )
    return f"Took in {step.predecessor_name}{when}." if taken_in else f"Merged into {step.successor_name}{when}."


def _long(day: date) -> str:
    return date_format(day, "j F Y")
