"""Every option run on the same draws, block by block, and what that leaves behind."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np

from analysis.arrays import Array
from analysis.model import draws as sampling
from analysis.model import run
from analysis.model.draws import BLOCK_DRAWS, Draws
from analysis.model.fleet import Fleet
from analysis.model.outcome import Outcome, outcomes
from analysis.scenario.schema import Scenario

BAND_BLOCKS = 2
"""Monthly bands are drawn from the first so many blocks, so that memory does not grow with draws.
"""

PART_DRAWS = 2048
"""Draws that are carried out together: so many that their arrays by month, of 1 MB at 60 months,
stay in the processor's cache and are not given back to the system in between."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Result:
    """What a run of a scenario leaves behind, by option and then by name or other key.

    Over all draws, (draws,): `scalars`, `parts_usd` by part of cost, `cash_by_year_usd` by year,
    `present_cost_at_usd` and `compared_cost_at_usd` by discount rate, `delivered_usd` and
    `delivered_short_hours` by the number of a set of failed events. Over the draws of the first
    blocks, (band draws, months): `bands`, and `needed_mw` by site. Means over all draws, (months,):
    `means`, some of them of months after the horizon too, and `stage_mw` by site and stage.
    """

    scenario: Scenario
    draws: int
    seed: int
    scalars: dict[str, dict[str, Array]]
    parts_usd: dict[str, dict[str, Array]]
    cash_by_year_usd: dict[str, dict[int, Array]]
    present_cost_at_usd: dict[str, dict[float, Array]]
    compared_cost_at_usd: dict[str, dict[float, Array]]
    delivered_usd: dict[str, dict[int, Array]]
    delivered_short_hours: dict[str, dict[int, Array]]
    bands: dict[str, dict[str, Array]]
    needed_mw: dict[str, dict[str, Array]]
    means: dict[str, dict[str, Array]]
    stage_mw: dict[str, dict[tuple[str, str], Array]]

    @property
    def options(self) -> list[str]:
        """The names of the options, in the order of the scenario."""
        return list(self.scalars)

    def per_draw(self, option: str) -> dict[tuple[str, object], Array]:
        """All that an option yields per draw, (draws,) each, by field and key, e.g. `("parts_usd",
        "rent")`."""
        kinds = ("scalars", "parts_usd", "cash_by_year_usd", "present_cost_at_usd")
        return {
            (kind, key): values
            for kind in kinds
            for key, values in getattr(self, kind)[option].items()
        }

    @cached_property
    def first_futures(self) -> Draws:
        """The first futures of a run, at most one block: those in which single tranches and stages
        are looked at; assumption name -> values, each (draws,)."""
        return sampling.block(self.scenario, self.seed, 0, min(self.draws, BLOCK_DRAWS))

    @cached_property
    def fleets(self) -> dict[str, Fleet]:
        """The tranches of each option in the first futures."""
        return run.fleets(self.scenario, self.first_futures)


def simulate(
    scenario: Scenario,
    number: int,
    seed: int,
    workers: int = 1,
    progress: Progress | None = None,
    keep: Collection[str] | None = None,
) -> Result:
    """Runs every option on the same `number` draws, block by block; the number of workers
    (processes) changes nothing but the time. Who needs only a few scalars of so many draws names
    them (`keep`): nothing else is then left behind per draw.
    """
    sizes = [min(BLOCK_DRAWS, number - start) for start in range(0, number, BLOCK_DRAWS)]
    work = partial(_block, scenario, seed, keep)
    whole: Block = {}
    for done, block in enumerate(_mapped(work, list(enumerate(sizes)), workers)):
        for option, yields in block.items():
            room = whole[option] if done else _room(yields, number)
            whole[option] = _with_block(room, yields, done * BLOCK_DRAWS)
        if progress is not None:
            progress(min((done + 1) * BLOCK_DRAWS, number), number)
    return _result(scenario, number, seed, whole)


def evaluate(scenario: Scenario) -> Result:
    """One future, with every assumption at its mid value."""
    return at(scenario, sampling.mid(scenario))


def at(scenario: Scenario, futures: Draws, begun_at: Mapping[str, float] | None = None) -> Result:
    """The options in futures that are given, assumption name -> values, each (draws,); some
    tranches may be decided on in a later month."""
    block = _in_parts(scenario, futures, begun_at)
    size = len(next(iter(block.values())).scalars["present_cost_usd"])
    return _result(scenario, size, 0, block)


PER_DRAW = (
    "scalars",
    "parts_usd",
    "cash_by_year_usd",
    "present_cost_at_usd",
    "compared_cost_at_usd",
    "delivered_usd",
    "delivered_short_hours",
)
"""What an outcome holds per draw, (draws,) each."""

Block = dict[str, Outcome]
"""The outcomes of one block of draws by option; beyond the first blocks without what is by month
and draw."""


