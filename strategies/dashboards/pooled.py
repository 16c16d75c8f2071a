"""Pooled resources as a page: own offers and what was asked of them, what the organisation uses, and what others offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edi_portal.reviews.selectors import cleared
from organisations.models import Organisation
from strategies.models import PooledOffer, PooledUse
from strategies.selectors.pooled import known_users, offer_subject, offer_text, uses_of


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One offer as a reader may know it: `used_by` names organisations that let others know."""

    offer: PooledOffer
    used_by: str
    waiting: int


@dataclass(frozen=True, slots=True)
class UseRow:
    """What the own organisation asked of another."""

    use: PooledUse
    title: str


@dataclass(frozen=True, slots=True)
class PooledPage:
    """Everything the page of pooled resources shows. Sums are of the own organisation and shown to it alone."""

    own: tuple[OfferRow, ...]
    uses: tuple[UseRow, ...]
    others: tuple[OfferRow, ...]
    hours_given: int
    hours_used: int
    pounds_received: int
    pounds_paid: int


def pooled_page(offers: Iterable[PooledOffer], organisation: Organisation | None, filters: Mapping[str, str]) -> PooledPage:
    """`offers`: those shown to the reader, uses prefetched. `organisation`: the own one, None for a reader without."""
    found = list(offers)
    own = [one for one in found if organisation is not None and one.organisation_id == organisation.pk]
    uses = uses_of(organisation) if organisation is not None else []
    given = [use for one in own for use in one.uses.all() if use.state == PooledUse.State.AGREED]
    taken = [use for use in uses if use.state == PooledUse.State.AGREED]
    readable = cleared({offer_subject(use.offer): offer_text(use.offer) for use in uses})
    return PooledPage(
        own=tuple(_row(one) for one in own),
        uses=tuple(UseRow(use, use.offer.title if offer_subject(use.offer) in readable else "What was agreed") for use in uses),
        others=tuple(_row(one) for one in found if one not in own and _is_shown(one, filters)),
        hours_given=sum(use.hours or 0 for use in given),
        hours_used=sum(use.hours or 0 for use in taken),
        pounds_received=sum(use.pounds or 0 for use in given),
        pounds_paid=sum(use.pounds or 0 for use in taken),
    )


def _row(offer: PooledOffer) -> OfferRow:
    waiting = sum(use.state == PooledUse.State.ASKED for use in offer.uses.all())
    return OfferRow(offer, ", ".join(known_users(offer)), waiting)


def _is_shown(offer: PooledOffer, filters: Mapping[str, str]) -> bool:
    wanted = filters.get("q", "").strip().lower()
    said = f"{offer.title} {offer.description} {offer.organisation.short_name}".lower()
    return filters.get("kind", "") in ("", offer.kind) and (not wanted or wanted in said)
