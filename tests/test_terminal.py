"""What is set on a real terminal and what goes into a pipe: width, colour, progress, Ctrl-C."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools.hand import BASE
from tools.places import ROOT
from tools.terminal import COLOUR, HIDE_CURSOR, SHOW_CURSOR, in_terminal, lines
from tools.waiting import LIMIT_S

WORKBOOK = ("-m", "analysis")
HOSTILE = "[bold red]Rent[/bold red] [link=https://example.org]it[/link] :smile: \\\\[x]"
READ = HOSTILE.replace("\\\\", "\\")
CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")
STEP = """
import sys
from analysis.report.progress import step
with step("half [bold red]way", lambda line: print(line, file=sys.stderr)) as done:
    done(1, 2)
"""


@pytest.fixture
def hostile(tmp_path):
    """A scenario whose titles look like the markup of the library that sets tables."""
    path = tmp_path / "hostile.toml"
    text = BASE.replace('title = "Rented"', f'title = "{HOSTILE}"')
    assert text != BASE
    path.write_text(text, "utf-8")
    return str(path)


def piped(*words, **environment):
    kept = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
    command = [sys.executable, *words]
    options = {"cwd": ROOT, "env": kept | environment, "timeout": LIMIT_S}
    return subprocess.run(command, capture_output=True, **options)


@pytest.mark.parametrize(
    ("words", "widths"),
    [
        (("evaluate", "oracle-vs-memphis"), (60, 160)),
        (("evidence", "substation"), (60, 80)),
        (("check", "oracle-vs-memphis"), (80,)),
        (("diff", "own-case", "mixed-contract", "--draws", "100"), (60,)),
    ],
)
def test_no_line_is_wider_than_the_terminal_and_none_is_cut(words, widths):
    plain = piped(*WORKBOOK, *words)
    said = {word for line in plain.stdout.decode().split("\n") for word in line.split()}
    for width in widths:
        status, written = in_terminal(width, *WORKBOOK, *words, CI="1")
        shown = lines(written)
        assert status == 0
        assert max(map(len, shown)) <= width
        assert "…" not in "".join(shown)
        # what a narrow terminal must break is whole again without the breaks
        joined = "".join(word for line in shown for word in line.split())
        assert [word for word in said if word not in joined] == []


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (("evaluate", "own-case"), {"FORCE_COLOR": "1"}),
        (("evidence", "gas"), {"TTY_COMPATIBLE": "1"}),
        (("evidence", "gas"), {}),
    ],
)
def test_a_pipe_gets_no_control_character_whatever_is_asked_for(words, environment):
    done = piped(*WORKBOOK, *words, **environment)
    assert done.returncode == 0
    assert CONTROL.findall(done.stdout + done.stderr) == []
    assert not any(line.endswith(b" ") for line in done.stdout.split(b"\n"))


def test_a_terminal_gets_heads_that_stand_out():
    assert b"\x1b[1m" in in_terminal(80, *WORKBOOK, "evaluate", "own-case")[1]


def test_a_title_is_never_read_as_markup(hostile):
    assert READ in piped(*WORKBOOK, "evaluate", hostile).stdout.decode()
    for command in (("evaluate", hostile), ("check", hostile)):
        _, written = in_terminal(400, *WORKBOOK, *command)
        assert READ in "\n".join(lines(written))
        assert b"example.org\x1b\\" not in written


def test_a_title_in_a_difference_is_never_read_as_markup(hostile, tmp_path):
    cheaper = tmp_path / "cheaper.toml"
    cheaper.write_text(
        f'extends = "{Path(hostile).stem}"\n[chips.h100]\nnode_usd = 72000\n', "utf-8"
    )
    _, written = in_terminal(400, *WORKBOOK, "diff", hostile, str(cheaper), "--draws", "100")
    assert f"{READ} less Built" in "\n".join(lines(written))


def test_a_control_character_in_what_is_refused_does_not_reach_the_terminal():
    done = piped(*WORKBOOK, "check", "\x1b[31mred.toml")
    assert done.returncode == 2
    assert CONTROL.findall(done.stderr) == []


def test_on_a_terminal_a_step_is_a_bar_and_the_cursor_is_shown_again():
    status, written = in_terminal(80, "-c", STEP)
    assert status == 0
    assert b"half [bold red]way" in written
    assert written.rindex(SHOW_CURSOR) > written.rindex(HIDE_CURSOR)
    assert COLOUR.search(written) is not None
    assert "half [bold red]way ..." not in "".join(lines(written))


def test_no_color_is_respected():
    _, written = in_terminal(80, "-c", STEP, NO_COLOR="1")
    assert HIDE_CURSOR in written
    assert COLOUR.search(written) is None


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}])
def test_in_ci_and_on_a_terminal_that_draws_nothing_a_step_is_two_lines(environment):
    _, written = in_terminal(80, "-c", STEP, **environment)
    assert b"\x1b" not in written
    assert re.fullmatch(
        r"half \[bold red\]way \.\.\.\n.*: done in \d+ s\n", "\n".join(lines(written))
    )


def test_in_a_pipe_a_step_is_two_lines():
    done = piped("-c", STEP)
    assert done.stdout == b""
    assert re.fullmatch(rb"half \[bold red\]way \.\.\.\n.*: done in \d+ s\n", done.stderr)


def test_ctrl_c_leaves_a_clean_terminal_one_line_and_130():
    words = (*WORKBOOK, "diff", "oracle-vs-memphis", "hindsight", "--draws", "1000000")
    status, written = in_terminal(80, *words, press=b"\x03", after=b"simulating both")
    assert status == 130
    assert written.rindex(SHOW_CURSOR) > written.rindex(HIDE_CURSOR)
    said = "\n".join(lines(written))
    assert said.count("workbook: ") == 1
    assert "workbook: interrupted; what was there before is as it was; the same command" in said
    assert "Traceback" not in said