def _block(
    scenario: Scenario, seed: int, keep: Collection[str] | None, numbered: tuple[int, int]
) -> Block:
    number, size = numbered
    block = _in_parts(scenario, sampling.block(scenario, seed, number, size))
    if keep is not None:
        return {option: _only(yields, keep) for option, yields in block.items()}
    if number < BAND_BLOCKS:
        return block
    return {option: replace(yields, monthly={}, needed_mw={}) for option, yields in block.items()}


def _only(yields: Outcome, keep: Collection[str]) -> Outcome:
    """An outcome with nothing per draw but some scalars."""
    bare = replace(yields, **_empty(PER_DRAW), monthly={}, needed_mw={})
    return replace(bare, scalars={name: yields.scalars[name] for name in keep})


def _room(yields: Outcome, number: int) -> Outcome:
    """Room for what an option yields per draw in all draws, and nothing else yet."""
    rooms = {kind: {key: np.empty(number) for key in getattr(yields, kind)} for kind in PER_DRAW}
    return Outcome(**(_empty([field.name for field in fields(Outcome)]) | rooms))


def _with_block(whole: Outcome, part: Outcome, start: int) -> Outcome:
    """What an option yields in all draws with that of a block, from a draw on, written into it."""
    for kind in PER_DRAW:
        for key, values in getattr(part, kind).items():
            getattr(whole, kind)[key][start : start + len(values)] = values
    per_draw = {kind: getattr(whole, kind) for kind in PER_DRAW}
    rest = [replace(one, **_empty(PER_DRAW)) for one in (whole, part)]
    return replace(_side_by_side(rest), **per_draw)


def _empty(kinds: Collection[str]) -> dict[str, Any]:
    return {kind: {} for kind in kinds}


def _in_parts(
    scenario: Scenario, futures: Draws, begun_at: Mapping[str, float] | None = None
) -> Block:
    """The outcomes in some futures, found for a part of them after another."""
    size = max((len(values) for values in futures.values()), default=1)
    parts = []
    for start in range(0, size, PART_DRAWS):
        some = {name: values[start : start + PART_DRAWS] for name, values in futures.items()}
        parts.append(outcomes(scenario, some, begun_at))
    if len(parts) == 1:
        return parts[0]
    return {
        option: _side_by_side([part.pop(option) for part in parts]) for option in scenario.options
    }


def _mapped(
    work: Callable[[tuple[int, int]], Block], todo: list[tuple[int, int]], workers: int
) -> Iterator[Block]:
    """The results in the order of the blocks, whatever the number of workers."""
    if workers <= 1 or len(todo) <= 1:
        yield from map(work, todo)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(todo)), mp_context=context) as pool:
        yield from pool.map(work, todo)


def _result(scenario: Scenario, number: int, seed: int, whole: Block) -> Result:
    """What the options yield in all draws, as a result."""
    means = {o: _over(yields.sums, number) for o, yields in whole.items()}
    if not all(np.isfinite(mean["cash_usd"]).all() for mean in means.values()):
        raise ArithmeticError("the model gave a cost that is no number")
    return Result(
        scenario,
        number,
        seed,
        scalars={o: yields.scalars for o, yields in whole.items()},
        parts_usd={o: yields.parts_usd for o, yields in whole.items()},
        cash_by_year_usd={o: yields.cash_by_year_usd for o, yields in whole.items()},
        present_cost_at_usd={o: yields.present_cost_at_usd for o, yields in whole.items()},
        compared_cost_at_usd={o: yields.compared_cost_at_usd for o, yields in whole.items()},
        delivered_usd={o: yields.delivered_usd for o, yields in whole.items()},
        delivered_short_hours={o: yields.delivered_short_hours for o, yields in whole.items()},
        bands={o: yields.monthly for o, yields in whole.items()},
        needed_mw={o: yields.needed_mw for o, yields in whole.items()},
        means=means,
        stage_mw={o: _over(yields.stage_mw, number) for o, yields in whole.items()},
    )


def _side_by_side(parts: list[Outcome]) -> Outcome:
    """The outcomes of an option in some blocks as one: draws one after another, sums added up."""
    summed = ("sums", "stage_mw")
    return Outcome(
        **{
            field.name: _combined(
                [getattr(part, field.name) for part in parts], field.name in summed
            )
            for field in fields(Outcome)
        }
    )


Key = TypeVar("Key")


def _combined(parts: list[dict[Key, Array]], summed: bool) -> dict[Key, Array]:
    """Arrays of the same key added up, or one after another in the blocks that keep them."""
    keys = {key: None for part in parts for key in part}
    kept = {key: [part[key] for part in parts if key in part] for key in keys}
    join = _added if summed else np.concatenate
    return {key: join(arrays) if len(arrays) > 1 else arrays[0] for key, arrays in kept.items()}


def _added(by_month: list[Array]) -> Array:
    """The sum of arrays by month, of which some go on longer than others."""
    longest = max(len(one) for one in by_month)
    return np.sum([np.pad(one, (0, longest - len(one))) for one in by_month], axis=0)


def _over(sums: dict[Key, Array], number: int) -> dict[Key, Array]:
    return {key: total / number for key, total in sums.items()}
