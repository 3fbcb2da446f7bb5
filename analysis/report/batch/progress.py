"""What a batch says while it runs: a live table in a terminal, else a line for each run."""

import time
from collections import Counter
from datetime import timedelta
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from analysis.report.batch.order import Outcome
from analysis.report.progress import is_terminal

REDRAW_S = 0.25


class Progress:
    """Is told what happens to so many runs, by their names, and shows it while its body runs: in a
    terminal what runs and for how long, what failed, how many are done and how long the others
    take; in a pipe a line for each run that ends."""

    def __init__(self, stream: TextIO, number: int) -> None:
        self.number, self.states, self.since = number, Counter[str](), time.monotonic()
        self.running: dict[str, tuple[float, str]] = {}
        self.stream, self.console, self.drawn = stream, Console(file=stream), 0.0
        draw = Live(console=self.console, auto_refresh=False, transient=True)
        self.live = draw if is_terminal() else None

    def __enter__(self) -> "Progress":
        if self.live:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.live:
            self.live.stop()
            self.console.print(Text(self.words))

    def said(self, slug: str, line: str) -> None:
        """A run says what it does."""
        since, _ = self.running.get(slug, (time.monotonic(), ""))
        self.running[slug] = since, line.removeprefix(f"{slug}: ")

    def ended(self, slug: str, outcome: Outcome) -> None:
        """A run has ended."""
        self.running.pop(slug, None)
        self.states[outcome.state] += 1
        words = f"{slug}: {outcome.state}" + (f": {outcome.reason}" if outcome.reason else "")
        if not self.live:
            line = f"[{self.states.total()}/{self.number}] {words}"
            print(line, file=self.stream, flush=True)
        elif outcome.state == "failed":
            self.console.print(Text(words))

    def tick(self) -> None:
        """A moment has passed."""
        if self.live and time.monotonic() - self.drawn > REDRAW_S:
            self.drawn = time.monotonic()
            self.live.update(self._table(), refresh=True)

    @property
    def words(self) -> str:
        """How many are done, and in which way; about how long the others take, if they take as
        long as those that were made."""
        done, kept = self.states.total(), self.states["kept"]
        states = ", ".join(f"{self.states[one]} {one}" for one in ("made", "kept", "failed"))
        said = f"{done} of {self.number} done: {states}"
        if done == kept or done == self.number:
            return said
        seconds = (time.monotonic() - self.since) / (done - kept) * (self.number - done)
        return f"{said}; about {timedelta(seconds=round(seconds))} left"

    def _table(self) -> Table:
        table = Table("runs", "for", "what it does", caption=self.words, expand=True)
        for slug, (since, line) in self.running.items():
            seconds = f"{time.monotonic() - since:.0f} s"
            table.add_row(Text(slug), seconds, Text(line, overflow="ellipsis", no_wrap=True))
        return table
