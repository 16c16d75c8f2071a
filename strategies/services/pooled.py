"""The only writer of pooled resources and joint projects: offers, what is asked and agreed, projects."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.reviews.services import ask_for_review
from edi_portal.turns import free_slug
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from strategies.models import JointProject, PooledOffer, PooledUse
from strategies.selectors.pooled import offer_subject, offer_text, project_subject, project_text
from strategies.shared_model.vocabulary import DECLINES

State = PooledUse.State


@dataclass(frozen=True, slots=True)
class OfferEntry:
    """An offer as typed. Hours and whole pounds are of a year."""

    kind: str
    title: str
    offered_from: date
    description: str = ""
    hours: int | None = None
    pounds: int | None = None
    offered_until: date | None = None
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class UseEntry:
    """What an organisation asks of another's offer."""

    starts_on: date
    ends_on: date | None = None
    hours: int | None = None
    pounds: int | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class ProjectEntry:
    """A joint project as typed."""

    name: str
    aim: str
    programme: str = ""
    partners: tuple[Organisation, ...] = ()
    other_partners: str = ""
    state: str = "idea"
    starts_on: date | None = None
    ends_on: date | None = None
    outcome: str = ""
    is_shared: bool = False


@transaction.atomic
def save_offer(
    *,
    organisation: Organisation,
    offer: PooledOffer | None,
    entry: OfferEntry,
    seen_version: int,
    by: Any,
    is_synthetic: bool = False,
) -> PooledOffer:
    """A new offer (`offer` None) or a changed one. Raises StaleData when somebody saved it since it was shown."""
    require(by, Right.KEEP_REGISTERS, organisation)
    if offer is None:
        offer = PooledOffer(
            organisation=organisation, slug=_free_slug(PooledOffer, organisation, entry.kind), is_synthetic=is_synthetic
        )
    else:
        offer = _locked_offer(offer, seen_version)
    for name in OfferEntry.__dataclass_fields__:
        setattr(offer, name, getattr(entry, name))
    _save_offer(offer, by, "pooled_offer.saved")
    return offer


@transaction.atomic
def end_offer(*, offer: PooledOffer, reason: str, by: Any) -> PooledOffer:
    """The offer ends: nobody can ask for it any more; agreements run on until they are ended."""
    offer = _locked_offer(offer, None)
    require(by, Right.KEEP_REGISTERS, offer.organisation)
    if not reason.strip():
        raise Incomplete("Say why the offer ends.")
    offer.ended_on, offer.end_reason = business_today(), reason.strip()
    _save_offer(offer, by, "pooled_offer.ended")
    return offer


@transaction.atomic
def reopen_offer(*, offer: PooledOffer, by: Any) -> PooledOffer:
    """Undo the end of an offer."""
    offer = PooledOffer.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=offer.pk)
    require(by, Right.KEEP_REGISTERS, offer.organisation)
    if offer.ended_on is None:
        raise InvalidTransition("This offer has not ended.")
    offer.ended_on, offer.end_reason = None, ""
    _save_offer(offer, by, "pooled_offer.reopened")
    return offer


@transaction.atomic
def ask_for(*, offer: PooledOffer, organisation: Organisation, entry: UseEntry, by: Any) -> PooledUse:
    """Ask another organisation for what it offers."""
    require(by, Right.KEEP_REGISTERS, organisation)
    offer = _locked_offer(offer, None)
    if offer.organisation_id == organisation.pk:
        raise InvalidTransition("This is your own offer.")
    use = PooledUse(offer=offer, organisation=organisation, changed_by=by, changed_at=business_now())
    for name in UseEntry.__dataclass_fields__:
        setattr(use, name, getattr(entry, name))
    _clean(use, ["changed_by"])
    use.save()
    _record_use(use, by, "asked")
    return use


@transaction.atomic
def answer_use(*, use: PooledUse, answer: str, declined_because: str = "", by: Any) -> PooledUse:
    """The offering organisation agrees or declines what was asked."""
    use = _locked_use(use)
    require(by, Right.KEEP_REGISTERS, use.offer.organisation)
    if use.state != State.ASKED:
        raise InvalidTransition("This was answered already.")
    if answer not in (State.AGREED, State.DECLINED):
        raise Incomplete("Choose whether you agree or decline.")
    if answer == State.DECLINED and declined_because not in DECLINES:
        raise Incomplete("Choose why you decline.")
    use.state, use.declined_because = answer, declined_because if answer == State.DECLINED else ""
    return _settle(use, by)


