"""A scenario with some inputs held at one value, some of its options, and a month given a value:
what comes out, in how many futures, and the file that holds it."""

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.chapters.shared.words import listed
from analysis.decision import limit_words, ranking, value_of_time
from analysis.decision.value_of_time import break_even_usd, burden_usd
from analysis.decision.wording import percent, usd
from analysis.model import comparison, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario import edits, references
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
    """The largest value of a month worth asking about: twice the last one at which first place or
    the pair turns, the stated one, or what the dearest option costs a month."""
    horizon = result.scenario.choices.horizon_months.value
    dearest = max(float(comparison.compared_usd(result, o).mean()) for o in result.options)
    asked = comparison.pair(result.scenario)
    even = break_even_usd(result, *asked).value if asked else None
    turns = [even or 0.0, *(place.from_usd for place in ranking.first_places(result))]
    stated = value_of_time.month_usd(result)
    return max(*(2 * usd for usd in (*turns, stated, dearest / horizon)), LEAST_MONTH_USD)


def asked(result: Result) -> Result:
    """The result of the pair alone, on which the answer rests; all of it without a pair. Only the
    choices as they are set are asked about: the others are for a report."""
    names = comparison.pair(result.scenario) or tuple(result.options)
    only = {name: result.scalars[name] for name in result.options if name in names}
    scenario = edits.with_options(result.scenario, names)
    for name, choice in references.choices(scenario).items():
        scenario = edits.with_choice(scenario, name, choice.value)
    return replace(result, scenario=scenario, scalars=only)


def best(result: Result, month_usd: float) -> str:
    """Which of the ranked options is first on the mean where a month of delay costs so much, as a
    sentence; those that cannot be told from it are named with it, those below the line as such."""
    options = result.scenario.options
    if len(result.options) == 1:
        return f"{options[result.options[0]].title} is the only option chosen."
    titles = {name: options[name].title for name in comparison.ranked(result)}
    line = _at_the_line(result)
    if not titles:
        return f"No option meets the need in half of the futures, so none is first.{line}"
    if len(titles) == 1:
        only = next(iter(titles.values()))
        return f"{only} is the only one that meets the need in at least half of the futures.{line}"
    burden = {name: burden_usd(result, name, month_usd) for name in titles}
    first, second, *_ = sorted(titles, key=lambda name: float(burden[name].mean()))
    gaps = {name: comparison.difference(burden[name], burden[first]) for name in titles}
    behind = {name: estimates.mean(gap) for name, gap in gaps.items() if name != first}
    start = "On cost alone" if month_usd == 0 else f"At {usd(month_usd)} for a month of delay"
    level = [name for name, gap in behind.items() if not estimates.told(gap)]
    if level:
        return f"{start} {_level(first, level, behind, titles)}.{line}"
    ahead = usd(behind[second].value or 0.0, behind[second].se)
    meets = percent(float(comparison.meets(result, first).mean()))
    return (
        f"{start} {titles[first]} is first, by {ahead} over {titles[second]} on the mean; it meets "
        f"the need in {meets} of futures.{line}"
    )


def _at_the_line(result: Result) -> str:
    """Sentences that name the options below the line, and those too near to it to tell, each with
    how often it meets the need."""
    low = [o for o in result.options if o not in comparison.ranked(result)]
    near = [o for o in result.options if _is_near(comparison.meets(result, o))]
    below = "Below the line, since they meet the need in fewer than half of the futures"
    said = {below: low, "Too near to half to tell": near}
    return "".join(f" {why}: {_shares(result, names)}." for why, names in said.items() if names)


def _is_near(meets: NDArray[np.bool_]) -> bool:
    share = estimates.probability(meets)
    return not estimates.told(Estimate((share.value or 0.0) - comparison.LINE, share.se))


def _shares(result: Result, names: list[str]) -> str:
    """Some options, each with how often it meets the need and the limits that it breaks."""
    said = []
    for o in names:
        share = percent(float(comparison.meets(result, o).mean()))
        words = "; ".join(filter(None, (share, limit_words.broken_in(result, o))))
        said.append(f"{result.scenario.options[o].title} ({words})")
    return listed(said)


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


def _level(
    first: str, level: list[str], behind: Mapping[str, Estimate], titles: Mapping[str, str]
) -> str:
    """What is said of options that are the same, or that so few futures do not tell apart."""
    if all(behind[name].value == 0 for name in level):
        return f"{listed([titles[name] for name in (first, *level)])} come out the same on the mean"
    others = listed([titles[name] for name in level])
    return f"{titles[first]} is lowest on the mean, but cannot be told from {others}"
