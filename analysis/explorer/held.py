"""A scenario with some inputs held at one value, some of its options, and a month given a value:
what comes out, in how many futures, and the file that holds it."""

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.arrays import Array
from analysis.chapters.shared.words import listed
from analysis.decision import wording
from analysis.decision.value_of_time import break_even_usd, burden_usd
from analysis.model import comparison, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

MOST_FUTURES = 1000


OPTION_FUTURES = 2000
"""So many futures of one option are computed while a key is held, without a wait."""


LEAST_MONTH_USD = 1e6


Held = Mapping[str, float]
"""Assumption name -> the value that it has in every future; an event happens (1) or not (0)."""


def futures_at_once(scenario: Scenario) -> int:
    """The number of futures that answers without a wait: 2,000 over the number of options, in
    hundreds, from 100 to 1,000."""
    hundreds = OPTION_FUTURES // len(scenario.options) // 100
    return min(max(100 * hundreds, 100), MOST_FUTURES)


def with_held(scenario: Scenario, held: Held) -> Scenario:
    """The scenario in which each held assumption has one value, as its saved file states it."""
    return edits.held(scenario, held, JUDGEMENT)


def at(scenario: Scenario, futures: Mapping[str, Array], held: Held) -> Result:
    """Every option in the given futures, with the held assumptions at their values in all of them;
    the others stay as they were drawn."""
    fixed = {name: np.full_like(futures[name], value) for name, value in held.items()}
    return simulation.at(scenario, {**futures, **fixed})


def largest_month_usd(result: Result) -> float:
    """The largest value of a month worth asking about: three times that at which the pair breaks
    even, and no less than twice what the dearest option costs a month."""
    horizon = result.scenario.choices.horizon_months.value
    dearest = max(float(result.scalars[o]["present_cost_usd"].mean()) for o in result.options)
    asked = comparison.pair(result.scenario)
    even = break_even_usd(result, *asked).value if asked else None
    return max(3 * (even or 0.0), 2 * dearest / horizon, LEAST_MONTH_USD)


def asked(result: Result) -> Result:
    """The result of the pair alone, on which the three sentences rest; all of it without a pair."""
    names = comparison.pair(result.scenario) or tuple(result.options)
    only = {name: result.scalars[name] for name in result.options if name in names}
    return replace(result, scenario=edits.with_options(result.scenario, names), scalars=only)


def best(result: Result, month_usd: float) -> str:
    """Which option is best on the mean where a month of delay costs so much, as a sentence; those
    that cannot be told from it are named with it. Options that miss the target in most futures are
    left out, and named too."""
    if len(result.options) == 1:
        return f"{result.scenario.options[result.options[0]].title} is the only option chosen."
    titles = {name: result.scenario.options[name].title for name in comparison.likely(result)}
    others = [result.scenario.options[o].title for o in result.options if o not in titles]
    why = " Left out, because the target is missed in most futures: "
    out = f"{why}{listed(others)}." if others else ""
    if len(titles) == 1:
        return f"{next(iter(titles.values()))} is the only one likely to reach the target.{out}"
    burden = {name: burden_usd(result, name, month_usd) for name in titles}
    first, second, *_ = sorted(titles, key=lambda name: float(burden[name].mean()))
    behind = {name: _mean_gap(burden[name], burden[first]) for name in titles if name != first}
    start = f"At {wording.usd(month_usd)} for a month of delay"
    level = [name for name, gap in behind.items() if not estimates.told(gap)]
    if level:
        return f"{start} {_level(first, level, behind, titles)}.{out}"
    ahead = wording.usd(behind[second].value or 0.0, behind[second].se)
    meets = wording.percent(float(comparison.meets(result, first).mean()))
    return (
        f"{start} {titles[first]} is best, by {ahead} over {titles[second]} on the mean; it meets "
        f"the need in {meets} of futures.{out}"
    )


def file(slug: str, name: str, scenario: Scenario, held: Held, pair: tuple[str, str] | None) -> str:
    """A scenario file that extends the slug and states what is held; `pair` if it is another one
    than that of the scenario."""
    lines = [f'extends = "{slug}"', f'title = "{name}"', f'why = "{_why(slug, held)}"']
    if pair is not None:
        lines.append(f"compare = {json.dumps(list(pair))}")
    for key, value in held.items():
        kind = "value" if scenario.assumptions[key].probability is None else "probability"
        lines += ["", f"[assumptions.{key}]", f"{kind} = {float(value)!r}"]
        lines.append(f'judgement = "{JUDGEMENT}"')
    return "\n".join(lines) + "\n"


JUDGEMENT = "Held at this value in the explorer."


def _why(slug: str, held: Held) -> str:
    inputs = "1 input" if len(held) == 1 else f"{len(held)} inputs"
    return f"{inputs} of {slug} held at one value in the explorer."


def _mean_gap(one: Array, other: Array) -> Estimate:
    return estimates.mean(comparison.difference(one, other))


def _level(
    first: str, level: list[str], behind: Mapping[str, Estimate], titles: Mapping[str, str]
) -> str:
    """What is said of options that are the same, or that so few futures do not tell apart."""
    if all(behind[name].value == 0 for name in level):
        return f"{listed([titles[name] for name in (first, *level)])} come out the same on the mean"
    others = listed([titles[name] for name in level])
    return f"{titles[first]} is lowest on the mean, but cannot be told from {others}"
