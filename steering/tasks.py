"""The job system's ways into the steering app: envelopes around services."""

from edi_portal.jobs.services import Running, handles
from kpis.models.releases import Release
from steering.services import packs


@handles(packs.KIND)
def build_packs(running: Running) -> None:
    """Build the archive of all released packs of a release."""
    release = Release.objects.select_related("collection").get(pk=running.job.payload["release"])
    content, number = packs.archive_bytes(release, running.progress)
    with running.finish() as result:
        kept = packs.keep_archive(release=release, content=content, packs=number, by=running.job.asked_by)
        result["packs"] = kept.packs
