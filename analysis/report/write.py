"""The report of a scenario, alone or as a book with its chapters: made whole or not at all."""

import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from analysis.chapters import answer as answer_chapter
from analysis.decision import headline, verdict
from analysis.evidence.files import SLUG, BadInput
from analysis.evidence.ledger import DATA
from analysis.model import simulation
from analysis.model.draws import BLOCK_DRAWS
from analysis.report import execution, html, manifest, runs, tables
from analysis.report.execution import Parameters
from analysis.report.folder import RunFailed, alone, keep, put, stoppable, workplace
from analysis.report.html import Imprint
from analysis.scenario import load
from analysis.scenario.schema import Scenario

NOTEBOOKS = DATA.parent / "notebooks"
NOTEBOOK = NOTEBOOKS / "report.ipynb"
REPORT = "report"

FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|\t")
"""How a text begins that a spreadsheet may take for something to compute."""

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
Say = Callable[[str], None]


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
) -> Path:
    """Makes the report of a scenario in the folder `out`, and returns `out`; with other notebooks
    `beside` it, a book: each a page, and a front page that leads to them.

    The folder is replaced whole or not at all: a run that fails, or is stopped by Ctrl-C or
    SIGTERM, leaves the earlier report as it was. `say` is told in short lines what is being done.
    Raises `RunFailed` with one line that names the reason, and `BadInput` where something of the
    reader's own would be lost.
    """
    if SLUG.fullmatch(slug) is None:
        raise BadInput(f"{slug!r}: expected a name of small letters, digits and hyphens")
    folder = Path(os.path.abspath(out))
    parameters: Parameters = {"scenario": slug, "draws": draws, "seed": seed}
    notebooks = [notebook, *(beside or [])]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with stoppable(), alone(folder), workplace(folder) as place:
            _check_replaceable(folder)
            made = _made(place, scenario, parameters, notebooks, say)
            _check_replaceable(folder)  # a reader may have worked in it meanwhile
            put(made, folder)
    except OSError as error:
        name = Path(error.filename or folder).name
        raise RunFailed(f"{name}: {(error.strerror or str(error)).lower()}") from None
    return out


def _check_replaceable(folder: Path) -> None:
    """Refuses to replace what no run made: another folder, or a reader's own file in a report."""
    if not os.path.lexists(folder):
        return
    own = manifest.not_made(folder)
    if own is None:
        raise BadInput(
            f"{folder.name}: is there and is no report as a run leaves it; it is not replaced: "
            "move it away, or name another folder with --out"
        )
    if own:
        others = f" and {len(own) - 1} more" if own[1:] else ""
        raise BadInput(
            f"{folder.name}/{own[0]}{others}: not as a run made it; a report's folder is replaced "
            "whole: move it away first"
        )


def _made(
    place: Path, scenario: Scenario, parameters: Parameters, notebooks: list[Path], say: Say
) -> Path:
    """A finished report in a folder of the workplace; its manifest is written last."""
    began, created = time.monotonic(), datetime.now(UTC)
    text = load.canonical(scenario)
    inputs = manifest.inputs(text, notebooks)
    folder = place / "report"
    folder.mkdir()
    keep(folder / runs.SCENARIO, text)
    found, names = _numbers(folder, scenario, parameters, say)
    imprint = Imprint(scenario, parameters, names)
    _pages(folder, notebooks, imprint, answer_chapter.verdict(found).html, place / "kernels", say)
    runs.remove(folder)
    parts = {
        "parameters": parameters,
        "inputs": inputs,
        "packages": manifest.packages(),
        "outputs": manifest.outputs(folder),
        "created_utc": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round(time.monotonic() - began, 1),
    }
    keep(folder / manifest.NAME, manifest.text(parts))
    for sentence in verdict.verdict(found).sentences:
        say(f"{parameters['scenario']}: {sentence}")
    return folder


def _pages(
    folder: Path, notebooks: list[Path], imprint: Imprint, answer: str, private: Path, say: Say
) -> None:
    """Runs the notebooks and writes each with its page; of several, the front page too."""
    slug = imprint.parameters["scenario"]
    say(f"{slug}: running {_counted(len(notebooks))}")
    names = [REPORT, *(path.stem for path in notebooks[1:])]
    read = [nbformat.read(path, as_version=4) for path in notebooks]
    leaves = [html.leaf(name, one) for name, one in zip(names, read, strict=True)]
    book = leaves if len(leaves) > 1 else None
    done = execution.every(notebooks, imprint.parameters, folder, private)
    for here, executed in zip(leaves, done, strict=True):
        for line in execution.repeatable(executed):
            say(f"{slug}: {here.name} warned: {line}")
        keep(folder / f"{here.name}.ipynb", nbformat.writes(executed) + "\n")
        keep(folder / f"{here.name}.html", html.page(executed, imprint, here, book))
    if book:
        keep(folder / "index.html", html.front(imprint, answer, book))


def _counted(notebooks: int) -> str:
    return "the notebook" if notebooks == 1 else f"{notebooks} notebooks"


def _numbers(
    folder: Path, scenario: Scenario, parameters: Parameters, say: Say
) -> tuple[dict[str, Any], list[str]]:
    """Writes headline.json and the tables; returns the headline and the names of the tables."""
    slug = str(parameters["scenario"])
    result = simulation.simulate(
        scenario, int(parameters["draws"]), int(parameters["seed"]), progress=_fifths(slug, say)
    )
    found = headline.headline(result, slug)
    keep(folder / "headline.json", headline.text(found))
    runs.store(folder, result)  # for the notebooks, which show this very run
    (folder / "tables").mkdir()
    frames = tables.every(result)
    for name, frame in frames.items():
        keep(folder / "tables" / f"{name}.csv", _csv(frame))
    return found, list(frames)


def _fifths(slug: str, say: Say) -> simulation.Progress:
    """Tells each time that another fifth of the draws is done."""

    def tell(done: int, number: int) -> None:
        before = max(done - BLOCK_DRAWS, 0)
        if 5 * done // number > 5 * before // number:
            say(f"{slug}: {done:,} of {number:,} draws")

    return tell


def _csv(frame: pd.DataFrame) -> str:
    return frame.map(_cell).rename(columns=_cell).to_csv(index=False, lineterminator="\n")


def _cell(value: Any) -> str:
    """A cell of a CSV file: numbers with 9 significant digits, no text that opens as a formula."""
    if isinstance(value, str):
        words = value.replace("\r", " ")  # a bare one would begin a new row, and a cell with it
        return f"'{words}" if FORMULA.match(words) and not NUMBER.fullmatch(words) else words
    if value is None or pd.isna(value):
        return ""
    return f"{value:.{headline.DIGITS}g}" if isinstance(value, float) else str(value)
