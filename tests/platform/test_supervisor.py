"""What the supervisor decides before and around its children."""

import os
import socket
import subprocess
import sys

import pytest

from edi_portal.embedded import places, supervisor
from edi_portal.embedded.__main__ import main
from edi_portal.embedded.places import CannotRun, Instance, held
from edi_portal.embedded.processes import start, stop
from edi_portal.embedded.supervisor import demonstration_environment


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "STATE", tmp_path / "state")
    for name in ("SECRET_KEY", "PORTAL_HOSTS", "PORTAL_DEMONSTRATION"):
        monkeypatch.delenv(name, raising=False)
    with held(Instance("8000")):
        yield Instance("8000")


def test_taken_port_is_refused_with_a_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotRun, match=f"Port {port} is in use: try 'make run PORT={port + 1}'"):
            supervisor.run(port)


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", ""])
def test_impossible_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(CannotRun, match="PORT must be a number"):
        main(["run"])


def test_secret_key_is_made_once_and_read_by_its_owner_alone(instance):
    first = demonstration_environment(instance, 8000, {})
    again = demonstration_environment(instance, 8000, {})
    assert first["SECRET_KEY"] == again["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert (instance.home / "secret-key").stat().st_mode & 0o777 == 0o600


def test_demonstration_is_marked_and_answers_to_this_machine_only(instance):
    given = demonstration_environment(instance, 8123, {"DATABASE_URL": "postgresql://x"})
    assert given["PORTAL_DEMONSTRATION"] == "1"
    assert given["PORTAL_HOSTS"] == "localhost,127.0.0.1"
    assert given["PORTAL_BASE_URL"] == "http://localhost:8123"
    assert given["DATABASE_URL"] == "postgresql://x"


def test_caller_may_set_the_hosts(instance, monkeypatch):
    monkeypatch.setenv("PORTAL_HOSTS", "demo.example.org")
    assert demonstration_environment(instance, 8000, {})["PORTAL_HOSTS"] == "demo.example.org"


def test_lines_of_a_child_come_whole_and_without_blank_ones(tmp_path):
    script = """
import sys, time
sys.stdout.write('30 organi')
sys.stdout.flush()
time.sleep(0.3)
sys.stdout.write('sations\\n\\n61 KPIs')"""
    child = start(
        "thing",
        [sys.executable, "-c", script],
        log=tmp_path / "log",
        environment=dict(os.environ),
        output=subprocess.PIPE,
    )
    try:
        assert list(supervisor._lines(child)) == ["30 organisations", "61 KPIs"]
    finally:
        stop(child)
        child.process.stdout.close()


def test_unknown_word_explains_the_command_line(capsys):
    assert main(["fly"]) == 2
    assert "usage:" in capsys.readouterr().err
