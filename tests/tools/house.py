"""The rooms of the house and who uses whom, read from the imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.places import PACKAGE, ROOT

DOOR = "command line"


def line_of_rooms() -> list[str]:
    """The rooms in the order of the README's line, the command line last."""
    drawing = re.search(r"```\n(evidence ->.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert drawing is not None
    return [name.strip() for name in drawing[1].split("->")]


def modules() -> dict[str, Path]:
    """Dotted name -> file of every module of the package."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts).removesuffix(".__init__")] = path
    return names


def imported(text: str, known: set[str]) -> Iterator[str]:
    """The modules of the package that a source names in its imports, also those in functions."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in known else str(node.module)


def uses() -> dict[str, set[str]]:
    """Module -> the modules that it imports."""
    known = modules()
    return {
        name: set(imported(path.read_text("utf-8"), set(known))) - {name}
        for name, path in known.items()
    }


def room(name: str) -> str:
    """The room of a module by its dotted name; the command line is the door."""
    part = name.split(".")[1] if "." in name else "__init__"
    return DOOR if part in ("__main__", DOOR.replace(" ", "_")) else part
