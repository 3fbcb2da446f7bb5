"""Broken files are refused in one line that says where, what was wrong and what was expected.

`bad/<case>.toml` or `bad/<case>/` (a ledger, or a table of chips) is the broken input and
`bad/<case>.txt` the line. `bad/good.toml` and `bad/evidence-good/` are what the cases break.
"""

import os
import re
from pathlib import Path

import pytest

from analysis import evidence, scenario
from analysis.__main__ import main
from analysis.reading import LARGEST_FILE, BadInput

BAD = Path(__file__).parent / "bad"
GOOD = BAD / "good.toml"
GOOD_LEDGER = BAD / "evidence-good"

# Broken files that no repository can keep, or not safely: made when they are needed.
MADE = {
    "absent": lambda path: None,
    "a-folder": lambda path: path.mkdir(),
    "a-pipe": lambda path: os.mkfifo(path),
    "link-out-of-its-folder": lambda path: path.symlink_to(GOOD),
    "link-to-a-device": lambda path: path.symlink_to("/dev/zero"),
    "link-to-itself": lambda path: path.symlink_to(path),
    "link-to-nothing": lambda path: path.symlink_to("nothing.toml"),
    "not-utf-8": lambda path: path.write_bytes("# café".encode("latin-1")),
    "utf-16": lambda path: path.write_bytes(b"\xff\xfe#\x00"),
    "over-2-megabytes": lambda path: path.write_bytes(b"#" * (LARGEST_FILE + 1)),
    "nested-5000-deep": lambda path: path.write_bytes(b"a = " + b"[" * 5000 + b"]" * 5000),
}
SCENARIOS = {path.stem for path in BAD.glob("*.toml")} - {GOOD.stem}
LEDGERS = {path.parent.name for path in BAD.glob("*/evidence.csv")} - {GOOD_LEDGER.name}
CHIPS = {path.parent.name for path in BAD.glob("*/chips.csv")}


def line(name):
    return (BAD / f"{name}.txt").read_text("utf-8")


def checked(path, capsys):
    """What `check` ends with and says, on standard output and on standard error."""
    code = main(["check", str(path)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_broken_scenario_is_refused_in_the_line_that_its_file_says(name, capsys):
    path = BAD / f"{name}.toml"
    assert checked(path, capsys) == (2, "", f"workbook: {line(name)}")


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_is_no_plain_utf_8_file_is_refused_in_one_line(name, tmp_path, capsys):
    path = tmp_path / f"{name}.toml"
    MADE[name](path)
    assert checked(path, capsys) == (2, "", f"workbook: {line(name)}")


@pytest.mark.parametrize("name", sorted(LEDGERS))
def test_a_broken_ledger_is_refused_with_its_file_and_line(name):
    with pytest.raises(BadInput) as refused:
        evidence.read(BAD / name)
    assert f"{refused.value}\n" == line(name)


@pytest.mark.parametrize("name", sorted(CHIPS))
def test_a_broken_table_of_chips_is_refused_with_its_line(name):
    with pytest.raises(BadInput) as refused:
        evidence.chips(BAD / name)
    assert f"{refused.value}\n" == line(name)


def test_every_line_has_its_case_and_every_case_its_line():
    broken = SCENARIOS | set(MADE) | LEDGERS | CHIPS
    assert {path.stem for path in BAD.glob("*.txt")} == broken


def test_every_line_is_one_line_that_begins_with_the_name_of_a_file():
    named = re.compile(r"'?[\w-]+[.](toml|csv)'?[:,] .+\n")
    lines = [line(path.stem) for path in BAD.glob("*.txt")]
    assert [said for said in lines if not named.fullmatch(said)] == []


def test_the_scenario_that_the_cases_break_is_good(capsys):
    held = "options: 2, assumptions: 3, facts cited, all known by 2024-07-09: 2"
    assert checked(GOOD, capsys) == (0, f"good.toml: good; {held}\n", "")


def test_the_ledger_that_the_cases_break_is_good_and_dates_its_derived_fact():
    facts = evidence.read(GOOD_LEDGER).facts
    # a derived fact is public with the last of its parents: 5 March and, to the month, 31 March
    assert [fact.public_on.isoformat() for fact in facts.values()] == [
        "2024-03-05",
        "2024-03-31",
        "2024-03-05",
        "2024-03-31",
    ]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    windows = tmp_path / "good.toml"
    windows.write_bytes(b"\xef\xbb\xbf" + GOOD.read_bytes().replace(b"\n", b"\r\n"))
    found = [scenario.canonical(scenario.read(path)) for path in (windows, GOOD)]
    assert found[0] == found[1]


def test_a_ledger_with_a_byte_order_mark_and_windows_line_ends_is_the_same(tmp_path):
    for name in ("evidence.csv", "sources.csv"):
        raw = (GOOD_LEDGER / name).read_bytes().replace(b"\n", b"\r\n")
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + raw)
    assert evidence.read(tmp_path) == evidence.read(GOOD_LEDGER)


def test_a_link_within_its_folder_is_followed(tmp_path):
    (tmp_path / "good.toml").write_bytes(GOOD.read_bytes())
    (tmp_path / "again.toml").symlink_to("good.toml")
    assert scenario.read(tmp_path / "again.toml") == scenario.read(GOOD)


def test_of_a_line_without_end_the_beginning_and_the_end_are_said(tmp_path):
    path = tmp_path / "long.toml"
    path.write_text(GOOD.read_text("utf-8") + f"[run.{'x' * 9999}]\n[run.more]\n", "utf-8")
    with pytest.raises(BadInput, match=r'^long[.]toml: unknown key "run[.]xx+ [.]{3} x+"$'):
        scenario.read(path)


def test_deep_tables_over_deep_tables_are_refused(tmp_path):
    deep = f"[run.{'.'.join('a' * 2000)}]\n"
    (tmp_path / "base.toml").write_text(deep, "utf-8")
    (tmp_path / "top.toml").write_text(f'extends = "base"\n{deep}', "utf-8")
    with pytest.raises(BadInput, match=r"^top[.]toml: nested too deeply$"):
        scenario.read(tmp_path / "top.toml")
