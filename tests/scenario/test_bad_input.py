"""Broken files are refused in a line a mistake: where, what was wrong and what was expected.

The tables in `bad/` hold the cases: each an edit of a good file in `bad/good/`, and its lines.
"""

import csv
import io
import os
import re
import tomllib
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.evidence import ledger
from analysis.evidence.files import LARGEST_FILE, BadInput
from analysis.scenario import load

BAD = Path(__file__).parent / "bad"
GOOD = BAD / "good" / "good.toml"
LEDGERS = tomllib.loads((BAD / "ledgers.toml").read_text("utf-8"))
FACTS = {name: case for name, case in LEDGERS.items() if case.get("file") != "chips.csv"}
CHIPS = {name: case for name, case in LEDGERS.items() if name not in FACTS}
TABLES = [path for path in sorted(BAD.glob("*.toml")) if path.stem != "ledgers"]
WRITTEN = [tomllib.loads(path.read_text("utf-8")) for path in TABLES]
SCENARIOS = {name: case for table in WRITTEN for name, case in table.items()}
EXTENDS = 'extends = "good"\n'

# What no table can hold, or not in few words.
LONG = {
    "hexadecimal-of-5000-digits": (
        f"title = 0x{'f' * 5000}",
        ", line 2: title: a very long whole number; expected a valid string",
    ),
    "integer-beyond-any-float": (
        f"[tranches.owned]\ngpus = 1{'0' * 400}",
        ", line 4: tranches.owned.gpus: inf GPU; expected 0 to 1e+07",
    ),
    "integer-in-a-choice-beyond-any-float": (
        f"[choices.horizon_months]\nvalue = 1{'0' * 400}",
        f", line 4: choices.horizon_months.value: 1{'0' * 59}...; expected a valid number",
    ),
    "integer-of-5000-digits": (
        f"[tranches.owned]\ngpus = 1{'0' * 5000}",
        ": a whole number of more than 4,300 digits; expected a shorter one",
    ),
    "text-over-2000-characters": (
        f'title = "{"x" * 2001}"',
        f", line 2: title: '{'x' * 59}...; expected at most 2000 characters",
    ),
}
SCENARIOS |= {name: {"edit": x, "line": f"{name}.toml{y}"} for name, (x, y) in LONG.items()}

# Files that no repository can keep, or not safely.
MADE = {
    "absent": (lambda path: None, "no such file or directory"),
    "a-folder": (lambda path: path.mkdir(), "not a plain file"),
    "a-pipe": (lambda path: os.mkfifo(path), "not a plain file"),
    "link-out-of-its-folder": (
        lambda path: path.symlink_to(GOOD),
        "a link that leaves its folder; expected a plain file",
    ),
    "link-to-a-device": (
        lambda path: path.symlink_to("/dev/zero"),
        "a link that leaves its folder; expected a plain file",
    ),
    "link-to-itself": (
        lambda path: path.symlink_to(path),
        "a link that leads nowhere; expected a plain file",
    ),
    "link-to-nothing": (
        lambda path: path.symlink_to("nothing.toml"),
        "a link that leads nowhere; expected a plain file",
    ),
    "not-utf-8": (
        lambda path: path.write_bytes("# café".encode("latin-1")),
        "byte 5 is 0xe9; expected UTF-8 text",
    ),
    "utf-16": (
        lambda path: path.write_bytes(b"\xff\xfe#\x00"),
        "byte 0 is 0xff; expected UTF-8 text",
    ),
    "over-2-megabytes": (
        lambda path: path.write_bytes(b"#" * (LARGEST_FILE + 1)),
        "2,000,001 bytes; at most 2,000,000 are read",
    ),
    "nested-5000-deep": (
        lambda path: path.write_bytes(b"a = " + b"[" * 5000 + b"]" * 5000),
        "nested too deeply",
    ),
}


def broken_scenario(case):
    """The text of a case: a whole one, or an edit of the good scenario, tables after a gap."""
    if "text" in case:
        return case["text"] and case["text"] + "\n"
    gap = "\n" if case["edit"].startswith("[") else ""
    return f"{EXTENDS}{gap}{case['edit']}\n" if case["edit"] else EXTENDS


