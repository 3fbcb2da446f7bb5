"""A notebook of the package run in this process, and the page that it becomes: without a kernel,
for tests that read many pages."""

import ast
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from analysis.chapters.shared import drawing
from analysis.report import html, write
from analysis.scenario import load


def executed(notebook: NotebookNode, slug: str, draws: int) -> NotebookNode:
    """The notebook with what its cells show of a scenario on so many draws."""
    shown: list[Any] = []
    space = {"display": lambda *exhibits: shown.extend(exhibits)}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if "parameters" in cell.metadata.get("tags", []):
            space |= {"scenario": slug, "draws": draws, "seed": 1}
            continue
        shown.clear()
        source = cell.source.replace("from IPython.display import display\n", "")
        *body, last = ast.parse(source).body
        ends = isinstance(last, ast.Expr)
        exec(compile(ast.Module(body if ends else [*body, last], []), slug, "exec"), space)
        if ends:
            value = eval(compile(ast.Expression(last.value), slug, "eval"), space)
            shown.extend([] if value is None else [value])
        cell.outputs = [new_output("display_data", _bundle(one)) for one in shown]
    return notebook


def _bundle(exhibit: Any) -> Any:
    drawn = hasattr(exhibit, "to_dict")
    return drawing.shown(exhibit.to_dict()) if drawn else exhibit._repr_mimebundle_()


def page(slug: str, draws: int, path: Path = write.NOTEBOOK) -> str:
    """The page of a notebook, the report's unless another is named, for a shipped scenario."""
    notebook = executed(nbformat.read(path, as_version=4), slug, draws)
    parameters = {"scenario": slug, "draws": draws, "seed": 1}
    imprint = html.Imprint(load.read(load.find(slug)), parameters, [])
    return html.page(notebook, imprint, html.leaf(path.stem, notebook))
