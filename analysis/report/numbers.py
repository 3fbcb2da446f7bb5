"""What a run writes besides its pages: the headline, the tables, and the manifest that ends it."""

import csv as csv_lines
import io
import math
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.decision import headline
from analysis.model import simulation
from analysis.model.simulation import Result
from analysis.report import manifest
from analysis.report.progress import Say, step
from analysis.scenario.schema import Scenario

Parameters = dict[str, str | int]
Keep = Callable[[Path, str], None]

FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|\t")
"""How a text begins that a spreadsheet may take for something to compute."""

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


class Clock:
    """When a run began, for its manifest."""

    def __init__(self) -> None:
        self.began, self.created = time.monotonic(), datetime.now(UTC)

    @property
    def said(self) -> dict[str, Any]:
        """The moment of the start, and the seconds since."""
        seconds = round(time.monotonic() - self.began, 1)
        return {"created_utc": f"{self.created:%Y-%m-%dT%H:%M:%SZ}", "seconds": seconds}


def simulated(scenario: Scenario, parameters: Parameters, say: Say) -> Result:
    """The run of a scenario; how far it is is shown, or told to `say`."""
    draws, seed = int(parameters["draws"]), int(parameters["seed"])
    with step(f"{parameters['scenario']}: simulating {draws:,} futures", say) as done:
        return simulation.simulate(scenario, draws, seed, progress=done)


def write(folder: Path, found: dict[str, Any], frames: dict[str, pd.DataFrame], keep: Keep) -> None:
    """Writes a headline, and each frame as a table."""
    keep(folder / "headline.json", headline.text(found))
    (folder / "tables").mkdir()
    for name, frame in frames.items():
        keep(folder / "tables" / f"{name}.csv", csv(frame))


def seal(
    folder: Path, parameters: Parameters, inputs: dict[str, str], clock: Clock, keep: Keep
) -> None:
    """Writes the manifest of a folder that holds all else already."""
    parts = {
        "parameters": parameters,
        "inputs": inputs,
        "packages": manifest.packages(),
        "outputs": manifest.outputs(folder),
        **clock.said,
    }
    keep(folder / manifest.NAME, manifest.text(parts))


def csv(frame: pd.DataFrame) -> str:
    """A frame as CSV, the same bytes for the same numbers, no cell of it a formula."""
    columns = [[_cell(value) for value in column] for _, column in frame.items()]
    lines = io.StringIO()
    writer = csv_lines.writer(lines, lineterminator="\n")
    writer.writerow([_cell(name) for name in frame.columns])
    writer.writerows(zip(*columns, strict=True))
    return lines.getvalue()


def _cell(value: Any) -> str:
    """A cell of a CSV file: numbers with 9 significant digits, no text that opens as a formula."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.{headline.DIGITS}g}"
    if isinstance(value, str):
        words = value.replace("\r", " ")  # a bare one would begin a new row, and a cell with it
        return f"'{words}" if FORMULA.match(words) and not NUMBER.fullmatch(words) else words
    return "" if pd.isna(value) else str(value)
