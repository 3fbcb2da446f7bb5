"""A batch: its runs made or kept, each on its own, and an index over all."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from analysis.evidence.files import BadInput
from analysis.report.batch import beside
from analysis.report.batch.order import Order, Outcome
from analysis.report.batch.plan import Run
from analysis.report.batch.pool import Event, Limits, Lost, Pool, Say
from analysis.report.batch.progress import Progress, shown_on
from analysis.report.folder import RunFailed, alone, put_right, stoppable

RUN_SECONDS = 1800
MEMORY_SHARE = 0.8
"""How much of the machine's memory the processes of a batch may take together."""

WITHOUT_NOTEBOOKS = ["analysis.report.batch.work"]
WITH_NOTEBOOKS = [*WITHOUT_NOTEBOOKS, "analysis.report.write"]
"""What the server has imported of which the processes are forked."""


def limits(jobs: int) -> Limits:
    """What each of so many runs at a time may take."""
    return Limits(RUN_SECONDS, MEMORY_SHARE * psutil.virtual_memory().total / jobs)


def run(order: Order, runs: Sequence[Run], jobs: int, at_most: Limits) -> int:
    """Makes all runs, `jobs` at a time, and the index; returns 0, or 1 if a run failed.

    Raises `RunFailed` with one line where the folder cannot be written or another batch is at it,
    `BadInput` where it is no batch's, and what Ctrl-C and SIGTERM raise, when all is put right.
    """
    try:
        order.out.parent.mkdir(parents=True, exist_ok=True)
        with stoppable(), alone(order.out):
            beside.prepare(order.out)
            outcomes = _outcomes(order, runs, jobs, at_most)
            _index(order, runs, outcomes, at_most)
    except OSError as error:
        name = Path(error.filename or order.out).name
        raise RunFailed(f"{name}: {(error.strerror or str(error)).lower()}") from None
    return int(any(outcome.state == "failed" for outcome in outcomes))


def _outcomes(order: Order, runs: Sequence[Run], jobs: int, at_most: Limits) -> list[Outcome]:
    """How each run ended, in their order."""
    found: dict[int, Outcome] = {}
    modules = WITHOUT_NOTEBOOKS if order.kind == "evaluate" else WITH_NOTEBOOKS
    work = partial(_attempt, order)
    pool = Pool(work, min(jobs, len(runs)), at_most, modules, once=order.kind != "evaluate")
    try:
        with shown_on(sys.stderr, len(runs)) as progress:
            for event in pool.each(runs):
                _heard(event, order, runs, found, progress)
    except (KeyboardInterrupt, SystemExit):
        print(
            f"workbook: ended from outside; {len(found)} of {len(runs)} runs are done: "
            "the same command again goes on from there",
            file=sys.stderr,
        )
        raise
    finally:
        with _undisturbed():
            pool.close()
            for number in pool.begun - set(found):
                put_right(order.out / runs[number].slug)
    return [found[number] for number in range(len(runs))]


def _heard(
    event: Event | None,
    order: Order,
    runs: Sequence[Run],
    found: dict[int, Outcome],
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
        put_right(order.out / slug)
    found[event.task] = Outcome("failed", event.what.reason) if lost else event.what
    progress.ended(slug, found[event.task])


def _index(order: Order, runs: Sequence[Run], outcomes: Sequence[Outcome], at_most: Limits) -> None:
    """Has the index written in a process of its own: what that needs is not for this one."""
    pool = Pool(partial(_write_index, order), 1, at_most, WITHOUT_NOTEBOOKS, once=True)
    try:
        ends = [e for e in pool.each([(runs, outcomes)]) if e is not None and e.kind == "ended"]
    finally:
        with _undisturbed():
            pool.close()
    if reason := ends[0].what.reason:
        raise RunFailed(f"index.html: {reason}")


def _attempt(order: Order, one: Run, say: Say) -> Outcome:
    """One run; what it needs is imported where it is done, and not in the first process."""
    from analysis.report.batch import work

    return work.attempted(order, one, say)


def _write_index(order: Order, both: tuple[Sequence[Run], Sequence[Outcome]], say: Say) -> Outcome:
    from analysis.report.batch import index

    try:
        index.write(order, *both)
    except (BadInput, RunFailed, OSError) as error:
        return Outcome("failed", str(error))
    return Outcome("made")


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
