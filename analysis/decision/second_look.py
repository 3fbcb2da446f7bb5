"""A later look at one option: go on with it, or switch to another, as what was seen by then says.

What it is worth to be able to look, over committing at once. All in present USD, a month at its
value (`value.burden_usd`).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.decision import value_of_time
from analysis.model import comparison, cost, draws, estimates, simulation
from analysis.model.draws import Draws, resolve
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.beside import Gate
from analysis.scenario.schema import Scenario
from analysis.scenario.tables import Choice

MOST_DRAWS = draws.BLOCK_DRAWS
"""A gate is worked out on so many futures at most: the first block, so that it costs a second."""

SEEN = {
    "first_training": "first_training_months",
    "move": "move_months",
    "full_capacity": "full_capacity_months",
}
"""The date that is looked for, by what a gate says is seen; the first that differs between futures
is looked for without a gate."""

DEFAULT_RANKS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Without a gate in the scenario, the looks are at these quantiles of the date."""

GO_ON, SWITCH = 0, 1

Seen = NDArray[Any]
"""What is observed in each state: equal where no difference can be seen, (states,)."""


def after_a_look(payoffs: Array, weights: Array, seen: Seen) -> tuple[float, NDArray[np.int_]]:
    """The mean payoff of the best action after each observation, and that action in each state,
    (states,).

    `payoffs` are (actions, states), `weights` the probabilities of the states, `seen` what is
    observed in each. An observation tells its states from all others and nothing more; of equally
    good actions the first is taken.
    """
    chosen = np.zeros(len(weights), dtype=int)
    for one in np.unique(seen):
        here = seen == one
        means = payoffs[:, here] @ weights[here]
        best = means.max()
        chosen[here] = np.argmax(means >= best - comparison.TIE * abs(best))
    return float(payoffs[chosen, np.arange(len(weights))] @ weights), chosen


def option_value(now: Array, later: Array, weights: Array, seen: Seen) -> float:
    """What it is worth to be able to wait for a look: the mean payoff of the best plan, those
    without a look among them, less that of the best action chosen now; never below 0.

    `now` and `later` are payoffs, (actions, states), of what is chosen now and after the look.
    """
    best = float(np.max(now @ weights))
    return max(after_a_look(later, weights, seen)[0] - best, 0.0)


@dataclass(frozen=True)
class Looked:
    """What a look at one month finds, per draw: whether the date came by then, the burden of going
    on and of switching, what a switch loses, each (draws,); what is done where it came and where
    not (`GO_ON` or `SWITCH`), in each draw; and what the plan with the look gains over the better
    option at once, in USD: the look is worth that, or nothing where it is below 0."""

    month: float
    came: NDArray[np.bool_]
    go_on_usd: Array
    switch_usd: Array
    lost_usd: Array
    chosen: NDArray[np.int_]
    gain: estimates.Estimate


