"""The report of a scenario, alone or as a book with its chapters: made whole or not at all."""

from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from analysis.chapters import answer as answer_chapter
from analysis.decision import headline, verdict
from analysis.evidence.files import SLUG, BadInput
from analysis.evidence.ledger import DATA
from analysis.report import execution, html, manifest, numbers, runs, tables
from analysis.report.folder import keep, replaced
from analysis.report.forked import may_fork
from analysis.report.html import Imprint, Leaf
from analysis.report.numbers import Parameters
from analysis.report.progress import Say, step
from analysis.scenario import load
from analysis.scenario.schema import Scenario

NOTEBOOKS = DATA.parent / "notebooks"
NOTEBOOK = NOTEBOOKS / "report.ipynb"
REPORT = "report"


def chapters() -> list[Path]:
    """The notebooks that stand beside the report in a book, by their numbers: those with a folder
    of that name in `analysis/chapters`, not the one that is about code of a reader's own."""
    folders = {path.name for path in (manifest.CODE / "chapters").iterdir()}
    numbered = sorted(NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))
    return [path for path in numbered if path.stem[3:].replace("-", "_") in folders]


def write(
    slug: str,
    scenario: Scenario,
    draws: int,
    seed: int,
    out: Path,
    say: Say,
    *,
    notebook: Path = NOTEBOOK,
    beside: list[Path] | None = None,
    over_altered: bool = False,
) -> Path:
    """Makes the report of a scenario in the folder `out`, and returns `out`; with other notebooks
    `beside` it, a book: each a page, and a front page that leads to them.

    The folder is replaced whole or not at all: a run that fails, or is stopped by Ctrl-C or
    SIGTERM, leaves the earlier report as it was. `say` is told in short lines what is being done.
    A file of the earlier report that was changed since stops the run, unless told to go `over` it.
    Raises `RunFailed` with one line that names the reason, and `BadInput` where something of the
    reader's own would be lost.
    """
    if SLUG.fullmatch(slug) is None:
        raise BadInput(f"{slug!r}: expected a name of small letters, digits and hyphens")
    parameters: Parameters = {"scenario": slug, "draws": draws, "seed": seed}
    notebooks = [notebook, *(beside or [])]
    replaced(out, lambda place: _made(place, scenario, parameters, notebooks, say), over_altered)
    return out


def _made(
    place: Path, scenario: Scenario, parameters: Parameters, notebooks: list[Path], say: Say
) -> Path:
    """A finished report in a folder of the workplace; its manifest is written last."""
    clock = numbers.Clock()
    text = load.canonical(scenario)
    inputs = manifest.inputs(text, notebooks)
    folder = place / "report"
    folder.mkdir()
    keep(folder / runs.SCENARIO, text)
    result = numbers.simulated(scenario, parameters, say)
    slug = str(parameters["scenario"])
    with step(f"{slug}: making the tables", say):
        found, frames = headline.headline(result, slug), tables.every(result)
        numbers.write(folder, found, frames, keep)
    imprint = Imprint(scenario, parameters, list(frames))
    warm = may_fork()
    with runs.at_hand(folder, result, warm):
        _pages(folder, notebooks, imprint, found, place / "kernels", warm, say)
    numbers.seal(folder, parameters, inputs, clock, keep)
    say(" ".join(verdict.verdict(found).sentences))
    return folder


def _pages(
    folder: Path,
    notebooks: list[Path],
    imprint: Imprint,
    found: dict[str, Any],
    private: Path,
    warm: bool,
    say: Say,
) -> None:
    """Runs the notebooks and writes each with its page; of several, the front page too."""
    slug = imprint.parameters["scenario"]
    names = [REPORT, *(path.stem for path in notebooks[1:])]
    read = [nbformat.read(path, as_version=4) for path in notebooks]
    leaves = [html.leaf(name, one) for name, one in zip(names, read, strict=True)]
    make = partial(_page, folder, imprint, leaves)
    findings = []
    run = execution.every(notebooks, imprint.parameters, folder, private, make, warm)
    with step(f"{slug}: running {_counted(len(notebooks))}", say) as done:
        for number, (here, (warnings, finding)) in enumerate(zip(leaves, run, strict=True), 1):
            for line in warnings:
                say(f"{slug}: {here.name} warned: {line}")
            findings.append(finding)
            done(number, len(leaves))
    if len(leaves) > 1:
        answer = answer_chapter.verdict(found).html
        keep(folder / "index.html", html.front(imprint, answer, leaves, findings))


def _page(
    folder: Path, imprint: Imprint, leaves: list[Leaf], number: int, executed: NotebookNode
) -> tuple[list[str], str]:
    """Writes a notebook with its outputs, and its page; returns what it warned of and found."""
    here, warnings = leaves[number], execution.repeatable(executed)
    keep(folder / f"{here.name}.ipynb", nbformat.writes(executed) + "\n")
    book = leaves if len(leaves) > 1 else None
    keep(folder / f"{here.name}.html", html.page(executed, imprint, here, book))
    return warnings, html.finding(executed)


def _counted(notebooks: int) -> str:
    return "the notebook" if notebooks == 1 else f"{notebooks} notebooks"
