"""The command line: what it prints, where, and with which exit code."""

import json
import os
import re
import subprocess
import sys

import pytest
from tools.hand import BASE, OWNED
from tools.places import ROOT
from tools.waiting import LIMIT_S

from analysis.__main__ import main
from analysis.decision import mid_case
from analysis.explorer import server
from analysis.report import folder
from analysis.report import write as report_write
from analysis.scenario import load
from analysis.scenario.load import shipped

COMMANDS = ("report", "check", "evaluate", "diff", "evidence", "serve")


@pytest.fixture
def by_hand(tmp_path):
    """The path of a good scenario file."""
    path = tmp_path / "by-hand.toml"
    path.write_text(BASE, encoding="utf-8")
    return str(path)


@pytest.fixture
def broken(tmp_path):
    """The path of a scenario file that cannot be used."""
    path = tmp_path / "broken.toml"
    path.write_text(BASE.replace("gpus = 100\n", "gpus = -1\n", 1), encoding="utf-8")
    return str(path)


@pytest.fixture
def no_report(monkeypatch):
    """Reports are asked for and not made; yields what was asked."""
    asked = []

    def write(slug, scenario, draws, seed, out, say, beside):
        asked.append((slug, draws, seed, out, [path.stem for path in beside or []]))
        return out

    monkeypatch.setattr(report_write, "write", write)
    return asked


def run(*words: str, **more) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "analysis", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, **more
    )


def test_check_of_a_good_file_says_what_it_holds_and_returns_0(by_hand, capsys):
    assert main(["check", by_hand]) == 0
    out, err = capsys.readouterr()
    assert re.match(r"by-hand\.toml: good; .+\n", out)
    assert all(words in out for words in ("options: 2", "assumptions: 0", "known by 2025-01-01: 0"))
    assert err == ""


def test_check_names_assumptions_that_nothing_uses(tmp_path, capsys):
    spare = '[assumptions.spare]\nlabel = "S"\nunit = "months"\nvalue = 1\njudgement = "J."\n'
    (tmp_path / "spare.toml").write_text(BASE + spare, encoding="utf-8")
    assert main(["check", str(tmp_path / "spare.toml")]) == 0
    assert capsys.readouterr().out.endswith("spare.toml: not used: spare\n")


def test_check_names_lines_of_cost_of_which_no_option_has_a_tranche(tmp_path, capsys):
    line = '[costs.{0}]\ntitle = "{0}"\ntranches = ["{1}"]\nusd_per_year = 1e6\n'
    other = f'[tranches.other]\ntitle = "Other"\ngpus = 5\nuse = "other"\n{OWNED}'
    words = BASE + other + "milestones = { ready = 0 }\n"
    words += line.format("idle", "other") + line.format("staff", "machine")
    (tmp_path / "spare.toml").write_text(words, encoding="utf-8")
    assert main(["check", str(tmp_path / "spare.toml")]) == 0
    assert "spare.toml: not used: costs.idle, tranches.other\n" in capsys.readouterr().out


def test_check_names_options_without_a_score_on_a_criterion(tmp_path, capsys):
    some = '[criteria.air]\ntitle = "Air"\nswing_weight = 1\nscores = { rented = 5 }\n'
    (tmp_path / "some.toml").write_text(BASE + some, encoding="utf-8")
    assert main(["check", str(tmp_path / "some.toml")]) == 0
    assert capsys.readouterr().out.endswith("some.toml: not scored: built on air\n")


def test_check_of_several_files_goes_on_after_a_bad_one_and_returns_2(by_hand, broken, capsys):
    assert main(["check", broken, by_hand, "oracle-vs-memphis"]) == 2
    out, err = capsys.readouterr()
    assert re.findall(r"^(.+): good; ", out, re.M) == ["by-hand.toml", "oracle-vs-memphis.toml"]
    assert err.count("\n") == 1
    assert err.startswith("workbook: broken.toml, line 47: tranches.rental.gpus: ")


def test_every_shipped_scenario_checks(capsys):
    assert main(["check", *shipped()]) == 0
    assert capsys.readouterr().out.count(": good; ") == len(shipped())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "oracle-vs-menphis"], 'nearest known: "oracle-vs-memphis"'),
        (["report", "--draws", "99"], "'99'; expected a whole number from 100 to 1000000"),
        (["report", "--draws", "1000001"], "expected a whole number from 100 to 1000000"),
        (["report", "--draws", "2e4"], "expected a whole number from 100 to 1000000"),
        (["report", "--draws", "-5"], "draws"),
        (["report", "--draws", "²³"], "expected a whole number"),
        (["report", "--seed", "1.5"], "expected a whole number from 0 to 2147483648"),
        (["report", "--draw", "500", "--fast"], "--fast"),
        (["rapport"], "rapport"),
        (["evaluate"], "scenario"),
        ([], "COMMAND"),
    ],
)
def test_what_cannot_be_used_returns_2_with_one_line_that_says_why(words, said, no_report, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"workbook: [^\n]+\n", err)
    assert said in err
    assert no_report == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert f"example:\n  workbook {command} " in capsys.readouterr().out


