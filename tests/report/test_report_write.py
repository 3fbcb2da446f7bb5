import fcntl
import json
import os
import re
from pathlib import Path

import making
import nbformat
import pandas as pd
import pytest

from analysis.decision import headline
from analysis.evidence.files import BadInput
from analysis.report import execution, folder, kernel, manifest, numbers, write
from analysis.scenario import load

STAMPS = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\d\d:\d\d:\d\d")


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The same report in another process, time zone, locale, hash seed, home and folder."""
    place = tmp_path_factory.mktemp("again")
    home = place / "home-of-somebody"
    home.mkdir()
    other = {
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "HOME": str(home),
        "CANARY": "a-value-of-the-environment",
    }
    path = making.full_notebook(place / "full.ipynb")
    process = making.start(place / "other", path, env=os.environ | other)
    process.communicate()
    assert process.returncode == 0
    return place / "other"


def refused(out, *sources):
    """The one line with which a report of these cells is refused."""
    path = making.notebook(out.parent / "small.ipynb", *sources)
    with pytest.raises((folder.RunFailed, BadInput)) as found:
        making.write(out, path)
    line = str(found.value)
    assert line
    assert "\n" not in line
    return line


def beside(out):
    """What stands in the parent of a report but the report and the notebook."""
    return [p.name for p in out.parent.iterdir() if p != out and p.suffix != ".ipynb"]


def test_a_report_is_a_page_a_notebook_inputs_results_tables_and_a_manifest(made):
    names = set(making.files(made))
    assert {n for n in names if not n.startswith("tables/")} == {
        "report.html",
        "report.ipynb",
        "scenario.json",
        "headline.json",
        "manifest.json",
    }
    assert "tables/cumulative_cash.csv" in names
    assert (made / "scenario.json").read_text() == load.canonical(making.scenario())


def test_nothing_stands_beside_a_finished_report(made):
    assert beside(made) == []


def test_the_same_seed_gives_the_same_bytes_in_another_process_zone_locale_and_home(made, again):
    first, second = making.files(made), making.files(again)
    first.pop("manifest.json")
    second.pop("manifest.json")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_no_output_holds_a_home_path_a_host_or_a_value_of_the_environment(again):
    host = os.uname().nodename.encode()
    words = [b"home-of-somebody", b"a-value-of-the-environment", b"/work/", b"/tmp/", b"/root/"]
    words += [os.fsencode(again.parent), os.fsencode(Path.home()) + b"/"]
    words += [os.fsencode(Path(write.__file__).parents[2])]
    for name, raw in making.files(again).items():
        assert [word for word in words if word in raw] == [], name
        assert not re.search(rb"\b%s\b" % re.escape(host), raw.split(b"<script>")[0]), name


def test_the_time_stands_in_the_manifest_alone(made):
    for name, raw in making.files(made).items():
        assert bool(STAMPS.search(raw.split(b"<script>")[0])) == (name == "manifest.json"), name


def test_the_stored_notebook_ran_with_the_parameters_and_keeps_no_trace_of_papermill(made):
    stored = nbformat.read(made / "report.ipynb", as_version=4)
    nbformat.validate(stored)
    injected = next(c for c in stored.cells if c.id == "injected-parameters")
    values = 'scenario = "oracle-vs-memphis"\ndraws = 100\nseed = 1\n'
    assert injected.source.partition("\n")[2] == values
    assert "papermill" not in json.dumps([stored.metadata, [c.metadata for c in stored.cells]])
    counts = [c.execution_count for c in stored.cells if c.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_the_page_shows_prose_tables_and_charts_but_no_code_and_no_hidden_cell(made):
    page = (made / "report.html").read_text()
    body = page[page.index("<main") : page.index("</main>")]
    assert "<h1>Rent 100,000 H100 from Oracle, or build them in Memphis?</h1>" in body
    assert "printed &lt;text&gt;" in body
    assert body.count("<figure") == 2
    assert body.count('class="dataframe"') == 1
    assert "simulate(" not in body
    assert "Oracle rental or Memphis build" not in body
    assert re.findall(r'<a href="#(.*?)">(.*?)</a>', page) == [
        ("what-is-asked", "What is asked"),
        ("what-it-costs-when", "What it costs &amp; when"),
        ("what-would-change-this", "What would change this"),
    ]
    assert '<h2 id="what-it-costs-when">What it costs &amp; when</h2>' in body


def test_the_page_is_under_two_megabytes(made):
    assert 900_000 < (made / "report.html").stat().st_size < 2_000_000


def test_numbers_of_a_table_carry_nine_digits_and_no_text_opens_as_a_formula():
    texts = ["=1+1", "+1", "-x", "@x", "\t=1", "-1"]
    frame = pd.DataFrame({"=a": texts, "number": [-1 / 3, 2e10, None, 0.1 + 0.2, 1e-30, 5.0]})
    text = numbers.csv(frame)
    assert text.splitlines() == [
        "'=a,number",
        "'=1+1,-0.333333333",
        "'+1,2e+10",
        "'-x,",
        "'@x,0.3",
        "'\t=1,1e-30",
        "-1,5",
    ]


def test_the_earlier_report_is_replaced_whole(earlier):
    (earlier / "tables" / "of-yesterday.csv").write_text("a\n")
    (earlier / "manifest.json").write_text(manifest.text({"outputs": manifest.outputs(earlier)}))
    path = making.notebook(earlier.parent / "small.ipynb", "1 + 1")
    lines = making.write(earlier, path)
    steps = ("simulating 100 futures", "making the tables", "running the notebook")
    said = [f"{making.SLUG}: {step}{end}" for step in steps for end in (" ...", ": done in ")]
    assert [line[: len(one)] for line, one in zip(lines, said, strict=False)] == said
    assert lines[6].startswith("Memphis build, rather than Oracle rental. ")
    assert len(lines) == 7
    assert making.changed(earlier) == []
    assert not (earlier / "tables" / "of-yesterday.csv").exists()
    assert beside(earlier) == []


def test_what_the_notebook_warns_of_is_said_and_not_kept(tmp_path):
    source = "import sys\nprint('care' + 'ful', file=sys.stderr)"
    path = making.notebook(tmp_path / "small.ipynb", source)
    assert f"{making.SLUG}: report warned: careful" in making.write(tmp_path / "out", path)
    kept = making.files(tmp_path / "out")
    assert [name for name, raw in kept.items() if b"careful" in raw] == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["1 / 0", "1"], "the cell `1 / 0`: ZeroDivisionError: division by zero"),
        (["raise OSError('a\\nb')"], "the cell `raise OSError('a\\nb')`: OSError: a b"),
        (["sys.exit(0)", "1"], "the cell `sys.exit(0)`: ended the notebook before its last cell"),
        (["1", "sys.exit(0)"], "the cell `sys.exit(0)`: ended the notebook before its last cell"),
        (["sys.exit(3)"], "the cell `sys.exit(3)`: SystemExit: 3"),
        (["os._exit(0)", "1"], "the cell `os._exit(0)`: the kernel died"),
        (["1", "os._exit(0)"], "the cell `os._exit(0)`: the kernel died"),
        (["os.kill(os.getpid(), 9)"], "the cell `os.kill(os.getpid(), 9)`: the kernel died"),
    ],
)
def test_a_cell_that_does_not_end_well_fails_the_run(earlier, cells, reason):
    before = making.files(earlier)
    assert refused(earlier, "import os, sys", *cells) == reason
    assert making.files(earlier) == before
    assert beside(earlier) == []


@pytest.mark.slow
def test_a_cell_that_does_not_end_at_all_fails_the_run(monkeypatch, earlier):
    monkeypatch.setattr(execution, "CELL_SECONDS", 10)  # the cell before it is done in far less
    before = making.files(earlier)
    endless = "import threading; threading.Event().wait()"
    assert refused(earlier, endless, "1") == f"the cell `{endless}`: no end within 10 s"
    assert making.files(earlier) == before
    assert beside(earlier) == []


def test_a_kernel_that_does_not_start_fails_the_run(monkeypatch, earlier):
    whole = kernel.environment
    monkeypatch.setattr(kernel, "environment", lambda p: whole(p) | {"PYTHONHOME": "/nowhere"})
    before = making.files(earlier)
    assert refused(earlier, "1").startswith("the kernel did not start: ")
    assert making.files(earlier) == before


def test_a_disk_that_fills_up_fails_the_run(monkeypatch, earlier):
    def full(path, text):
        raise OSError(28, "No space left on device", str(path))

    before = making.files(earlier)
    monkeypatch.setattr(write, "keep", full)
    assert refused(earlier, "1") == "scenario.json: no space left on device"
    assert making.files(earlier) == before
    assert beside(earlier) == []


def test_what_a_kernel_started_ends_with_it(tmp_path):
    long = f"{1000 + os.getpid()}.5"  # seconds, told apart from those of other test runs
    source = f"import subprocess\nsubprocess.Popen(['sleep', '{long}'])\n1"
    making.write(tmp_path / "out", making.notebook(tmp_path / "small.ipynb", source))
    assert making.processes(long) == []
    assert making.processes(str(tmp_path)) == []


def test_runs_leave_no_socket_and_no_thread_behind(tmp_path):
    path = making.notebook(tmp_path / "small.ipynb", "1 / 0")

    def handles():
        return [len(list(Path("/proc/self", what).iterdir())) for what in ("fd", "task")]

    counts = []
    for _ in range(5):
        with pytest.raises(folder.RunFailed):
            making.write(tmp_path / "out", path)
        counts.append(handles())
    assert counts[1] == counts[-1]


def test_a_second_run_for_the_same_folder_is_refused(earlier):
    before = making.files(earlier)
    with folder.alone(earlier):
        assert refused(earlier, "1") == "whole: another run is making it; wait until that ends"
        making.write(earlier.with_name("other"), earlier.parent / "small.ipynb")
    assert making.files(earlier) == before


def test_a_lock_file_that_was_left_behind_stops_nobody(tmp_path):
    lock = folder.lock_of(tmp_path / "out")
    lock.write_bytes(folder.MARK)
    making.write(tmp_path / "out", making.notebook(tmp_path / "small.ipynb", "1"))
    assert not lock.exists()


def test_a_lock_that_was_removed_as_we_took_it_is_taken_again(monkeypatch, tmp_path):
    take, taken = fcntl.flock, []

    def removed(handle, how):
        take(handle, how)
        if not taken:
            folder.lock_of(tmp_path / "out").unlink()
        taken.append(handle)

    monkeypatch.setattr(folder.fcntl, "flock", removed)
    with folder.alone(tmp_path / "out"):
        assert folder.lock_of(tmp_path / "out").exists()
    assert len(taken) == 2


def read_only(tmp_path):
    if os.geteuid() == 0:
        return Path("/sys/kernel")  # where root may not write either
    tmp_path.chmod(0o555)
    return tmp_path


def a_file(tmp_path):
    (tmp_path / "file").write_text("")
    return tmp_path / "file"


@pytest.mark.parametrize("parent", [read_only, a_file])
def test_a_parent_that_cannot_be_written_is_refused_before_a_kernel_starts(
    monkeypatch, tmp_path, parent
):
    path = making.notebook(tmp_path / "small.ipynb", "1")
    monkeypatch.setattr(execution, "kernel", lambda *_: pytest.fail("a kernel was started"))
    with pytest.raises(
        folder.RunFailed,
        match=r"^[\w.]+: (file exists|not a directory|permission denied|read-only file system)$",
    ):
        making.write(parent(tmp_path) / "out", path)


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json"])
def test_a_folder_that_is_no_report_is_never_replaced(tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("{}")
    assert refused(out, "1") == (
        "out: is there and is no report as a run leaves it; it is not replaced: "
        "move it away, or name another folder with --out"
    )
    assert making.files(out) == {name: b"{}"}


def test_a_slug_that_leads_elsewhere_is_bad_input(tmp_path):
    with pytest.raises(BadInput):
        write.write("../x", making.scenario(), 100, 1, tmp_path / "out", print)


def test_files_of_the_users_own_are_not_run(tmp_path):
    home, here = tmp_path / "home", tmp_path / "here"
    startup = home / ".ipython" / "profile_default" / "startup" / "00.py"
    config = home / ".jupyter" / "jupyter_config.py"
    mark = tmp_path / "ran"
    names = ("pandas.py", "json.py", "sitecustomize.py", "papermill.py")
    for path in (startup, config, *(here / name for name in names)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(mark)!r}, 'w')\n")
    path = making.notebook(tmp_path / "small.ipynb", "import json, pandas")
    changed = {"HOME": str(home), "PYTHONSAFEPATH": "1", "IPYTHONDIR": str(home / ".ipython")}
    process = making.start(
        tmp_path / "out",
        path,
        cwd=here,
        env={**os.environ, **changed},
    )
    process.communicate()
    assert process.returncode == 0
    assert not mark.exists()


def test_the_kernel_does_not_heed_the_users_python_variables(monkeypatch, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit(3)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    path = making.notebook(tmp_path / "small.ipynb", "import sys\n1 / (sys.flags.optimize == 0)")
    making.write(tmp_path / "out", path)
    assert making.changed(tmp_path / "out") == []


def test_the_headline_is_that_of_a_run_with_these_draws_and_this_seed(made):
    found = json.loads((made / "headline.json").read_text())
    assert found["run"] == {"draws": 100, "seed": 1}
    assert headline.text(found) == (made / "headline.json").read_text()
