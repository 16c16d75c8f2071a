"""`/health/deep/`: what portal admins want to know of the running portal. Times and totals, no figures of returns, no names."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from edi_portal.audit.models import AuditLink
from edi_portal.backups.services import BackupFailed, newest_backup
from edi_portal.health import broker_client
from edi_portal.jobs.models import Job, JobStatus
from kpis.models.releases import Release
from organisations.permissions import require
from organisations.roles import Right

OLDEST_JOB = timedelta(minutes=3)
OLDEST_BACKUP = timedelta(hours=36)
FULLEST = 85  # percent of a disk
BROKER_FULLEST = 70  # percent of its own limit


@require_GET
@never_cache
def deep(request: HttpRequest) -> JsonResponse:
    """Each part with its numbers, and `problems` in words. 200 also with problems: the portal itself answers."""
    require(request.user, Right.VIEW_JOBS)
    parts, problems = look_at_everything()
    return JsonResponse({**parts, "problems": problems})


def look_at_everything() -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Each part with its numbers and moments, None for what is not known; and what is wrong, in words."""
    problems: list[str] = []
    parts: dict[str, Callable[[list[str]], dict[str, Any]]] = {
        "jobs": _jobs,
        "releases": _releases,
        "audit": _audit,
        "backup": _backup,
        "disk": _disk,
        "broker": _broker,
    }
    return {name: look(problems) for name, look in parts.items()}, problems


def _jobs(problems: list[str]) -> dict[str, Any]:
    """How long the longest-waiting job waits, in seconds; how many failed; when a job was last done."""
    due = Job.objects.filter(status=JobStatus.QUEUED, run_after__lte=timezone.now()).order_by("run_after").first()
    waits = timezone.now() - due.run_after if due else timedelta(0)
    failed = Job.objects.filter(status=JobStatus.FAILED).count()
    if waits > OLDEST_JOB:
        problems.append(f"A job has waited for {waits.total_seconds() // 60:.0f} minutes. Look whether worker and beat run.")
    if failed:
        problems.append(f"{failed} job{'s' if failed > 1 else ''} failed. The page Jobs says why.")
    last = Job.objects.aggregate(last=Max("finished_at"))["last"]
    return {"oldest_waiting_seconds": round(waits.total_seconds()), "failed": failed, "last_done_at": last}


def _releases(problems: list[str]) -> dict[str, Any]:
    """When the newest release of each period was made."""
    rows = Release.objects.values("collection__period").annotate(made=Max("prepared_at")).order_by("collection__period")
    return {row["collection__period"]: row["made"] for row in rows}


def _audit(problems: list[str]) -> dict[str, Any]:
    """The head of the chain: note it elsewhere, and `verify_audit --known` says later whether it is still there."""
    head = AuditLink.objects.order_by("-position").first()
    return {"position": head.position if head else 0, "fingerprint": head.fingerprint if head else ""}


def _backup(problems: list[str]) -> dict[str, Any]:
    """When the newest backup below `PORTAL_BACKUP_FOLDER` was made."""
    try:
        made = newest_backup(Path(settings.BACKUP_FOLDER))
    except (BackupFailed, OSError):
        made = None
    if made is None:
        problems.append("No backup was found in PORTAL_BACKUP_FOLDER.")
    elif timezone.now() - made > OLDEST_BACKUP:
        problems.append(f"The newest backup is {(timezone.now() - made).total_seconds() / 3600:.0f} hours old.")
    return {"made_at": made}


def _disk(problems: list[str]) -> dict[str, Any]:
    """How full the disk of uploaded files is, in percent."""
    folder = next(path for path in (Path(settings.MEDIA_ROOT), *Path(settings.MEDIA_ROOT).parents) if path.exists())
    usage = shutil.disk_usage(folder)
    percent = round(100 * usage.used / usage.total)
    if percent > FULLEST:
        problems.append(f"The disk of uploaded files is {percent}% full.")
    return {"percent": percent}


def _broker(problems: list[str]) -> dict[str, Any]:
    """Redis's memory in bytes, and its limit (0: none)."""
    try:
        with broker_client(settings.CELERY_BROKER_URL) as client:
            memory: dict[str, Any] = client.info("memory")  # type: ignore[assignment]  # typed for asynchronous use as well
    except RedisError:
        problems.append("Redis does not answer. Work waits in the database until it does.")
        return {"used": None, "limit": None}
    used, limit = int(memory["used_memory"]), int(memory["maxmemory"])
    if limit and 100 * used > BROKER_FULLEST * limit:
        problems.append(f"Redis uses {100 * used // limit}% of its memory.")
    return {"used": used, "limit": limit}
