"""Work that takes a while, told while it is done: on a terminal a bar with the time left, in a pipe
or in CI a line when it begins and one when it has ended."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

Say = Callable[[str], None]
Done = Callable[[int, int], None]
"""Is told how much is done, of how much."""

BAR_WIDTH = 20


@contextmanager
def step(what: str, say: Say) -> Iterator[Done]:
    """Tells that something is being done while the body runs, which tells how far it is; as long as
    it does not, the bar only moves. What ends by an exception is not said to have ended."""
    bar = _on_the_terminal if is_terminal() else _in_lines
    with bar(what, say) as done:
        yield done


def is_terminal() -> bool:
    """Whether a bar is drawn: not by a worker, whose terminal is that of the process above it."""
    if parent_process() is not None:
        return False
    plain = "CI" in os.environ or os.environ.get("TERM") == "dumb"
    return sys.stderr.isatty() and not plain


@contextmanager
def _in_lines(what: str, say: Say) -> Iterator[Done]:
    began = time.monotonic()
    say(f"{what} ...")
    yield lambda done, number: None
    say(f"{what}: done in {_words(time.monotonic() - began)}")


@contextmanager
def _on_the_terminal(what: str, say: Say) -> Iterator[Done]:
    columns = TextColumn("{task.description}", markup=False), BarColumn(BAR_WIDTH), _Left()
    bars = Progress(*columns, console=Console(stderr=True), redirect_stdout=False)
    with bars:
        task = bars.add_task(what, total=None)
        yield lambda done, number: bars.update(task, completed=done, total=number)
        total = bars.tasks[0].total or 1
        bars.update(task, completed=total, total=total)


class _Left(ProgressColumn):
    """The time left; before it is known, and at the end, the time that has passed."""

    def render(self, task: Task) -> Text:
        """One cell of the bar."""
        if task.finished or task.time_remaining is None:
            return Text(_words(task.finished_time or task.elapsed or 0.0))
        return Text(f"{_words(task.time_remaining)} left")


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
