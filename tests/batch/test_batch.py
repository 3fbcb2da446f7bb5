import csv
import io
import json
import os
import random
import signal
from pathlib import Path

import batching
import nbformat
import pandas as pd
import pytest
from batching import results, run, scenarios, start, states, stop

from analysis.evidence.files import BadInput
from analysis.report import folder as folders
from analysis.report.batch import batch, beside, page, plan, work
from analysis.report.batch.order import Order, Outcome

SMALL = ("own-case", "serve-64")


@pytest.fixture(scope="module")
def fifty(tmp_path_factory):
    """A batch of 50 scenarios of which 3 are broken: its folder, the files, exit code and lines."""
    place = tmp_path_factory.mktemp("fifty")
    files = scenarios(place / "cases", 47, batching.BROKEN)
    return place / "out", files, *run(place / "out", files)


def test_of_fifty_scenarios_of_which_three_are_broken_47_are_made_and_exit_code_is_1(fifty):
    out, _, code, lines = fifty
    ends = states(lines)
    assert code == 1
    assert {slug for slug, state in ends.items() if state == "failed"} == set(batching.BROKEN)
    assert len([state for state in ends.values() if state == "made"]) == 47
    assert len(list(out.glob("*/manifest.json"))) == 47
    assert batching.left_behind(out) == []


def test_each_broken_one_leaves_a_page_and_one_line_with_the_reason(fifty):
    out, _, _, lines = fifty
    assert {path.name for path in out.glob("*.failed.html")} == {
        f"{name}.failed.html" for name in batching.BROKEN
    }
    [line] = [line for line in lines if "broken-value" in line]
    reason = "broken-value.toml, line 2: horizon_months is -36; expected 12 to 240"
    assert line.endswith(f"broken-value: failed: {reason}")
    assert reason in (out / "broken-value.failed.html").read_text()
    rows = list(csv.DictReader(io.StringIO((out / "index.csv").read_text())))
    [row] = [row for row in rows if row["scenario"] == "broken-value"]
    assert (row["state"], row["reason"]) == ("failed", reason)


def test_a_second_batch_redoes_only_what_failed(fifty):
    out, files, _, _ = fifty
    before = batching.results(out)
    (files / "broken-toml.toml").write_text('extends = "own-case"\n')
    code, lines = run(out, files)
    ends = states(lines)
    assert code == 1
    assert ends.pop("broken-toml") == "made"
    assert {ends.pop("broken-key"), ends.pop("broken-value")} == {"failed"}
    assert set(ends.values()) == {"kept"}
    assert not (out / "broken-toml.failed.html").exists()
    assert {name: raw for name, raw in results(out).items() if "broken" not in name} == before


def test_one_two_and_four_jobs_give_the_same_bytes(tmp_path):
    files = scenarios(tmp_path / "cases", 8)
    found = []
    for jobs in (1, 2, 4):
        out = tmp_path / f"out-{jobs}"
        assert run(out, files, "--jobs", jobs)[0] == 0
        found.append(results(out) | {"index": (out / "index.csv").read_bytes()})
    assert found[0] == found[1] == found[2]
    assert len([name for name in found[0] if name.endswith("headline.json")]) == 8


def test_a_grid_compares_every_combination(tmp_path):
    grid = ["--vary", "horizon_months=36,48", "--vary", "cloud_first_gpus_months=2,4"]
    code, _ = run(tmp_path / "out", "own-case", *grid)
    frame = pd.read_parquet(tmp_path / "out" / "index.parquet").set_index("scenario")
    assert code == 0
    assert sorted(frame.index) == [
        f"own-case-horizon-months-{a}-cloud-first-gpus-months-{b}" for a in (36, 48) for b in (2, 4)
    ]
    # GPUs that come two months later in the cloud make the cloud about two months less early
    name = "own-case-horizon-months-48-cloud-first-gpus-months-{}"
    early, late = (frame.loc[name.format(month), "months_earlier"] for month in (2, 4))
    assert 1.5 < early - late < 2.5
    assert frame["title"].iloc[0].endswith("(horizon_months = 36, cloud_first_gpus_months = 2)")


