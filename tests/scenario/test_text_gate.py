"""One gate for the texts of every file: what cannot be seen, what is blank, what is no digit."""

import csv
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.evidence import files
from analysis.evidence import ledger as ledgers
from analysis.evidence.files import BadInput
from analysis.evidence.ledger import DATA
from analysis.report import numbers
from analysis.scenario import load
from analysis.validation import actuals

OWN = load.FOLDER / "own-case.toml"
LEDGER = Path(__file__).parent / "bad" / "good"
UNSEEN = ("0000", "0007", "000B", "001B", "007F", "0085", "200B", "2028", "202E", "FEFF", "FFFE")
SEEN = ("é", "٣ months", "字", "a\u200db", "naïve — “quoted”", "👩🏽‍💻", "\u0301x", "\ue000")


def refused(tmp_path, capsys, *edits, base=OWN):
    """The line with which an edited scenario is refused, without the names of program and file."""
    text = base.read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (tmp_path / "my-case.toml").write_text(text, "utf-8")
    assert main(["check", str(tmp_path / "my-case.toml")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return re.sub(r"^workbook: my-case\.toml(, line \d+)?: ", "", said).rstrip("\n")


PLACES = [
    ("options.cloud.title", 'title = "Cloud rental"'),
    ("assumptions.cloud_rent_usd_per_gpu_hour.label", 'label = "Cloud: price"'),
    ("sites.hall.stages.booked.title", 'title = "Booked power"'),
    ("assumptions.target_flop.judgement", 'judgement = "The model that is planned."'),
]


@pytest.mark.parametrize(("key", "line"), PLACES)
@pytest.mark.parametrize("code", [*UNSEEN, "0001FFFF", "0010FFFE"])
def test_what_cannot_be_seen_is_refused_in_every_text(tmp_path, capsys, key, line, code):
    escape = f"\\u{code}" if len(code) == 4 else f"\\U{code}"
    said = refused(tmp_path, capsys, (line, f'{line[:-1]}{escape}x"'))
    place = len(line.split('"')[1]) + 1
    seen = f"{key}: character {place} is U+{int(code, 16):04X}, which cannot be seen; "
    assert said == f"{seen}expected text without it"


@pytest.mark.parametrize("words", SEEN)
def test_words_of_every_script_pass(words):
    assert files.gated("here", f" {words} ") == words


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u200b", "\ufeff", "\u3164", "\u00a0\u2003"])
def test_what_has_nothing_to_see_is_empty(blank):
    assert files.gated("here", blank) == ""


BLANK = ['""', '" "', '"\\u200b"', '"\\u00a0"', '"\\t"', '"\\r"']


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize(("key", "line"), PLACES[:3])
def test_a_blank_title_or_label_is_refused(tmp_path, capsys, key, line, blank):
    said = refused(tmp_path, capsys, (line, f"{line.split()[0]} = {blank}"))
    assert said == f"{key} is empty; expected words"


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("what", ["judgement", "quote"])
def test_a_blank_basis_is_refused_like_a_missing_one(tmp_path, capsys, what, blank):
    line = 'judgement = "The model that is planned."'
    key, expected = "assumptions.target_flop", "basis = [evidence ids], quote or judgement"
    said = refused(tmp_path, capsys, (line, f"{what} = {blank}"))
    assert said == f"{key}: no basis; expected {expected}"


@pytest.mark.parametrize("blank", BLANK)
def test_a_blank_unit_is_refused(tmp_path, capsys, blank):
    line = 'label = "Training target"\nunit = "FLOP"'
    said = refused(tmp_path, capsys, (line, line.replace('"FLOP"', blank)))
    assert "unit" in said or 'in ""' in said


@pytest.mark.parametrize(
    "title", ["Colocation ", " Colocation", "Colo\\u200dcation", "Colocation\\u2003"]
)
def test_a_title_that_reads_like_another_is_a_title_given_twice(tmp_path, capsys, title):
    said = refused(tmp_path, capsys, ('title = "Cloud rental"', f'title = "{title}"'))
    assert said == 'options.colocation.title: the same as that of "cloud"; expected its own'


def test_a_title_of_two_lines_is_refused(tmp_path, capsys):
    said = refused(tmp_path, capsys, ('title = "Cloud rental"', 'title = "Cloud\\nrental"'))
    expected = "holds a line break or a tab; expected one line of words"
    assert said == f"options.cloud.title: {expected}"


def ledger(tmp_path, column, cell):
    """A good ledger with one cell of its first row changed."""
    (tmp_path / "sources.csv").write_bytes((LEDGER / "sources.csv").read_bytes())
    return edited(LEDGER / "evidence.csv", tmp_path / "evidence.csv", column, cell)


def edited(source, target, column, cell):
    header, first, *rest = csv.reader(io.StringIO(source.read_text("utf-8")))
    first[header.index(column)] = cell
    target.parent.mkdir(exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, first, *rest])
    return target.parent


DIGITS = ("١٢٣", "１２３", "12٣", "१२३")
DAYS = ("２０２４-07-01", "2024-0７-01", "٢٠٢٤-٠٧-٠١")


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        *(("value", cell, f"value {cell!r} is no plain number") for cell in DIGITS),
        *(
            ("public_on", cell, f"public_on is {cell!r}; expected YYYY-MM-DD, YYYY-MM or unknown")
            for cell in DAYS
        ),
        ("unit", "\u200b", "unit is empty"),
        ("unit", " \u00a0", "unit is empty"),
        *(
            (
                "note",
                f"a{chr(int(code, 16))}b",
                f"note: character 2 is U+{code}, which cannot be seen; expected text without it",
            )
            for code in UNSEEN
        ),
    ],
)
def test_a_row_of_the_ledger_is_refused_with_its_line(tmp_path, column, cell, said):
    with pytest.raises(BadInput) as found:
        ledgers.read(ledger(tmp_path, column, cell))
    assert str(found.value).replace(", note:", ": note:") == f"evidence.csv, line 2: {said}"


