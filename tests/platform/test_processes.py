"""Child processes: how they end, what is said of them, and that nothing of them is left."""

import os
import signal
import subprocess
import sys

import pytest
from process_watch import alive, gone, text_of

from edi_portal.embedded import processes
from edi_portal.embedded.places import ROOT, CannotRun
from edi_portal.embedded.processes import Stopped, Wishes, start, stop, wait_until, watch


@pytest.fixture
def begin(tmp_path):
    children = []

    def begin(script, **options):
        child = start("thing", [sys.executable, "-c", script], log=tmp_path / "log", environment=dict(os.environ), **options)
        children.append(child)
        return child

    yield begin
    for child in children:
        stop(child)


@pytest.fixture
def calm(monkeypatch):
    """Wishes of a process nobody has asked to end."""
    wishes = Wishes()
    monkeypatch.setattr(processes, "wishes", wishes)
    return wishes


def test_child_that_dies_is_noticed_with_its_last_words(begin, calm):
    child = begin("import sys; print('the disk is full', file=sys.stderr); sys.exit(3)")
    with pytest.raises(CannotRun, match=r"(?s)thing ended with exit status 3\..*the disk is full"):
        watch([child])


def test_killed_child_is_named_with_its_signal(begin, calm):
    child = begin("import time; time.sleep(60)")
    child.process.kill()
    with pytest.raises(CannotRun, match="thing was killed by signal 9"):
        watch([child])


def test_child_that_ends_before_it_answers_is_not_waited_for(begin, calm):
    with pytest.raises(CannotRun, match="exit status 1"):
        wait_until(lambda: False, begin("raise SystemExit(1)"), seconds=60)


def test_child_that_never_answers_is_given_up(begin, calm):
    with pytest.raises(CannotRun, match="did not answer within"):
        wait_until(lambda: False, begin("import time; time.sleep(60)"), seconds=0.2)


def test_stopping_takes_the_whole_process_group(begin, tmp_path):
    note = tmp_path / "pid"
    inner = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    script = f"""
import subprocess, sys, time
p = subprocess.Popen([sys.executable, '-c', {inner!r}])
open({str(note)!r}, 'w').write(f'{{p.pid}}\\n')
time.sleep(60)"""
    child = begin(script)
    grandchild = int(text_of(note))
    stop(child)
    assert not child.running()
    assert gone(grandchild)


def test_deaf_child_is_killed_when_patience_ends(begin, tmp_path, capsys):
    note = tmp_path / "ready"
    ignoring = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = begin(f"import signal, time; {ignoring}; open({str(note)!r}, 'w').write('1\\n'); time.sleep(60)", patience=0.3)
    text_of(note)
    stop(child)
    assert child.process.returncode == -signal.SIGKILL
    assert "did not stop" in capsys.readouterr().out


def test_first_signal_ends_the_work_once(calm):
    calm._note(signal.SIGTERM, None)
    calm._note(signal.SIGINT, None)
    with pytest.raises(Stopped) as wish:
        calm.check()
    assert wish.value.number == signal.SIGTERM
    calm.check()  # tidying up is not interrupted by a second Ctrl-C


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path):
    note = tmp_path / "pid"
    script = f"""
import os, sys, time
from pathlib import Path
from edi_portal.embedded.processes import start
child = start('thing', ['sleep', '60'], log=Path({str(tmp_path / "log")!r}), environment=dict(os.environ))
open({str(note)!r}, 'w').write(f'{{child.process.pid}}\\n')
time.sleep(60)"""
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    child = int(text_of(note))
    assert alive(child)
    supervisor.kill()
    supervisor.wait()
    assert gone(child)
