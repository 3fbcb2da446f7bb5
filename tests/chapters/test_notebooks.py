"""What every notebook keeps: a question first, then prose, little code, stored outputs that reach
for nothing."""

import ast
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tools.chapters import PYTHON, SOURCE
from tools.places import ROOT

from analysis.chapters.shared.markup import TAG
from analysis.report import write

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
README = (ROOT / "README.md").read_text("utf-8")
IDS = [path.stem for path in NOTEBOOKS]
LARGEST_OUTPUT = 300_000
FILE_ENDS = (".csv", ".html", ".ipynb", ".json", ".md", ".parquet", ".png", ".py", ".svg", ".toml")
REACHES_OUT = re.compile(
    r"<(script|iframe|embed|img|source|video|audio)\b[^>]*\bsrc\s*=\s*[\\\"']*(?!data:)[^\\\"'\s]"
    r"|<image\b[^>]*\bhref\s*=\s*[\\\"']*(?!data:|#)[^\\\"'\s]|<(link|object|base)\b"
    r"|\burl\([\\\"']*(?!data:|#)[^\\\"'\s]|@import"
    r"|\b(fetch|XMLHttpRequest|WebSocket|EventSource|importScripts)\(",
    re.IGNORECASE,
)
MACHINE = re.compile(
    rf"(?<![\w.:/-])/(home|root|tmp|Users)/|{re.escape(str(ROOT))}|[A-Z]:\\\\|site-packages"
)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
Cell = dict[str, Any]


def cells(path: Path, kind: str | None = None) -> list[Cell]:
    found = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]


def source(cell: Cell) -> str:
    return "".join(cell["source"])


def trees(path: Path) -> list[ast.Module]:
    return [ast.parse(source(cell)) for cell in cells(path, "code")]


