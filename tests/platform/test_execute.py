"""`embedded exec`: servers for one command, nothing left behind, the command's own exit status handed on."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from process_watch import alive, gone, text_of

from edi_portal.embedded.places import ROOT

# Where the servers of a command are, asked from within it.
PLACE = """
import json, os, sys, time
from edi_portal.embedded.places import STATE
data = STATE / os.environ['DATABASE_URL'].rpartition('-')[2] / 'postgresql'
place = dict(command=os.getpid(), postmaster=int((data / 'postmaster.pid').read_text().split()[0]), data=str(data),
             sockets=os.environ['DATABASE_URL'].partition('host=')[2])
"""
REPORT = (
    PLACE
    + """
import psycopg2, redis
database = psycopg2.connect(os.environ['DATABASE_URL'])
with database.cursor() as cursor:
    cursor.execute('SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user')
    rights = cursor.fetchone()
    cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('listen_addresses'),"
                   " current_setting('server_encoding')")
    version, addresses, encoding = cursor.fetchone()
broker = redis.Redis(unix_socket_path=os.environ['REDIS_URL'].removeprefix('redis+socket://').split('?')[0])
print(json.dumps(dict(place, rights=rights, version=version, addresses=addresses, encoding=encoding,
                      pong=broker.ping(), secret=os.environ['SECRET_KEY'])))
sys.exit(7)
"""
)


def without_servers():
    """The environment without the addresses under which this very suite may run."""
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}}


@pytest.fixture(scope="module")
def execute():
    processes = []

    def execute(*command, environment=None):
        process = subprocess.Popen(
            [sys.executable, "-m", "edi_portal.embedded", "exec", "--", *command],
            cwd=ROOT,
            env=environment or without_servers(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield execute
    for process in processes:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def report(execute):
    process = execute(sys.executable, "-c", REPORT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 7, err  # the command's own status
    return json.loads(out)


def test_role_of_the_portal_is_no_superuser_but_may_make_databases_and_roles(report):
    assert report["rights"] == [False, True, True]


def test_servers_listen_on_no_port_and_speak_unicode(report):
    assert report["addresses"] == ""
    assert report["encoding"] == "UTF8"
    assert report["version"] >= 180000
    assert report["pong"] is True


def test_command_gets_a_secret_key_of_its_own(report):
    assert len(report["secret"]) >= 50


def test_nothing_is_left_behind(report):
    assert gone(report["postmaster"])
    assert not Path(report["sockets"]).exists()
    assert not Path(report["data"]).exists()


def test_given_servers_are_used_and_none_is_started(execute):
    given = {"DATABASE_URL": "postgresql://one@example.invalid/two", "REDIS_URL": "redis://example.invalid/3"}
    script = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    process = execute(sys.executable, "-c", script, environment={**without_servers(), **given})
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.split()) == (0, list(given.values())), err


def sleeping(execute, note):
    """Start a command that notes where its servers are and then sleeps; gives its supervisor and the note."""
    script = PLACE + f"open({str(note)!r}, 'w').write(json.dumps(place) + '\\n')\ntime.sleep(60)"
    process = execute(sys.executable, "-c", script)
    place = json.loads(text_of(note, seconds=60))
    assert alive(place["postmaster"])
    return process, place


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_command_and_servers(execute, tmp_path, number):
    process, place = sleeping(execute, tmp_path / "note")
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert gone(place["command"])
    assert gone(place["postmaster"])
    assert not Path(place["data"]).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_killed_supervisor_takes_its_children_with_it_and_the_next_one_tidies_up(execute, tmp_path):
    process, place = sleeping(execute, tmp_path / "note")
    process.kill()
    assert gone(place["postmaster"], seconds=20)
    assert gone(place["command"])
    assert Path(place["data"]).exists()
    assert execute("true").wait(60) == 0
    assert not Path(place["data"]).exists()


def test_dead_server_ends_the_command_and_is_named(execute, tmp_path):
    process, place = sleeping(execute, tmp_path / "note")
    os.kill(place["postmaster"], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "PostgreSQL was killed by signal 9" in said
    assert gone(place["command"])
