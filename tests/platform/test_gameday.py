"""A game day says pass or fail for each fault, and its exit status says so too."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from edi_portal.gameday import __main__ as gameday
from edi_portal.gameday.faults import FAULTS, Broken, Fault, Scene, must


def test_a_fault_that_shows_a_fault_is_said_to_fail(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def broken(scene: object) -> str:
        must(False, "two mails went out")
        return "never said"

    stage = SimpleNamespace(instance=SimpleNamespace(log=lambda name: tmp_path / name))
    assert gameday._passes(Fault("F0", "Nothing", broken), None, stage) is False  # type: ignore[arg-type]  # neither is asked
    assert capsys.readouterr().out.startswith("FAIL  F0   Nothing: two mails went out")
    assert gameday._passes(Fault("F0", "Nothing", lambda scene: "all is well"), None, stage) is True  # type: ignore[arg-type]


def test_a_mail_that_is_missing_or_double_is_noticed() -> None:
    class Counted(Scene):
        def __init__(self, sent: list[int]) -> None:
            self.sent, self.asked = sent, iter([(0, 0), (2, 2)])
            self.stage = SimpleNamespace(wait=lambda what: 0.0)  # type: ignore[assignment]

        def mails(self) -> tuple[int, int]:
            return next(self.asked)

        def _sent(self) -> int:
            return self.sent.pop(0)

    with Counted([0, 4]).one_more(2):
        pass
    with pytest.raises(Broken, match="missing or double"), Counted([0, 5]).one_more(2):
        pass


def test_a_fault_nobody_knows_is_refused_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    assert gameday.main(["F99"]) == 2
    assert ", ".join(fault.number for fault in FAULTS) in capsys.readouterr().err


@pytest.mark.long
def test_f5_f17_a_game_day_passes() -> None:
    free = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}}
    command = [sys.executable, "-m", "edi_portal.gameday", "F5", "F17"]
    played = subprocess.run(command, cwd=settings.BASE_DIR, env={**free, "PORT": "8097"}, capture_output=True, text=True)
    assert played.returncode == 0, played.stdout + played.stderr
    assert "2 of 2 passed." in played.stdout
