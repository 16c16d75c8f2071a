"""`make lock`: resolves pyproject.toml and package.json into lock files that hold hashes and no addresses."""

import subprocess
from collections.abc import Sequence

from edi_portal.embedded import assets
from edi_portal.embedded.environment import VENV, uv_environment
from edi_portal.embedded.places import ROOT
from edi_portal.embedded.progress import say

EVERYTHING = "requirements.lock"
# The same versions without tests, linters and embedded servers, for the image.
PRODUCTION = "requirements-production.lock"
COMPILE = (
    "pip",
    "compile",
    "pyproject.toml",
    "--quiet",
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--python-version=3.11",
)


def lock(packages: Sequence[str] = ()) -> int:
    """Renew the lock files; pinned versions stay unless named in `packages` or no longer allowed. Returns the exit status."""
    upgrades = [word for package in packages for word in ("--upgrade-package", package)]
    environment = uv_environment()
    for name, options in (
        (EVERYTHING, ["--group=embedded", "--group=dev", *upgrades]),
        (PRODUCTION, [f"--constraint={EVERYTHING}", "--no-annotate", *upgrades]),
    ):
        command = [str(VENV / "bin" / "uv"), *COMPILE, *options, f"--output-file={name}"]
        if subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL).returncode:
            return 1
        say(f"wrote {name}")
    node, npm = assets.find_node()
    done = subprocess.run([str(node), str(npm), "install", "--package-lock-only", "--loglevel=error"], cwd=ROOT)
    say("wrote package-lock.json" if not done.returncode else "package-lock.json could not be renewed")
    return done.returncode
