"""What a batch says while it runs: a live table in a terminal, else a line for each run."""

import time
from collections import Counter
from datetime import timedelta
from typing import Protocol, TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from analysis.report.batch.order import Outcome
from analysis.report.progress import is_terminal

REDRAW_S = 0.25


class Progress(Protocol):
    """Who is told what happens to the runs, by their names."""

    def __enter__(self) -> "Progress":
        """Begins to show it."""

    def __exit__(self, *_: object) -> None:
        """Shows no more."""

    def said(self, slug: str, line: str) -> None:
        """A run says what it does."""

    def ended(self, slug: str, outcome: Outcome) -> None:
        """A run has ended."""

    def tick(self) -> None:
        """A moment has passed."""


def shown_on(stream: TextIO, number: int) -> Progress:
    """The progress of so many runs, as the stream can show it."""
    return _Live(stream, number) if is_terminal() else _Plain(stream, number)


class _Count:
    """How many runs have ended in which way."""

    def __init__(self, number: int) -> None:
        self.number, self.states, self.since = number, Counter[str](), time.monotonic()

    @property
    def done(self) -> int:
        return self.states.total()

    @property
    def words(self) -> str:
        states = ", ".join(f"{self.states[one]} {one}" for one in ("made", "kept", "failed"))
        return f"{self.done} of {self.number} done: {states}{self._left()}"

    def _left(self) -> str:
        """About how long the others take, if they take as long as those that were made."""
        worked = self.done - self.states["kept"]
        if not worked or self.done == self.number:
            return ""
        seconds = (time.monotonic() - self.since) / worked * (self.number - self.done)
        return f"; about {timedelta(seconds=round(seconds))} left"


class _Plain:
    """A line for each run that ends."""

    def __init__(self, stream: TextIO, number: int) -> None:
        self.stream, self.count = stream, _Count(number)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def said(self, slug: str, line: str) -> None:
        pass

    def ended(self, slug: str, outcome: Outcome) -> None:
        self.count.states[outcome.state] += 1
        reason = f": {outcome.reason}" if outcome.reason else ""
        line = f"[{self.count.done}/{self.count.number}] {slug}: {outcome.state}{reason}"
        print(line, file=self.stream, flush=True)

    def tick(self) -> None:
        pass


class _Live:
    """What runs, and for how long; how many are done and failed, and how long the others take."""

    def __init__(self, stream: TextIO, number: int) -> None:
        self.count = _Count(number)
        self.running: dict[str, tuple[float, str]] = {}
        self.console = Console(file=stream)
        self.live = Live(console=self.console, auto_refresh=False, transient=True)
        self.drawn = 0.0

    def __enter__(self) -> Progress:
        self.live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.live.__exit__(None, None, None)
        self.console.print(Text(self.count.words))

    def said(self, slug: str, line: str) -> None:
        since, _ = self.running.get(slug, (time.monotonic(), ""))
        self.running[slug] = since, line.removeprefix(f"{slug}: ")

    def ended(self, slug: str, outcome: Outcome) -> None:
        self.running.pop(slug, None)
        self.count.states[outcome.state] += 1
        if outcome.state == "failed":
            self.console.print(Text(f"{slug}: failed: {outcome.reason}"))

    def tick(self) -> None:
        if time.monotonic() - self.drawn > REDRAW_S:
            self.drawn = time.monotonic()
            self.live.update(self._table(), refresh=True)

    def _table(self) -> Table:
        table = Table("runs", "for", "what it does", caption=self.count.words, expand=True)
        for slug, (since, line) in self.running.items():
            seconds = f"{time.monotonic() - since:.0f} s"
            table.add_row(Text(slug), seconds, Text(line, overflow="ellipsis", no_wrap=True))
        return table