def test_the_tables_and_the_page_say_what_the_headlines_say(tmp_path):
    out = tmp_path / "out"
    run(out, *SMALL)
    frame = pd.read_parquet(out / "index.parquet").set_index("scenario")
    told = pd.read_csv(out / "index.csv").set_index("scenario")
    for slug in SMALL:
        headline = json.loads((out / slug / "headline.json").read_text())
        a, b = headline["comparison"]["pair"]
        [pair] = [p for p in headline["comparison"]["pairs"] if {p["a"], p["b"]} == {a, b}]
        row = frame.loc[slug]
        assert row["a_usd"] == headline["options"][a]["compared_cost_usd"]["mean"]["value"]
        assert row["b_p90_usd"] == headline["options"][b]["compared_cost_usd"]["p90"]["value"]
        assert row["difference_usd"] == pair["cost_difference_usd"]["mean"]["value"]
        assert row["a_cheaper"] == pair["a_cheaper"]["value"]
        assert told.loc[slug, "a_usd"] == row["a_usd"]
        if slug == "own-case":  # the other has no date
            assert row["months_earlier"] == -pair["months_difference"]["mean"]["value"]
            assert row["months_earlier_p10"] == -pair["months_difference"]["p90"]["value"]
    assert pd.isna(frame.loc["serve-64", "months_earlier"])


