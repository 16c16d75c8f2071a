"""Make a backup, and restore one into an empty database. Nothing here sends anything anywhere: a backup is a folder."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from edi_portal.backups.contents import LEFT_OUT, contents, fingerprint, is_empty, migrations_to_apply
from edi_portal.backups.programs import connection_environment, fitting_program, server_version
from edi_portal.database_roles import APP, READER

PREFIX = "edi-"
DATABASE, MEDIA, MANIFEST = "database.dump", "media.tar", "manifest.json"


class BackupFailed(Exception):
    """A backup was not made or not restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was made or restored, and how long it took."""

    folder: Path
    rows: int
    size: int  # bytes of dump and files
    seconds: float
    to_migrate: tuple[str, ...] = ()


def back_up(target: Path) -> Done:
    """Write one backup below `target`; under its final name it is whole. Raises BackupFailed."""
    began = time.monotonic()
    name = f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    part = target / f".{name}.part"
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.mkdir(mode=0o700)
        held = _dump(part / DATABASE)
        _pack_media(part / MEDIA)
        manifest = {
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgresql": server_version(),
            "contents": held,
            "fingerprint": fingerprint(held),
            "files": {file: _sha256(part / file) for file in (DATABASE, MEDIA)},
        }
        _write(part / MANIFEST, json.dumps(manifest, indent=1).encode())
        part.rename(target / name)
        _sync(target)
    except OSError as error:
        raise BackupFailed(f"The backup was not written: {error.strerror or error}. Nothing half made is left.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return _done(target / name, manifest, began)


def restore(folder: Path, *, media: Path | None = None) -> Done:
    """Restore a backup into the portal's empty database and show that it equals what was saved. Raises BackupFailed.

    Uploaded files go to `media` (`PORTAL_MEDIA_ROOT` when left out), which must be empty.
    """
    began = time.monotonic()
    manifest = read_manifest(folder)
    media = media or Path(settings.MEDIA_ROOT)
    for file, expected in manifest["files"].items():
        if _sha256(folder / file) != expected:
            raise BackupFailed(f"{file} is not the file that was saved: take another backup.")
    if not is_empty():
        raise BackupFailed("The database is not empty. Restore into a new one: createdb, then DATABASE_URL of it.")
    if media.exists() and any(media.iterdir()):
        raise BackupFailed(f"The folder of uploaded files is not empty: {media}. Name an empty one in PORTAL_MEDIA_ROOT.")
    _make_roles()
    _program("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname", _database(), folder / DATABASE)
    media.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / MEDIA) as archive:
        archive.extractall(media, filter="data")
    compare(manifest)
    return _done(folder, manifest, began, tuple(migrations_to_apply()))


def compare(manifest: dict[str, Any]) -> None:
    """Hold the database against a manifest, table by table. Raises BackupFailed with what differs."""
    with transaction.atomic():
        now = contents()
    then = manifest["contents"]
    tables = sorted(table for table in {*then["tables"], *now["tables"]} if then["tables"].get(table) != now["tables"].get(table))
    if tables:
        raise BackupFailed(f"These tables are not as they were saved: {', '.join(tables)}.")
    if fingerprint(now) != manifest["fingerprint"]:
        raise BackupFailed("Migrations or releases are not as they were saved.")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises BackupFailed where there is none."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupFailed(f"{folder} is no backup: it has no readable {MANIFEST}.") from error
    return manifest


def backups(target: Path) -> list[Path]:
    """Whole backups below a folder, the oldest first."""
    return sorted(path.parent for path in target.glob(f"{PREFIX}*/{MANIFEST}"))


def newest_backup(target: Path) -> datetime | None:
    """When the newest whole backup was made."""
    found = backups(target)
    return datetime.fromisoformat(read_manifest(found[-1])["made_at"]) if found else None


def forget_old(target: Path, keep: int) -> int:
    """Delete all but the newest backups; returns how many went."""
    old = backups(target)[:-keep] if keep > 0 else []
    for folder in old:
        shutil.rmtree(folder)
    return len(old)


def _dump(target: Path) -> dict[str, Any]:
    """Dump the database, and read what it holds at that very moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
        without = [f"--exclude-table-data=public.{table}" for table in LEFT_OUT]
        _program("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", *without, "--file", target)
        held = contents()
    target.chmod(0o600)
    _sync(target)
    return held


def _pack_media(target: Path) -> None:
    """Uploaded files in one archive, in the order of their names."""
    root = Path(settings.MEDIA_ROOT)
    with tarfile.open(target, "w") as archive:
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                archive.add(path, arcname=path.relative_to(root).as_posix())
    target.chmod(0o600)
    _sync(target)


def _make_roles() -> None:
    """Roles belong to the server and not to the database, so no dump holds those to which it gives rights.

    Nobody signs in as them until `database_rights --apply` gives web and worker their password.
    """
    with connection.cursor() as cursor:
        for role in (READER, APP):
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
                if role == READER:
                    cursor.execute(f"GRANT {role} TO CURRENT_USER")


def _program(name: str, *words: object) -> None:
    """Run one of PostgreSQL's programs; BackupFailed with its last words. The words name tables and files, never a row."""
    command = [str(fitting_program(name)), *map(str, words)]
    done = subprocess.run(command, env=connection_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise BackupFailed(f"{name} failed: {' '.join(done.stderr.splitlines()[:3])}")


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _sha256(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BackupFailed(f"{path.name} cannot be read: {error.strerror}.") from error


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    _sync(path)


def _sync(path: Path) -> None:
    """Make sure that a file or folder is on the disk and not only on its way."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _done(folder: Path, manifest: dict[str, Any], began: float, to_migrate: tuple[str, ...] = ()) -> Done:
    rows = sum(count for count, _ in manifest["contents"]["tables"].values())
    size = sum((folder / file).stat().st_size for file in (DATABASE, MEDIA))
    return Done(folder, rows, size, time.monotonic() - began, to_migrate)