def nodes(path: Path, *kinds: type[ast.AST]) -> list[str]:
    """The code of every node of these kinds."""
    return [
        ast.unparse(node)
        for tree in trees(path)
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


def outputs(path: Path) -> list[Cell]:
    return [output for cell in cells(path, "code") for output in cell["outputs"]]


def is_path(text: str) -> bool:
    """Whether a string names a file or a folder rather than a unit such as USD/MWh."""
    first = text.split("/")[0]
    inside = "/" in text and (first in ("", ".", "..", "~") or (ROOT / first).is_dir())
    return inside or "\\" in text or text.lower().endswith(FILE_ENDS)


def test_there_are_notebooks_and_the_method_and_the_report_are_among_them():
    assert {"15-method", "report"} <= set(IDS)


@every_notebook
def test_every_code_cell_was_run_in_order(path):
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_no_stored_output_reads_as_python(path):
    shown = [one.get("data", {}) for one in outputs(path)]
    words = [
        SOURCE.sub("", "".join(one.get("text/html", one.get("text/plain", "")))) for one in shown
    ]
    assert [one for one in words if PYTHON.search(html.unescape(TAG.sub(" ", one)))] == []


@every_notebook
def test_no_stored_output_is_an_error_or_a_warning(path):
    assert [one for one in outputs(path) if one["output_type"] == "error"] == []
    assert [one for one in outputs(path) if one.get("name") == "stderr"] == []


@every_notebook
def test_a_notebook_has_at_most_30_cells_of_which_at_least_38_percent_are_prose(path):
    prose, whole = cells(path, "markdown"), cells(path)
    assert len(whole) <= 30
    assert len(prose) / len(whole) >= 0.38


@every_notebook
def test_the_first_cell_asks_a_question(path):
    first = cells(path)[0]
    assert first["cell_type"] == "markdown"
    assert re.match(r"# \S.*\?$", source(first), re.MULTILINE)


@every_notebook
def test_nothing_but_what_opens_the_case_stands_between_question_and_answer(path):
    third = source(cells(path)[2])
    last = third.splitlines()[-1]
    assert "case = analysis.open(scenario, draws, seed)" in third
    if path in write.chapters():
        assert re.fullmatch(r"\w+\.finding\(.*\)", last)
        assert cells(path)[2]["metadata"]["tags"] == ["finding"]


def test_the_folder_of_the_notebooks_shows_nothing_else():
    there = {path.suffix for path in (ROOT / "notebooks").iterdir() if path.name[0] not in "._"}
    assert there == {".ipynb"}


@every_notebook
def test_no_other_heading_is_of_the_first_rank(path):
    rest = "\n".join(source(cell) for cell in cells(path, "markdown")[1:])
    assert re.findall(r"^# .*$", rest, re.MULTILINE) == []


@every_notebook
def test_the_second_cell_holds_scenario_draws_and_seed_each_with_its_meaning(path):
    second = cells(path)[1]
    lines = [line for line in source(second).splitlines() if line.strip()]
    shape = re.compile(r'(scenario: str|draws: int|seed: int) = ("[a-z0-9-]+"|\d+)  # \S.*')
    assert second["metadata"].get("tags") == ["parameters"]
    assert [line for line in lines if not shape.fullmatch(line)] == []
    assert [line.split(":")[0] for line in lines] == ["scenario", "draws", "seed"]


@every_notebook
def test_only_one_cell_is_tagged_parameters(path):
    tagged = [c for c in cells(path) if "parameters" in c["metadata"].get("tags", [])]
    assert len(tagged) == 1


@every_notebook
def test_the_third_cell_holds_all_imports(path):
    third = cells(path)[2]
    imports = (ast.Import, ast.ImportFrom)
    with_imports = [
        i
        for i, tree in enumerate(trees(path))
        if any(isinstance(n, imports) for n in ast.walk(tree))
    ]
    assert third["cell_type"] == "code"
    assert with_imports == [1]


@every_notebook
def test_no_cell_defines_a_function_or_a_class_or_loops(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert nodes(path, *kinds) == []
    assert nodes(path, ast.For, ast.AsyncFor, ast.While) == []


@every_notebook
def test_a_code_cell_but_that_of_the_imports_has_at_most_five_lines(path):
    long = [
        source(cell)
        for cell in cells(path, "code")
        if sum(bool(line.strip()) for line in source(cell).splitlines()) > 5
        and "from analysis" not in source(cell)
    ]
    assert long == []


@every_notebook
def test_no_string_of_the_code_names_a_file_or_a_folder(path):
    strings = [
        node.value
        for tree in trees(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [text for text in strings if is_path(text)] == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("data/evidence.csv", True),
        ("../reports", True),
        ("/tmp/x", True),
        ("C:\\x", True),
        ("scenario.json", True),
        ("USD/MWh", False),
        ("oracle-vs-memphis", False),
    ],
)
def test_a_unit_is_told_from_a_path(text, answer):
    assert is_path(text) is answer


@every_notebook
def test_no_magic_or_shell_line_stands_in_the_code(path):
    lines = [line for cell in cells(path, "code") for line in source(cell).splitlines()]
    assert [line for line in lines if re.match(r"\s*[%!]", line)] == []


@every_notebook
def test_a_section_says_what_would_change_this(path):
    text = "\n".join(source(cell) for cell in cells(path, "markdown"))
    assert re.search(r"^## What would change", text, re.MULTILINE)


@every_notebook
def test_no_stored_output_is_over_300_kilobytes(path):
    sizes = [len(json.dumps(output, ensure_ascii=False).encode()) for output in outputs(path)]
    assert max(sizes, default=0) <= LARGEST_OUTPUT


@every_notebook
def test_no_stored_output_would_ask_a_host_for_anything(path):
    found = [match[0] for one in outputs(path) for match in REACHES_OUT.finditer(json.dumps(one))]
    assert found == []


@pytest.mark.parametrize(
    ("html", "answer"),
    [
        ('<script src="https://x.org/a.js">', True),
        ('<link rel="stylesheet" href="a.css">', True),
        ("<img src=https://x.org/a.png>", True),
        ('<image href="https://x.org/a.png">', True),
        ("background: url(//x.org/a)", True),
        ("<script>alert(1)</script>", False),
        ('<img src="data:image/png;base64,AA">', False),
        ('<g clip-path="url(#clip0)">', False),
        ('<a href="https://x.org">', False),
    ],
)
def test_what_a_browser_would_fetch_is_told_from_what_it_would_not(html, answer):
    assert bool(REACHES_OUT.search(json.dumps(html))) is answer


@every_notebook
def test_no_stored_output_names_the_machine_it_was_made_on(path):
    assert MACHINE.findall(json.dumps(outputs(path))) == []


@every_notebook
def test_every_stored_chart_has_a_drawing_and_says_what_it_shows(path):
    charts = [
        one["data"]
        for one in outputs(path)
        if any(kind.startswith("application/vnd.vegalite") for kind in one.get("data", {}))
    ]
    bare = [
        data["text/plain"]
        for data in charts
        if 'role="img"' not in "".join(data.get("image/svg+xml", ""))
        or len("".join(data["text/plain"])) < 20
    ]
    assert bare == []


@every_notebook
def test_the_stored_file_is_written_for_any_python_3_kernel(path):
    about = json.loads(path.read_text("utf-8"))["metadata"]
    assert about["kernelspec"]["name"] == "python3"
    assert "version" not in about["language_info"]
    assert "widgets" not in about


def test_the_readme_lists_every_notebook_with_its_question():
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| (.*\?) \|$", README, re.MULTILINE)
    asked = {p.stem: source(cells(p)[0]).split("\n")[0].removeprefix("# ") for p in NOTEBOOKS}
    assert {name: question for name, question in listed if name in asked} == asked


def test_make_test_reruns_every_notebook_of_the_project():
    make = (ROOT / "Makefile").read_text("utf-8")
    line = next(one for one in make.splitlines() if "--nbval" in one)
    rerun = {path for word in line.split() if word.endswith(".ipynb") for path in ROOT.glob(word)}
    ours = {
        path
        for path in ROOT.rglob("*.ipynb")
        if not {".venv", "reports", "tests", ".ipynb_checkpoints"}
        & set(path.relative_to(ROOT).parts)
    }
    assert rerun == ours
