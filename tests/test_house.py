"""The house has one direction: a room imports only what the README lists to its left."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "analysis"


def order() -> list[str]:
    """The rooms in the order of the README's drawing, the command line last."""
    drawing = re.search(r"```\n(reading ->.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert drawing is not None
    return re.findall(r"[a-z_]+(?: line)?", drawing[1])


def room(path: Path) -> str:
    """The room that a file belongs to: a module, or a package of them."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported(text: str) -> set[str]:
    """The rooms that a source names in its imports, also those within functions."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            parts = str(node.module).split(".")
            found |= {parts[1]} if parts[1:] else {one.name for one in node.names}
    return found


def test_the_drawing_names_every_room_once():
    rooms = {room(path) for path in HOUSE.rglob("*.py")} - {"__init__", "__main__"}
    listed = order()
    assert sorted(listed) == sorted(rooms | {"command line"})


@pytest.mark.parametrize("name", order()[:-1])
def test_a_room_imports_only_what_stands_to_its_left(name):
    files = [path for path in HOUSE.rglob("*.py") if room(path) == name]
    left = set(order()[: order().index(name)]) | {name}
    assert {other for path in files for other in imported(path.read_text("utf-8"))} <= left


def test_an_import_against_the_direction_is_seen():
    assert imported("from analysis import cost, report\nfrom analysis.tables.live import x") == {
        "cost",
        "report",
        "tables",
    }
