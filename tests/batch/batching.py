"""Batches for the tests: small ones, in a process of their own that can be stopped."""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys

import psutil
from tools.waiting import LIMIT_S, until

from analysis.__main__ import main

DRAWS = "100"
BROKEN = {
    "broken-toml": "title = \n",
    "broken-key": 'extends = "own-case"\n[choices]\nhorizn_months = { value = 36 }\n',
    "broken-value": 'extends = "own-case"\n[choices.horizon_months]\nvalue = -36\n',
}


def scenarios(folder, number, broken=()):
    """A folder with so many small scenarios that differ, and some broken ones."""
    folder.mkdir()
    for one in range(number):
        text = f'extends = "own-case"\ntitle = "Case {one}"\n[choices.discount_rate_per_year]\n'
        (folder / f"case-{one:03}.toml").write_text(f"{text}value = {0.05 + one / 1000}\n")
    for name in broken:
        (folder / f"{name}.toml").write_text(BROKEN[name])
    return folder


def start(out, *arguments, kind="--evaluate"):
    """A batch in a process of its own, as a terminal would start it; its lines go to `stderr`."""
    kinds = [kind] if kind else []
    command = ["-m", "analysis", "batch", *map(str, arguments), *kinds, "--draws", DRAWS]
    return subprocess.Popen(
        [sys.executable, *command, "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def run(out, *arguments, kind="--evaluate"):
    """Exit code and lines of a whole batch, whose first process is this one."""
    kinds = [kind] if kind else []
    words = ["batch", *map(str, arguments), *kinds, "--draws", DRAWS, "--out", str(out)]
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = main(words)
    return code, said.getvalue().splitlines()


def states(lines):
    """Slug -> how it ended, as the lines of a batch tell."""
    told = (re.match(r"\[\d+/\d+\] ([a-z0-9-]+): (made|kept|failed)", line) for line in lines)
    return {one[1]: one[2] for one in told if one}


def results(out):
    """Relative name -> bytes of all that the runs of a batch came to."""
    names = [*out.glob("*/headline.json"), *out.glob("*/tables/*.csv")]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(names)}


def family(process):
    """All processes that a batch has started, itself left out."""
    return psutil.Process(process.pid).children(recursive=True)


def workers(process):
    """The processes of a batch that do its runs: those that another of its processes has forked."""
    return [one for one in family(process) if one.ppid() != process.pid]


def gone(started):
    """Waits until processes have ended."""
    until(lambda: not any(one.is_running() and one.status() != "zombie" for one in started))


def left_behind(out):
    """Hidden files and folders in and beside the folder of a batch."""
    there = [*out.parent.iterdir(), *out.iterdir()]
    return [path.name for path in there if path.name.startswith(".")]


def stop(process, number):
    """Ends a batch from outside; returns its exit code and what it said then."""
    started = family(process)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    _, said = process.communicate(timeout=LIMIT_S)
    gone(started)
    return process.returncode, said.splitlines()