@pytest.mark.parametrize(
    ("file", "read", "column"),
    [
        ("chips.csv", lambda folder: ledgers.chips(folder), "peak_bf16_dense_tflops"),
        ("chips.csv", lambda folder: ledgers.chips(folder), "public_on"),
        ("actuals.csv", lambda folder: actuals.read(folder), "value"),
        ("actuals.csv", lambda folder: actuals.read(folder), "naive_low"),
        ("series/h100_prices.csv", lambda f: ledgers.series("h100_prices", f), "date"),
        ("series/h100_prices.csv", lambda f: ledgers.series("h100_prices", f), "gpus"),
        ("series/site_power.csv", lambda f: ledgers.series("site_power", f), "mw"),
    ],
)
@pytest.mark.parametrize("cell", ["١٢٣", "２０２４-07-01", "a\x00b", "a\u200bb"])
def test_every_other_table_refuses_the_same_with_its_line(tmp_path, file, read, column, cell):
    target = tmp_path / file
    edited(DATA / file, target, column, cell)
    with pytest.raises(BadInput, match=rf"^{target.name}, line 2[:,] [^\n]+$"):
        read(tmp_path)


def test_a_headline_that_another_wrote_passes_the_same_gate(tmp_path, capsys):
    stored = Path(__file__).parents[1] / "decision" / "headlines" / "own-case.json"
    found = json.loads(stored.read_text("utf-8"))
    found["options"]["cloud"]["title"] = "Cloud\x1b[31m rental"
    (tmp_path / "headline.json").write_text(json.dumps(found), "utf-8")
    assert main(["diff", str(tmp_path / "headline.json"), "own-case"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("workbook: headline.json: options.cloud.title: character 6 is U+001B")


FORMULAS = [
    "=1+1",
    "+1",
    "-a1",
    "@x",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "＝1",
    "－x",
    "＠x",
]


@pytest.mark.parametrize("words", FORMULAS)
def test_a_cell_that_a_spreadsheet_might_compute_is_neutralised(words):
    rows = list(csv.reader(io.StringIO(numbers.csv(pd.DataFrame({words: [words]})))))
    shown = "'" + words.replace("\r", " ")
    assert rows == [[shown], [shown]]


@pytest.mark.parametrize("words", ["-1", "-0.5", "-2e24", "1e-3", "plain", "a = b", "a-b", "3 %"])
def test_a_plain_number_and_plain_words_stay_as_they_are(words):
    assert numbers.csv(pd.DataFrame({"a": [words]})) == f"a\n{words}\n"


def test_a_bare_carriage_return_begins_no_row_of_its_own():
    text = numbers.csv(pd.DataFrame({"a": ["x\r=1+1"]}))
    assert text == "a\nx =1+1\n"
