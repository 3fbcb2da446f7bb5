"""Rent the compute, or build it? The calculations behind the notebooks and the report.

`analysis.open` is the one import of an analyst; what it needs is read when it is called, so that a
module of a room to the left of the reports stays as light as it is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.report.runs import Case

# jsonschema, on which Altair and Jupyter rest, would else compile a grammar of international
# addresses when it is imported: longer than all other imports, for a check that nobody asks for
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def open(scenario: str, draws: int = 20_000, seed: int = 1) -> Case:
    """The case of a scenario, by its slug or the path of its file, on so many futures: `.result`,
    `.headline` and `.answer`, each made when it is asked for. Raises `BadInput` for a bad file."""
    from analysis.report import runs

    return runs.opened(scenario, draws, seed)
