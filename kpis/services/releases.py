"""Prepare, propose, publish and withdraw releases. The only bridge from returns to what others can read."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.disclosure.policy import DEFAULT_POLICY, Policy
from edi_portal.disclosure.protection import Hidden, Protected, Shown, Withheld
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.jobs.services import enqueue
from edi_portal.periods import Quarter
from kpis import permissions
from kpis.catalogue.windows import source_quarters
from kpis.models.collections import Collection
from kpis.models.definitions import Setting
from kpis.models.releases import Release, ReleasedCount, ReleasedFigure, ReleaseStatus
from kpis.models.returns import KpiReturn
from kpis.release_content import CountRow, FigureRow, OrganisationInput, ReleaseContent, ReleaseInput, Unit, build_content
from kpis.release_content.content import canonical_bytes
from kpis.release_content.protected_counts import quarters_to_read
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import signed_quarters_of_all
from kpis.services.collections import due_organisations
from kpis.workflow import Status
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right
from organisations.selectors.people import blocks

Progress = Callable[[int, str], None]


def policy_in_force() -> Policy:
    """The disclosure settings for new releases."""
    stored = Setting.objects.filter(key="disclosure.policy").values_list("value", flat=True).first()
    return Policy(**stored) if stored else DEFAULT_POLICY


def gather_input(collection: Collection, *, policy: Policy | None = None) -> ReleaseInput:
    """Everything a release of this collection depends on, as plain values."""
    quarter = collection.quarter
    framework = framework_for(quarter)
    organisations = due_organisations(collection)
    excused = set(
        KpiReturn.objects.filter(collection=collection, status=Status.NOT_REQUIRED)
        .live()
        .values_list("organisation_id", flat=True)
    )
    owing = [organisation for organisation in organisations if organisation.pk not in excused]
    content = signed_quarters_of_all(owing, quarters_to_read(quarter, framework.measures))
    groups = _peer_groups(owing, quarter)
    return ReleaseInput(
        framework=framework,
        quarter=quarter,
        organisations=tuple(
            OrganisationInput(
                slug=organisation.slug,
                pk=organisation.pk,
                kind=groups.get(organisation.pk, organisation.kind),
                applicability_class=organisation.applicability_class,
                headcount_estimate=organisation.headcount_estimate,
                quarters=content.get(organisation.pk, {}),
            )
            for organisation in owing
        ),
        policy=policy or policy_in_force(),
        earlier=_earlier_counts(quarter, framework.measures.values()),
        accounts=tuple(block for block in blocks() if len(block) > 1),
        seed=quarter.slug,
    )


def _peer_groups(organisations: Iterable[Organisation], quarter: Quarter) -> dict[int, str]:
    from organisations.models import PeerGroupMembership

    rows = PeerGroupMembership.objects.on(quarter.last_day).filter(organisation__in=organisations)
    return dict(rows.values_list("organisation_id", "group"))


def _earlier_counts(quarter: Quarter, measures: Iterable[Any]) -> dict[tuple[str, str, str, Unit], Protected]:
    """Protected counts of the quarters whose snapshots this quarter's figures read, from their current releases."""
    sources = {
        source
        for measure in measures
        if measure.window != "quarter"
        for window in ("quarter", "last_march")
        for source in source_quarters(measure, window, quarter)
        if source != quarter
    }
    rows = ReleasedCount.objects.filter(
        release__status=ReleaseStatus.PUBLISHED,
        release__collection__period__in=[source.slug for source in sources],
        source__in=[source.slug for source in sources],
    ).values_list("measure", "part", "source", "level", "organisation__slug", "peer_group", "status", "value")
    return {
        (measure, part, source, Unit(level, slug or group or "")): _protected(status, value)
        for measure, part, source, level, slug, group, status, value in rows
    }


def _protected(status: str, value: int | None) -> Protected:
    if status == "shown" and value is not None:
        return Shown(value)
    return Hidden(0, None) if status == "hidden" else Withheld("small_numbers")


def input_digest(given: ReleaseInput) -> str:
    """SHA-256 over everything the release is made from, whatever the order in which it was read."""
    content = {
        "framework": given.framework.version,
        "policy": asdict(given.policy),
        "accounts": sorted(sorted(block) for block in given.accounts),
        "earlier": sorted(repr(item) for item in given.earlier.items()),
        "organisations": [
            [
                organisation.slug,
                organisation.kind,
                organisation.headcount_estimate,
                sorted(
                    [
                        quarter.slug,
                        sorted((*key, str(value)) for key, value in returned.values.items()),
                        sorted(map(str, returned.states.items())),
                    ]
                    for quarter, returned in organisation.quarters.items()
                ),
            ]
            for organisation in sorted(given.organisations, key=lambda one: one.slug)
        ],
    }
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def prepare_release(*, collection: Collection, progress: Progress = lambda percent, doing: None, by: Any = None) -> Release:
    """Build the release of a collection; unchanged returns give back the same release. One builder at a time per period."""
    progress(2, "Reading the signed returns")
    given = gather_input(collection)
    digest = input_digest(given)
    existing = Release.objects.filter(collection=collection, input_digest=digest).exclude(status=ReleaseStatus.DISCARDED).first()
    if existing is not None:
        return existing
    if not any(organisation.returned(given.quarter) for organisation in given.organisations):
        raise Incomplete(f"No signed return of {given.quarter.label} is there yet, so there is nothing to release.")
    content = build_content(given, progress=progress)
    progress(80, "Writing the release")
    return store_release(collection=collection, content=content, given=given, digest=digest, by=by)


