import io

import pytest

from analysis.report.batch import progress
from analysis.report.batch.order import Outcome


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "is_terminal", lambda: True)
    return Terminal()


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when they are told to."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_pipe_is_told_a_line_for_each_run_that_ends():
    stream = io.StringIO()
    with progress.Progress(stream, 3) as shown:
        shown.said("a", "begins")
        shown.ended("a", Outcome("made"))
        shown.tick()
        shown.ended("b", Outcome("failed", "its file is [broken]"))
    assert stream.getvalue() == "[1/3] a: made\n[2/3] b: failed: its file is [broken]\n"


def test_a_terminal_shows_what_runs_what_is_done_what_failed_and_the_time_left(terminal, clock):
    with progress.Progress(terminal, 4) as shown:
        shown.said("first", "begins")
        shown.said("second", "begins")
        shown.ended("first", Outcome("made"))
        shown.said("second", "second: running the notebook")
        shown.ended("third", Outcome("failed", "no [b]scenario[/b]"))
        clock[0] = 60.0
        shown.tick()
    said = terminal.getvalue()
    assert "running the notebook" in said
    assert "60 s" in said
    assert "third: failed: no [b]scenario[/b]" in said
    # two of four in 60 s: 30 s each, two are left
    assert "2 of 4 done: 1 made, 0 kept, 1 failed; about 0:01:00 left" in said


def test_runs_that_were_kept_say_nothing_of_the_time_that_the_others_take(clock):
    count = progress.Progress(io.StringIO(), 10)
    count.states.update({"kept": 5})
    clock[0] = 10.0
    assert count.words == "5 of 10 done: 0 made, 5 kept, 0 failed"
