"""Questions about pooled resources and joint projects, as far as a reader may know them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.http import Http404

from edi_portal.reviews.selectors import cleared
from organisations.models import Organisation
from organisations.permissions import tier_of
from organisations.roles import Tier
from strategies.models import JointProject, PooledOffer, PooledUse


def offer_subject(offer: PooledOffer) -> str:
    """The name of an offer's texts in the queue of reviews and in the audit trail."""
    return f"pooled-offer:{offer.slug}"


def project_subject(project: JointProject) -> str:
    """The name of a project's texts in the queue of reviews and in the audit trail."""
    return f"joint-project:{project.slug}"


def offer_text(offer: PooledOffer) -> str:
    """What others would read of an offer."""
    return "\n".join(text for text in (offer.title, offer.description) if text)


def project_text(project: JointProject) -> str:
    """What others would read of a project."""
    parts = (project.name, project.programme, project.other_partners, project.aim, project.outcome)
    return "\n".join(text for text in parts if text)


def offers_shown_to(user: Any) -> list[PooledOffer]:
    """The own organisation's offers; for the steering tier also those going on that others share and a reviewer passed."""
    own = set(PooledOffer.objects.whole_for(user).values_list("pk", flat=True))
    rows = PooledOffer.objects.select_related("organisation").prefetch_related("uses__organisation")
    if tier_of(user) is not Tier.STEERING:
        return list(rows.filter(pk__in=own))
    found = rows.filter(Q(pk__in=own) | Q(is_shared=True, ended_on__isnull=True))
    return _open_to(found, own, offer_subject, offer_text)


def projects_shown_to(user: Any) -> list[JointProject]:
    """The own organisation's projects, and those that others share and a reviewer passed, for every signed-in reader."""
    own = set(JointProject.objects.whole_for(user).values_list("pk", flat=True))
    rows = JointProject.objects.select_related("organisation").prefetch_related("partners")
    return _open_to(rows.filter(Q(pk__in=own) | Q(is_shared=True)), own, project_subject, project_text)


def _open_to(rows: Iterable[Any], own: set[int], subject: Callable[[Any], str], text: Callable[[Any], str]) -> list[Any]:
    found = list(rows)
    passed = cleared({subject(one): text(one) for one in found if one.pk not in own})
    return [one for one in found if one.pk in own or subject(one) in passed]


def get_offer(user: Any, slug: str) -> PooledOffer:
    """The offer, if this account may know of it; Http404 otherwise. An asker keeps the way to what was agreed."""
    return _named(offers_shown_to(user), slug)


def get_project(user: Any, slug: str) -> JointProject:
    """The project, if this account may know of it; Http404 otherwise."""
    return _named(projects_shown_to(user), slug)


def _named(rows: Iterable[Any], slug: str) -> Any:
    found = next((one for one in rows if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


def uses_of(organisation: Organisation) -> list[PooledUse]:
    """What the organisation asked others for. One query."""
    return list(PooledUse.objects.filter(organisation=organisation).select_related("offer__organisation", "organisation"))


def known_users(offer: PooledOffer) -> list[str]:
    """Organisations that use an offer and let others know; `uses` should be prefetched."""
    return sorted(use.organisation.short_name for use in offer.uses.all() if use.is_known and use.state == PooledUse.State.AGREED)
