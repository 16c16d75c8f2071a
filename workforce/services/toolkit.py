"""The only writer of the toolkit: resources and message templates, their use, steps of the Merseyside model, outreach."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.reviews.services import ask_for_reviews, withdraw_reviews
from edi_portal.turns import free_slug
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.roles import Right
from workforce.models import OutreachAction, Resource, ResourceUse, StepProgress
from workforce.selectors.toolkit import cheshire_organisations
from workforce.services.posts import save_row
from workforce.services.saving import check_row, refuse_stale

NOT_IN_CHESHIRE = "These steps are for organisations in Cheshire and Warrington; yours shares the model already."


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """What its owner says about an entry."""

    title: str
    kind: str = "resource"
    summary: str = ""
    body: str = ""
    link: str = ""
    audiences: tuple[str, ...] = ()
    topic: str = "other"
    format: str = "web"
    language: str = "en"
    review_on: date | None = None
    is_shared: bool = False


def may_keep_resource(user: Any, organisation: Organisation | None) -> bool:
    """Whether this account keeps the entries of an organisation, or the partnership's own where there is none."""
    return can(user, Right.GOVERN) if organisation is None else can(user, Right.KEEP_REGISTERS, organisation)


def require_keep(user: Any, organisation: Organisation | None) -> None:
    """Pass silently, or raise `NotAllowed` with a sentence that says who may."""
    require(user, Right.GOVERN) if organisation is None else require(user, Right.KEEP_REGISTERS, organisation)


@transaction.atomic
def add_resource(*, organisation: Organisation | None, entry: ResourceEntry, by: Any) -> Resource:
    """A new entry of an organisation, or of the partnership where `organisation` is None."""
    require_keep(by, organisation)
    resource = Resource(organisation=organisation, slug=_free_slug(organisation))
    _write(resource, entry, by)
    _record("added", resource, by)
    return resource


@transaction.atomic
def change_resource(*, resource: Resource, entry: ResourceEntry, seen_version: int | None, by: Any) -> Resource:
    """Replace what an entry says. Raises StaleData when somebody saved it since it was opened."""
    resource = _locked(resource)
    require_keep(by, resource.organisation)
    refuse_stale(resource, seen_version)
    if resource.withdrawn_on is not None:
        raise InvalidTransition("This entry is withdrawn. Bring it back before you change it.")
    _write(resource, entry, by)
    _record("changed", resource, by)
    return resource


@transaction.atomic
def withdraw_resource(*, resource: Resource, withdrawn: bool = True, by: Any) -> Resource:
    """Take an entry out of the lists, or bring it back; saying it twice changes nothing.

    A withdrawn one stays on record, and who uses it sees that it is withdrawn.
    """
    resource = _locked(resource)
    require_keep(by, resource.organisation)
    if withdrawn == (resource.withdrawn_on is not None):
        return resource
    resource.withdrawn_on = business_today() if withdrawn else None
    _save(resource, by)
    _record("withdrawn" if withdrawn else "brought_back", resource, by)
    return resource


@transaction.atomic
def note_use(*, resource: Resource, organisation: Organisation, uses: bool, by: Any) -> None:
    """Say that an organisation uses an entry, or that it does so no more. Saying it twice changes nothing."""
    require(by, Right.KEEP_REGISTERS, organisation)
    if not uses:
        gone, _ = ResourceUse.objects.filter(resource=resource, organisation=organisation).delete()
        changed = bool(gone)
    else:
        if resource.withdrawn_on is not None:
            raise InvalidTransition("This entry is withdrawn. Choose another.")
        made = {"since": business_today(), "noted_by": by}
        _, changed = ResourceUse.objects.get_or_create(resource=resource, organisation=organisation, defaults=made)
    if changed:
        verb = "used" if uses else "used_no_more"
        record(action=f"resource.{verb}", by=by, organisation=organisation, subject=f"resource:{resource.slug}")


@transaction.atomic
def save_step(*, progress: StepProgress, by: Any, seen_version: int | None) -> StepProgress:
    """Say how far an organisation of Cheshire is with a step of the Merseyside model."""
    if progress.organisation not in cheshire_organisations():
        raise Incomplete(NOT_IN_CHESHIRE)
    if progress.since is not None and progress.since > business_today():
        raise Incomplete("Enter a day that has come: a step is noted when it is begun or adopted.")
    if progress.state == "not_started":
        progress.since = None
    return save_row(row=progress, by=by, seen_version=seen_version)


@transaction.atomic
def save_outreach(*, action: OutreachAction, by: Any, seen_version: int | None) -> OutreachAction:
    """Save an action; what it says waits for a reviewer where others are to know of it."""
    saved = save_row(row=action, by=by, seen_version=seen_version)
    _ask_for_review(saved, shared=saved.is_shared, by=by)
    return saved


def _write(resource: Resource, entry: ResourceEntry, by: Any) -> None:
    for name in ResourceEntry.__dataclass_fields__:
        setattr(resource, name, getattr(entry, name))
    resource.audiences = sorted(entry.audiences)
    _save(resource, by)
    _ask_for_review(resource, shared=resource.is_shared or resource.organisation is None, by=by)


def _ask_for_review(row: Resource | OutreachAction, *, shared: bool, by: Any) -> None:
    """Others read the texts after a reviewer has; what is shared no more waits for nobody."""
    if shared:
        ask_for_reviews(rows=[row], organisation=row.organisation, by=by)
    else:
        withdraw_reviews([row])


def _save(resource: Resource, by: Any) -> None:
    resource.version += 1
    resource.changed_at, resource.changed_by = business_now(), by
    check_row(resource, "changed_by")
    resource.save()


def _locked(resource: Resource) -> Resource:
    return Resource.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=resource.pk)


def _free_slug(organisation: Organisation | None) -> str:
    """An address without a word of the title: others read addresses, and the title only after its review."""
    stem = f"{organisation.slug if organisation is not None else 'partnership'}-entry"
    return free_slug(Resource, stem, always_numbered=True)


def _record(verb: str, resource: Resource, by: Any) -> None:
    record(action=f"resource.{verb}", by=by, organisation=resource.organisation, subject=f"resource:{resource.slug}")
