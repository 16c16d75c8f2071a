"""Makes the Python environment and the browser's files, then becomes the command that was asked for.

Started by make with any Python 3.11 or newer of the machine, so it imports the standard library alone:
`python3 -m edi_portal.embedded.environment [command ...]`. A second run compares two hashes and goes straight on.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from edi_portal.embedded.places import ROOT
from edi_portal.embedded.progress import STARTED, began, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "portal-environment"
LOCKS = ("bootstrap.lock", "requirements.lock")
OLDEST_PYTHON = (3, 11)
BYTECODE = ROOT / "build" / "bytecode"


def fingerprint() -> str:
    """The SHA-256 of the lock files, with the Python they are installed for."""
    digest = hashlib.sha256(f"{sys.base_prefix} {sys.version}\0".encode())
    for name in LOCKS:
        digest.update((ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def up_to_date() -> bool:
    """Whether the environment holds what the lock files say."""
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time change the environment and the assets of this folder; others wait and say so."""
    with open(ROOT / "pyproject.toml") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another 'make' that prepares this folder")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def install() -> None:
    """Make `.venv` from the lock files: pip installs only uv, by hash, and uv installs the rest, by hash."""
    if find_spec("ensurepip") is None:
        sys.exit("This Python cannot make environments (no ensurepip): install your system's python3-venv package.")
    bootstrap = hashlib.sha256((ROOT / "bootstrap.lock").read_bytes() + sys.version.encode()).hexdigest()
    bootstrap_stamp = VENV / "portal-bootstrap"
    if not (PYTHON.exists() and bootstrap_stamp.exists() and bootstrap_stamp.read_text() == bootstrap):
        say("making the Python environment in .venv")
        _call(sys.executable, "-m", "venv", "--clear", VENV)
        pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _call(*pip, "--no-deps", "--require-hashes", "-r", ROOT / "bootstrap.lock")
        bootstrap_stamp.write_text(bootstrap)
    say("installing the locked packages")
    uv = (VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON)
    _call(*uv, "--require-hashes", "--no-deps", "-r", ROOT / "requirements.lock", environment=uv_environment())
    STAMP.write_text(fingerprint())


def uv_environment() -> dict[str, str]:
    """The environment of uv, which does not read pip's settings: an index of the machine's own is passed on."""
    environment = {
        **os.environ,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": "copy",  # the cache is often on another disk than the project
        "UV_SYSTEM_CERTS": "1",
    }
    if "UV_DEFAULT_INDEX" not in environment:
        command = [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"]
        index = os.environ.get("PIP_INDEX_URL") or subprocess.run(command, capture_output=True, text=True).stdout.strip()
        if index:
            environment["UV_DEFAULT_INDEX"] = index
    return environment


def keep_bytecode() -> None:
    """Let every process that follows share compiled modules, below `build/`.

    Many machines forbid compiled files beside the sources; each process would then compile Django and all else anew, for
    longer than it works. The packages come uncompiled, so that only what is imported is compiled, once.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(BYTECODE))


def _call(*command: object, environment: dict[str, str] | None = None) -> None:
    """Run one program of the preparation; on failure end with its name, below what it printed itself."""
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=ROOT, env=environment).returncode:
        sys.exit(f"'{Path(words[0]).name} {' '.join(words[1:3])}' failed; the reason stands above. The next run tries again.")


def main(command: list[str]) -> None:
    """Prepare what is missing, then run `command` in this process's place, so that it is still make's own child."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: set it with 'make PYTHON=...'.")
    os.environ[STARTED] = str(began())
    os.chdir(ROOT)
    keep_bytecode()
    with alone():
        if not up_to_date():
            install()
        _call(PYTHON, "-m", "edi_portal.embedded", "assets")
    if command:
        os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        os.execvp(command[0], command)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
