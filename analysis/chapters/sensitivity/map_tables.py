"""Where it turns which option is better: a map of two quantities, and what is known of both."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.evidence.price_tables import CHIP, rental_prices
from analysis.chapters.shared.rows import title
from analysis.chapters.shared.style import priced
from analysis.decision import levers, two_way, value_of_time
from analysis.decision.two_way import Map
from analysis.model import comparison
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario
from analysis.validation import actuals

COLUMNS_DRAWN = 120
"""A map is drawn in so many columns, each of the pieces in which one option is better."""

DOTS = 200

OPEN = ""
"""In a map: another option is better with a month worth nothing than at its value."""

PIECE = ["y", "y2", "better", "plain", "worth"]
Piece = tuple[float, float, str, str, str]

HOUR = "usd_per_gpu_hour"
"""The field of a rental, and the quantity of a fact, that is the price of an hour."""

MARK, DRAWN, FACT = "mark", "future", "fact"


class Seen(NamedTuple):
    """A point that is shown on a map, or a line across it where one of the two is not there."""

    kind: str
    x: float | None
    y: float | None = None
    label: str = ""


@dataclass(frozen=True)
class FlipMap:
    """One picture of where it turns. `pieces`: x, x2, y, y2, the option that is better there with a
    month worth nothing (`plain`), at its value (`worth`), and by both (`better`); `lines`: the
    parts of the lines (`plain`, `worth`) on which the two are even; `seen`: what is drawn and
    published of the two quantities. `along`: which option is better from where to where in the
    price, with the other at its mid date. `share` by option: the probability that the quantities as
    drawn lie where it is better (empty where not both are drawn). `priced` and `unit` are what a
    price is and what it is counted in; `month_usd` is the stated value of a month, 0 without one.
    `met`: in what share of the futures the delayed option meets the need, by months late;
    `wanted_from`: the month from which the service is wanted; `dated`: whether a run is asked for.
    """

    options: dict[str, str]
    pieces: pd.DataFrame
    lines: pd.DataFrame
    seen: pd.DataFrame
    along: pd.DataFrame
    share: dict[str, float]
    month_usd: float
    priced: str
    unit: str
    met: dict[float, float]
    wanted_from: float | None = None
    dated: bool = True


def flip_price(result: Result) -> FlipMap | None:
    """The map of the price of a rental (or of its contract's value) and of months of delay of the
    other option."""
    scenario, moved = result.scenario, levers.moves(result.scenario)
    month_usd = value_of_time.month_usd(result)
    surface = two_way.price_and_delay(result, month_usd)
    if surface is None or moved is None:
        return None
    what, unit, size = priced(levers.priced_by(scenario, moved.rental), surface.x[-1])
    surface, futures = replace(surface, x=surface.x / size), result.first_futures
    price = levers.drawn_price(scenario, moved.rental, futures) / size
    delay = levers.drawn_delay(scenario, moved, futures)
    a, b = comparison.pair(scenario) or ("", "")
    names = {"a": a, "b": b, "rents": moved.rents, "delayed": moved.delayed}
    titles = {key: title(result, name) for key, name in names.items()}
    pair, service = (titles["a"], titles["b"]), scenario.need.service
    nets = two_way.read(surface, price, delay)
    return FlipMap(
        titles,
        _pieces(surface, pair),
        _lines(surface),
        _seen(scenario, moved, surface, price, delay),
        intervals(surface.x, _at_no_delay(surface), pair),
        _shares(nets, pair) if np.ptp(price) > 0 and np.ptp(delay) > 0 else {},
        month_usd,
        what,
        unit,
        _met(surface),
        wanted_from=service.from_months.value if service and service.from_months else None,
        dated=scenario.need.by_months is not None,
    )


def _seen(
    scenario: Scenario, moved: levers.Moved, surface: Map, price: Array, delay: Array
) -> pd.DataFrame:
    """The first pairs of price and delay as drawn; prices of an hour that were published; what came
    later of both. All that lies on the map."""
    seen = [Seen(DRAWN, x, y) for x, y in zip(price[:DOTS], delay[:DOTS], strict=True)]
    marks = actuals.marks(scenario)
    if levers.priced_by(scenario, moved.rental) == HOUR:
        if scenario.tranches[moved.rental].chip == CHIP:
            seen += [Seen(FACT, x) for x in rental_prices(scenario)[HOUR]]
        prices = marks[marks["quantity"] == HOUR]
        seen += [Seen(MARK, x, label=label) for x, label in _labelled(prices)]
    late = marks[(marks["quantity"] == "delay_months") & (marks["option"] == moved.delayed)]
    seen += [Seen(MARK, None, y, label=label) for y, label in _labelled(late)]
    frame = pd.DataFrame(seen, columns=Seen._fields).astype({"x": float, "y": float})
    for axis, ends in (("x", surface.x), ("y", surface.y)):
        frame = frame[frame[axis].isna() | frame[axis].between(ends[0], ends[-1])]
    return frame.reset_index(drop=True)


def _labelled(rows: pd.DataFrame) -> Iterator[tuple[float, str]]:
    return zip(rows["value"], rows["label"], strict=True)


def _at_no_delay(surface: Map) -> Array:
    """The means along the price with the other option at its mid date, (columns,)."""
    return np.array([np.interp(0.0, surface.y, column) for column in surface.plain.T])


def _met(surface: Map) -> dict[float, float]:
    """How often the delayed option meets the need at its mid date, and as late as the map goes."""
    last = float(surface.y[-1])
    return {at: float(np.interp(at, surface.y, surface.met)) for at in (0.0, last / 2, last)}


def _shares(nets: Array, options: tuple[str, str]) -> dict[str, float]:
    """How probable it is that the quantities as drawn lie where each option is better."""
    a, b = options
    return {a: float(np.mean(nets < 0)), b: float(np.mean(nets > 0))}


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


def _pieces(surface: Map, options: tuple[str, str]) -> pd.DataFrame:
    """The map in columns of equal width, each cut where one of the lines crosses it; pieces that go
    on alike in the next column are one."""
    edges = np.linspace(surface.x[0], surface.x[-1], COLUMNS_DRAWN + 1).tolist()
    rows: list[dict[str, Any]] = []
    before: dict[Piece, dict[str, Any]] = {}
    for x, x2 in pairwise(edges):
        now = {}
        for piece in _column(surface, (x + x2) / 2, options):
            now[piece] = before.get(piece) or {"x": x} | dict(zip(PIECE, piece, strict=True))
            if piece not in before:
                rows.append(now[piece])
            now[piece]["x2"] = x2
        before = now
    return pd.DataFrame(rows)


def _column(surface: Map, x: float, options: tuple[str, str]) -> list[Piece]:
    """One column of a map: from where to where in y which option is better by all that is shown."""
    layers = [means for means in (surface.plain, surface.worth) if means is not None]
    nets = [np.array([np.interp(x, surface.x, row) for row in layer]) for layer in layers]
    turns = {y for net in nets for y in _turns(surface.y, net)}
    cuts = [float(surface.y[0]), *sorted(turns), float(surface.y[-1])]
    pieces = []
    for y, y2 in pairwise(cuts):
        at = [float(np.interp((y + y2) / 2, surface.y, net)) for net in nets]
        plain, *worth = [options[int(net > 0)] if net else OPEN for net in at]
        other = worth[0] if worth else plain
        pieces.append((y, y2, plain if plain == other else OPEN, plain, other))
    return pieces


def _lines(surface: Map) -> pd.DataFrame:
    """The straight parts of the lines on which the two options are even, cell by cell."""
    layers = {"plain": surface.plain} | ({} if surface.worth is None else {"worth": surface.worth})
    rows = []
    for name, net in layers.items():
        for i, j in np.ndindex(len(surface.y) - 1, len(surface.x) - 1):
            ends = _crossings(surface.x[j : j + 2], surface.y[i : i + 2], net[i : i + 2, j : j + 2])
            for (x, y), (x2, y2) in zip(ends[::2], ends[1::2], strict=False):
                rows.append({"line": name, "x": x, "y": y, "x2": x2, "y2": y2})
    return pd.DataFrame(rows, columns=["line", "x", "y", "x2", "y2"])


def _crossings(x: Array, y: Array, net: Array) -> list[tuple[float, float]]:
    """Where the edges of one cell of a map are crossed by the line on which two options are even,
    going round it."""
    corners = [(x[0], y[0], net[0, 0]), (x[1], y[0], net[0, 1])]
    corners += [(x[1], y[1], net[1, 1]), (x[0], y[1], net[1, 0])]
    crossings = []
    for (xa, ya, za), (xb, yb, zb) in pairwise([*corners, corners[0]]):
        if (za > 0) != (zb > 0):
            at = za / (za - zb)
            crossings.append((float(xa + (xb - xa) * at), float(ya + (yb - ya) * at)))
    return crossings
