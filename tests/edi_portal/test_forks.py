"""Tasks in forked processes: same answers, same order; whoever breaks off is named; no child outlives its parent."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from edi_portal.forks import MOST_PROCESSES, Broken, answers, usable_processes

SLOW = 0.05


def squared(number: int) -> tuple[int, int]:
    time.sleep(SLOW if number else 5 * SLOW)  # the first is overtaken by others
    return number * number, os.getpid()


def failing_at_three(number: int) -> int:
    if number == 3:
        raise ValueError("the secret 4711")
    return number


def killed_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(SLOW)
    return number


def gone(pid: int) -> bool:
    """Whether no process has this number any more, or only its record is left."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_the_answers_are_the_same_and_in_order_however_many_processes(processes: int) -> None:
    found = list(answers(squared, range(12), processes=processes))
    assert [answer[0] for answer in found if not isinstance(answer, Broken)] == [number * number for number in range(12)]
    pids = {answer[1] for answer in found if not isinstance(answer, Broken)}
    assert len(pids) == processes and (os.getpid() in pids) == (processes == 1)
    assert processes == 1 or all(gone(pid) for pid in pids)


def test_an_error_in_a_child_is_the_answer_of_its_task_alone_without_its_words() -> None:
    assert list(answers(failing_at_three, range(6), processes=2)) == [0, 1, 2, Broken("ValueError"), 4, 5]


def test_one_process_has_no_child_and_raises_its_error() -> None:
    found = answers(failing_at_three, range(6), processes=1)
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="4711"):
        next(found)


def test_a_killed_child_costs_one_task_and_is_replaced() -> None:
    found = list(answers(killed_at_three, [3, 0, 1, 3, 2, 4], processes=2))
    broken = Broken("an end of its process")
    assert found == [broken, 0, 1, broken, 2, 4]


def test_when_every_child_is_killed_every_task_has_an_answer() -> None:
    assert list(answers(killed_at_three, [3] * 5, processes=2)) == [Broken("an end of its process")] * 5


def test_an_interrupt_ends_the_children_at_once() -> None:
    def long(number: int) -> int:
        time.sleep(0 if number == 0 else 60)
        return os.getpid()

    crew = answers(long, range(4), processes=2)
    assert isinstance(next(crew), int)
    children = [child.pid for child in multiprocessing.active_children()]
    assert len(children) == 2
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        crew.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert time.monotonic() - began < 10 and all(pid is not None and gone(pid) for pid in children)


def test_children_end_by_themselves_when_their_parent_is_killed(tmp_path: Path) -> None:
    def note(number: int) -> None:
        (tmp_path / str(os.getpid())).touch()
        time.sleep(0.3)

    def parent() -> None:
        list(answers(note, range(10_000), processes=2))

    process = multiprocessing.get_context("fork").Process(target=parent)
    process.start()
    deadline = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.join()
    children = [int(path.name) for path in tmp_path.iterdir()]
    while not all(gone(pid) for pid in children):
        assert time.monotonic() < deadline, children
        time.sleep(0.02)


def test_whoever_stops_asking_ends_the_children() -> None:
    crew = answers(squared, range(100), processes=2)
    next(crew)
    crew.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_as_many_processes_as_cores_and_tasks_and_no_more_than_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    for cores, tasks, expected in ((1, 9, 1), (2, 9, 2), (2, 1, 1), (2, 0, 1), (64, 9, MOST_PROCESSES)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid, cores=cores: set(range(cores)))
        assert usable_processes(tasks) == expected
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert usable_processes(9) == 1, "a child would find the locks of the other thread closed"


@pytest.mark.django_db
def test_inside_a_transaction_there_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert connection.in_atomic_block and usable_processes(9) == 1
    with pytest.raises(RuntimeError, match="Inside a transaction"):
        list(answers(squared, range(3), processes=2))


@pytest.mark.django_db(transaction=True)
def test_every_child_has_a_connection_of_its_own_and_the_parent_keeps_none() -> None:
    def backend(number: int) -> int:
        time.sleep(SLOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    before = backend(0)
    found = {answer for answer in answers(backend, range(8), processes=2) if not isinstance(answer, Broken)}
    assert len(found) == 2 and before not in found
    assert backend(0) not in found
