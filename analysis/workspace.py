"""How a notebook finds its scenario: by slug, from the run it belongs to or from those shipped."""

from pathlib import Path

from analysis import scenario as scenarios
from analysis.inputs import Scenario

BESIDE = "scenario.json"


def load(slug: str) -> Scenario:
    """The scenario of a slug: the one beside the running notebook, else the shipped one."""
    beside = Path(BESIDE)
    if beside.is_file():
        return scenarios.from_canonical(beside.read_text("utf-8"))
    return scenarios.read(scenarios.find(slug))
