import json
import random
import signal

import making
import pytest
from tools.waiting import LIMIT_S, until

from analysis.report import folder
from analysis.report import manifest as manifests

FILES_OPENED = 400  # by a run of a small notebook, about
RUNNING = f"{making.SLUG}: running the notebook ...\n"


def small(earlier, *sources):
    return making.notebook(earlier.parent / "small.ipynb", *sources)


def mended(earlier):
    """What a next run leaves that fails at once: the earlier report, and nothing beside it."""
    with pytest.raises(folder.RunFailed, match="no such file"):
        making.write(earlier, earlier.parent / "missing.ipynb")
    assert [path.name for path in earlier.parent.iterdir() if path.suffix != ".ipynb"] == ["whole"]
    return making.files(earlier)


def napping(earlier):
    """A run whose notebook sleeps in its only cell and would not end."""
    process = making.start(earlier, small(earlier, making.nap(earlier)))
    assert RUNNING in process.stdout
    until(lambda: making.asleep(earlier))
    return process


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("keep scenario.json", "earlier"),
        ("keep report.html", "earlier"),
        ("keep manifest.json", "earlier"),
        ("rename 1", "earlier"),
        ("rename 2", "none"),
        ("clear", "new"),
    ],
)
def test_a_run_killed_at_this_moment_leaves_a_whole_report(earlier, moment, left):
    before = making.files(earlier)
    process = making.start(earlier, small(earlier, "1 + 1"), moment)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    if left == "none":  # between two renames: the earlier one waits aside for the next run
        assert not earlier.exists()
    else:
        assert making.changed(earlier) == []
        assert (making.files(earlier) == before) == (left == "earlier")
    found = mended(earlier)
    assert making.changed(earlier) == []
    assert (found == before) == (left != "new")


@pytest.mark.slow
def test_runs_killed_at_random_files_leave_the_earlier_report_or_the_new_one(earlier):
    path, before = small(earlier, "1 + 1"), making.files(earlier)
    new = earlier.with_name("new")
    making.write(new, path)
    for number in random.Random(1).sample(range(1, FILES_OPENED), 4):
        making.start(earlier, path, f"open {number}").communicate()
        assert making.changed(earlier) == []
        found = making.files(earlier)
        assert json.loads(found.pop("manifest.json"))["schema"] == manifests.SCHEMA
        assert [found[name] for name in found] in (
            [raw for name, raw in before.items() if name != "manifest.json"],
            [raw for name, raw in making.files(new).items() if name != "manifest.json"],
        )
        until(lambda: not making.processes(str(earlier.parent)))


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)]
)
def test_a_run_that_is_stopped_ends_before_its_notebook_and_leaves_nothing_but_the_earlier_report(
    earlier, number, code
):
    before = making.files(earlier)
    process = napping(earlier)
    process.send_signal(number)
    process.communicate(timeout=LIMIT_S)
    assert process.returncode == code
    assert making.processes(str(earlier.parent)) == []
    assert making.files(earlier) == before
    assert [p.name for p in earlier.parent.iterdir() if p.suffix != ".ipynb"] == ["whole"]


def test_the_kernel_of_a_killed_run_ends_by_itself(earlier):
    before = making.files(earlier)
    process = napping(earlier)
    process.kill()
    process.communicate()
    until(lambda: not making.processes(str(earlier.parent)))
    assert mended(earlier) == before


def test_another_reports_workplace_is_not_taken_for_that_of_a_dead_run(earlier):
    # The folder "whole" must not touch the workplace of a folder "whole-b".
    others = earlier.parent / ".making-whole-b-abcdefgh"
    others.mkdir()
    dead = earlier.parent / ".making-whole-abcdefgh"
    dead.mkdir()
    making.write(earlier, small(earlier, "1"))
    assert others.exists()
    assert not dead.exists()


def test_one_altered_byte_is_noticed_in_every_file(made, tmp_path, earlier):
    chosen = random.Random(1)
    names = list(making.files(earlier))
    assert making.changed(earlier) == []
    for name in (*names, *chosen.choices(names, k=100 - len(names))):
        path = earlier / name
        raw = bytearray(path.read_bytes())
        place = chosen.randrange(len(raw))
        whole, raw[place] = bytes(raw), raw[place] ^ (1 << chosen.randrange(8))
        path.write_bytes(raw)
        assert making.changed(earlier) == [name]
        path.write_bytes(whole)
    assert making.changed(earlier) == []


def test_one_altered_byte_is_noticed_all_over_the_manifest(earlier):
    path = earlier / "manifest.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 17):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert making.changed(earlier) == ["manifest.json"], whole[place - 9 : place + 9]


def test_a_missing_file_is_noticed(earlier):
    (earlier / "tables" / "overview.csv").unlink()
    assert making.changed(earlier) == ["tables/overview.csv"]


@pytest.mark.parametrize("text", [None, "", "[]", "{}", "null", '{"outputs": 3}', "\udcff"])
def test_a_folder_without_a_sound_manifest_is_not_verified(earlier, text):
    path = earlier / "manifest.json"
    path.unlink()
    if text is not None:
        path.write_bytes(text.encode(errors="surrogateescape"))
    assert making.changed(earlier) == ["manifest.json"]


def test_the_manifest_names_what_the_report_was_made_of(made):
    found = json.loads((made / "manifest.json").read_text())
    assert found["parameters"] == {"scenario": making.SLUG, "draws": 100, "seed": 1}
    assert {"scenario", "notebooks/full.ipynb", "code", "requirements.lock"} < set(found["inputs"])
    assert {"data/evidence.csv", "data/sources.csv", "data/chips.csv"} < set(found["inputs"])
    assert any(name.startswith("data/series/") for name in found["inputs"])
    assert {"python", "pandas", "altair", "papermill"} < set(found["packages"])
    assert found["outputs"].keys() == making.files(made).keys() - {"manifest.json"}


def test_the_manifest_tells_one_byte_of_any_module_or_template(monkeypatch, tmp_path):
    manifest = manifests
    files = ("report/write.py", "report/templates/page.html.j2", "report/templates/charts.js")
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a")
    monkeypatch.setattr(manifest, "CODE", tmp_path)
    seen = {manifest._code()}
    for name in files:
        (tmp_path / name).write_text("b")
        seen.add(manifest._code())
    (tmp_path / files[0]).rename(tmp_path / "other.py")
    assert len(seen | {manifest._code()}) == 5
