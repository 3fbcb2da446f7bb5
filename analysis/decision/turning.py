"""Where a margin turns as one input moves: the value nearest to its mid, with its error, and how
likely the input lies beyond it.

`known` is the mean margin at each value of the input that was run; `sign` is that of the margin as
claimed, and the claim holds where the margin has it.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from analysis.model import draws
from analysis.model.estimates import Estimate
from analysis.scenario.schema import Assumption

MOST_STEPS = 12
NARROW = 1e-4
"""The search stops at so many steps, or where a turn is known to this share of an input's range."""

Known = dict[float, Estimate]
RANGE, LIST, EVENT = "range", "list", "event"


def kind(assumption: Assumption) -> str:
    """Whether an assumption is an event, a list of values, or a range."""
    if assumption.probability is not None:
        return EVENT
    return LIST if assumption.values is not None else RANGE


def bounds(assumption: Assumption) -> tuple[float, float]:
    """The least and the most that an assumption can be; P1 and P99 where no bound is given."""
    if kind(assumption) != RANGE:
        return draws.ends(assumption)
    first, last = draws.quantile(assumption, np.array([0.01, 0.99])).tolist()
    least, most = assumption.min, assumption.max
    return (first if least is None else least, last if most is None else most)


def first_values(assumption: Assumption) -> list[float]:
    """Where a claim is looked at first: the values of a list, else both bounds and the mid."""
    if assumption.values is not None:
        return sorted(assumption.values)
    return sorted({*bounds(assumption), draws.mid_value(assumption)})


def probabilities(assumption: Assumption) -> dict[float, float]:
    """The values of a list or an event, rising, each with its probability; none of a range."""
    if assumption.probability is not None:
        return {0.0: 1 - assumption.probability, 1.0: assumption.probability}
    pairs = zip(assumption.values or (), assumption.probabilities or (), strict=True)
    return dict(sorted(pairs))


def holds(margin: Estimate, sign: float) -> bool:
    """Whether a margin does not lie on the side against its claim: a tie, as where both miss the
    target, turns nothing."""
    return sign * (margin.value or 0.0) >= 0


def turn(
    assumption: Assumption, known: Known, sign: float, margin: Callable[[float], Estimate]
) -> float | None:
    """The value nearest to mid at which a claim turns, or None; adds to `known` what it saw on the
    way. A list and an event turn at one of their values."""
    mid, (least, most) = draws.mid_value(assumption), bounds(assumption)
    if kind(assumption) == RANGE:
        ends = sorted({least, most} - {mid})
        near = NARROW * (most - least)
        turns = [zero for end in ends if (zero := _zero(known, mid, end, near, margin)) is not None]
    else:
        there = holds(known[mid], sign)
        turns = [value for value, seen in known.items() if holds(seen, sign) != there]
    return min(turns, key=lambda value: abs(value - mid), default=None)


def _zero(
    known: Known, mid: float, end: float, near: float, margin: Callable[[float], Estimate]
) -> float | None:
    """Where the margin is zero between mid and a bound, None where it has no other sign at the
    bound: false position, until it cannot be told from zero by half an error."""
    a, b = mid, end
    fa, fb = known[a].value or 0.0, known[b].value or 0.0
    if fa * fb >= 0:
        return None
    for _ in range(MOST_STEPS):
        at = a + (b - a) * fa / (fa - fb) if fa != fb else a
        if at in known or abs(b - a) <= near:
            break
        known[at] = margin(at)
        value, error = known[at].value or 0.0, known[at].se or 0.0
        if abs(value) <= error / 2:
            break
        # halving the end that stays keeps both ends moving (the Illinois rule)
        a, b, fa, fb = (at, b, value, fb / 2) if value * fb < 0 else (a, at, fa / 2, value)
    return at


def error(known: Known, turns: float) -> float | None:
    """The error of the margin where it turns over the slope between the two values next to it."""
    near, next_to_it = sorted(known, key=lambda value: abs(value - turns))[:2]
    here, there = known[near], known[next_to_it]
    slope = ((here.value or 0.0) - (there.value or 0.0)) / (near - next_to_it)
    return (here.se or 0.0) / abs(slope) if slope else None


def shifted(known: Known, at: float, now: Estimate) -> Known:
    """The margins moved alike, so that at one value it is that of more futures."""
    steps = sorted(known)
    was = float(np.interp(at, steps, [known[value].value or 0.0 for value in steps]))
    by = (now.value or 0.0) - was
    return {x: Estimate((known[x].value or 0.0) + by, now.se) for x in steps} | {at: now}


def nearest_zero(known: Known, near: float) -> float | None:
    """The value nearest to another at which the margin, straight between those run, is zero."""
    pairs = [
        (x, y, known[x].value or 0.0, known[y].value or 0.0) for x, y in pairwise(sorted(known))
    ]
    zeros = [x + (y - x) * fx / (fx - fy) for x, y, fx, fy in pairs if fx * fy <= 0 and fx != fy]
    return min(zeros, key=lambda zero: abs(zero - near), default=None)


def beyond_share(assumption: Assumption, known: Mapping[float, Estimate], sign: float) -> float:
    """The probability of the values at which a claim does not hold, the margin being taken to be
    straight between the values that were run."""
    if given := probabilities(assumption):
        return float(sum(p for value, p in given.items() if not holds(known[value], sign)))
    values = draws.quantile(assumption, (np.arange(1000) + 0.5) / 1000)
    at = sorted(known)
    margins = np.interp(values, at, [sign * (known[value].value or 0.0) for value in at])
    return float(np.mean(margins < 0))
