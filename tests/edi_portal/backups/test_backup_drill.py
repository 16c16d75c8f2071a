"""The drill: a database is backed up, restored elsewhere, and equal table by table; faults are seen."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from edi_portal.audit.services import record
from edi_portal.backups import services
from tests.kpis.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = "edi_restore_drill"


def manage(database: str, media: Path, *words: str, file_limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """One command of manage.py on a database of this server."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
    own = {
        "DATABASE_URL": address,
        "PORTAL_MEDIA_ROOT": str(media),
        "SECRET_KEY": "only-for-this-drill",
        "PORTAL_DEMONSTRATION": "1",
    }

    def limit() -> None:
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )


@pytest.fixture
def empty() -> Iterator[str]:
    """A second database of this server, of this process alone."""
    name = f"{ELSEWHERE}_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def media(tmp_path: Path, settings: object) -> Path:
    """An uploaded file."""
    root = tmp_path / "media"
    (root / "evidence").mkdir(parents=True)
    (root / "evidence" / "a1b2").write_bytes(b"%PDF-1.7 a file somebody uploaded")
    settings.MEDIA_ROOT = root  # type: ignore[attr-defined]
    return root


def test_f10_a_full_disk_leaves_no_half_backup_and_the_next_one_is_whole(media: Path, tmp_path: Path) -> None:
    record(action="drill.began", by=make_user("drill@example.invalid"))
    here = str(connection.settings_dict["NAME"])
    failed = manage(here, media, "backup", str(tmp_path / "backups"), file_limit=20_000)
    assert failed.returncode == 1 and "Traceback" not in failed.stderr, failed.stderr
    assert list((tmp_path / "backups").iterdir()) == []
    assert services.back_up(tmp_path / "backups").rows > 1000


@pytest.mark.security(39)
def test_a_backup_is_restored_into_an_empty_database_and_equals_what_was_saved(empty: str, media: Path, tmp_path: Path) -> None:
    record(action="drill.began", by=make_user("drill@example.invalid"))
    done = services.back_up(tmp_path / "backups")
    assert (done.folder.stat().st_mode & 0o777, (done.folder / "database.dump").stat().st_mode & 0o777) == (0o700, 0o600)
    restored = tmp_path / "restored"
    first = manage(empty, restored, "restore", str(done.folder))
    assert first.returncode == 0, first.stderr
    assert f"equal to what was saved: {done.rows:,} rows" in first.stdout and "migrate" not in first.stdout
    assert (restored / "evidence" / "a1b2").read_bytes().startswith(b"%PDF")
    again = manage(empty, tmp_path / "other", "restore", str(done.folder))
    assert again.returncode == 1 and "not empty" in again.stderr


def test_a_row_that_differs_and_a_file_that_was_changed_are_found(media: Path, tmp_path: Path) -> None:
    done = services.back_up(tmp_path / "backups")
    manifest = services.read_manifest(done.folder)
    services.compare(manifest)
    make_user("somebody.new@example.invalid")
    with pytest.raises(services.BackupFailed, match="organisations_user"):
        services.compare(manifest)
    with open(done.folder / "database.dump", "ab") as dump:
        dump.write(b"x")
    with pytest.raises(services.BackupFailed, match=r"database\.dump is not the file that was saved"):
        services.restore(done.folder)


def test_old_backups_go_and_the_newest_says_when_it_was_made(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        folder = tmp_path / f"edi-2020010{number}T000000Z"
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps({"made_at": f"2020-01-0{number}T00:00:00+00:00"}))
    assert services.forget_old(tmp_path, 2) == 1
    newest = services.newest_backup(tmp_path)
    assert newest is not None and newest.day == 3
    assert len(services.backups(tmp_path)) == 2
