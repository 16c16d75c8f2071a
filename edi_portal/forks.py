"""A list of tasks done by several forked processes, each with a connection to the database of its own.

Forked, not started anew: a child has the imported program and the tasks within milliseconds, where an import takes a second, and
shares most of its memory with its parent. For commands; web processes and workers of the queue have siblings enough.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Generic, TypeVar

from django.db import connection, connections

logger = logging.getLogger(__name__)

# A check of a release with its audit takes up to 110 MB of its own: four and their parent would pass 500 MB.
MOST_PROCESSES = 3

Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Broken:
    """In place of an answer. `why` names the kind of error and never its words, which may quote what somebody returned."""

    why: str


def usable_processes(tasks: int) -> int:
    """As many as there are cores for this process, at most 3 and never more than tasks.

    One where a fork would go wrong: inside a transaction, whose rows no other connection sees; beside other threads, whose
    locks a child would find closed for ever; in a child that may have no children.
    """
    alone = threading.active_count() == 1 and not multiprocessing.current_process().daemon
    if connection.in_atomic_block or not alone:
        return 1
    return max(1, min(MOST_PROCESSES, len(os.sched_getaffinity(0)), tasks))


def answers(work: Callable[[Task], Answer], tasks: Sequence[Task], *, processes: int) -> Iterator[Answer | Broken]:
    """What `work` answers to each task, in the order of the tasks, whichever process is done first.

    A task that fails in a child has `Broken` for an answer, also when the child was killed; the others are done all the same.
    With one process there is no child, and an error is raised as it is.
    Whoever stops asking, by an interrupt too, ends the children.
    """
    if processes == 1:
        yield from map(work, tasks)
        return
    if connection.in_atomic_block:
        raise RuntimeError("Inside a transaction there is one process: others do not see its rows.")
    crew = _Crew(work, tasks)
    try:
        yield from crew.in_order(processes)
    finally:
        crew.dismiss()


@dataclass(slots=True)
class _Child:
    """A forked process, the parent's end of the pipe to it, and the place in the list of the task that it is doing."""

    process: ForkProcess
    pipe: Connection
    place: int


class _Crew(Generic[Task, Answer]):
    """The children of one list. Each is told one place at a time, so whoever is killed has one task, and it can be named."""

    def __init__(self, work: Callable[[Task], Answer], tasks: Sequence[Task]) -> None:
        self._work, self._tasks = work, tasks
        self._waiting = iter(range(len(tasks)))
        self._found: dict[int, Answer | Broken] = {}
        self._children: list[_Child] = []

    def in_order(self, processes: int) -> Iterator[Answer | Broken]:
        """The answers, each as soon as it and all before it are there."""
        for _ in range(processes):
            self._fork()
        for place in range(len(self._tasks)):
            while place not in self._found:
                self._listen()
            yield self._found.pop(place)

    def dismiss(self) -> None:
        """Every child that is still there ends at once."""
        for child in self._children:
            child.process.terminate()
        self._let_go(*self._children)

    def _let_go(self, *children: _Child) -> None:
        for child in children:
            self._children.remove(child)
            child.pipe.close()
            child.process.join()

    def _fork(self) -> None:
        """One child more, with its first task; none when no task waits."""
        place = next(self._waiting, None)
        if place is None:
            return
        # A connection that two processes write to is broken for both: a child finds none, and opens its own.
        connections.close_all()
        ours, theirs = multiprocessing.Pipe()
        inherited = [ours, *(child.pipe for child in self._children)]
        context = multiprocessing.get_context("fork")
        process = context.Process(target=_serve, args=(theirs, inherited, self._work, self._tasks), daemon=True)
        process.start()
        theirs.close()
        child = _Child(process, ours, place)
        self._children.append(child)
        self._tell(child, place)

    def _tell(self, child: _Child, place: int) -> None:
        """A child's next task. One that was killed meanwhile is found out by its silence."""
        child.place = place
        with suppress(BrokenPipeError):
            child.pipe.send(place)

    def _listen(self) -> None:
        """Take what children have answered, and tell each its next task."""
        ready = wait([child.pipe for child in self._children])
        for child in [child for child in self._children if child.pipe in ready]:
            try:
                answer: Answer | Broken = child.pipe.recv()
            except (EOFError, OSError):
                answer = Broken("an end of its process")
            self._found[child.place] = answer
            place = None if isinstance(answer, Broken) else next(self._waiting, None)
            if place is not None:
                self._tell(child, place)
                continue
            self._let_go(child)
            if isinstance(answer, Broken):
                logger.error("A child process broke off.", extra={"status": child.process.exitcode})
                self._fork()


def _serve(pipe: Connection, inherited: Sequence[Connection], work: Callable[[Task], Answer], tasks: Sequence[Task]) -> None:
    """A child's life: a place in, its answer out, until the parent closes the pipe or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its children
    for end in inherited:
        end.close()  # else the pipes of a killed parent would stay open through its other children
    try:
        while True:
            pipe.send(work(tasks[pipe.recv()]))
    except (EOFError, BrokenPipeError):
        connections.close_all()
    except Exception as error:
        # Ends here: who knows what state the error left. Another child takes its place.
        logger.exception("A task broke off.")
        pipe.send(Broken(type(error).__qualname__))
        raise SystemExit(1) from error
