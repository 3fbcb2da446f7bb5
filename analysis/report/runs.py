"""The run that a notebook shows: of the scenario beside it, else of a shipped one."""

from pathlib import Path

from analysis.model.simulation import Result, simulate
from analysis.scenario import load
from analysis.scenario.schema import Scenario

SCENARIO = "scenario.json"


def opened(slug: str, draws: int, seed: int) -> Result:
    """The run of a scenario on so many draws."""
    return simulate(decision(slug), draws, seed)


def decision(slug: str) -> Scenario:
    """The scenario of a slug: the one beside the running notebook, else the shipped one."""
    beside = Path(SCENARIO)
    if beside.is_file():
        return load.from_canonical(beside.read_text("utf-8"))
    return load.read(load.find(slug))
