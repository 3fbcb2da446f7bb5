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

# Cases whose line does not yet read as their file says, and why it should.
MENDING: dict[str, str] = {
    "unknown-key-of-the-other-kind": "the nearest known key of the right kind leads astray",
    "missing-kind": "speaks of tags and discriminators",
    "unknown-kind": "speaks of tags",
    "missing-key-in-a-table-named-rent": 'a table named "rent" or "own" loses its name',
    "key-twice": "does not say which key, nor that it stands twice",
    "string-for-a-number": "takes a quoted number for the name of an assumption",
    "array-for-a-table": "TOML has tables, not dictionaries",
    "array-of-tables": "TOML has tables, not dictionaries",
    "number-for-a-table": "speaks of dictionaries and instances",
    "no-tranches": '"after validation" says nothing to a reader',
    "no-milestones": "speaks of a dictionary and of validation",
    "text-for-a-date": "looks like a valid date to the reader",
    "time-for-a-date": "shows a Python object",
    "name-with-a-hyphen": "shows a regular expression",
    "integer-beyond-any-float": "OverflowError: a traceback",
    "integer-of-5000-digits": "gives advice on Python",
    "kw-for-50-mw": "accepted: 50 MW given in kW",
    "kw-for-mw": "names a limit that is too wide to catch a slip",
    "kwh-price-for-mwh": "accepted: a price per kWh",
    "millions-for-dollars": "accepted: millions for dollars",
    "thousands-for-dollars-of-a-node": "accepted: thousands for dollars",
    "share-without-a-maximum": "accepted: 0.7 % of the draws are over 1",
    "shares-of-a-cluster-over-1": "accepted: the cluster then costs 6e+23 USD, or less than none",
    "sum-over-1": "accepted: only the parts of a sum are checked",
    "unknown-event": "no nearest known name",
    "stages-replace-each-other": "accepted: one ends as the other comes, which carries nothing",
    "rented-at-a-powered-site": "leaves two causes to choose from",
    "rented-where-no-emissions-are-known": "leaves two causes to choose from",
    "leave-for-a-tranche-elsewhere": "does not name the tranche",
    "leave-for-other-work": "accepted: then KeyError in evaluate and report",
    "leave-for-one-that-leaves": "accepted: then KeyError in evaluate and report",
    "compare-itself": "accepted: an option compared with itself",
    "name-of-two-lines": "two lines",
    "key-with-control-characters": "colours the reader's terminal",
    "start-in-the-year-9999": "accepted: then OverflowError in the report",
    "evidence-bad-at-most": "names the wrong column",
    "evidence-unclosed-quote": "names the line of the next quote, not of this one",
    "evidence-line-break-in-a-cell": "accepted: a row of two lines",
    "evidence-semicolons": "does not name the separator",
    "evidence-renamed-column": "does not name the column that is there",
    "evidence-firmer-than-its-parent": "accepted, against the codebook",
    "evidence-bad-source-day": "accepted",
    "link-to-itself": "RuntimeError: a traceback",
}

# Broken files that no repository can keep, or not safely: made when they are needed.
MADE = {
    "absent": lambda path: None,
    "a-folder": lambda path: path.mkdir(),
    "a-pipe": lambda path: os.mkfifo(path),
    "link-out-of-its-folder": lambda path: path.symlink_to(GOOD),
    "link-to-a-device": lambda path: path.symlink_to("/dev/zero"),
    "link-to-itself": lambda path: path.symlink_to(path),
    "not-utf-8": lambda path: path.write_bytes("# café".encode("latin-1")),
    "utf-16": lambda path: path.write_bytes(b"\xff\xfe#\x00"),
    "over-2-megabytes": lambda path: path.write_bytes(b"#" * (LARGEST_FILE + 1)),
    "nested-5000-deep": lambda path: path.write_bytes(b"a = " + b"[" * 5000 + b"]" * 5000),
}
SCENARIOS = {path.stem for path in BAD.glob("*.toml")} - {GOOD.stem}
LEDGERS = {path.parent.name for path in BAD.glob("*/evidence.csv")} - {GOOD_LEDGER.name}
CHIPS = {path.parent.name for path in BAD.glob("*/chips.csv")}


def cases(names):
    """One parameter per case; those that wait to be mended must fail until they are."""
    waiting = {name: pytest.mark.xfail(strict=True, reason=why) for name, why in MENDING.items()}
    return [pytest.param(name, marks=waiting.get(name, ())) for name in sorted(names)]


def line(name):
    return (BAD / f"{name}.txt").read_text("utf-8")


def checked(path, capsys):
    """What `check` ends with and says, on standard output and on standard error."""
    code = main(["check", str(path)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("name", cases(SCENARIOS))
def test_a_broken_scenario_is_refused_in_the_line_that_its_file_says(name, capsys):
    path = BAD / f"{name}.toml"
    assert checked(path, capsys) == (2, "", f"workbook: {line(name)}")


@pytest.mark.parametrize("name", cases(MADE))
def test_what_is_no_plain_utf_8_file_is_refused_in_one_line(name, tmp_path, capsys):
    path = tmp_path / f"{name}.toml"
    MADE[name](path)
    assert checked(path, capsys) == (2, "", f"workbook: {line(name)}")


@pytest.mark.parametrize("name", cases(LEDGERS))
def test_a_broken_ledger_is_refused_with_its_file_and_line(name):
    with pytest.raises(BadInput) as refused:
        evidence.read(BAD / name)
    assert f"{refused.value}\n" == line(name)


@pytest.mark.parametrize("name", cases(CHIPS))
def test_a_broken_table_of_chips_is_refused_with_its_line(name):
    with pytest.raises(BadInput) as refused:
        evidence.chips(BAD / name)
    assert f"{refused.value}\n" == line(name)


def test_every_line_has_its_case_and_every_case_its_line():
    broken = SCENARIOS | set(MADE) | LEDGERS | CHIPS
    assert {path.stem for path in BAD.glob("*.txt")} == broken
    assert set(MENDING) <= broken


def test_every_line_is_one_line_that_begins_with_the_name_of_a_file():
    named = re.compile(r"'?[\w-]+[.](toml|csv)'?[:,] .+\n")
    lines = [line(path.stem) for path in BAD.glob("*.txt")]
    assert [said for said in lines if not named.fullmatch(said)] == []


def test_the_scenario_that_the_cases_break_is_good(capsys):
    good = "good.toml: good; 2 options, 3 assumptions, 2 facts known by 2024-07-09\n"
    assert checked(GOOD, capsys) == (0, good, "")


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
