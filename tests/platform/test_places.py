"""State folders: ours alone, one holder at a time."""

import os
import subprocess
import sys

import pytest

from edi_portal.embedded import places
from edi_portal.embedded.places import CannotRun, Instance, held, idle_instances, own_folder


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "STATE", tmp_path / "state")
    return tmp_path / "state"


def test_folder_is_closed_to_others_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        folder = own_folder(tmp_path / "f")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_link_in_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "f").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotRun, match="belongs to somebody else"):
        own_folder(tmp_path / "f")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "f").mkdir()
    os.chown(tmp_path / "f", 12345, 12345)
    with pytest.raises(CannotRun, match="belongs to somebody else"):
        own_folder(tmp_path / "f")


def test_second_holder_is_refused_in_one_sentence(state):
    with (
        held(Instance("8000")),
        pytest.raises(CannotRun, match="'8000' of this folder is already running"),
        held(Instance("8000")),
    ):
        pass


def test_only_idle_passing_instances_are_swept(state):
    with held(Instance("8000")), held(Instance("t2")):
        with held(Instance("t1")):
            pass
        places.sweep()
        assert sorted(path.parent.name for path in state.glob("*/lock")) == ["8000", "t2"]
        assert idle_instances() == []
    assert [instance.name for instance in idle_instances()] == ["8000", "t2"]


def test_socket_path_stays_below_the_limit_of_the_system():
    assert len(str(Instance("t4194304").sockets / ".s.PGSQL.5432.lock")) < 107


def test_preparation_needs_nothing_that_is_not_in_the_standard_library():
    """It runs before anything is installed, with the machine's own Python."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); import edi_portal.embedded.environment"],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
