"""Figures that others have printed, and how near ours must come.

`data/published/<case>.figures.toml` holds a source, its figures and their tolerance; a case that is
a decision has its scenario in `data/published/<case>.toml`. `standing` is `published` for what was
read at its source, `worked example` for what was recalled or follows from a formula. `verdict` is
the title of the option that a source found cheaper; a figure says why where ours is `outside`.
"""

import math
import tomllib
from pathlib import Path
from typing import Any

from analysis.evidence import ledger
from analysis.evidence.files import cleaned, text
from analysis.scenario import load
from analysis.scenario.schema import Scenario

FOLDER = ledger.DATA / "published"

ENDING = ".figures.toml"

Case = dict[str, Any]


def names() -> list[str]:
    """The names of the cases, sorted, without those that are decisions."""
    return [name for name in _files() if "verdict" not in case(name)]


def decisions() -> list[str]:
    """The names of the decisions on rent or own, oldest first."""
    found = [name for name in _files() if "verdict" in case(name)]
    return sorted(found, key=lambda name: str(case(name)["date"]))


def _files() -> list[str]:
    return sorted(path.name.removesuffix(ENDING) for path in FOLDER.glob(f"*{ENDING}"))


def case(name: str) -> Case:
    """A case as its file states it: title, publisher, date, url, tolerance, standing, inputs and
    figures."""
    file = FOLDER / f"{name}{ENDING}"
    found: Case = cleaned(file.name, tomllib.loads(text(file)))
    return found


def path(name: str) -> Path:
    """The file of the decision of a case."""
    return FOLDER / f"{name}.toml"


def decision(name: str) -> Scenario:
    """The decision of a case."""
    return load.read(path(name))


def ends(figure: Case) -> tuple[float, float]:
    """The lowest and the highest number that is near enough to a figure; infinite where a source
    gives one end only."""
    if "printed" not in figure:
        return figure.get("at_least", -math.inf), figure.get("at_most", math.inf)
    printed: float = figure["printed"]
    room = figure.get("within", figure.get("within_share", 0) * abs(printed))
    return printed - room, printed + room
