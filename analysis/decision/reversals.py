"""Where a claim of the answer turns: one input held at a value in all futures, the rest as drawn.

A claim is that the mean of a margin over the futures is not zero, and on which side it lies.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.decision import one_way
from analysis.model import comparison, draws, estimates, simulation
from analysis.model.estimates import Estimate, mean
from analysis.model.simulation import Result
from analysis.scenario import edits, references
from analysis.scenario.schema import Assumption, Scenario

FUTURES = 512
"""Futures that are run again for each value: they only say what a value changes in the mean of all,
which differs little between futures.
"""


MOST_INPUTS = 12
"""So many inputs are tried per claim: those that move it most when moved alone."""


MOST_STEPS = 12


NARROW = 1e-4
"""The search stops at so many steps, or where a turn is known to this share of an input's range."""


CHEAPER, EARLIER, MEETS = "cheaper", "earlier", "meets"


MOVES = {CHEAPER: "cost_usd", EARLIER: "months", MEETS: "months"}
"""The measure whose swing, with an input moved alone, says how much it matters to a claim."""


BELOW, ABOVE, AT = "below", "above", "at"


COLUMNS = ["claim", "option", "input", "label", "unit", "kind", "mid", "low", "high", "least"]


COLUMNS += ["most", "at_mid", "turns_at", "turns_se", "side", "values", "fails_at"]


COLUMNS += ["beyond_share", "change_share", "spreads"]


@dataclass(frozen=True)
class Claim:
    """One claim on the pair (a, b): which is cheaper, which is earlier, or whether one `option`
    meets the need in at least half of the futures. `told` if the margin, the mean of cost or
    months of a less b or of meeting it less one half, lies beyond two of its standard errors.
    """

    kind: str
    option: str
    margin: Estimate
    told: bool