def test_a_title_that_a_spreadsheet_might_compute_is_none_in_the_csv(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "own-case"\ntitle = "=1+1"\n')
    run(tmp_path / "out", path)
    [row] = csv.DictReader(io.StringIO((tmp_path / "out" / "index.csv").read_text()))
    assert row["title"] == "'=1+1"


def test_one_altered_byte_in_any_file_is_noticed_and_only_that_run_is_redone(tmp_path):
    out, chosen = tmp_path / "out", random.Random(1)
    run(out, *SMALL)
    before = results(out)
    names = [name for name in before if name.startswith("own-case/")]
    for name in ("own-case/headline.json", *chosen.sample(names, 2)):
        path = out / name
        raw = bytearray(path.read_bytes())
        raw[chosen.randrange(len(raw))] ^= 1
        path.write_bytes(raw)
        code, lines = run(out, *SMALL)
        assert (code, states(lines)) == (0, {"own-case": "made", "serve-64": "kept"})
        assert results(out) == before


@pytest.mark.parametrize("name", ["own-case/notes.txt", "own-case/tables/mine.csv"])
def test_a_readers_own_file_is_never_deleted_only_its_run_is_refused(tmp_path, name):
    out = tmp_path / "out"
    run(out, *SMALL)
    (out / name).write_text("mine")
    assert run(out, *SMALL)[0] == 0  # nothing has to be made
    code, lines = run(out, *SMALL, "--seed", 2)
    assert (code, states(lines)) == (1, {"own-case": "failed", "serve-64": "made"})
    [line] = [line for line in lines if "own-case: failed" in line]
    assert f"{name}: not as a run made it" in line
    assert (out / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["index.html", "index.csv"])
def test_an_index_that_a_reader_has_changed_is_not_written_over(tmp_path, name):
    out = tmp_path / "out"
    run(out, "own-case")
    (out / name).write_text("with my remarks")
    line = f"workbook: out/{name}: not as a batch made it; move it away first"
    assert run(out, "own-case") == (2, [line])
    assert (out / name).read_text() == "with my remarks"


def test_a_folder_that_is_no_batchs_is_refused_in_a_line(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine")
    line = "workbook: out: is there and is no folder of a batch; name another one with --out"
    assert run(tmp_path / "out", "own-case") == (2, [line])


def test_a_second_batch_on_one_folder_is_refused_in_a_line(tmp_path):
    out = tmp_path / "out"
    with folders.alone(out):
        line = "workbook: out: another run is making it; wait until that ends"
        assert run(out, "own-case") == (1, [line])


def test_a_folder_that_cannot_be_written_is_refused_before_a_run_begins(tmp_path):
    (tmp_path / "file").write_text("")
    nowhere = Path("/sys/kernel/out") if os.geteuid() == 0 else tmp_path / "file" / "out"
    code, [line] = run(nowhere, "own-case")
    assert code == 1
    assert line.startswith("workbook: ")


def test_a_disk_that_fills_up_at_the_index_ends_the_batch_in_a_line(monkeypatch, tmp_path):
    def full(path, text):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(beside.folders, "keep", full)
    order = Order("evaluate", 100, 1, tmp_path / "out")
    with pytest.raises(folders.RunFailed, match=r"^batch.json: no space left on device$"):
        batch.run(order, plan.runs(["own-case"], []), 1, batch.limits(1))
    assert batching.left_behind(tmp_path / "out") == []


@pytest.mark.parametrize("moment", range(1, 5))
def test_an_index_of_which_some_files_were_replaced_is_taken_for_a_batchs(
    monkeypatch, tmp_path, moment
):
    files = {"index.html": b"a", "index.csv": b"b", "index.parquet": b"c"}
    beside.prepare(tmp_path / "out")
    beside.replace(tmp_path / "out", files)
    replace, done = os.replace, []

    def stopped(source, target):
        done.append(target)
        if len(done) == moment:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(beside.os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        beside.replace(tmp_path / "out", {name: raw * 2 for name, raw in files.items()})
    monkeypatch.undo()
    beside.prepare(tmp_path / "out")
    (tmp_path / "out" / "index.csv").write_bytes(b"mine")
    with pytest.raises(BadInput, match=r"^out/index.csv: not as a batch made it"):
        beside.prepare(tmp_path / "out")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_batch_that_is_stopped_says_how_far_it_came_and_goes_on_from_there(
    tmp_path, number, code
):
    out, files = tmp_path / "out", scenarios(tmp_path / "cases", 12)
    process = start(out, files, "--jobs", 2)
    done = [process.stderr.readline() for _ in range(3)]
    ended, said = stop(process, number)
    done += [line for line in said if line.startswith("[")]
    line = f"workbook: ended from outside; {len(done)} of 12 runs are done; "
    assert ended == code
    assert [one for one in said if not one.startswith("[")] == [
        f"{line}the same command again goes on from there"
    ]
    assert batching.left_behind(out) == []
    again, lines = run(out, files)
    assert again == 0
    assert {states(lines)[slug] for slug in states(done)} == {"kept"}


def test_a_batch_that_was_killed_leaves_no_process_and_goes_on_from_what_was_whole(tmp_path):
    out, files = tmp_path / "out", scenarios(tmp_path / "cases", 12)
    run(tmp_path / "whole", files)
    process = start(out, files, "--jobs", 2)
    done = [process.stderr.readline() for _ in range(4)]
    started = batching.family(process)
    process.kill()
    process.communicate()
    batching.gone(started)
    code, lines = run(out, files)
    assert code == 0
    assert {states(lines)[slug] for slug in states(done)} == {"kept"}
    assert results(out) == results(tmp_path / "whole")
    assert batching.left_behind(out) == []


def test_a_process_of_a_batch_that_is_killed_changes_nothing(tmp_path):
    out, files = tmp_path / "out", scenarios(tmp_path / "cases", 12)
    run(tmp_path / "whole", files)
    process = start(out, files, "--jobs", 2)
    lines = [process.stderr.readline() for _ in range(2)]
    random.Random(1).choice(batching.workers(process)).kill()
    _, rest = process.communicate()
    assert process.returncode == 0
    assert set(states([*lines, *rest.splitlines()]).values()) == {"made"}
    assert results(out) == results(tmp_path / "whole")


def test_a_cell_that_fails_is_shown_with_its_error_on_the_page_of_the_run(monkeypatch, tmp_path):
    from analysis.report import write

    failing = tmp_path / "report.ipynb"
    text = 'first = "<b>line</b>"\nraise ValueError(first)'
    cells = [nbformat.v4.new_code_cell("draws = 1", metadata={"tags": ["parameters"]})]
    cells.append(nbformat.v4.new_code_cell(text))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, failing)
    monkeypatch.setattr(write, "NOTEBOOK", failing)
    [one] = plan.runs(["own-case"], [])
    how = work.attempted(Order("report", 100, 1, tmp_path / "out"), one, print)
    assert (how.state, how.reason) == (
        "failed",
        'the cell `first = "<b>line</b>"`: ValueError: <b>line</b>',
    )
    shown = page.failure(one, how)
    assert "raise ValueError(first)" in shown
    assert "Traceback" in shown
    assert "<b>line" not in shown
    assert str(Path.home()) not in shown


def test_an_error_of_ours_fails_its_run_alone_and_is_told(monkeypatch, tmp_path):
    def broken(*_):
        raise ArithmeticError("the model gave a cost that is no number")

    monkeypatch.setattr(work.numbers, "simulated", broken)
    [one] = plan.runs(["own-case"], [])
    how = work.attempted(Order("evaluate", 100, 1, tmp_path / "out"), one, print)
    reason = "ArithmeticError: the model gave a cost that is no number"
    assert (how.state, how.reason) == ("failed", reason)
    assert isinstance(how, Outcome)
    assert "Traceback" in how.trace


@pytest.mark.slow
def test_reports_are_made_whole_and_kept_and_serve_as_numbers_too(tmp_path):
    out = tmp_path / "out"
    code, lines = run(out, *SMALL, "nowhere", "--jobs", 2, kind=None)
    assert (code, states(lines)) == (
        1,
        {"own-case": "made", "serve-64": "made", "nowhere": "failed"},
    )
    for slug in SMALL:
        assert (out / slug / "report.html").exists()
        assert f'href="{slug}/report.html"' in (out / "index.html").read_text()
    assert set(states(run(out, *SMALL, kind=None)[1]).values()) == {"kept"}
    assert set(states(run(out, *SMALL)[1]).values()) == {"kept"}
    assert batching.left_behind(out) == []
