"""A batch: its runs made or kept, each on its own, and an index over all."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import psutil

from analysis.evidence.files import BadInput
from analysis.report.batch import beside
from analysis.report.batch.order import Order, Outcome
from analysis.report.batch.plan import Run
from analysis.report.batch.pool import Event, Limits, Lost, Pool, Say
from analysis.report.batch.progress import Progress
from analysis.report.folder import RunFailed, alone, failed, put_right, stoppable

RUN_SECONDS = 3600
MEMORY_SHARE, LEAST_MEMORY_BYTES = 0.8, 2e9
"""How much of the machine's memory all runs may take together; each may take the least of all."""

WITHOUT_NOTEBOOKS = ["analysis.report.batch.work"]
WITH_NOTEBOOKS = [*WITHOUT_NOTEBOOKS, "analysis.report.write"]
"""What the server has imported of which the processes are forked."""


def limits(jobs: int) -> Limits:
    """What each of so many runs at a time may take."""
    share = MEMORY_SHARE * psutil.virtual_memory().total / jobs
    return Limits(RUN_SECONDS, max(share, LEAST_MEMORY_BYTES))


def run(order: Order, runs: Sequence[Run], jobs: int, at_most: Limits) -> int:
    """Makes all runs, `jobs` at a time, and the index; returns 0, or 1 if a run failed.

    Raises `RunFailed` with one line where the folder cannot be written or another batch is at it,
    `BadInput` where it is no batch's, and what Ctrl-C and SIGTERM raise, when all is put right.
    """
    ends: dict[int, Outcome] = {}
    try:
        order.out.parent.mkdir(parents=True, exist_ok=True)
        with stoppable(), alone(order.out), _resumable(ends, len(runs)):
            beside.prepare(order.out)
            _make(order, runs, jobs, at_most, ends)
            outcomes = [ends[number] for number in range(len(runs))]
            _index(order, runs, outcomes, at_most)
    except OSError as error:
        raise failed(error, order.out) from None
    return int(any(outcome.state == "failed" for outcome in outcomes))


def _make(
    order: Order, runs: Sequence[Run], jobs: int, at_most: Limits, ends: dict[int, Outcome]
) -> None:
    """Makes the runs, and keeps how each ended."""
    modules = WITHOUT_NOTEBOOKS if order.kind == "evaluate" else WITH_NOTEBOOKS
    work = partial(_attempt, order)
    pool = Pool(work, min(jobs, len(runs)), at_most, modules, once=order.kind != "evaluate")
    try:
        with Progress(sys.stderr, len(runs)) as progress:
            for event in pool.each(runs):
                _heard(event, order, runs, ends, progress)
    finally:
        with _undisturbed():
            pool.close()
            for number in pool.begun - set(ends):
                _put_right(order.out / runs[number].slug)


def _heard(
    event: Event | None,
    order: Order,
    runs: Sequence[Run],
    ends: dict[int, Outcome],
    progress: Progress,
) -> None:
    """Tells the progress what happened, and keeps how a run ended."""
    progress.tick()
    if event is None:
        return
    slug = runs[event.task].slug
    if event.kind == "said":
        progress.said(slug, event.what)
        return
    lost = isinstance(event.what, Lost)
    if lost:
        _put_right(order.out / slug)
    ends[event.task] = Outcome("failed", event.what.reason) if lost else event.what
    progress.ended(slug, ends[event.task])


def _put_right(folder: Path) -> None:
    """Removes what an ended process has left; what cannot be, the next run of that folder does."""
    with suppress(RunFailed, BadInput, OSError):
        put_right(folder)


def _index(order: Order, runs: Sequence[Run], outcomes: Sequence[Outcome], at_most: Limits) -> None:
    """Has the index written in a process of its own: what that needs is not for this one."""
    pool = Pool(partial(_write_index, order), 1, at_most, WITHOUT_NOTEBOOKS, once=True)
    try:
        [end] = [one for one in pool.each([(runs, outcomes)]) if one and one.kind == "ended"]
    finally:
        with _undisturbed():
            pool.close()
    if end.what.reason:
        raise RunFailed(f"index.html: {end.what.reason}")


def _attempt(order: Order, one: Run, say: Say) -> Outcome:
    """One run; what it needs is imported where it is done, and not in the first process."""
    from analysis.report.batch import work

    return work.attempted(order, one, say)


def _write_index(order: Order, both: tuple[Sequence[Run], Sequence[Outcome]], say: Say) -> Outcome:
    from analysis.report.batch import index

    try:
        index.write(order, *both)
    except OSError as error:
        return Outcome("failed", str(failed(error, order.out)))
    except (BadInput, RunFailed) as error:
        return Outcome("failed", str(error))
    return Outcome("made")


@contextmanager
def _resumable(ends: dict[int, Outcome], number: int) -> Iterator[None]:
    """Ctrl-C and SIGTERM are answered with how far the batch has come."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        print(
            f"workbook: ended from outside; {len(ends)} of {number} runs are done; "
            "the same command again goes on from there",
            file=sys.stderr,
        )
        raise


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No second Ctrl-C or SIGTERM stops what puts things right."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, rule in before.items():
            signal.signal(number, rule)
