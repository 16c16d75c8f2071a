"""Prepare, propose, publish and withdraw releases. The only bridge from returns to what others can read."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.clock import LONDON, business_now
from edi_portal.crashpoints import crashpoint
from edi_portal.disclosure.policy import Policy
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.jobs.services import enqueue
from edi_portal.turns import wait_for_turn
from kpis import permissions
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleaseStatus
from kpis.release_content import ReleaseContent, ReleaseInput, ReleaseRefusedError, build_content
from kpis.release_content.people import FEWEST_CHANGED
from kpis.selectors.disclosure import policy_for
from kpis.selectors.release_inputs import (
    Pins,
    choose_pins,
    framework_of,
    input_digest,
    kept_for,
    pins_of,
    read_input,
    returns_digest,
)
from kpis.services.release_rows import write_content
from kpis.services.retention import SIGNED
from organisations.permissions import require
from organisations.roles import Right

Progress = Callable[[int, str], None]
# A release asked for on a day is built before people come to work.
EARLY = time(5, 0)
# A release reads returns of up to four quarters before its own; what those say is deleted first (`retention`).
EARLIEST_READ = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Plan:
    """A release that would be made now: from which rows, and what they say."""

    collection: Collection
    pins: Pins
    given: ReleaseInput
    digest: str


def prepare_release(*, collection: Collection, progress: Progress = lambda percent, doing: None, by: Any = None) -> Release:
    """Build the release of a collection in this process; unchanged returns give back the same release.

    Raises Incomplete when there is no return, or when the release would not protect somebody: then nothing is stored, and what
    was published stays.
    """
    progress(2, "Reading the signed returns")
    plan = plan_release(collection=collection)
    if isinstance(plan, Release):
        return plan
    try:
        content = build_content(plan.given, progress=progress)
    except ReleaseRefusedError as refusal:
        raise Incomplete(refusal_in_words(refusal, collection)) from refusal
    progress(80, "Writing the release")
    return store_release(plan=plan, content=content, by=by)


def plan_release(*, collection: Collection) -> Plan | Release:
    """What a release would be made from now, or the release that says so already. Raises Incomplete when there is no return."""
    pins = choose_pins(collection)
    policy = policy_for(pins.previous)
    given = read_input(pins, collection.quarter, policy)
    digest = input_digest(given)
    existing = Release.objects.filter(collection=collection, input_digest=digest).exclude(status=ReleaseStatus.DISCARDED).first()
    existing = existing or _unchanged(pins, given)
    if existing is not None:
        return existing
    if not any(organisation.returned(given.quarter) for organisation in given.organisations):
        raise Incomplete(f"No signed return of {given.quarter.label} is there yet, so there is nothing to release.")
    return Plan(collection, pins, given, digest)


def _unchanged(pins: Pins, given: ReleaseInput) -> Release | None:
    """The published release of the period, when the returns say what they said then."""
    if pins.previous is None:
        return None
    current = Release.objects.select_related("collection").get(pk=pins.previous)
    then = read_input(pins_of(current), current.quarter, Policy(**current.policy))
    same = returns_digest(then) == returns_digest(given) and then.past.breaks == given.past.breaks
    return current if same else None


def refusal_in_words(refusal: ReleaseRefusedError, collection: Collection) -> str:
    """Why there is no release, and what can be done: names of cells and organisations, never a number of people."""
    some = "; ".join(refusal.cells[:10]) + (f"; and {len(refusal.cells) - 10} more" if len(refusal.cells) > 10 else "")
    words = (
        f"The release of {collection.quarter.label} was not made, and what is published stays. "
        f"These hidden figures could not be shown to be safe: {some}."
    )
    if refusal.changed:
        return (
            f"{words} Only {', '.join(refusal.changed)} changed since the release before: wait until {FEWEST_CHANGED} "
            "organisations have, then prepare it again."
        )
    return f"{words} Ask the data protection lead whether one of these parts can be left out of the definitions."


@transaction.atomic
def store_release(*, plan: Plan, content: ReleaseContent, by: Any) -> Release:
    """Write the content as one new release; an equal one that appeared meanwhile is given back instead."""
    collection, pins, given, digest = plan.collection, plan.pins, plan.given, plan.digest
    wait_for_turn(f"release:{collection.period}")
    alive = Release.objects.filter(collection=collection).exclude(status=ReleaseStatus.DISCARDED)
    waiting = alive.filter(status__in=[ReleaseStatus.PREPARED, ReleaseStatus.PROPOSED])
    same = alive.filter(fingerprint=content.fingerprint).first()
    # What waits may have been audited with fewer releases than are published now: then it is replaced, although it reads alike.
    if same is not None and (same.input_digest == digest or same.published_at is not None):
        return same
    waiting.update(status=ReleaseStatus.DISCARDED)
    revised = Release.objects.get(pk=pins.previous) if pins.previous else None
    release = Release.objects.create(
        collection=collection,
        revision=revised.revision + 1 if revised else 1,
        revises=revised,
        input_digest=digest,
        fingerprint=content.fingerprint,
        policy=asdict(given.policy),
        catalogue_version=given.framework.version,
        due=list(content.due),
        returned=list(content.returned),
        counts_shown=content.tally("shown"),
        counts_hidden=content.tally("hidden"),
        counts_withheld=content.tally("withheld"),
        audit={
            "seconds": round(content.audit_seconds, 2),
            "certified": sum(len(proof.certificates) for proof in content.proofs),
            "certificates": content.certificate_hash,
        },
        made_from=pins.as_data(),
        problems=list(content.problems),
        synthetic=_is_synthetic(collection),
    )
    ids = {organisation.slug: organisation.pk for organisation in given.organisations}
    write_content(release, content, ids)
    crashpoint("release.written")
    record(action="release.prepared", by=by, subject=f"release:{collection.period}/{release.revision}")
    return release


def _is_synthetic(collection: Collection) -> bool:
    from django.conf import settings

    return bool(settings.DEMONSTRATION)


@transaction.atomic
def ask_for_release(*, collection: Collection, by: Any, on: date | None = None) -> Any:
    """Ask the job to prepare a release, now or early on a day (for example a revision after late returns).

    `on` is a business day after the closing date; jobs wait on the real clock, so the distance to it is what counts.
    """
    require(by, Right.PREPARE_RELEASE)
    now = business_now()
    when = max(now, datetime.combine(on, EARLY, tzinfo=LONDON)) if on else now
    if collection.closes_at > when:
        raise Incomplete(f"The collection closes on {collection.closes_at.astimezone(LONDON):%-d %B %Y}. Choose a later day.")
    if collection.closes_at - EARLIEST_READ <= when - SIGNED:
        raise Incomplete("Returns that this release would be made from are deleted after 8 years. What was published stays.")
    key = f"prepare_release:{collection.period}:{now:%Y%m%d%H%M%S%f}"
    record(action="release.asked", by=by, subject=f"collection:{collection.period}", details={"day": f"{when:%Y-%m-%d}"})
    payload = {"collection": collection.pk}
    return enqueue(kind="prepare_release", key=key, payload=payload, by=by, run_after=timezone.now() + (when - now))


@transaction.atomic
def propose_release(*, release: Release, by: Any) -> Release:
    """The first of two portal admins puts a prepared release forward."""
    require(by, Right.PREPARE_RELEASE)
    release = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.status != ReleaseStatus.PREPARED:
        raise InvalidTransition(f"This release is “{release.get_status_display()}”, so it cannot be proposed.")
    release.status, release.proposed_by, release.proposed_at = ReleaseStatus.PROPOSED, by, business_now()
    release.save(update_fields=["status", "proposed_by", "proposed_at"])
    record(action="release.proposed", by=by, subject=f"release:{release.collection.period}/{release.revision}")
    return release


@transaction.atomic
def publish_release(*, release: Release, by: Any) -> Release:
    """The second portal admin confirms; readers see it from now on, and the one it revises becomes superseded."""
    permissions.check_can_publish_release(by, release)
    release = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.status != ReleaseStatus.PROPOSED:
        raise InvalidTransition(
            f"This release is “{release.get_status_display()}”. A proposed release is confirmed by a second admin."
        )
    permissions.check_can_publish_release(by, release)
    _check_audit_is_complete(release)
    Release.objects.current().filter(collection=release.collection_id).update(status=ReleaseStatus.SUPERSEDED)
    crashpoint("release.superseded")
    release.number = (Release.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1
    release.status, release.published_by, release.published_at = ReleaseStatus.PUBLISHED, by, business_now()
    release.save(update_fields=["number", "status", "published_by", "published_at"])
    record(action="release.published", by=by, subject=f"release:{release.number}", details={"period": release.collection.period})
    crashpoint("release.published")
    return release


def _check_audit_is_complete(release: Release) -> None:
    """Two releases that add up the same returns are safe together only when one was audited with the other."""
    wait_for_turn("release numbers")
    pins = pins_of(release)
    previous = Release.objects.current().filter(collection=release.collection_id).first()
    framework = framework_of(pins.versions, release.quarter)
    if pins.previous != (previous.pk if previous else None) or pins.kept != kept_for(release.collection, framework, previous):
        raise InvalidTransition(
            "Another release of the same returns was published since this one was prepared. Prepare it again, so that both are "
            "checked together."
        )


@transaction.atomic
def discard_release(*, release: Release, by: Any, reason: str) -> Release:
    """Take a prepared or proposed release out of the way, with a reason; nothing that was published is discarded."""
    require(by, Right.PREPARE_RELEASE)
    release = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.status not in {ReleaseStatus.PREPARED, ReleaseStatus.PROPOSED}:
        raise InvalidTransition("Only a release that is not published yet can be discarded.")
    if not reason.strip():
        raise Incomplete("Say why this release is discarded.")
    release.status, release.discard_reason = ReleaseStatus.DISCARDED, reason.strip()
    release.save(update_fields=["status", "discard_reason"])
    record(action="release.discarded", by=by, subject=f"release:{release.collection.period}/{release.revision}")
    return release
