"""The house has one direction: a module uses only rooms to the left of its own."""

import subprocess
import sys

import pytest
from tools import draw_rooms, house
from tools.places import PACKAGE

LINE = house.line_of_rooms()
BESIDE = {"__init__", "__main__", "arrays"}
USES = house.uses()


def test_the_folder_shows_the_rooms_and_two_modules_beside_them():
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    rooms = {name.replace(" ", "_") for name in LINE}
    assert there - {"__pycache__"} == rooms | BESIDE


def test_the_line_holds_nine_words_and_ends_at_the_door():
    assert (len(LINE), LINE[-1]) == (9, house.DOOR)


@pytest.mark.parametrize("here", LINE)
def test_a_room_uses_only_what_stands_to_its_left(here):
    allowed = {*LINE[: LINE.index(here) + 1], "arrays", "__init__"}
    against = {
        (name, other)
        for name, others in USES.items()
        for other in others
        if house.room(name) == here and house.room(other) not in allowed
    }
    assert against == set()


@pytest.mark.parametrize("name", ["analysis", "analysis.evidence.ledger", "analysis.model.yields"])
def test_to_open_a_case_is_offered_by_the_package_and_read_only_when_it_is_done(name):
    asked = f"import sys, {name}; print(analysis.open.__name__, *sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    first, *read = told.stdout.split()
    assert first == "open"
    right_of_it = [one for one in read if one.startswith(("analysis.report", "analysis.chapters"))]
    assert right_of_it == []


def test_no_modules_import_each_other_in_a_circle():
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, (*way, name)
        if name not in done:
            for other in sorted(USES[name]):
                visit(other, (*way, name))
            done.add(name)

    for name in USES:
        visit(name, ())


def test_no_module_is_longer_than_300_lines():
    lengths = {name: path.read_text("utf-8").count("\n") for name, path in house.modules().items()}
    long = {name for name, lines in lengths.items() if lines > 300}
    assert long == set()


def test_an_import_against_the_direction_is_seen():
    text = "from analysis.model import cost\nfrom analysis.report.write import x"
    known = {"analysis.model", "analysis.model.cost", "analysis.report", "analysis.report.write"}
    assert set(house.imported(text, known)) == {"analysis.model.cost", "analysis.report.write"}


def test_the_picture_of_the_rooms_is_that_of_the_imports():
    assert draw_rooms.PICTURE.read_text("utf-8") == draw_rooms.drawn()
