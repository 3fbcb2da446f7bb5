"""What make hands on: a path as it was written, and none of the reader's own Python settings."""

import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PYTHON = """#!/bin/sh
for word in "$@"; do printf '<%s>' "$word"; done
env | grep ^PYTHON | sort
"""


@pytest.fixture
def made(tmp_path):
    """Runs make with a Python that says what it was asked, and with what settings."""
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)

    def run(*words, **variables):
        command = ["make", "-s", "STAMP=README.md", f"BIN={tmp_path}", *words]
        mine = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "PYTHON"))}
        mine.pop("SCENARIO", None)
        return subprocess.check_output(command, cwd=PROJECT, env=mine | variables, text=True)

    return run


@pytest.mark.parametrize(
    "path",
    [
        "own-case",
        "my cases/my-case.toml",
        "it's mine/my-case.toml",
        'a "quoted"/my-case.toml',
        "$HOME/$(shell echo x)/$$/`id`/my-case.toml",
        "a;b&c|d>e*f?/#(1)/my-case.toml",
        "-o/my-case.toml",
        "über uns/my-case.toml",
    ],
)
@pytest.mark.parametrize(("target", "words"), [("report", ""), ("book", "<--book>")])
def test_a_path_reaches_the_command_as_it_was_written(made, target, words, path):
    said = f"<-m><analysis><report>{words}<--><{path}>"
    assert made(target, f"SCENARIO={path}") == said
    assert made(target, SCENARIO=path) == said


def test_without_a_scenario_it_is_the_flagship(made):
    assert made("report") == "<-m><analysis><report><--><oracle-vs-memphis>"


def test_the_readers_own_python_settings_stay_out(made):
    mine = ("OPTIMIZE", "PATH", "HOME", "STARTUP", "WARNINGS", "HASHSEED", "UTF8", "IOENCODING")
    said = made("report", **{f"PYTHON{name}": "2" for name in mine})
    assert said == "<-m><analysis><report><--><oracle-vs-memphis>"
