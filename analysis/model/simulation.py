"""Every option run on the same draws, block by block, and what that leaves behind."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from analysis.arrays import Array
from analysis.model import draws as sampling
from analysis.model import fleet
from analysis.model.draws import BLOCK_DRAWS, Draws
from analysis.model.fleet import Fleet
from analysis.model.outcome import Outcome, outcomes
from analysis.scenario.schema import Scenario

BAND_BLOCKS = 2
"""Monthly bands are drawn from the first so many blocks, so that memory does not grow with draws.
"""


Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Result:
    """What a run of a scenario leaves behind, by option: `scalars` by name over all draws,
    (draws,); `bands` by name over the first blocks, (band draws, months); `means` by name over all
    draws, (months,).
    """

    scenario: Scenario
    draws: int
    seed: int
    scalars: dict[str, dict[str, Array]]
    bands: dict[str, dict[str, Array]]
    means: dict[str, dict[str, Array]]

    @property
    def options(self) -> list[str]:
        """The names of the options, in the order of the scenario."""
        return list(self.scalars)

    @cached_property
    def first_futures(self) -> Draws:
        """The first futures of a run, at most one block: those in which single tranches and stages
        are looked at; assumption name -> values, each (draws,)."""
        return sampling.block(self.scenario, self.seed, 0, min(self.draws, BLOCK_DRAWS))

    @cached_property
    def fleets(self) -> dict[str, Fleet]:
        """The tranches of each option in the first futures."""
        return fleet.fleets(self.scenario, self.first_futures)


def simulate(
    scenario: Scenario,
    number: int,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
) -> Result:
    """Runs every option on the same `number` draws, block by block; the number of workers
    (processes) changes nothing but the time.
    """
    sizes = [min(BLOCK_DRAWS, number - start) for start in range(0, number, BLOCK_DRAWS)]
    work = partial(_block, scenario, seed)
    parts = []
    for done, part in enumerate(_mapped(work, list(enumerate(sizes)), workers), start=1):
        parts.append(part)
        if progress is not None:
            progress(min(done * BLOCK_DRAWS, number), number)
    return _joined(scenario, number, seed, parts)


def evaluate(scenario: Scenario) -> Result:
    """One future, with every assumption at its mid value."""
    return at(scenario, sampling.mid(scenario))


def at(scenario: Scenario, futures: dict[str, Array]) -> Result:
    """The options in futures that are given, assumption name -> values, each (draws,)."""
    found = outcomes(scenario, futures)
    size = len(next(iter(found.values())).scalars["present_cost_usd"])
    return _joined(scenario, size, 0, [_reduced(found, True)])


Part = dict[str, tuple[dict[str, Array], dict[str, Array], dict[str, Array]]]


def _block(scenario: Scenario, seed: int, numbered: tuple[int, int]) -> Part:
    number, size = numbered
    futures = sampling.block(scenario, seed, number, size)
    found = outcomes(scenario, futures)
    return _reduced(found, number < BAND_BLOCKS)


def _reduced(found: dict[str, Outcome], bands: bool) -> Part:
    return {
        name: (one.scalars, one.monthly if bands else {}, one.sums) for name, one in found.items()
    }


def _mapped(
    work: Callable[[tuple[int, int]], Part], todo: list[tuple[int, int]], workers: int
) -> Iterator[Part]:
    """The results in the order of the blocks, whatever the number of workers."""
    if workers <= 1 or len(todo) <= 1:
        yield from map(work, todo)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(todo)), mp_context=context) as pool:
        yield from pool.map(work, todo)


def _joined(scenario: Scenario, number: int, seed: int, parts: list[Part]) -> Result:
    scalars: dict[str, dict[str, Array]] = {}
    bands: dict[str, dict[str, Array]] = {}
    means: dict[str, dict[str, Array]] = {}
    for option in scenario.options:
        names = parts[0][option][0]
        scalars[option] = {
            n: np.concatenate([p[option][0].pop(n) for p in parts]) for n in list(names)
        }
        banded = [p[option][1] for p in parts if p[option][1]]
        bands[option] = {n: np.concatenate([b.pop(n) for b in banded]) for n in list(banded[0])}
        means[option] = {}
        for name in parts[0][option][2]:
            means[option][name] = np.sum([p[option][2][name] for p in parts], axis=0) / number
    if not all(np.isfinite(one["cash_usd"]).all() for one in means.values()):
        raise ArithmeticError("the model gave a cost that is no number")
    return Result(scenario, number, seed, scalars, bands, means)
