"""The archive of all released packs: asked for by one person, built by a job, signed, the same bytes when built again."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from datetime import date
from typing import IO, Any
from zipfile import ZipFile

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, NotAllowed
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import enqueue, try_again
from edi_portal.papers.files import archive_entry, paper_xlsx
from edi_portal.papers.pdf import pdf_bytes
from edi_portal.papers.signing import is_signed, public_key, sign
from kpis.models.releases import Release
from kpis.selectors.releases import ReleaseAsSeen
from organisations.permissions import can
from organisations.roles import Right
from steering.models.reports import PackArchive
from steering.reports.packs import as_the_group_sees, day_of, released_pack_paper

KIND = "build_packs"
MANIFEST, SIGNATURE, READ_ME = "manifest.json", "manifest.sig", "READ-ME.txt"
HOW_TO_CHECK = """Released packs of all organisations.

manifest.json names every file with its SHA-256. manifest.sig is the Ed25519 signature under manifest.json, in base64.
The public key stands on the portal's page of packs. Somebody with a copy of the portal checks the archive with:
python manage.py verify_packs FILE --key PUBLIC-KEY
"""
Progress = Callable[[int, str], None]


def check_can_have_packs(user: Any) -> None:
    """The packs of all organisations go to the steering group and to portal admins: they hold the steering tier."""
    if not (can(user, Right.WRITE_REPORT) or can(user, Right.PUBLISH_REPORT)):
        raise NotAllowed("The packs of all organisations are for the steering group and for portal admins.")


@transaction.atomic
def ask_for_packs(*, release: Release, by: Any) -> Job:
    """Ask the job to build the archive of a release; asking twice is harmless."""
    check_can_have_packs(by)
    if release.published_at is None:
        raise Incomplete("Only a published release has packs.")
    record(action="packs.asked", by=by, subject=f"release:{release.number}")
    job = enqueue(kind="build_packs", key=job_key(release), payload={"release": release.pk}, by=by)
    if job.status == JobStatus.FAILED:
        try_again(job=job, by=by)
    return job


def job_key(release: Release) -> str:
    """One archive for each release."""
    return f"{KIND}:{release.pk}"


def build_archive(release: Release, target: IO[bytes], progress: Progress = lambda percent, doing: None) -> int:
    """Write the archive into a file, one pack at a time; returns how many packs are in it."""
    seen = as_the_group_sees(release)
    day = day_of(release)
    files: list[dict[str, Any]] = []
    members = seen.members
    with ZipFile(target, "w") as archive:
        for number, member in enumerate(members, start=1):
            progress(95 * number // len(members), f"Pack {number} of {len(members)}: {member.name}")
            # Apart for each organisation: what a pack reads is forgotten before the next is made.
            paper = released_pack_paper(ReleaseAsSeen(release, seen.tiers), member)
            for name, content in ((f"{member.slug}.pdf", pdf_bytes(paper)), (f"{member.slug}.xlsx", paper_xlsx(paper))):
                archive.writestr(archive_entry(name, day), content)
                files.append({"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        _sign_in(archive, release, files, day)
    return len(members)


def _sign_in(archive: ZipFile, release: Release, files: list[dict[str, Any]], day: date) -> None:
    manifest = {
        "what": "Released packs of all organisations",
        "release": release.number,
        "period": release.quarter.slug,
        "release_fingerprint": release.fingerprint,
        "synthetic": release.synthetic,
        "files": files,
        "public_key": public_key(),
    }
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode()
    archive.writestr(archive_entry(MANIFEST, day), text)
    archive.writestr(archive_entry(SIGNATURE, day), sign(text))
    archive.writestr(archive_entry(READ_ME, day), HOW_TO_CHECK)


def archive_bytes(release: Release, progress: Progress = lambda percent, doing: None) -> tuple[bytes, int]:
    """The archive, built on disk, and how many packs it holds."""
    with tempfile.TemporaryFile() as target:
        packs = build_archive(release, target, progress)
        target.seek(0)
        return target.read(), packs


def keep_archive(*, release: Release, content: bytes, packs: int, by: Any) -> PackArchive:
    """Keep a built archive; one that is there already stays as it is."""
    values = {
        "content": content,
        "fingerprint": hashlib.sha256(content).hexdigest(),
        "packs": packs,
        "made_at": business_now(),
        "asked_by": by,
    }
    kept, fresh = PackArchive.objects.get_or_create(release=release, defaults=values)
    if fresh:
        record(action="packs.built", by=by, subject=f"release:{release.number}", details={"sha256": kept.fingerprint})
    return kept


def faults_of(archive: ZipFile, key: str) -> list[str]:
    """What is wrong with an archive: a signature of somebody else, a file that was changed, added or taken away."""
    names = set(archive.namelist())
    if not {MANIFEST, SIGNATURE} <= names:
        return ["It has no manifest or no signature."]
    text = archive.read(MANIFEST)
    if not is_signed(text, archive.read(SIGNATURE).decode(errors="replace").strip(), key):
        return ["The manifest was not signed with this key, or was changed."]
    listed = {one["name"]: one["sha256"] for one in json.loads(text)["files"]}
    found = [f"{name} is missing." for name in sorted(set(listed) - names)]
    found += [f"{name} is not in the manifest." for name in sorted(names - set(listed) - {MANIFEST, SIGNATURE, READ_ME})]
    found += [
        f"{name} was changed."
        for name in sorted(set(listed) & names)
        if hashlib.sha256(archive.read(name)).hexdigest() != listed[name]
    ]
    return found


def note_pack_download(*, subject: str, by: Any, organisation: Any = None) -> None:
    """Put on record that somebody took a pack, or all of them, out."""
    record(action="packs.downloaded", by=by, subject=subject, organisation=organisation)