def claims(result: Result) -> list[Claim]:
    """The four claims on the pair of the question; none with one option."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return []
    found = []
    for kind, option in ((CHEAPER, ""), (EARLIER, ""), (MEETS, asked[0]), (MEETS, asked[1])):
        one = mean(_margin(result, asked, kind, option))
        told = estimates.told(one)
        if told and kind != MEETS:
            option = asked[0] if (one.value or 0.0) < 0 else asked[1]
        found.append(Claim(kind, option, one, told))
    return found


def reversals(result: Result, number: int = FUTURES) -> pd.DataFrame:
    """Where each claim that can be told turns: one row per claim and input, the nearest first.

    An input is held at one value in the first `number` futures, the others, tied ones too, stay as
    drawn; the mean of all futures helps to place theirs (`estimates.regressed`). `turns_at` is the
    value nearest to `mid` at which the margin is zero, with its error `turns_se`, looked for from
    its mid to its bounds (P1 and P99 where it has none), None if it does not turn there; a list and
    an event turn at one of their values. `side` is where the claim does not hold, for a list or an
    event `fails_at` its values there, and `beyond_share` the input's own probability of that;
    `values` of a list come with their probabilities. `at_mid` says whether the claim still holds
    with the input at its mid. `change_share` is the way from mid to where it does not hold in parts
    of mid, `spreads` in ranges from P10 to P90; both are 0 where it does not hold at mid. `kind` is
    range, list, event or choice (the discount rate).
    """
    asked = comparison.pair(result.scenario)
    told = [one for one in claims(result) if one.told]
    if asked is None or not told:
        return pd.DataFrame(columns=COLUMNS)
    scenario = edits.with_options(result.scenario, asked)
    moved = one_way.tornado(scenario)
    number = min(number, result.draws, draws.BLOCK_DRAWS)
    held = _Held(result, scenario, draws.block(scenario, result.seed, 0, number), {})
    rows = []
    for claim in told:
        about = (claim.option, "") if claim.kind == MEETS else asked
        rows += [_row(held, asked, claim, name) for name in most_moving(moved, claim.kind, about)]
        if claim.kind == CHEAPER:
            rows.append(_discount_rate(result, asked, claim))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    order = frame["claim"] + frame["option"]
    place = order.map({key: i for i, key in enumerate(dict.fromkeys(order))})
    ranked = frame.assign(place=place).sort_values(["place", "spreads"], kind="stable")
    return ranked.drop(columns="place").reset_index(drop=True)


def most_moving(moved: pd.DataFrame, kind: str, about: tuple[str, str]) -> list[str]:
    """The inputs of `sensitivity.tornado` with the largest swing in what a kind of claim is about,
    at most twelve; none that does not move it."""
    a, b = about
    mine = moved[(moved["measure"] == MOVES[kind]) & (moved["a"] == a) & (moved["b"] == b)]
    ranked = mine.sort_values("swing", ascending=False, kind="stable")
    return list(ranked.loc[ranked["swing"] > 0, "assumption"].head(MOST_INPUTS))


def bounds(one: Assumption) -> tuple[float, float]:
    """The least and the most that an assumption can be; P1 and P99 where no bound is given."""
    if one.values is not None or one.probability is not None:
        return draws.ends(one)
    first, last = draws.quantile(one, np.array([0.01, 0.99])).tolist()
    return (first if one.min is None else one.min, last if one.max is None else one.max)


@dataclass(frozen=True)
class _Held:
    """A result, its pair alone, the futures that are run again, and what came of them so far."""

    result: Result
    scenario: Scenario
    futures: Mapping[str, Array]
    runs: dict[tuple[str, float], Result]


def _margin(result: Result, asked: tuple[str, str], kind: str, option: str) -> Array:
    if kind == CHEAPER:
        return comparison.cost_difference_usd(result, *asked)
    if kind == EARLIER:
        return comparison.months_difference(result, *asked)
    return np.where(comparison.meets(result, option), 0.5, -0.5)


def _run(held: _Held, name: str, values: list[float]) -> None:
    """Runs the pair with one input held at each of some values, all at once; an option that does
    not use it is taken as it was."""
    size = len(held.futures[name])
    futures = {key: np.tile(one, len(values)) for key, one in held.futures.items()}
    futures[name] = np.repeat(values, size)
    touched = [o for o in held.scenario.options if name in references.used_by(held.scenario, o)]
    alone = edits.with_options(held.scenario, touched)
    found = simulation.at(alone, futures).scalars if touched else {}
    for i, value in enumerate(values):
        here = slice(i * size, (i + 1) * size)
        scalars = {o: held.result.scalars[o] for o in held.scenario.options}
        then = {o: {k: v[:size] for k, v in one.items()} for o, one in scalars.items()}
        now = {o: {k: v[here] for k, v in one.items()} for o, one in found.items()}
        held.runs[name, value] = replace(
            held.result, scenario=held.scenario, draws=size, scalars=then | now
        )


def _at(held: _Held, asked: tuple[str, str], claim: Claim, name: str, value: float) -> Estimate:
    """The mean margin over all futures with an input held, from the futures that are run again."""
    if (name, value) not in held.runs:
        _run(held, name, [value])
    now = _margin(held.runs[name, value], asked, claim.kind, claim.option)
    whole = _margin(held.result, asked, claim.kind, claim.option)
    return estimates.regressed(now, whole[: len(now)], whole)


def _row(held: _Held, asked: tuple[str, str], claim: Claim, name: str) -> dict[str, object]:
    one = held.scenario.assumptions[name]
    sign = math.copysign(1, claim.margin.value or 0.0)
    first = _first_values(one)
    if (name, first[0]) not in held.runs:
        _run(held, name, first)
    known = {value: _at(held, asked, claim, name, value) for value in first}
    mid = draws.mid_value(one)
    if one.values is not None or one.probability is not None:
        turns = _listed_turn(known, sign, mid)
    else:
        turns = _searched(held, asked, claim, name, known)
    low, high = draws.ends(one)
    least, most = bounds(one)
    row: dict[str, object] = {"claim": claim.kind, "option": claim.option, "input": name}
    row |= {"label": one.label}
    row |= {"unit": one.unit, "kind": _kind(one), "mid": mid, "low": low, "high": high}
    row |= {"least": least, "most": most, "at_mid": _holds(known[mid], sign), "turns_at": turns}
    listed = () if _kind(one) == "range" else tuple(known)
    row["values"] = _with_probabilities(one)
    row["fails_at"] = tuple(v for v in listed if not _holds(known[v], sign))
    return row | _turn(one, known, sign, mid, turns)


def _first_values(one: Assumption) -> list[float]:
    """Where a claim is looked at first: the values of a list, else both bounds and the mid."""
    if one.values is not None:
        return sorted(one.values)
    return sorted({*bounds(one), draws.mid_value(one)})


def _with_probabilities(one: Assumption) -> tuple[tuple[float, float], ...]:
    """The values of a list, rising, each with its probability; none of another input."""
    return tuple(sorted(zip(one.values or (), one.probabilities or (), strict=True)))


def _kind(one: Assumption) -> str:
    if one.probability is not None:
        return "event"
    return "list" if one.values is not None else "range"


def _holds(margin: Estimate, sign: float) -> bool:
    return sign * (margin.value or 0.0) > 0


def _listed_turn(known: Mapping[float, Estimate], sign: float, mid: float) -> float | None:
    """The value nearest to mid at which the claim is another than at mid, or None."""
    other = [v for v, one in known.items() if _holds(one, sign) != _holds(known[mid], sign)]
    return min(other, key=lambda v: abs(v - mid), default=None)


def _searched(
    held: _Held,
    asked: tuple[str, str],
    claim: Claim,
    name: str,
    known: dict[float, Estimate],
) -> float | None:
    """The value nearest to mid at which the margin is zero: false position from mid to the bound
    beyond which it has another sign, until it cannot be told from zero by half an error. Adds what
    it saw to what is known."""
    one = held.scenario.assumptions[name]
    mid, (least, most) = draws.mid_value(one), bounds(one)
    found = []
    for end in {least, most} - {mid}:
        a, b = mid, end
        fa, fb = known[a].value or 0.0, known[b].value or 0.0
        if fa * fb > 0:
            continue
        for _ in range(MOST_STEPS):
            at = a + (b - a) * fa / (fa - fb) if fa != fb else a
            if at in known or abs(b - a) <= NARROW * (most - least):
                break
            known[at] = _at(held, asked, claim, name, at)
            value, error = known[at].value or 0.0, known[at].se or 0.0
            if abs(value) <= error / 2:
                break
            # halving the end that stays keeps both ends moving (the Illinois rule)
            a, b, fa, fb = (at, b, value, fb / 2) if value * fb < 0 else (a, at, fa / 2, value)
        found.append(at)
    return min(found, key=lambda v: abs(v - mid), default=None)


def _turn(
    one: Assumption,
    known: Mapping[float, Estimate],
    sign: float,
    mid: float,
    turns: float | None,
) -> dict[str, object]:
    """The side on which the claim does not hold, how likely that is, and how far the turn lies."""
    at_mid = _holds(known[mid], sign)
    if turns is None:
        way = None if at_mid else 0.0
        beyond = float(not at_mid)
        return {"side": None, "beyond_share": beyond, "change_share": way, "spreads": way}
    low, high = draws.ends(one)
    away = ABOVE if turns > mid else BELOW
    back = BELOW if away == ABOVE else ABOVE
    side = away if at_mid else back
    way = turns - mid if at_mid else 0.0
    if _kind(one) != "range":
        side = AT
    return {
        "turns_se": None if side == AT else _turn_error(known, turns),
        "side": side,
        "beyond_share": _beyond_share(one, known, sign),
        "change_share": way / abs(mid) if mid else None,
        "spreads": abs(way) / (high - low),
    }


def _turn_error(known: Mapping[float, Estimate], turns: float) -> float | None:
    """The error of the margin where it turns over the slope between the two values next to it."""
    near = sorted(known, key=lambda v: abs(v - turns))[:2]
    one, other = (known[v] for v in near)
    slope = ((one.value or 0.0) - (other.value or 0.0)) / (near[0] - near[1])
    return (one.se or 0.0) / abs(slope) if slope else None


def _beyond_share(one: Assumption, known: Mapping[float, Estimate], sign: float) -> float:
    """The probability of the values at which the claim does not hold, the margin being taken to be
    straight between the values that were run."""
    if one.probability is not None:
        shares = {1.0: one.probability, 0.0: 1 - one.probability}
        return sum(p for value, p in shares.items() if not _holds(known[value], sign))
    if one.values is not None and one.probabilities is not None:
        pairs = zip(one.values, one.probabilities, strict=True)
        return float(sum(p for value, p in pairs if not _holds(known[value], sign)))
    values = draws.quantile(one, (np.arange(1000) + 0.5) / 1000)
    at = sorted(known)
    margins = np.interp(values, at, [sign * (known[v].value or 0.0) for v in at])
    return float(np.mean(margins <= 0))


def _discount_rate(result: Result, asked: tuple[str, str], claim: Claim) -> dict[str, object]:
    """The row of the discount rate, a choice: no probability lies on either side of it."""
    choice = result.scenario.choices.discount_rate_per_year
    turns = comparison.flip_rate_per_year(result, *asked)
    ends = [choice.value, *choice.swept]
    row: dict[str, object] = {"claim": claim.kind, "option": claim.option, "kind": "choice"}
    row |= {"input": "discount_rate_per_year", "label": "Discount rate", "unit": "share per year"}
    row |= {"mid": choice.value, "low": min(ends), "high": max(ends), "least": 0.0, "most": 1.0}
    row |= {"at_mid": True, "turns_at": turns, "side": None, "values": (), "fails_at": ()}
    row["beyond_share"] = None
    if turns is None:
        return row
    row["change_share"] = (turns - choice.value) / choice.value if choice.value else None
    return row | {"side": ABOVE if turns > choice.value else BELOW}