def test_help_names_the_six_commands(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert [c for c in COMMANDS if re.search(rf"^ +{c} +\w", shown, re.MULTILINE)] == list(COMMANDS)


def test_the_examples_of_help_are_commands_that_are_understood(capsys, no_report, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(server, "start", lambda *_: None)
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            main([command, "--help"])
        example = capsys.readouterr().out.split("example:\n  workbook ")[1].split("\n")[0]
        assert main(example.split()) == 0


def test_the_explorer_begins_with_a_slug_or_with_a_file_wherever_it_is(
    by_hand, tmp_path, monkeypatch, capsys
):
    begun = []
    monkeypatch.setattr(server, "start", lambda first, *_: begun.append(first))
    monkeypatch.chdir(tmp_path)
    assert [main(["serve", name]) for name in ("no-gas", by_hand, "by-hand.toml")] == [0, 0, 0]
    assert begun == ["no-gas", by_hand, by_hand]  # a file by its full path
    (tmp_path / "broken.toml").write_text("start = 1", encoding="utf-8")
    for name in ("no-gaz", "gone.toml", "broken.toml", "sourced-defaults"):
        assert main(["serve", name]) == 2
    assert len(begun) == 3
    assert 'nearest known: "no-gas"' in capsys.readouterr().err


def test_evaluate_gives_every_option_by_name_in_json(by_hand, capsys):
    assert main(["evaluate", by_hand, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["scenario"]) == ("rent-or-build/evaluation", "by-hand")
    # 100 GPUs x 730 h x 12 months x 2 USD.
    assert found["options"]["rented"]["present_cost_usd"] == 1_752_000
    assert found["options"]["built"]["meets_need"] is True


def set_rows(text):
    """What is set in columns, by label: the cells of each row, a label that comes twice once."""
    rows = [re.split(r" {2,}", line.strip()) for line in text.splitlines()]
    return {label: cells for label, *cells in reversed(rows) if cells}


def test_evaluate_says_in_text_what_is_in_json_in_units_and_with_the_difference(by_hand, capsys):
    main(["evaluate", by_hand, "--json"])
    found = json.loads(capsys.readouterr().out)["options"]
    main(["evaluate", by_hand])
    out = capsys.readouterr().out
    assert out.split("\n")[0].split() == ["Rented", "Built", "Rented", "less", "Built"]
    rows = set_rows(out)
    # 100 GPUs x 730 h x 12 months x 2 USD is 1,752,000 USD; 100 machines of 10,000 are 1,000,000
    assert rows["rent"] == ["1,750", "0", "+1,750"]
    assert rows["servers"] == ["0", "1,000", "-1,000"]
    assert [found[o]["present_servers_usd"] for o in found] == [0, 1e6]
    assert rows["is met"] == ["yes", "yes"]
    assert rows["per GPU-hour"][0] == "2"


def test_evaluate_leaves_out_the_rows_that_are_0_for_every_option(by_hand, capsys):
    main(["evaluate", by_hand])
    rows = set_rows(capsys.readouterr().out)
    assert {"exit fee", "works", "debt", "first training"} & set(rows) == set()


def test_json_is_as_the_program_has_it_to_the_byte(by_hand, capsys):
    main(["evaluate", by_hand, "--json"])
    path = load.find(by_hand)
    whole = json.dumps(mid_case.evaluation(load.read(path), path.stem), indent=1)
    assert capsys.readouterr().out == f"{whole}\n"


def test_a_target_that_is_never_reached_is_null_in_json_and_never_in_text(tmp_path, capsys):
    path = tmp_path / "far.toml"
    path.write_text(BASE.replace("1e24", "1e30"), encoding="utf-8")
    main(["evaluate", str(path), "--json"])
    assert json.loads(capsys.readouterr().out)["options"]["built"]["target_months"] is None
    main(["evaluate", str(path)])
    assert set_rows(capsys.readouterr().out)["target"] == ["never", "never"]


def test_a_unit_cost_with_nothing_under_it_is_told_as_none(tmp_path, capsys):
    path = tmp_path / "idle.toml"
    path.write_text(BASE.replace('use = "run"', 'use = "other"', 1), encoding="utf-8")
    main(["evaluate", str(path)])
    assert set_rows(capsys.readouterr().out)["per PFLOP-day"][0] == "none"


def facts(text):
    """The facts of what is printed in a pipe, a line each; their topics stand between them."""
    return [line for line in text.splitlines() if line.startswith("* ")]


def test_evidence_finds_a_word_in_any_case_and_counts_on_standard_error(capsys):
    assert main(["evidence", "SUBSTATION"]) == 0
    out, err = capsys.readouterr()
    assert "* Capacity of the new substation: 150 MW; memphis-substation-2025, public " in out
    assert re.fullmatch(rf"{len(facts(out))} of \d+ facts\n", err)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("oracle-deal-value", "10 billion USD; oracle-deal-value, public 2024-05-14; "),
        ("memphis-existing-substation-share", "50 %; "),  # 0.5 in the ledger
        ("memphis-substation-date", "2025-01-01 to 2025-12-31; "),
    ],
)
def test_evidence_says_how_much_when_it_became_public_and_where(name, said, capsys):
    main(["evidence", name])
    [line] = facts(capsys.readouterr().out)
    assert f": {said}" in line
    assert line.split()[-1].startswith("https://")


def test_evidence_without_a_word_lists_the_ledger_and_with_an_unknown_one_nothing(capsys):
    assert main(["evidence"]) == 0
    out, err = capsys.readouterr()
    assert len(facts(out)) == int(err.split()[0]) == int(err.split()[2])
    assert main(["evidence", "no-such-word"]) == 0
    assert capsys.readouterr().out == ""


def test_report_makes_the_report_of_the_flagship_with_20_000_draws_unless_told(no_report, capsys):
    assert main(["report"]) == 0
    [(slug, draws, seed, out, _)] = no_report
    assert (slug, draws, seed) == ("oracle-vs-memphis", 20_000, 1)
    assert out == ROOT / "reports" / "oracle-vs-memphis"
    assert capsys.readouterr().out == f"{out / 'report.html'}\n"


def test_report_takes_a_file_draws_a_seed_and_a_folder(by_hand, no_report, tmp_path):
    words = ["--draws", "100", "--seed", "2147483648", "--out", str(tmp_path / "here")]
    assert main(["report", by_hand, *words]) == 0
    assert no_report == [("by-hand", 100, 2147483648, tmp_path / "here", [])]


def test_a_book_is_the_report_with_all_chapters_and_its_front_page_is_named(
    by_hand, no_report, capsys
):
    assert main(["report", by_hand, "--book"]) == 0
    [(*_, chapters)] = no_report
    assert chapters[0] == "01-comparison"
    numbered = {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert set(chapters) == numbered - {"14-your-own"}
    assert capsys.readouterr().out.endswith("/index.html\n")


def test_a_report_that_fails_returns_1_with_one_line(by_hand, monkeypatch, capsys):
    def write(*_, **__):
        raise folder.RunFailed("by-hand: the kernel died")

    monkeypatch.setattr(report_write, "write", write)
    assert main(["report", by_hand]) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", "workbook: by-hand: the kernel died")


def test_an_interrupted_report_returns_130_with_one_line(by_hand, monkeypatch, capsys):
    def write(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(report_write, "write", write)
    assert main(["report", by_hand]) == 130
    assert capsys.readouterr().err.count("workbook: ") == 1


def test_a_bad_scenario_is_refused_before_a_report_is_begun(broken, no_report, capsys):
    assert main(["report", broken]) == 2
    assert no_report == []
    assert "tranches.rental.gpus" in capsys.readouterr().err


def test_as_a_program_it_evaluates_and_checks_with_the_same_exit_codes(by_hand, broken):
    good = run("evaluate", by_hand, "--json")
    assert (good.returncode, "workbook" in good.stderr) == (0, False)
    assert json.loads(good.stdout)["options"]["rented"]["present_cost_usd"] == 1_752_000
    bad = run("check", broken)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("words", [["evidence"], ["check", "oracle-vs-memphis"]])
def test_a_reader_who_stops_reading_is_no_error(words):
    # The pipe is closed before the first line is written, of many lines or of one.
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "analysis", *words]
    done = subprocess.run(
        command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, timeout=LIMIT_S
    )
    os.close(writing)
    assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)


def test_a_python_that_drops_texts_is_refused_in_one_line():
    done = run("check", "own-case", env=os.environ | {"PYTHONOPTIMIZE": "2"})
    said = "workbook: PYTHONOPTIMIZE=2 (or -OO) is set, with which no chart is drawn; unset it\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
