"""A soak passes on what the year says, and its exit status; a short one goes through a deadline and a revision."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from edi_portal.soak.__main__ import _pass_on

ROOT = Path(__file__).resolve().parents[2]


def test_what_the_year_says_is_passed_on_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "year.txt"
    told.write_text("20 January\n")
    read = _pass_on(told, 0)
    told.write_text("20 January\n21 January\n")
    assert _pass_on(told, read) == len("20 January\n21 January\n")
    assert capsys.readouterr().out == "20 January\n21 January\n"


@pytest.mark.long
def test_five_weeks_with_a_deadline_a_release_and_its_revision_hold() -> None:
    played = subprocess.run([sys.executable, "-m", "edi_portal.soak", "--days", "36"], cwd=ROOT, capture_output=True, text=True)
    assert played.returncode == 0, played.stdout + played.stderr
    rows = {row["name"]: row["value"] for row in json.loads((ROOT / "var" / "soak.json").read_text())}
    assert rows["Releases published, revisions among them"] == 2 and rows["Returns signed"] > 20