def gate(result: Result) -> Gate | None:
    """The gate of the scenario; without one, a look at the earlier option of the pair (the first,
    if tied), to switch to the other with everything lost; where none of its dates differs between
    the futures at the other one. None if there is no pair, or nothing that could be seen."""
    scenario = result.scenario
    stated, asked = scenario.gate, comparison.pair(scenario)
    if stated is not None and {stated.option, stated.switch_to} <= set(result.options):
        return stated
    if asked is None:
        return None
    later = float(comparison.months_difference(result, *asked).mean()) > 0
    for option, other in (asked[::-1], asked) if later else (asked, asked[::-1]):
        for seen, date in SEEN.items():
            months = result.scalars[option][date]
            if (months != months[0]).any():
                looks = _default_months(result, months)
                month = Choice(value=looks[len(looks) // 2], swept=looks)
                given = {"option": option, "switch_to": other, "month": month, "lost_share": 1.0}
                return Gate.model_validate(given | {"seen": seen})
    return None


def is_stated(result: Result, looked: Gate) -> bool:
    """Whether a gate is the scenario's own."""
    return looked is result.scenario.gate


def looks(result: Result, at: Gate) -> list[Looked]:
    """The look at each month of a gate, its own and those to be swept, earliest first.

    Who switches begins anew: the tranches of the other option that the first has not are decided
    on so many months later, at the prices that they have then by contract or by the market's path;
    what was trained so far counts for nothing. Lost is the lost share of what the first option has
    spent by then, discounted, beyond what the switched option has spent by then; the rest of it
    comes back. An observation is whether the date came by the month; of each the action with the
    lower mean burden is taken. A look takes the place of a fallback that has not acted by then;
    where one has, there is no look, and both actions are to go on with it.
    """
    size = min(result.draws, MOST_DRAWS)
    futures = draws.block(result.scenario, result.seed, 0, size)
    both = edits.with_options(result.scenario, (at.option, at.switch_to))
    there = _There(at, both, futures, simulation.at(both, futures))
    month_usd = value_of_time.month_usd(result)
    return [_look(there, month, month_usd) for month in sorted({at.month.value, *at.month.swept})]


@dataclass(frozen=True)
class _There:
    """A gate, the two options that it is about, and what comes of them without a look."""

    gate: Gate
    scenario: Scenario
    futures: Draws
    now: Result


def _look(there: _There, month: float, month_usd: float) -> Looked:
    at, now = there.gate, there.now
    alone, switched = _alone(there), _switched(there, month)
    lost = resolve(at.lost_share, there.futures) * _spent_beyond_usd(alone, switched, at, month)
    stay, at_once = (value_of_time.burden_usd(now, o, month_usd) for o in (at.option, at.switch_to))
    looked = _looked(there, month)
    go_on = np.where(looked, value_of_time.burden_usd(alone, at.option, month_usd), stay)
    switch = value_of_time.burden_usd(switched, at.switch_to, month_usd) + lost
    switch, lost = np.where(looked, switch, go_on), np.where(looked, lost, 0.0)
    came = alone.scalars[at.option][SEEN[at.seen]] <= month
    weights = np.full(len(came), 1 / len(came))
    _, chosen = after_a_look(-np.stack([go_on, switch]), weights, came)
    plan = np.where(chosen == SWITCH, switch, go_on)
    commit = stay if stay.mean() <= at_once.mean() else at_once
    return Looked(month, came, go_on, switch, lost, chosen, estimates.mean(commit - plan))


def _alone(there: _There) -> Result:
    """The option that is looked at without its fallback."""
    option = there.gate.option
    if there.scenario.options[option].instead is None:
        return there.now
    alone = edits.with_value(there.scenario, ("options", option, "instead"), None)
    return simulation.at(edits.with_options(alone, [option]), there.futures)


def _looked(there: _There, month: float) -> NDArray[np.bool_]:
    """Where no fallback of the option has acted by a month, (draws,)."""
    instead = there.scenario.options[there.gate.option].instead
    if instead is None:
        return np.ones(there.now.draws, dtype=bool)
    happens = resolve(instead.event, there.futures) > 0.5
    return happens | (resolve(instead.known_month, there.futures) > month)


def _switched(there: _There, month: float) -> Result:
    """The other option in its place, what it has of its own and its fallback so much later."""
    at, tables = there.gate, there.scenario.options
    own = [name for name in tables[at.switch_to].tranches if name not in tables[at.option].tranches]
    scenario, instead = (
        edits.with_options(there.scenario, [at.switch_to]),
        tables[at.switch_to].instead,
    )
    if instead is not None:
        place = ("options", at.switch_to, "instead", "known_month")
        scenario = edits.with_value(scenario, place, edits.plus(instead.known_month, month))
    return simulation.at(scenario, there.futures, dict.fromkeys(own, month))


def _spent_beyond_usd(now: Result, switched: Result, at: Gate, month: float) -> Array:
    """What an option has spent by a month beyond what the switched one has, discounted, (draws,);
    never below 0."""
    rate = now.scenario.choices.discount_rate_per_year.value
    first, other = now.bands[at.option]["spent_usd"], switched.bands[at.switch_to]["spent_usd"]
    cash = np.diff(first - other, axis=1, prepend=0.0)[:, : round(month)]
    factors = cost.mid_month_factors(rate, cash.shape[1])
    return np.maximum(cost.present_usd(cash, factors), 0.0)


def _default_months(result: Result, dates: Array) -> list[float]:
    """Whole months after quantiles of a date, within the horizon; the middle of the horizon if it
    has none there."""
    horizon, ordered = result.scenario.choices.horizon_months.value, np.sort(dates)
    ranked = [ordered[min(int(rank * len(ordered)), len(ordered) - 1)] for rank in DEFAULT_RANKS]
    months = {float(max(math.ceil(x), 1)) for x in ranked if x <= horizon - 1}
    return sorted(months) or [float(horizon // 2)]
