"""The run that a notebook shows: the one at hand if that is the same, else made anew.

A book has a dozen notebooks of one run. A kernel that is forked from the process that made the run
has it in memory. For others the report stores it beside `scenario.json`: its arrays one after
another in one plain file of numbers, and a header that says of what scenario, draws, seed, data and
code they are. A header that says anything else is as none.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from analysis.arrays import Array
from analysis.chapters import answer
from analysis.chapters.shared.exhibit import Exhibit
from analysis.decision import headline
from analysis.model.simulation import Result, simulate
from analysis.report import manifest
from analysis.scenario import load
from analysis.scenario.schema import Scenario

SCENARIO = "scenario.json"
HEADLINE = "headline.json"
HEADER = "result.json"
NUMBERS = "result.npy"

in_memory: list[Result] = []
"""The run that is at hand in this process, and in those that are forked from it."""


@dataclass(frozen=True)
class Case:
    """A scenario, by its name, on so many draws; what follows from it is made when asked for."""

    name: str
    scenario: Scenario
    draws: int
    seed: int

    @cached_property
    def result(self) -> Result:
        """The run; its arrays are to be read only."""
        asked = self.scenario, self.draws, self.seed
        for run in in_memory:
            if (run.scenario, run.draws, run.seed) == asked:
                return run
        found = stored(Path(), *asked)
        return simulate(*asked) if found is None else found

    @cached_property
    def headline(self) -> dict[str, Any]:
        """The figures of the answer, as `headline.json` holds them."""
        return headline.headline(self.result, self.name)

    @cached_property
    def answer(self) -> Exhibit:
        """The verdict: its sentences in print, the first screen of the report in a notebook."""
        return answer.verdict(self.headline)


def opened(name: str, draws: int, seed: int) -> Case:
    """The case of a slug, or of the path of a scenario's file."""
    return Case(Path(name).stem, decision(name), draws, seed)


def decision(name: str) -> Scenario:
    """The scenario of a path, or of a slug: that of the report in whose folder we are, else the
    shipped one."""
    if Path(SCENARIO).is_file() and Path(HEADLINE).is_file():
        here = json.loads(Path(HEADLINE).read_bytes())["scenario"]["slug"]
        if here == name:
            return load.from_canonical(Path(SCENARIO).read_text("utf-8"))
    return load.read(load.find(name))


def store(folder: Path, result: Result) -> None:
    """Writes a run into a folder, the header last: without it the numbers are as not there."""
    arrays = _arrays(result)
    np.save(folder / NUMBERS, np.concatenate([array.ravel() for _, array in arrays]))
    header = {
        "of": _of(result.scenario, result.draws, result.seed),
        "arrays": [[*place, array.shape] for place, array in arrays],
    }
    (folder / HEADER).write_text(json.dumps(header), "utf-8")


def stored(folder: Path, scenario: Scenario, draws: int, seed: int) -> Result | None:
    """The run that a folder holds, or None unless it is that of this very scenario, draws, seed,
    data and code, and whole."""
    try:
        header = json.loads((folder / HEADER).read_bytes())
        if header["of"] != _of(scenario, draws, seed):
            return None
        numbers = np.lib.format.open_memmap(folder / NUMBERS, mode="r")
        return Result(scenario, draws, seed, **_by_field(header["arrays"], np.asarray(numbers)))
    except (OSError, ValueError, LookupError, TypeError):
        return None


@contextmanager
def at_hand(folder: Path, result: Result, warm: bool) -> Iterator[None]:
    """Has a run at hand for the notebooks that work in a folder: in memory for `warm` kernels, else
    in files, that a report does without later: they are hundreds of megabytes."""
    if warm:
        for _, array in _arrays(result):
            array.flags.writeable = False
        in_memory.append(result)
        yield
        in_memory.clear()
    else:
        store(folder, result)
        yield
        for name in (HEADER, NUMBERS):
            (folder / name).unlink()


def _of(scenario: Scenario, draws: int, seed: int) -> dict[str, Any]:
    """What a run is made of, and with which numpy, since another may round otherwise."""
    made_of = manifest.inputs(load.canonical(scenario), [])
    return {**made_of, "draws": draws, "seed": seed, "numpy": np.__version__}


def _arrays(result: Result) -> list[tuple[tuple[str, str, Any], Array]]:
    """The arrays of a run, each with its place: field, option, key."""
    return [
        ((field.name, option, key), array)
        for field in fields(result)
        if isinstance(by_option := getattr(result, field.name), dict)
        for option, arrays in by_option.items()
        for key, array in arrays.items()
    ]


def _by_field(places: list[list[Any]], numbers: Array) -> dict[str, Any]:
    """Field -> option -> key -> array, cut from the numbers that stand one after another."""
    names = [field.name for field in fields(Result) if field.name not in ("draws", "seed")]
    options = dict.fromkeys(option for _, option, _, _ in places)
    found: dict[str, Any] = {name: {o: {} for o in options} for name in names if name != "scenario"}
    start = 0
    for name, option, key, shape in places:
        end = start + prod(shape)
        place = tuple(key) if isinstance(key, list) else key
        found[name][option][place] = numbers[start:end].reshape(shape)
        start = end
    if start != len(numbers):
        raise ValueError("the numbers are not those of the header")
    return found
