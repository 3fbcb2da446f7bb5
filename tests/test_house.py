"""The house has one direction: a module uses only rooms to the left of its own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.places import PACKAGE, ROOT

BESIDE = {"__init__", "__main__", "arrays"}


def line_of_rooms() -> list[str]:
    """The rooms in the order of the README's line, the command line last."""
    drawing = re.search(r"```\n(evidence ->.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert drawing is not None
    return [name.strip() for name in drawing[1].split("->")]


ROOMS = line_of_rooms()[:-1]


def modules() -> dict[str, Path]:
    """Dotted name -> file of every module of the package."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts).removesuffix(".__init__")] = path
    return names


MODULES = modules()


def imported(text: str, known: set[str]) -> Iterator[str]:
    """The modules of the package that a source names in its imports, also those in functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in known else str(node.module)


def uses(name: str) -> set[str]:
    """The modules that a module imports."""
    return set(imported(MODULES[name].read_text("utf-8"), set(MODULES))) - {name}


def room(name: str) -> str:
    """The room of a module by its dotted name; `command line` for the door."""
    part = name.split(".")[1] if "." in name else "__init__"
    return "command line" if part == "__main__" else part


def test_the_folder_shows_the_rooms_and_two_modules_beside_them():
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert there - {"__pycache__"} == set(ROOMS) | BESIDE


def test_the_line_holds_nine_words():
    assert len(line_of_rooms()) == 9
    assert line_of_rooms()[-1] == "command line"


@pytest.mark.parametrize("here", line_of_rooms())
def test_a_room_uses_only_what_stands_to_its_left(here):
    allowed = {*line_of_rooms()[: line_of_rooms().index(here) + 1], "arrays", "__init__"}
    seen = {
        (name, other)
        for name in MODULES
        if room(name) == here
        for other in uses(name)
        if room(other) not in allowed
    }
    assert seen == set()


def test_no_modules_import_each_other_in_a_circle():
    open_ones: list[str] = []
    done: set[str] = set()

    def visit(name: str) -> None:
        assert name not in open_ones, [*open_ones, name]
        if name in done:
            return
        open_ones.append(name)
        for other in sorted(uses(name)):
            visit(other)
        done.add(open_ones.pop())

    for name in MODULES:
        visit(name)


def test_an_import_against_the_direction_is_seen():
    text = "from analysis.model import cost\nfrom analysis.report.write import x"
    known = {"analysis.model", "analysis.model.cost", "analysis.report", "analysis.report.write"}
    assert set(imported(text, known)) == {"analysis.model.cost", "analysis.report.write"}
