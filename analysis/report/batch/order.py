"""What is asked of the runs of a batch, and how one ends."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["evaluate", "report", "book"]
State = Literal["made", "kept", "failed"]


@dataclass(frozen=True)
class Order:
    """What is asked of every run of a batch."""

    kind: Kind
    draws: int
    seed: int
    out: Path


@dataclass(frozen=True)
class Outcome:
    """How a run ended: made, kept as it was, or failed, then with a reason, the cell of the
    notebook and all that Python said of it."""

    state: State
    reason: str = ""
    cell: str = ""
    trace: str = ""
