"""Tasks done in processes that may die, hang or grow, without harm to the others.

A pool of `concurrent.futures` is broken by one dead process, and one of `multiprocessing` waits for
it for ever. Here each process has a pipe of its own: what was lost with it is known, and done once
more. The processes are forked from a server that has imported the package already; a process that
makes a report is used once, those that only evaluate go on to the next task.

Memory is watched (resident, with that of children) and not limited by RLIMIT_AS: that counts what
is mapped, seven times of what is used here, and holds for one process, while the kernel is another.
"""

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection, wait
from typing import Any

import psutil

from analysis.report.folder import stoppable
from analysis.report.forked import end_with_parent

LOOK_S = 0.5
END_S = 2.0
TRIES = 2

Say = Callable[[str], None]
Work = Callable[[Any, Say], Any]


@dataclass(frozen=True)
class Limits:
    """How long one task may take, and how much memory with all that it starts."""

    seconds: float
    memory_bytes: float


@dataclass(frozen=True)
class Lost:
    """Why a task has no result: its process was ended."""

    reason: str


@dataclass(frozen=True)
class Event:
    """What happened to a task, by its number: it `said` a line, or `ended` with a result."""

    kind: str
    task: int
    what: Any = None


class _Worker:
    """A process that does one task at a time."""

    def __init__(self, work: Work, preload: list[str]) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(preload)
        self.pipe, theirs = context.Pipe()
        self.process: Any = context.Process(target=_serve, args=(theirs, work))
        self.process.start()
        theirs.close()
        self.task: int | None = None
        self.since = 0.0

    def begin(self, number: int, task: Any) -> None:
        """Hands over a task."""
        self.task, self.since = number, time.monotonic()
        with suppress(OSError):  # it is dead: that is seen in a moment
            self.pipe.send(task)

    def said(self) -> Iterator[tuple[str, Any]]:
        """What it has sent since."""
        with suppress(EOFError, OSError):
            while self.pipe.poll():
                yield self.pipe.recv()

    def over(self, limits: Limits) -> str:
        """Which limit it has gone over, in words; nothing if none."""
        if time.monotonic() - self.since > limits.seconds:
            return f"no end within {limits.seconds:,.0f} s"
        if _resident(_tree(self.process.pid)) > limits.memory_bytes:
            return f"more than {limits.memory_bytes / 1e9:.3g} GB of memory"
        return ""


class Pool:
    """At most `jobs` processes that do tasks; with `once`, each process does one."""

    def __init__(
        self, work: Work, jobs: int, limits: Limits, preload: list[str], once: bool
    ) -> None:
        self.start = partial(_Worker, work, preload)
        self.jobs, self.limits, self.once = jobs, limits, once
        self.workers: list[_Worker] = []
        self.begun: set[int] = set()
        self.looked = 0.0

    def each(self, tasks: Sequence[Any]) -> Iterator[Event | None]:
        """What happens to the tasks, as it happens, and None now and then while nothing does."""
        left, tries = deque(range(len(tasks))), [0] * len(tasks)
        while left or any(worker.task is not None for worker in self.workers):
            while left and (worker := self._free()):
                number = left.popleft()
                tries[number] += 1
                self.begun.add(number)
                worker.begin(number, tasks[number])
                yield Event("said", number, "begins")
            for event in self._news():
                if event.kind == "lost" and tries[event.task] < TRIES:
                    left.appendleft(event.task)
                    yield Event("said", event.task, f"{event.what.reason}; run once more")
                else:
                    kind = "ended" if event.kind == "lost" else event.kind
                    yield Event(kind, event.task, event.what)
            yield None

    def close(self) -> None:
        """Ends every process: asked first, killed with all that it started where it stays."""
        ended(*{*active_children(), *(worker.process for worker in self.workers)})
        for worker in self.workers:
            worker.pipe.close()
        self.workers.clear()

    def _free(self) -> _Worker | None:
        """A process without a task, started if there are fewer than there may be."""
        idle = [worker for worker in self.workers if worker.task is None]
        if not idle and len(self.workers) < self.jobs:
            idle = [self.start()]
            self.workers += idle
        return idle[0] if idle else None

    def _news(self) -> Iterator[Event]:
        """What the processes have sent, which of them died, and which went over a limit."""
        busy = [worker for worker in self.workers if worker.task is not None]
        wait([x for w in busy for x in (w.pipe, w.process.sentinel)], LOOK_S)
        look = time.monotonic() - self.looked > LOOK_S
        self.looked = time.monotonic() if look else self.looked
        for worker in busy:
            alive = worker.process.is_alive()  # asked before its words: what it said last counts
            yield from self._told(worker)
            if worker.task is not None and not alive:
                yield self._lost(worker, "lost", _killer(worker.process))
            elif worker.task is not None and look and (reason := worker.over(self.limits)):
                yield self._lost(worker, "ended", reason)

    def _told(self, worker: _Worker) -> Iterator[Event]:
        for kind, what in worker.said():
            assert worker.task is not None
            yield Event(kind, worker.task, what)
            if kind == "ended":
                worker.task = None
                if self.once:
                    self._drop(worker)

    def _lost(self, worker: _Worker, kind: str, reason: str) -> Event:
        number, worker.task = worker.task, None
        self._drop(worker)
        assert number is not None
        return Event(kind, number, Lost(reason))

    def _drop(self, worker: _Worker) -> None:
        ended(worker.process)
        worker.pipe.close()
        self.workers.remove(worker)


def ended(*processes: Any) -> None:
    """Ends processes and all that they started, within a few seconds."""
    trees = [_tree(process.pid) for process in processes if process.is_alive()]
    for process in processes:
        process.terminate()
    end = time.monotonic() + END_S
    for process in processes:
        process.join(max(0.0, end - time.monotonic()))
    for process in [process for tree in trees for process in tree]:
        with suppress(psutil.Error):
            process.kill()
    for process in processes:
        process.join()


def _serve(pipe: Connection, work: Work) -> None:
    """The life of a process: a task, its result, the next one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the first process, which ends us
    end_with_parent()
    with suppress(EOFError, OSError), stoppable():
        while True:
            task = pipe.recv()
            pipe.send(("ended", work(task, lambda line: pipe.send(("said", line)))))


def _killer(process: Any) -> str:
    """What ended a process, as far as it can be told."""
    process.join()
    code = process.exitcode
    if code is not None and code < 0:
        return f"its process was killed by {signal.Signals(-code).name}"
    return f"its process ended with {code}"


def _tree(pid: int) -> list[psutil.Process]:
    """A process and all that it started, the first before the others."""
    with suppress(psutil.Error):
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    return []


def _resident(tree: list[psutil.Process]) -> int:
    total = 0
    for process in tree:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total
