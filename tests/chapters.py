"""Runs a notebook's code in this process with other parameters; hands back what it left."""

import ast
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
SHOWN = "shown"


def run(stem: str, slug: str, draws: int, seed: int) -> dict[str, Any]:
    """The variables of a notebook after all its cells; `shown` lists what its cells displayed."""
    names: dict[str, Any] = {SHOWN: []}
    cells = json.loads((FOLDER / f"{stem}.ipynb").read_text("utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            _execute("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names |= {"scenario": slug, "draws": draws, "seed": seed}
    return names


def text(names: dict[str, Any]) -> str:
    """All words that a notebook displayed: marked-up text as it is, charts by title and note."""
    return "\n".join(_words(one) for one in names[SHOWN])


def _execute(source: str, names: dict[str, Any]) -> None:
    """Runs a cell; the value of a last expression is shown, as Jupyter does."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        if value is not None:
            names[SHOWN].append(value)


def _words(one: Any) -> str:
    if (hasattr(one, "to_dict") and hasattr(one, "mark")) or hasattr(one, "configure_view"):
        title = one.to_dict()["title"]
        return f"{title['text']} {title.get('subtitle', '')}"
    return one.data if hasattr(one, "data") and isinstance(one.data, str) else repr(one)
