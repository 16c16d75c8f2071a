"""The browser's files: whole, of the locked versions, and free of outside addresses."""

import json
import re
from pathlib import Path

import plotly
import pytest

from edi_portal.embedded import assets
from edi_portal.embedded.places import ROOT


@pytest.fixture(scope="module")
def files():
    """The built files by path; made by `make test` before it starts."""
    assert assets.up_to_date(), "run 'make assets'"
    return json.loads(assets.MANIFEST.read_text())["files"]


def version_of(script: Path) -> str:
    found = re.search(r"plotly\.js (?:\(basic - minified\) )?v(\d+\.\d+\.\d+)", script.read_text(encoding="utf-8")[:2000])
    assert found, script
    return found[1]


def test_manifest_names_what_pages_and_tests_load(files):
    expected = {"nhsuk.css", "nhsuk-frontend.min.js", "plotly-basic.min.js"}
    assert expected <= {Path(name).name for name in files if name.startswith("assets/")}
    assert [name for name in files if name.startswith("test-assets/")] == ["test-assets/axe.min.js"]


def test_papers_have_their_font_with_its_licence(files):
    fonts = {Path(name).name for name in files if name.startswith("fonts/")}
    assert fonts == {"Arimo_400Regular.ttf", "Arimo_400Regular_Italic.ttf", "Arimo_700Bold.ttf", "LICENSE.txt"}
    assert "SIL OPEN FONT LICENSE" in (assets.FONTS / "LICENSE.txt").read_text().upper()


def test_manifest_notices_a_changed_file(files, monkeypatch, tmp_path):
    forged = tmp_path / "assets.json"
    forged.write_text(json.dumps({"inputs": assets.fingerprint(), "files": {**files, "assets/nhsuk.css": "0" * 64}}))
    monkeypatch.setattr(assets, "MANIFEST", forged)
    monkeypatch.setattr(assets, "built_files", lambda: files)
    assert not assets.up_to_date()
    forged.write_text(json.dumps({"inputs": "0" * 64, "files": files}))
    assert not assets.up_to_date()
    forged.write_text(json.dumps({"inputs": assets.fingerprint(), "files": files}))
    assert assets.up_to_date()


def test_figures_of_python_and_the_script_that_draws_them_have_one_version(files):
    bundled = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert version_of(assets.ASSETS / "plotly-basic.min.js") == version_of(bundled)


def test_style_sheet_needs_no_outside_host(files):
    sheet = (assets.ASSETS / "nhsuk.css").read_text()
    assert not re.findall(r"https?://(?!www\.w3\.org/)[^\"') ]+", sheet)
    assert "@font-face" not in sheet
    named = {address for address in assets.CSS_URL.findall(sheet) if not address.startswith("data:")}
    assert named, "the arrows of selects and cards are pictures"
    assert all((assets.ASSETS / address).is_file() for address in named)


def test_no_file_names_a_source_map_that_is_not_served(files):
    for name in files:
        path = assets.MANIFEST.parent / name
        if path.suffix in {".css", ".js"}:
            assert b"sourceMappingURL=" not in path.read_bytes()[-300:], name


def test_nhs_branding_is_not_shipped(files):
    """Favicons and social pictures of the package carry the NHS logo, which only those who may use it show."""
    assert not [name for name in files if re.search(r"favicon|opengraph|icon-(\d+|mask)", name)]


def test_style_sheet_and_macros_are_of_one_release():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    version = lock["node_modules/nhsuk-frontend"]["version"]
    assert version.startswith("10.6."), "nhsuk-frontend-jinja 0.10.2 renders the markup of 10.6"
