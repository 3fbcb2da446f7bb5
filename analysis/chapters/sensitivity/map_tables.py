"""Where it turns which option is better: a map of two quantities, and what is known of both."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.evidence.price_tables import CHIP, rental_prices
from analysis.decision import levers, two_way, value_of_time
from analysis.decision.two_way import Map
from analysis.model import comparison, draws, estimates
from analysis.model.simulation import Result
from analysis.validation import actuals

COLUMNS_DRAWN = 120
"""A map is drawn in so many columns, each of the pieces in which one option is better."""


DOTS = 200


OPEN = ""
"""In a map: another option is better with a month worth nothing than at its value."""


SEEN = ["kind", "x", "y", "x2", "y2", "label"]


Seen = tuple[str, float | None, float | None, float | None, float | None, str]


PIECE = ["y", "y2", "better", "plain", "worth"]


Piece = tuple[float, float, str, str, str]


MARK = "mark"


DRAWN, USUAL, FACT, SET = "future", "range", "fact", "set"


@dataclass(frozen=True)
class FlipMap:
    """One picture of where it turns. `pieces`: x, x2, y, y2, the option that is better there with a
    month worth nothing (`plain`), at its value (`worth`), and by both (`better`); `lines`: the
    parts of the lines (`plain`, `worth`) on which the two are even; `seen`: what is drawn, assumed,
    published or set of the two quantities. `along`: which option is better from where to where at
    the scenario's own place. `share` by option: the probability that the quantities as drawn lie
    where it is better (empty where not both are drawn).
    """

    about: str
    options: dict[str, str]
    pieces: pd.DataFrame
    lines: pd.DataFrame
    seen: pd.DataFrame
    along: pd.DataFrame
    share: dict[str, float]
    month_usd: float
    stated: bool


def flip_price(result: Result) -> FlipMap | None:
    """The map of the price of a rental and of months of delay of the other option; `along` is over
    the price, with the other at its mid date."""
    month_usd, _ = value_of_time.month_usd(result)
    found, moved = two_way.price_and_delay(result, month_usd), levers.moves(result.scenario)
    if found is None or moved is None:
        return None
    scenario, futures = result.scenario, _futures(result)
    price = levers.drawn_price(scenario, moved[0], futures)
    delay = levers.drawn_delay(scenario, moved, futures)
    seen: list[Seen] = [
        (DRAWN, x, y, None, None, "") for x, y in zip(price[:DOTS], delay[:DOTS], strict=True)
    ]
    if scenario.tranches[moved[0]].chip == CHIP:
        known = rental_prices(scenario)
        seen += [(FACT, x, None, None, None, "") for x in known["usd_per_gpu_hour"]]
    marks = actuals.marks(scenario)
    seen += _marks(marks[marks["quantity"] == "usd_per_gpu_hour"], "x")
    seen += _marks(_of(marks, moved[2]), "y")
    at_mid = _row(found, 0.0)
    rest = {"rents": moved[1], "delayed": moved[2]}
    both = np.ptp(price) > 0 and np.ptp(delay) > 0
    drawn = _shares(result, two_way.read(found, price, delay)) if both else {}
    return _map(result, "price", found, seen, (found.x, at_mid), drawn, rest)


def flip_worth(result: Result) -> FlipMap | None:
    """The map of the discount rate and of the value of a month; `along` is over the value of a
    month, at the rate that is set."""
    month_usd, _ = value_of_time.month_usd(result)
    found = two_way.worth_and_rate(result, month_usd)
    if found is None:
        return None
    choice = result.scenario.choices.discount_rate_per_year
    ends = [choice.value, *choice.swept]
    seen: list[Seen] = [(USUAL, min(ends), month_usd, max(ends), month_usd, "")] * (
        min(ends) < max(ends)
    )
    seen.append((SET, choice.value, month_usd, None, None, ""))
    at_rate = np.array([np.interp(choice.value, found.x, row) for row in found.plain])
    return _map(result, "worth", found, seen, (found.y, at_rate), {}, {})


def flip_mfu(result: Result) -> FlipMap | None:
    """The map of the relative MFU and of months of delay of the option that owns; `along` is over
    the delay, with an equal MFU."""
    month_usd, _ = value_of_time.month_usd(result)
    found, moved = two_way.mfu_and_delay(result, month_usd), levers.owner(result.scenario)
    if found is None or moved is None:
        return None
    delay = levers.drawn_delay(result.scenario, moved, _futures(result))
    low, mid, high = (one.value for one in estimates.quantiles(delay).values())
    seen: list[Seen] = [(USUAL, 1.0, low, 1.0, high, ""), (SET, 1.0, mid, None, None, "")]
    seen += _marks(_of(actuals.marks(result.scenario), moved[2]), "y")
    equal = np.array([np.interp(1.0, found.x, row) for row in found.plain])
    rest = {"rents": moved[1], "delayed": moved[2]}
    return _map(result, "mfu", found, seen, (found.y, equal), {}, rest)


def flip_resale(result: Result) -> FlipMap | None:
    """The map of the resale share of owned GPUs and of the horizon; `along` is over the resale
    share, to the horizon that is set."""
    month_usd, _ = value_of_time.month_usd(result)
    found = two_way.resale_and_horizon(result, month_usd)
    share = levers.drawn_resale(result.scenario, _futures(result))
    if found is None or share is None:
        return None
    horizon = float(result.scenario.choices.horizon_months.value)
    low, mid, high = (one.value for one in estimates.quantiles(share).values())
    seen: list[Seen] = [
        (USUAL, low, horizon, high, horizon, ""),
        (SET, mid, horizon, None, None, ""),
    ]
    return _map(result, "resale", found, seen, (found.x, _row(found, horizon)), {}, {})


def intervals(at: Array, net: Array, options: tuple[str, str]) -> pd.DataFrame:
    """Which of two options is better from where to where along an axis, straight between its
    steps: columns low, high, better ("" where the two are even throughout)."""
    rows: list[dict[str, Any]] = []
    edges = [float(at[0]), *_turns(at, net), float(at[-1])]
    for low, high in pairwise(edges):
        middle = float(np.interp((low + high) / 2, at, net))
        better = options[int(middle > 0)] if middle else ""
        if rows and rows[-1]["better"] == better:
            rows[-1]["high"] = high
        else:
            rows.append({"low": low, "high": high, "better": better})
    return pd.DataFrame(rows, columns=["low", "high", "better"])


def _turns(at: Array, net: Array) -> list[float]:
    """Where a mean along an axis crosses or meets zero between the ends of the axis, rising."""
    i = np.flatnonzero(net[:-1] * net[1:] < 0)
    crossed = at[i] + (at[i + 1] - at[i]) * net[i] / (net[i] - net[i + 1])
    return sorted([*crossed.tolist(), *at[1:-1][net[1:-1] == 0].tolist()])


def _map(
    result: Result,
    about: str,
    found: Map,
    seen: list[Seen],
    along: tuple[Array, Array],
    share: dict[str, float],
    rest: dict[str, str],
) -> FlipMap:
    a, b = comparison.pair(result.scenario) or ("", "")
    names = {"a": a, "b": b} | rest
    titles = {key: result.scenario.options[name].title for key, name in names.items()}
    pair = (titles["a"], titles["b"])
    month_usd, stated = value_of_time.month_usd(result)
    return FlipMap(
        about,
        titles,
        _pieces(found, pair),
        _lines(found),
        _within(pd.DataFrame(seen, columns=SEEN), found),
        intervals(*along, pair),
        share,
        month_usd,
        stated,
    )


def _futures(result: Result) -> dict[str, Array]:
    size = min(result.draws, draws.BLOCK_DRAWS)
    return draws.block(result.scenario, result.seed, 0, size)


def _row(found: Map, at: float) -> Array:
    """The means along x at one y, (columns,)."""
    return np.array([np.interp(at, found.y, column) for column in found.plain.T])


def _of(marks: pd.DataFrame, option: str) -> pd.DataFrame:
    return marks[(marks["quantity"] == "delay_months") & (marks["option"] == option)]


def _marks(rows: pd.DataFrame, axis: str) -> list[Seen]:
    """What happened to one of the two quantities, as labelled lines across the map."""
    found: list[Seen] = []
    for at, label in zip(rows["value"], rows["label"], strict=True):
        x, y = (at, None) if axis == "x" else (None, at)
        found.append((MARK, x, y, None, None, label))
    return found


def _within(seen: pd.DataFrame, found: Map) -> pd.DataFrame:
    """What lies on the map, ranges cut at its edges."""
    seen = seen.astype(dict.fromkeys(("x", "y", "x2", "y2"), float))
    ranged = seen["kind"] == USUAL
    for axis, ends in (("x", found.x), ("y", found.y)):
        low, high = float(ends[0]), float(ends[-1])
        for name in (axis, f"{axis}2"):
            seen.loc[ranged, name] = seen.loc[ranged, name].clip(low, high)
        seen = seen[seen[axis].isna() | seen[axis].between(low, high)]
        ranged = seen["kind"] == USUAL
    return seen.reset_index(drop=True)


def _shares(result: Result, nets: Array) -> dict[str, float]:
    """How probable it is that the quantities as drawn lie where each option is better."""
    a, b = (result.scenario.options[o].title for o in comparison.pair(result.scenario) or ())
    return {a: float(np.mean(nets < 0)), b: float(np.mean(nets > 0))}


def _pieces(found: Map, options: tuple[str, str]) -> pd.DataFrame:
    """The map in columns of equal width, each cut where one of the lines crosses it; pieces that go
    on alike in the next column are one."""
    edges = np.linspace(found.x[0], found.x[-1], COLUMNS_DRAWN + 1).tolist()
    rows: list[dict[str, Any]] = []
    before: dict[Piece, dict[str, Any]] = {}
    for x, x2 in pairwise(edges):
        now = {}
        for piece in _column(found, (x + x2) / 2, options):
            now[piece] = before.get(piece) or {"x": x} | dict(zip(PIECE, piece, strict=True))
            if piece not in before:
                rows.append(now[piece])
            now[piece]["x2"] = x2
        before = now
    return pd.DataFrame(rows)


def _column(found: Map, x: float, options: tuple[str, str]) -> list[Piece]:
    """One column of a map: from where to where in y which option is better by all that is shown."""
    layers = [one for one in (found.plain, found.worth) if one is not None]
    nets = [np.array([np.interp(x, found.x, row) for row in layer]) for layer in layers]
    turns = {y for net in nets for y in _turns(found.y, net)}
    cuts = [float(found.y[0]), *sorted(turns), float(found.y[-1])]
    pieces = []
    for y, y2 in pairwise(cuts):
        at = [float(np.interp((y + y2) / 2, found.y, net)) for net in nets]
        plain, *worth = [options[int(one > 0)] if one else OPEN for one in at]
        other = worth[0] if worth else plain
        pieces.append((y, y2, plain if plain == other else OPEN, plain, other))
    return pieces


def _lines(found: Map) -> pd.DataFrame:
    """The straight parts of the lines on which the two options are even, cell by cell."""
    layers = {"plain": found.plain} | ({} if found.worth is None else {"worth": found.worth})
    rows = []
    for name, net in layers.items():
        for i, j in np.ndindex(len(found.y) - 1, len(found.x) - 1):
            ends = _crossings(found.x[j : j + 2], found.y[i : i + 2], net[i : i + 2, j : j + 2])
            for (x, y), (x2, y2) in zip(ends[::2], ends[1::2], strict=False):
                rows.append({"line": name, "x": x, "y": y, "x2": x2, "y2": y2})
    return pd.DataFrame(rows, columns=["line", "x", "y", "x2", "y2"])


def _crossings(x: Array, y: Array, net: Array) -> list[tuple[float, float]]:
    """Where the edges of one cell of a map are crossed by the line on which two options are even,
    going round it."""
    corners = [(x[0], y[0], net[0, 0]), (x[1], y[0], net[0, 1])]
    corners += [(x[1], y[1], net[1, 1]), (x[0], y[1], net[1, 0])]
    found = []
    for (xa, ya, za), (xb, yb, zb) in pairwise([*corners, corners[0]]):
        if (za > 0) != (zb > 0):
            at = za / (za - zb)
            found.append((float(xa + (xb - xa) * at), float(ya + (yb - ya) * at)))
    return found
