"""Where a claim of the answer turns as one input is held at a value in all futures, the rest as
drawn.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.decision import one_way, turning
from analysis.decision.claims import CHEAPER, EARLIER, MEETS, Claim, claims, margin
from analysis.model import comparison, draws, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario import edits, references
from analysis.scenario.schema import Assumption, Scenario

FUTURES = 512
"""Futures that are run again for each value: they only say what a value changes in the mean of all,
which differs little between futures.
"""

FINE_FUTURES = 4096
NEAREST = 3
"""So many reversals of cost and time, the nearest, are placed by so many futures."""

MOST_INPUTS = 12
"""So many inputs are tried per claim: those that move it most when moved alone."""

MOVES = {CHEAPER: ("cost_usd",), EARLIER: ("months",), MEETS: ("months", one_way.SERVED)}
"""The measures whose swing, with an input moved alone, says how much it matters to a claim."""

BELOW, ABOVE, AT = "below", "above", "at"
COLUMNS = ["claim", "option", "input", "label", "unit", "kind", "mid", "low", "high", "least"]
COLUMNS += ["most", "at_mid", "turns_at", "turns_se", "side", "values", "fails_at"]
COLUMNS += ["beyond_share", "change_share", "spreads", "a_later", "b_later"]

Row = dict[str, Any]


def reversals(result: Result, number: int = FUTURES) -> pd.DataFrame:
    """Where each claim that can be told turns: one row per claim and input, the nearest first.

    An input is held at one value in the first `number` futures, the others, tied ones too, stay as
    drawn; the mean of all futures helps to place theirs (`estimates.regressed`). The nearest of
    cost and time are placed by more futures. `turns_at` is the
    value nearest to `mid` at which the margin is zero, with its error `turns_se`, looked for from
    its mid to its bounds (P1 and P99 where it has none), None if it does not turn there; a list and
    an event turn at one of their values. `side` is where the claim does not hold, for a list or an
    event `fails_at` its values there, and `beyond_share` the input's own probability of that;
    `values` of a list come with their probabilities. `at_mid` says whether the claim still holds
    with the input at its mid. `change_share` is the way from mid to where it does not hold in parts
    of mid, `spreads` in ranges from P10 to P90; both are 0 where it does not hold at mid. `a_later`
    and `b_later` are the months by which the mean of each of the pair's compared months is later
    with the input where it turns than at its mid (earlier below 0; None if it does not turn): what
    a turn costs in time. `kind` is range, list, event or choice (the discount rate). The normals of
    the price paths are no inputs here.
    """
    pair = comparison.pair(result.scenario)
    told = [claim for claim in claims(result) if claim.told]
    if pair is None or not told:
        return pd.DataFrame(columns=COLUMNS)
    held = _held(result, pair, number)
    each = [(measure, (option,)) for option in pair for measure in MOVES[MEETS]]
    both = [(MOVES[kind][0], pair) for kind in (CHEAPER, EARLIER)]
    moved, rows = one_way.tornado(held.scenario, [*both, *each]), []
    for place, claim in enumerate(told):
        about = (claim.option, "") if claim.kind == MEETS else pair
        mine = [_row(held, claim, name) for name in most_moving(moved, claim.kind, about)]
        if claim.kind == CHEAPER:
            mine.append(_discount_rate(result, pair, claim))
        rows += [row | {"place": place} for row in mine]
    _refine(_held(result, pair, max(number, FINE_FUTURES)), told, rows)
    log = pd.DataFrame(rows, columns=[*COLUMNS, "place"])
    ranked = log.sort_values(["place", "spreads"], kind="stable", ignore_index=True)
    return ranked.drop(columns="place")


def _refine(fine: "_Held", told: list[Claim], rows: list[Row]) -> None:
    """Moves the nearest reversals of cost and time by a range to where more futures have them."""
    wide = [row for row in rows if row["kind"] == turning.RANGE and row["claim"] != MEETS]
    near = [row for row in wide if row["turns_at"] is not None]
    for row in sorted(near, key=lambda row: row["spreads"])[:NEAREST]:
        name, claim, at = row["input"], told[row["place"]], row["turns_at"]
        sign = math.copysign(1, claim.margin.value or 0.0)
        known = turning.shifted(row["known"], at, fine.margins(claim, name, [at])[at])
        row |= {"turns_at": turning.nearest_zero(known, at)}
        row |= {} if row["turns_at"] is not None else {"a_later": None, "b_later": None}
        row |= _turn(fine.scenario.assumptions[name], known, sign, row["turns_at"])


def most_moving(moved: pd.DataFrame, kind: str, about: tuple[str, str]) -> list[str]:
    """The inputs of `one_way.tornado` with the largest swing in what a kind of claim is about, as a
    share of the largest of its measure, at most twelve; none that does not move it."""
    a, b = about
    mine = moved[(moved["a"] == a) & (moved["b"] == b) & (moved["assumption"] != one_way.PRICES)]
    parts = [mine[mine["measure"] == one].set_index("assumption")["swing"] for one in MOVES[kind]]
    shares = pd.concat([part / (part.max() or 1.0) for part in parts], axis=1).max(axis=1)
    ranked = shares[shares > 0].sort_values(ascending=False, kind="stable")
    return list(ranked.head(MOST_INPUTS).index)


@dataclass(frozen=True)
class _Held:
    """A result, its pair alone, what each of the two uses, the futures that are run again, and what
    came of them with an input held at a value."""

    result: Result
    pair: tuple[str, str]
    scenario: Scenario
    used: Mapping[str, set[str]]
    futures: Mapping[str, Array]
    runs: dict[tuple[str, float], Result] = field(default_factory=dict)

    def run(self, name: str, values: list[float]) -> None:
        """Runs the pair with one input held at each of some values, all at once; an option that
        does not use it is taken as it was."""
        size = len(self.futures[name])
        futures = {key: np.tile(drawn, len(values)) for key, drawn in self.futures.items()}
        futures[name] = np.repeat(values, size)
        touched = [option for option in self.pair if name in self.used[option]]
        alone = edits.with_options(self.scenario, touched)
        now = simulation.at(alone, futures).scalars if touched else {}
        then = {option: _cut(self.result.scalars[option], 0, size) for option in self.pair}
        for i, value in enumerate(values):
            here = {option: _cut(drawn, i * size, size) for option, drawn in now.items()}
            run = replace(self.result, scenario=self.scenario, draws=size, scalars=then | here)
            self.runs[name, value] = run

    def later(self, option: str, name: str, value: float) -> float:
        """The months by which an option's mean is later with an input at a value than at mid, in
        the futures that are run again."""
        mid = draws.mid_value(self.scenario.assumptions[name])
        there, here = (
            comparison.compared_months(self.at(name, one), option) for one in (value, mid)
        )
        return float(comparison.difference(there, here).mean())

    def reached(self, name: str, value: float) -> bool:
        """Whether, with an input at a value, either reaches the target in any future; without a
        run there is none to miss."""
        scalars = self.at(name, value).scalars
        dated = self.scenario.need.by_months is not None
        return not dated or any(
            np.isfinite(scalars[option]["target_months"]).any() for option in self.pair
        )

    def at(self, name: str, value: float) -> Result:
        """The pair with an input at one value."""
        if (name, value) not in self.runs:
            self.run(name, [value])
        return self.runs[name, value]

    def margins(self, claim: Claim, name: str, values: list[float]) -> turning.Known:
        """The mean margin over all futures with an input held at each of some values, from the
        futures that are run again."""
        if (name, values[0]) not in self.runs:
            self.run(name, values)
        about = self.pair, claim.kind, claim.option
        whole, known = margin(self.result, *about), {}
        for value in values:
            now = margin(self.runs[name, value], *about)
            known[value] = estimates.regressed(now, whole[: len(now)], whole)
        return known


def _cut(scalars: Mapping[str, Array], start: int, size: int) -> dict[str, Array]:
    return {name: values[start : start + size] for name, values in scalars.items()}


def _held(result: Result, pair: tuple[str, str], number: int) -> _Held:
    scenario = edits.with_options(result.scenario, pair)
    futures = draws.block(scenario, result.seed, 0, min(number, result.draws, draws.BLOCK_DRAWS))
    used = {option: references.used_by(scenario, option) for option in pair}
    return _Held(result, pair, scenario, used, futures)


def _row(held: _Held, claim: Claim, name: str) -> Row:
    """Where one claim turns as one input moves."""
    assumption = held.scenario.assumptions[name]
    sign = math.copysign(1, claim.margin.value or 0.0)
    known = held.margins(claim, name, turning.first_values(assumption))
    given = turning.probabilities(assumption)

    def margin_at(value: float) -> Estimate:
        return held.margins(claim, name, [value])[value]

    turns = turning.turn(assumption, known, sign, margin_at)
    if turns is not None and claim.kind != MEETS and not held.reached(name, turns):
        turns = None
    mid, kind = draws.mid_value(assumption), turning.kind(assumption)
    low, high = draws.ends(assumption)
    least, most = turning.bounds(assumption)
    row: Row = {"claim": claim.kind, "option": claim.option, "input": name, "kind": kind}
    row |= {"label": assumption.label, "unit": assumption.unit}
    row |= {"mid": mid, "low": low, "high": high, "least": least, "most": most}
    row |= {"at_mid": turning.holds(known[mid], sign), "turns_at": turns}
    row["known"] = known
    row["values"] = tuple(given.items()) if kind == turning.LIST else ()
    row["fails_at"] = tuple(value for value in given if not turning.holds(known[value], sign))
    if turns is not None:
        row["a_later"], row["b_later"] = (held.later(o, name, turns) for o in held.pair)
    return row | _turn(assumption, known, sign, turns)


def _turn(assumption: Assumption, known: turning.Known, sign: float, turns: float | None) -> Row:
    """The side on which the claim does not hold, how likely that is, and how far the turn lies."""
    mid, (low, high) = draws.mid_value(assumption), draws.ends(assumption)
    at_mid = turning.holds(known[mid], sign)
    if turns is None:
        way = None if at_mid else 0.0
        beyond = float(not at_mid)
        return {"side": None, "beyond_share": beyond, "change_share": way, "spreads": way}
    ranged = turning.kind(assumption) == turning.RANGE
    way = turns - mid if at_mid else 0.0
    return {
        "turns_se": turning.error(known, turns) if ranged else None,
        "side": (ABOVE if (turns > mid) == at_mid else BELOW) if ranged else AT,
        "beyond_share": turning.beyond_share(assumption, known, sign),
        "change_share": way / abs(mid) if mid else None,
        "spreads": abs(way) / (high - low),
    }


def _discount_rate(result: Result, pair: tuple[str, str], claim: Claim) -> Row:
    """The row of the discount rate, a choice: no probability lies on either side of it."""
    choice = result.scenario.choices.discount_rate_per_year
    turns = comparison.flip_rate_per_year(result, *pair)
    ends = [choice.value, *choice.swept]
    row: Row = {"claim": claim.kind, "option": claim.option, "kind": "choice"}
    row |= {"input": "discount_rate_per_year", "label": "Discount rate", "unit": "share per year"}
    row |= {"mid": choice.value, "low": min(ends), "high": max(ends), "least": 0.0, "most": 1.0}
    row |= {"at_mid": True, "turns_at": turns, "values": (), "fails_at": ()}
    row |= {"side": None, "beyond_share": None}
    if turns is None:
        return row
    row["change_share"] = (turns - choice.value) / choice.value if choice.value else None
    row["a_later"] = row["b_later"] = 0.0
    return row | {"side": ABOVE if turns > choice.value else BELOW}
