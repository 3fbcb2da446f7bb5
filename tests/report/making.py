"""Makes reports for the tests: small notebooks, in this process or in one that can be killed.

    python making.py OUT NOTEBOOK WHERE [CHAPTER...]

makes a report of the flagship scenario with 100 draws. WHERE names a moment at which the process
kills itself: `keep NAME` half-way through a file, `rename N` before the Nth rename, `clear` before
the earlier report is removed, `open N` before the Nth file is opened.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.report import folder as folders
from analysis.report import manifest
from analysis.report import write as report_write
from analysis.scenario import load

SLUG = "oracle-vs-memphis"
DRAWS, SEED = 100, 1
PARAMETERS = 'scenario: str = ""\ndraws: int = 1\nseed: int = 1'
SHOWS_ALL = (
    """import altair as alt
from IPython.display import HTML
import analysis
from analysis.chapters import cost, training
from analysis.chapters.shared import drawing
drawing.register()""",
    """case = analysis.open(scenario, draws, seed)
result = case.result
result.scenario.title""",
    "# ## What is asked\n#\n# A sentence with a [source](https://example.org/) and `code`.",
    "case.answer",
    'print("printed <text>")',
    "# ## What it costs & when",
    "parts = training.tables.compute_per_usd(result)\nparts",
    """alt.Chart(cost.tables.cumulative_cash(result), title="Cash spent", width=640).mark_line(
    clip=True
).encode(x="month:Q", y="p50_usd:Q", color="option:N")""",
    """alt.Chart(
    parts, title="A <b>hostile</b> title</script>", description="Bars: one per option"
).mark_bar(clip=True).encode(x="p50:Q", y="option:N", tooltip="option:N")""",
    "# ## What would change this",
    'HTML("<p>The last cell.</p>")',
)


def changed(folder: Path) -> list[str]:
    """The names of the files of a report that were changed or removed since it was made, sorted;
    only `manifest.json` if that is missing or was changed."""
    found = manifest._read(folder)
    if found is None:
        return [manifest.NAME]
    now = manifest.outputs(folder)
    return sorted(name for name, digest in found["outputs"].items() if now.get(name) != digest)


def scenario(**changes):
    return load.read(load.find(SLUG)).model_copy(update=changes)


def saying(text):
    """The flagship with every free text of it replaced by one text."""
    words = ("title", "question", "note", "why", "description", "label", "quote", "judgement")

    def said(part):
        if isinstance(part, dict):
            return {k: text if k in words else said(value) for k, value in part.items()}
        return part

    return load.from_canonical(json.dumps(said(json.loads(load.canonical(scenario())))))


def notebook(path, *sources, hidden=()):
    """A notebook behind a title and the parameters; a source of comments alone becomes prose."""
    cells = [new_markdown_cell("# A title?", id="title")]
    cells.append(new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}))
    for number, text in enumerate(sources):
        lines, name = text.split("\n"), f"cell-{number}"
        if all(line.startswith("#") for line in lines):
            prose = "\n".join(line[2:] for line in lines)
            cells.append(new_markdown_cell(prose, id=name))
        else:
            tags = {"tags": ["hide"]} if number in hidden else {}
            cells.append(new_code_cell(text, id=name, metadata=tags))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def full_notebook(path):
    """Prose, markup, printed text, a table, two charts; the cell that simulates is hidden."""
    return notebook(path, *SHOWS_ALL, hidden={1})


def write(out, path, *chapters, **changes):
    lines = []
    report_write.write(
        SLUG,
        scenario(**changes),
        DRAWS,
        SEED,
        out,
        lines.append,
        notebook=path,
        beside=list(chapters),
    )
    return lines


def start(out, path, *where, chapters=(), **options):
    """A process that makes a report; its lines can be read from `stdout`."""
    command = [sys.executable, __file__, str(out), str(path), " ".join(where), *map(str, chapters)]
    in_lines = {"env": os.environ | {"CI": "1"}}  # also where the tests run on a terminal
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **in_lines | options)


def files(folder):
    """Relative name -> bytes of every file below a folder."""
    found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def nap(earlier):
    """A cell that says with a file that it has begun, and does not end."""
    mark = f"{earlier.parents[1]}/asleep-"
    return (
        f"import os, threading\nopen(f'{mark}{{os.getpid()}}', 'w').close()\n"
        "threading.Event().wait()"
    )


def asleep(earlier):
    """The marks of the cells that sleep."""
    return list(earlier.parents[1].glob("asleep-*"))


def processes(word):
    """The command lines of running processes that hold a word, our own left out."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line and entry.parent.name != str(os.getpid()):
            found.append(line)
    return found


def _die():
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(where):
    """Sets the moment at which this process kills itself."""
    if where.startswith("open "):
        left = iter(range(int(where.split()[1]) - 1))
        audit = {"open": lambda: None if next(left, None) is not None else _die()}
        sys.addaudithook(lambda event, _: audit.get(event, int)())
    keep, rename, rmtree = folders.keep, os.rename, folders.shutil.rmtree
    renames = []

    def half_kept(path, text):
        if where == f"keep {path.name}":
            path.write_text(text[: len(text) // 2])
            _die()
        keep(path, text)

    def counted(source, target):
        renames.append(source)
        if where == f"rename {len(renames)}":
            _die()
        rename(source, target)

    def cleared(path, **options):
        if where == "clear":
            _die()
        rmtree(path, **options)

    report_write.keep = half_kept
    folders.os.rename = counted
    folders.shutil.rmtree = cleared


if __name__ == "__main__":
    # as in a terminal, also where the tests themselves run in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _arm(sys.argv[3])
    report_write.write(
        SLUG,
        scenario(),
        DRAWS,
        SEED,
        Path(sys.argv[1]),
        lambda line: print(line, flush=True),
        notebook=Path(sys.argv[2]),
        beside=[Path(name) for name in sys.argv[4:]],
    )