def broken_table(case, text):
    """The text of a good table, changed as a case says."""
    if "text" in case:
        return case["text"]
    lines = [_cells(line) for line in text.splitlines()]
    if "cell" in case:
        key, column, written = case["cell"]
        [row] = [cells for cells in lines if cells[0] == key]
        row[lines[0].index(column)] = written
    if "without" in case:
        place = lines[0].index(case["without"])
        lines = [cells[:place] + cells[place + 1 :] for cells in lines]
    rows = [",".join(cells) for cells in lines] + ([case["row"]] if "row" in case else [])
    return "".join(f"{row}\n" for row in rows).replace(*case.get("replace", ("", "")))


def _cells(line):
    """The cells of a row as they are written, quotes included."""
    found = next(csv.reader(io.StringIO(line)))
    return [f'"{cell}"' if "," in cell else cell for cell in found]


def write_tables(folder, case):
    """The good tables in a folder, one of them broken."""
    for path in GOOD.parent.glob("*.csv"):
        text = path.read_text("utf-8")
        chosen = path.name == case.get("file", "evidence.csv")
        raw = (broken_table(case, text) if chosen else text).encode("utf-8")
        (folder / path.name).write_bytes(raw)


def checked(path, capsys):
    """What `check` ends with and says, on standard output and on standard error."""
    code = main(["check", str(path)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A folder of the good scenario and all broken ones: some extend each other."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / GOOD.name).write_bytes(GOOD.read_bytes())
    for name, case in SCENARIOS.items():
        (folder / f"{name}.toml").write_text(broken_scenario(case), "utf-8")
    return folder


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_broken_scenario_is_refused_in_its_lines(name, broken, capsys):
    said = "".join(f"workbook: {line}\n" for line in SCENARIOS[name]["line"].split("\n"))
    assert checked(broken / f"{name}.toml", capsys) == (2, "", said)


@pytest.mark.parametrize("name", MADE)
def test_what_is_no_plain_utf_8_file_is_refused_in_one_line(name, tmp_path, capsys):
    path = tmp_path / f"{name}.toml"
    make, line = MADE[name]
    make(path)
    assert checked(path, capsys) == (2, "", f"workbook: {path.name}: {line}\n")


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_broken_ledger_is_refused_with_its_file_and_line(name, tmp_path):
    write_tables(tmp_path, FACTS[name])
    with pytest.raises(BadInput) as refused:
        ledger.read(tmp_path)
    assert str(refused.value) == FACTS[name]["line"]


@pytest.mark.parametrize("name", sorted(CHIPS))
def test_a_broken_table_of_chips_is_refused_with_its_line(name, tmp_path):
    write_tables(tmp_path, CHIPS[name])
    with pytest.raises(BadInput) as refused:
        ledger.chips(tmp_path)
    assert str(refused.value) == CHIPS[name]["line"]


def test_no_case_stands_in_two_tables():
    assert len(SCENARIOS) == len(LONG) + sum(map(len, WRITTEN))


def test_every_line_is_one_line_that_begins_with_the_name_of_a_file():
    named = re.compile(r"'?[\w-]+[.](toml|csv)'?[:,] .+")
    cases = [*SCENARIOS.values(), *LEDGERS.values()]
    assert [
        said for case in cases for said in case["line"].split("\n") if not named.fullmatch(said)
    ] == []


def test_the_scenario_that_the_cases_break_is_good(capsys):
    held = "options: 2, assumptions: 3, facts cited, all known by 2024-07-09: 2"
    code, out, err = checked(GOOD, capsys)
    assert (code, out.split("\n")[0], err) == (0, f"good.toml: good; {held}", "")


NO_RUN = """run = false
need.target_flop = false
need.by_months = false
need.start_gpus = false
tranches.rented.use = "other"
tranches.owned.use = "other"
"""
SERVICE = "need.service.short_hour_usd = { value = 3 }\n"
OF_100 = f"{SERVICE}need.service.h100_gpus = 100\n"
MARKET_OF_NONE = 'need.service.market_gpus = 0\nneed.service.market_site = "supplier"\n'
CONTRACT = "tranches.rented.usd_per_gpu_hour = false\ntranches.rented.contract_usd = "
B200 = """tranches.rented.chip = "b200"
tranches.owned.chip = "b200"
chips.b200.node_usd = 4e5
chips.b200.resale_share = 0.5
"""
GOOD_EDITS = {
    "a run and a service": OF_100,
    "a service alone": OF_100 + NO_RUN,
    "steps": SERVICE + "need.service.steps = [{ from_months = 0, h100_gpus = 5 }]",
    "a service that outlasts the horizon": OF_100 + "need.service.until_months = { value = 600 }",
    "a market of none, of a chip that no tranche has": OF_100 + MARKET_OF_NONE + B200,
    "a fallback": "options.rental.instead = "
    '{ event = "supplier_delivers", known_month = 0, option = "build" }',
    "a contract of nothing": CONTRACT + "0",
    "a contract": CONTRACT + "1e7",
    "a prepayment of nothing without dates": "tranches.rented = { prepayment_share = 0, "
    "prepaid_months_before = false, known_month = false, refund_share = false }",
    "the price of the market": "tranches.rented.usd_per_gpu_hour = false",
    "nothing reserved": "tranches.rented.reserved_share = 0",
    "signed again for a month": 'tranches.rented = { at_end = "reserve", term_months = 1 }',
    "a ratio above 1": "chips.h100.rent_1_year_ratio = 2",
    "lines of cost": 'costs.c = { title = "C", tranches = ["rented", "owned"], once_usd = 1e4, '
    "life_months = 1, usd_per_year = 0, usd_per_gpu_year = 1, usd_per_kw_month = 1 }",
    "a term that ends by the horizon without a tail": "tranches.rented.sublet_price_share = false",
    "an exit fee": 'tranches.rented = { at_end = "until_moved", exit_fee_months = 0 }',
    "two price paths": "chips.h100 = { price_fall_per_year = false, rent_fall_per_year = -0.5, "
    "node_fall_per_year = 0.9, node_fall_swing = 1 }",
    "a cause of a price": "chips.h100.rent_fall_swing = 0.2\n"
    'causes.market = { title = "Market", loadings = { "h100:rent" = 1 } }',
    "an option taken away": "options.build = false",
}


@pytest.mark.parametrize("edit", GOOD_EDITS.values(), ids=GOOD_EDITS)
def test_a_neighbour_of_what_is_refused_is_good_and_can_be_run(edit, tmp_path, capsys):
    (tmp_path / GOOD.name).write_bytes(GOOD.read_bytes())
    path = tmp_path / "near.toml"
    path.write_text(f"{EXTENDS}{edit}\n", "utf-8")
    assert main(["evaluate", str(path)]) == 0
    assert "workbook: " not in capsys.readouterr().err


def test_the_ledger_that_the_cases_break_is_good_and_dates_its_derived_fact():
    facts = ledger.read(GOOD.parent).facts
    # a derived fact is public with the last of its parents: 5 March and, to the month, 31 March
    assert [fact.public_on.isoformat() for fact in facts.values()] == [
        "2024-03-05",
        "2024-03-31",
        "2024-03-05",
        "2024-03-31",
    ]


def test_the_table_of_chips_that_the_cases_break_is_good():
    assert list(ledger.chips(GOOD.parent)) == ["h100"]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    windows = tmp_path / "good.toml"
    windows.write_bytes(b"\xef\xbb\xbf" + GOOD.read_bytes().replace(b"\n", b"\r\n"))
    found = [load.canonical(load.read(path)) for path in (windows, GOOD)]
    assert found[0] == found[1]


def test_a_ledger_with_a_byte_order_mark_and_windows_line_ends_is_the_same(tmp_path):
    for name in ("evidence.csv", "sources.csv"):
        raw = (GOOD.parent / name).read_bytes().replace(b"\n", b"\r\n")
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + raw)
    assert ledger.read(tmp_path) == ledger.read(GOOD.parent)


def test_a_link_within_its_folder_is_followed(tmp_path):
    (tmp_path / "good.toml").write_bytes(GOOD.read_bytes())
    (tmp_path / "again.toml").symlink_to("good.toml")
    assert load.read(tmp_path / "again.toml") == load.read(GOOD)


def test_of_a_line_without_end_the_beginning_and_the_end_are_said(tmp_path):
    path = tmp_path / "long.toml"
    path.write_text(GOOD.read_text("utf-8") + f"[run.{'x' * 9999}]\n", "utf-8")
    with pytest.raises(
        BadInput, match=r'^long[.]toml, line 126: unknown key "run[.]xx+ [.]{3} x+"$'
    ):
        load.read(path)


def test_deep_tables_over_deep_tables_are_refused(tmp_path):
    deep = f"[run.{'.'.join('a' * 2000)}]\n"
    (tmp_path / "base.toml").write_text(deep, "utf-8")
    (tmp_path / "top.toml").write_text(f'extends = "base"\n{deep}', "utf-8")
    with pytest.raises(BadInput, match=r"^top[.]toml: nested too deeply$"):
        load.read(tmp_path / "top.toml")
