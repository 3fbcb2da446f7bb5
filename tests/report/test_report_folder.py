"""A run removes, opens and replaces nothing that no run made."""

import json
import os

import making
import pytest

from analysis.__main__ import main
from analysis.evidence.files import BadInput
from analysis.report import folder as folders
from analysis.report import manifest, write

OUT = "uv"


def made(folder, **files):
    """A folder as a run leaves it, with these files and a sound manifest."""
    for name, text in ({"report.html": "<p>", "tables/a.csv": "a\n"} | files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    parts = {"outputs": manifest.outputs(folder)}
    (folder / manifest.NAME).write_text(manifest.text(parts))
    return folder


def beside(place):
    """Everything in a folder, by name, with the bytes of plain files."""
    found = sorted(place.rglob("*"))
    return {
        path.relative_to(place).as_posix(): path.read_bytes() if path.is_file() else None
        for path in found
    }


@pytest.fixture
def no_work(monkeypatch):
    """A run that is let through makes a report of two files."""
    monkeypatch.setattr(write, "_made", lambda place, *_: made(place / "report"))


def run(place, capsys):
    code = main(["report", "own-case", "--out", str(place / OUT)])
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return code, said.split("workbook: ")[-1]


@pytest.mark.parametrize("name", ["uv.lock", "uv.tmp", ".uv.lock", ".making-uv", "uv.workbook"])
@pytest.mark.parametrize("make", [lambda p: p.write_text("mine"), os.mkfifo])
def test_a_readers_file_beside_the_folder_stays_as_it_was(tmp_path, no_work, capsys, name, make):
    make(tmp_path / name)
    before = beside(tmp_path)
    assert run(tmp_path, capsys)[0] == 0
    after = beside(tmp_path)
    assert {name: after[name] for name in before} == before
    assert {name.split("/")[0] for name in after} == {name, OUT}


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("mine"),
        lambda path: path.write_text(""),
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("elsewhere"),
        os.mkfifo,
    ],
)
def test_what_bears_the_name_of_the_lock_and_not_its_mark_is_refused(
    tmp_path, no_work, capsys, make
):
    lock = folders.lock_of(tmp_path / OUT)
    make(lock)
    before = beside(tmp_path)
    said = ".uv.workbook.lock: is there and is no lock of a run; move it away\n"
    assert run(tmp_path, capsys) == (2, said)
    assert beside(tmp_path) == before


def test_a_folder_that_only_looks_like_a_dead_runs_workplace_stays(tmp_path, no_work, capsys):
    own = tmp_path / ".making-uv-abcdefgh"
    (own / "earlier").mkdir(parents=True)
    (own / "notes.txt").write_text("mine")
    (tmp_path / ".making-uv-ijklmnop").symlink_to(own)
    assert run(tmp_path, capsys)[0] == 0
    assert (own / "notes.txt").read_text() == "mine"
    assert (own / "earlier").is_dir()
    assert (tmp_path / ".making-uv-ijklmnop").is_symlink()


def test_a_dead_runs_workplace_is_cleared_and_its_earlier_report_put_back(tmp_path):
    place = tmp_path / ".making-uv-abcdefgh"
    made(place / folders.EARLIER)
    (place / folders.MARK_NAME).write_bytes(folders.MARK)
    out = tmp_path / OUT
    with folders.alone(out), folders.workplace(out):
        assert making.changed(out) == []
    assert [path.name for path in tmp_path.iterdir()] == [OUT]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("notes.txt", lambda path: path.write_text("mine")),
        ("tables/mine.csv", lambda path: path.write_text("mine")),
        ("report.html", lambda path: path.write_text("with my remarks")),
        ("mine", lambda path: path.mkdir()),
        ("link", lambda path: path.symlink_to("report.html")),
        ("pipe", os.mkfifo),
    ],
)
def test_a_readers_own_file_in_a_report_stops_the_run(tmp_path, no_work, capsys, name, make):
    make(made(tmp_path / OUT) / name)
    before = beside(tmp_path)
    said = f"uv/{name}: not as a run made it; a report's folder is replaced whole: "
    assert run(tmp_path, capsys) == (2, f"{said}move it away first\n")
    assert beside(tmp_path) == before


def test_a_file_that_is_put_into_the_report_during_the_run_stops_it(tmp_path, monkeypatch, capsys):
    out = made(tmp_path / OUT)

    def meanwhile(place, *_):
        (out / "notes.txt").write_text("mine")
        return made(place / "report")

    monkeypatch.setattr(write, "_made", meanwhile)
    code, said = run(tmp_path, capsys)
    assert (code, said.split(":")[0]) == (2, "uv/notes.txt")
    assert (out / "notes.txt").read_text() == "mine"


def test_of_several_files_the_first_is_named_and_the_others_counted(tmp_path):
    out = made(tmp_path / OUT)
    for name in ("a.txt", "b.txt", "c.txt"):
        (out / name).write_text("mine")
    with pytest.raises(BadInput, match=r"^uv/a[.]txt and 2 more: not as a run made it"):
        folders.check_replaceable(out)


def test_a_link_to_a_report_and_a_manifest_of_something_else_are_not_replaced(
    tmp_path, no_work, capsys
):
    elsewhere = made(tmp_path / "elsewhere")
    (tmp_path / OUT).symlink_to(elsewhere)
    said = "uv: is there and is no report as a run leaves it"
    code, line = run(tmp_path, capsys)
    assert (code, line.split(";")[0]) == (2, said)
    (tmp_path / OUT).unlink()
    (tmp_path / OUT).mkdir()
    (tmp_path / OUT / manifest.NAME).write_text(json.dumps({"schema": manifest.SCHEMA}))
    code, line = run(tmp_path, capsys)
    assert (code, line.split(";")[0]) == (2, said)


def test_a_report_that_lacks_a_file_is_still_replaced(tmp_path, no_work, capsys):
    (made(tmp_path / OUT) / "report.html").unlink()
    assert run(tmp_path, capsys)[0] == 0
    assert making.changed(tmp_path / OUT) == []