@transaction.atomic
def store_release(*, collection: Collection, content: ReleaseContent, given: ReleaseInput, digest: str, by: Any) -> Release:
    """Write the content as one new release; an equal one that appeared meanwhile is given back instead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"release:{collection.period}"])
    same = (
        Release.objects.filter(collection=collection, fingerprint=content.fingerprint)
        .exclude(status=ReleaseStatus.DISCARDED)
        .first()
    )
    if same is not None:
        return same
    Release.objects.filter(collection=collection, status__in=[ReleaseStatus.PREPARED, ReleaseStatus.PROPOSED]).update(
        status=ReleaseStatus.DISCARDED
    )
    current = Release.objects.current().filter(collection=collection).first()
    release = Release.objects.create(
        collection=collection,
        revision=current.revision + 1 if current else 1,
        revises=current,
        input_digest=digest,
        fingerprint=content.fingerprint,
        policy=asdict(given.policy),
        catalogue_version=given.framework.version,
        due=list(content.due),
        returned=list(content.returned),
        counts_shown=content.tally("shown"),
        counts_hidden=content.tally("hidden"),
        counts_withheld=content.tally("withheld"),
        audit={"seconds": round(content.audit_seconds, 2), "certificates": content.certificate_hash},
        problems=list(content.problems),
        synthetic=_is_synthetic(collection),
    )
    ids = {organisation.slug: organisation.pk for organisation in given.organisations}
    ReleasedCount.objects.bulk_create((_count(release, row, ids) for row in content.counts), batch_size=2000)
    ReleasedFigure.objects.bulk_create((_figure(release, row, ids) for row in content.figures), batch_size=2000)
    record(action="release.prepared", by=by, subject=f"release:{collection.period}/{release.revision}")
    return release


def _is_synthetic(collection: Collection) -> bool:
    from django.conf import settings

    return bool(settings.DEMONSTRATION)


def _subject(unit: Unit, ids: dict[str, int]) -> dict[str, Any]:
    if unit.level == "organisation":
        return {"level": unit.level, "organisation_id": ids[unit.name]}
    return {"level": unit.level, "peer_group": unit.name}


def _count(release: Release, row: CountRow, ids: dict[str, int]) -> ReleasedCount:
    return ReleasedCount(
        release=release,
        measure=row.measure,
        part=row.part,
        source=row.source,
        status=row.status,
        value=row.value,
        **_subject(row.unit, ids),
    )


FIGURE_FIELDS = (
    "kpi_id component statistic tier status verdict value low high rounding_low rounding_high numerator denominator "
    "reference_numerator reference_denominator word reason comparator comparator_kind quartile rank_low rank_high ranked contributing"
).split()


def _figure(release: Release, row: FigureRow, ids: dict[str, int]) -> ReleasedFigure:
    values = {name: getattr(row, name) for name in FIGURE_FIELDS}
    return ReleasedFigure(release=release, kpi_version_id=row.version_id, **values, **_subject(row.unit, ids))


@transaction.atomic
def ask_for_release(*, collection: Collection, by: Any) -> Any:
    """Ask the job to prepare a release now (for example after a late return)."""
    require(by, Right.PREPARE_RELEASE)
    if collection.closes_at > business_now():
        raise Incomplete("The collection is still open. Close it first, or wait for its closing date.")
    key = f"prepare_release:{collection.period}:{business_now():%Y%m%d%H%M%S%f}"
    record(action="release.asked", by=by, subject=f"collection:{collection.period}")
    return enqueue(kind="prepare_release", key=key, payload={"collection": collection.pk}, by=by)


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
    Release.objects.current().filter(collection=release.collection_id).update(status=ReleaseStatus.SUPERSEDED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('release numbers'))")
    release.number = (Release.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1
    release.status, release.published_by, release.published_at = ReleaseStatus.PUBLISHED, by, business_now()
    release.save(update_fields=["number", "status", "published_by", "published_at"])
    record(action="release.published", by=by, subject=f"release:{release.number}", details={"period": release.collection.period})
    return release


@transaction.atomic
def discard_release(*, release: Release, by: Any, reason: str) -> Release:
    """Take a prepared or proposed release out of the way, with a reason; nothing that was published is discarded."""
    require(by, Right.PREPARE_RELEASE)
    release = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.status not in {ReleaseStatus.PREPARED, ReleaseStatus.PROPOSED}:
        raise InvalidTransition("Only a release that is not published yet can be discarded.")
    if not reason.strip():
        raise Incomplete("Say why this release is discarded.")
    release.status = ReleaseStatus.DISCARDED
    release.save(update_fields=["status"])
    record(action="release.discarded", by=by, subject=f"release:{release.collection.period}/{release.revision}")
    return release


def rebuild_matches(release: Release) -> bool:
    """Whether building the release again from the same returns gives the same fingerprint."""
    policy = Policy(**release.policy)
    given = gather_input(release.collection, policy=policy)
    return build_content(given).fingerprint == release.fingerprint