@transaction.atomic
def withdraw_use(*, use: PooledUse, by: Any) -> PooledUse:
    """The asking organisation takes back what it asked for, as long as it is not answered."""
    use = _locked_use(use)
    require(by, Right.KEEP_REGISTERS, use.organisation)
    if use.state != State.ASKED:
        raise InvalidTransition("This was answered already. An agreement is ended, not withdrawn.")
    use.state = State.WITHDRAWN
    return _settle(use, by)


@transaction.atomic
def end_use(*, use: PooledUse, party: Organisation, by: Any) -> PooledUse:
    """Either of the two ends an agreement; it stays on record."""
    use = _locked_use(use)
    if party.pk not in (use.organisation_id, use.offer.organisation_id):
        raise InvalidTransition("Only the two organisations of an agreement end it.")
    require(by, Right.KEEP_REGISTERS, party)
    if use.state != State.AGREED:
        raise InvalidTransition("Only an agreement is ended.")
    use.state = State.ENDED
    return _settle(use, by)


@transaction.atomic
def save_project(
    *,
    organisation: Organisation,
    project: JointProject | None,
    entry: ProjectEntry,
    seen_version: int,
    by: Any,
    is_synthetic: bool = False,
) -> JointProject:
    """A new joint project (`project` None) or a changed one. Raises StaleData when somebody saved it since it was shown."""
    require(by, Right.KEEP_REGISTERS, organisation)
    if project is None:
        project = JointProject(
            organisation=organisation, slug=_free_slug(JointProject, organisation, "project"), is_synthetic=is_synthetic
        )
    else:
        project = JointProject.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=project.pk)
        if project.version != seen_version:
            raise StaleData("Somebody saved this project while you were typing. Look at it again before you save.")
    if organisation in entry.partners:
        raise Incomplete("Partners are the other organisations. Leave your own out.")
    for name in ProjectEntry.__dataclass_fields__.keys() - {"partners"}:
        setattr(project, name, getattr(entry, name))
    project.version += 1
    project.changed_at, project.changed_by = business_now(), by
    _clean(project, ["changed_by", "organisation"])
    project.save()
    project.partners.set(entry.partners)
    if project.is_shared:
        ask_for_review(
            subject=project_subject(project),
            text=project_text(project),
            organisation=organisation,
            by=by,
            about="Joint project",
        )
    record(action="joint_project.saved", by=by, organisation=organisation, subject=project_subject(project))
    return project


def _locked_offer(offer: PooledOffer, seen_version: int | None) -> PooledOffer:
    offer = PooledOffer.objects.select_related("organisation").select_for_update(of=("self",)).get(pk=offer.pk)
    if seen_version is not None and offer.version != seen_version:
        raise StaleData("Somebody saved this offer while you were typing. Look at it again before you save.")
    if offer.ended_on is not None:
        raise InvalidTransition("This offer has ended.")
    return offer


def _locked_use(use: PooledUse) -> PooledUse:
    rows = PooledUse.objects.select_related("offer__organisation", "organisation").select_for_update(of=("self",))
    return rows.get(pk=use.pk)


def _save_offer(offer: PooledOffer, by: Any, action: str) -> None:
    offer.version += 1
    offer.changed_at, offer.changed_by = business_now(), by
    _clean(offer, ["changed_by", "organisation"])
    offer.save()
    if offer.is_shared:
        ask_for_review(
            subject=offer_subject(offer),
            text=offer_text(offer),
            organisation=offer.organisation,
            by=by,
            about=f"Offer: {offer.get_kind_display().lower()}",
        )
    record(action=action, by=by, organisation=offer.organisation, subject=offer_subject(offer))


def _settle(use: PooledUse, by: Any) -> PooledUse:
    use.settled_on, use.changed_at, use.changed_by = business_today(), business_now(), by
    use.save()
    _record_use(use, by, use.state)
    return use


def _record_use(use: PooledUse, by: Any, what: str) -> None:
    """Both organisations find it in their audit trail."""
    for organisation in (use.organisation, use.offer.organisation):
        record(action=f"pooled_use.{what}", by=by, organisation=organisation, subject=f"pooled-use:{use.pk}")


def _clean(row: Any, exclude: list[str]) -> None:
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error


def _free_slug(model: Any, organisation: Organisation, kind: str) -> str:
    """An address without a word of the title: others read addresses, and the title only after its review."""
    return free_slug(model, f"{organisation.slug}-{kind}")
