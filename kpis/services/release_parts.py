"""A release made by several workers: the build is cut into parts, each part is a job, and the last one has them joined.

A worker that dies leaves its job to the sweep; a part that is done twice is kept once; all parts read the same pinned rows.
So the release has the same bytes however many workers there are, and in whatever order they finish.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from edi_portal.disclosure.policy import Policy
from edi_portal.exceptions import Incomplete
from edi_portal.jobs.models import JobStatus
from edi_portal.jobs.services import enqueue, try_again
from kpis.models.collections import Collection
from kpis.models.release_builds import BuildPart, ReleaseBuild
from kpis.models.releases import Release
from kpis.release_content import PartResult, ReleaseInput, ReleaseRefusedError, join_content, parts_of, protect_part
from kpis.release_content.protected_counts import people_tables
from kpis.selectors.release_inputs import Pins, read_input
from kpis.services.releases import Plan, refusal_in_words, store_release

Progress = Callable[[int, str], None]
REPLACED = "The returns changed while it was being made; a newer build took its place."


@transaction.atomic
def begin_build(*, plan: Plan, by: Any) -> ReleaseBuild:
    """Cut a release into parts and queue each; asking again for the same rows continues the build that is under way."""
    collection = Collection.objects.select_for_update(no_key=True).get(pk=plan.collection.pk)
    build = ReleaseBuild.objects.unfinished().filter(collection=collection).first()
    if build is not None and build.input_digest != plan.digest:
        _end(build, refusal=REPLACED)
        build = None
    if build is None:
        build = ReleaseBuild.objects.create(
            collection=collection,
            input_digest=plan.digest,
            made_from=plan.pins.as_data(),
            policy=asdict(plan.given.policy),
            asked_by=by,
        )
        BuildPart.objects.bulk_create(
            BuildPart(build=build, key=part.key, title=part.title, measures=list(part.measures))
            for part in parts_of(people_tables(plan.given))
        )
    _ask_for_what_is_missing(build, by)
    return build


def _ask_for_what_is_missing(build: ReleaseBuild, by: Any) -> None:
    """Queue the parts that are not done, or the joining when all are; what had failed is tried again."""
    missing = list(build.parts.filter(done_at=None))
    jobs = [
        enqueue(kind="release_part", key=f"release_part:{build.pk}:{part.key}", payload={"part": part.pk}, by=by)
        for part in missing
    ]
    if not missing:
        jobs = [enqueue(kind="join_release", key=f"join_release:{build.pk}", payload={"build": build.pk}, by=by)]
    for job in jobs:
        if job.status == JobStatus.FAILED:
            try_again(job=job, by=by)


def do_part(*, part: BuildPart, progress: Progress) -> PartResult | None:
    """Protect the measures of one part; None when that is done already, or nobody waits for it any more. Writes nothing."""
    if part.done_at is not None or part.build.ended_at is not None:
        return None
    progress(1, f"Reading the signed returns for {part.title}")
    return protect_part(people_tables(_input_of(part.build)), part.measures, progress=progress)


@transaction.atomic
def keep_part(*, part: BuildPart, result: PartResult | None) -> bool:
    """Store what a part found, once; the one that finds all parts done queues the joining. True when this call stored it."""
    # Parts that finish at the same moment come one after the other here, so exactly the last one finds nothing missing.
    build = ReleaseBuild.objects.select_for_update().get(pk=part.build_id)
    kept = 0
    if result is not None and build.ended_at is None:
        seconds = sum(protection.seconds for protection in result.protections.values())
        waiting = BuildPart.objects.filter(pk=part.pk, done_at=None)
        kept = waiting.update(result=result.as_data(), seconds=seconds, done_at=Now())
    if build.ended_at is None and not build.parts.filter(done_at=None).exists():
        _ask_for_what_is_missing(build, build.asked_by)
    return bool(kept)


def join_build(*, build: ReleaseBuild, progress: Progress) -> Release | None:
    """Audit all parts together and write the release; None when the build ended otherwise.

    Raises Incomplete when the release would not protect somebody: then nothing is stored, and what was published stays.
    """
    if build.ended_at is not None:
        return build.release
    progress(1, "Reading the signed returns")
    given = _input_of(build)
    results = [PartResult.from_data(part.result) for part in build.parts.all()]
    try:
        content = join_content(people_tables(given), results, progress=progress)
    except ReleaseRefusedError as refusal:
        words = refusal_in_words(refusal, build.collection)
        with transaction.atomic():
            _end(build, refusal=words)
        raise Incomplete(words) from refusal
    progress(80, "Writing the release")
    plan = Plan(build.collection, Pins(**build.made_from), given, build.input_digest)
    with transaction.atomic():
        build = ReleaseBuild.objects.select_for_update().get(pk=build.pk)
        if build.ended_at is not None:
            return build.release
        release = store_release(plan=plan, content=content, by=build.asked_by)
        _end(build, release=release)
    return release


def _input_of(build: ReleaseBuild) -> ReleaseInput:
    return read_input(Pins(**build.made_from), build.quarter, Policy(**build.policy))


def _end(build: ReleaseBuild, *, release: Release | None = None, refusal: str = "") -> None:
    """Close a build and empty its parts: their counts and proofs stand in the release now, or nowhere."""
    ReleaseBuild.objects.filter(pk=build.pk).update(release=release, refusal=refusal, ended_at=Now())
    build.parts.update(result={})
