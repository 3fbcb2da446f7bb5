"""How much of the spread of a headline each input explains: variance-based (Sobol) indices.

First order: the share of the variance that goes away on average once the input is known. Total: the
share that is left if all but it are known, so that it counts every interaction it has a part in.
Inputs that share a cause are one group, which is known or not known as a whole.

The model is run on two sets of futures, A and B, and on A with one group taken from B. The ranks of
an input in A and B are a scrambled net in two dimensions (a Hammersley set, rows shuffled), many
small nets in all: they fill the square evenly, as Sobol points do, but each input keeps a stream of
its own, and the nets differ by chance alone, so that resampling them gives the error.

`scipy.stats.sobol_indices` is not used: it knows independent inputs one by one, and no groups that
share a cause; its error comes from single rows, not from nets.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.arrays import Array
from analysis.decision import one_way
from analysis.model import comparison, draws, simulation
from analysis.scenario import edits, load, references
from analysis.scenario.schema import Scenario

SIZE = 1024
"""Futures in A, and as many in B."""

RANK_SIZE = 128
RANK_SEED = 1
NETS = 16
RESAMPLES = 500

REACH = 2.2
"""Half the width of an interval in standard errors: Student's t of 97.5 % at 15 degrees of freedom,
2.13, times the root of 16/15, by which resampled nets vary less than nets do."""

RARE = 0.01
"""A headline that is the same in all but a smaller share of futures is left unexplained."""

EVENTS = ("reaches", "meets")
PRICES = one_way.PRICES
COLUMNS = ["measure", "a", "b", "members"]

COLUMNS += [
    f"{index}{end}" for index in ("first", "total", "together") for end in ("", "_low", "_high")
]

COLUMNS += ["differs", "unexplained"]

Row = dict[str, object]


def indices(scenario: Scenario, size: int, seed: int) -> pd.DataFrame:
    """First-order and total indices of each headline of the pair; one row per headline and group.

    Headlines (`measure`, `a`, `b`): the difference of the pair in cost_usd and months (those that
    are compared), and for each option whether it `reaches` the target within the horizon and
    `meets` the need; without a run no months and no target. Without a pair those of the only
    option. Columns: members (names; all years of the price paths are one, `one_way.PRICES`),
    first and total with `_low` and `_high` (95 %), `together` (the sum of the first orders) with
    the same, `differs` (the share of futures unlike the commonest value), and `unexplained`: empty,
    or `never` (no spread) or `rare`; such a headline has one row, of no members. A has
    `futures_of(size)` futures.
    """
    todo = _headlines(scenario)
    options = sorted(
        {name for _, names in todo for name in names}, key=list(scenario.options).index
    )
    used = {option: references.used_by(scenario, option) | {PRICES} for option in options}
    found = groups(scenario, set().union(*used.values()))
    one, other = two_sets(scenario, size, seed)
    a, b = ({o: _run(scenario, o, futures) for o in options} for futures in (one, other))
    mixed = []
    for group in found:
        members = draws.price_names(scenario) if group == [PRICES] else group
        futures = one | {name: other[name] for name in members}
        touched = [o for o in options if used[o] & set(group)]
        mixed.append(a | {o: _run(scenario, o, futures) for o in touched})
    weights = resampled(seed)
    rows: list[Row] = []
    for measure, names in todo:
        values = [_number(runs, measure, names) for runs in (a, b, *mixed)]
        about: Row = {"measure": measure, "a": names[0], "b": names[1] if names[1:] else ""}
        rows += [about | row for row in _explained(values, found, weights)]
    return pd.DataFrame(rows, columns=COLUMNS)


def ranked(scenario: Scenario, count: int = 10) -> pd.DataFrame:
    """The rows of `sensitivity.one_at_a_time` that explain most of the pair, at most `count`, most
    first, and their `share`: the larger of the total indices in cost and in months of the group
    that an input belongs to. Members of a group stand in the order of how far each moves the pair
    alone, as a share of the largest such move; so do, at the end, those that move it and explain
    nothing that can be told. What does neither is left out. A row may be `one_way.PRICES`, which is
    no assumption.

    The futures are few and always the same: between seeds 8 to 10 of the first 10 groups agree.
    """
    alone = one_way.one_at_a_time(scenario)
    if alone.empty:
        return alone
    share = alone["assumption"].map(_shares_of(load.canonical(scenario))).fillna(0.0)
    swings = alone[["cost_usd_swing", "months_swing"]]
    move = (swings / swings.max().replace(0, 1)).max(axis=1)
    both = alone.assign(share=share, move=move)
    order = both.sort_values(["share", "move"], ascending=False, kind="stable")
    return order[(order["share"] > 0) | (order["move"] > 0)].drop(columns="move").head(count)


@cache
def _shares_of(canonical: str) -> dict[str, float]:
    """Each assumption's share in `ranked`, by name; the explorer asks again and again."""
    found = indices(load.from_canonical(canonical), RANK_SIZE, RANK_SEED)
    found = found[found["measure"].isin(("cost_usd", "months")) & (found["unexplained"] == "")]
    largest: dict[str, float] = {}
    for group, total in zip(found["members"], found["total"], strict=True):
        largest |= {name: max(total, largest.get(name, 0.0)) for name in group}
    return largest


def groups(scenario: Scenario, used: set[str]) -> list[list[str]]:
    """The assumptions that vary and are used, in the order of the scenario; those that share a
    cause, or are tied through a third, stand together. The price paths that swing are the last."""
    names = [name for name, one in scenario.assumptions.items() if one.varies]
    found = [{name} for name in names]
    for cause in scenario.causes.values():
        tied = [one for one in found if one & set(cause.loadings)]
        found = [one for one in found if one not in tied]
        found += [set().union(*tied)] if tied else []
    kept = [[name for name in names if name in one] for one in found if one & used]
    prices = [[PRICES]] if PRICES in used and references.swinging(scenario) else []
    return [*sorted(kept, key=lambda group: names.index(group[0])), *prices]


def two_sets(scenario: Scenario, size: int, seed: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """Two independent sets of futures, A and B, in which the ranks of each input are nets."""
    streams: dict[str, Array] = {}

    def normals(which: int) -> Callable[[str], Array]:
        def normal(name: str) -> Array:
            if name not in streams:
                streams[name] = ndtri(ranks(size, seed, name))
            return streams[name][which]

        return normal

    number = futures_of(size)
    one, other = (draws.futures(scenario, normals(which), number) for which in (0, 1))
    return one, other


def futures_of(size: int) -> int:
    """The number of futures for a size: NETS nets of the largest power of two that fits, at least
    4 points each."""
    return NETS << max(size // NETS, 4).bit_length() - 1


def ranks(size: int, seed: int, name: str) -> Array:
    """The ranks of one stream in A and in B, (2, futures), net after net: the points k and k with
    its bits reversed, shifted, shuffled and moved at random within their cells."""
    points = futures_of(size) // NETS
    bits = points.bit_length() - 1
    stream = draws.stream(seed, f"net:{name}", 0)
    order = stream.permuted(np.tile(np.arange(points), (NETS, 1)), axis=1)
    turned = sum(((order >> i) & 1) << (bits - 1 - i) for i in range(bits))
    cells = np.stack([order, turned ^ stream.integers(0, points, (NETS, 1))])
    return ((cells + stream.uniform(1e-9, 1 - 1e-9, cells.shape)) / points).reshape(2, -1)


def resampled(seed: int, nets: int = NETS) -> Array:
    """How often each net counts, (1 + RESAMPLES, nets): once each, then nets drawn at random."""
    stream = draws.stream(seed, "resampled", 0)
    drawn = stream.multinomial(nets, np.full(nets, 1 / nets), RESAMPLES)
    return np.concatenate([np.ones((1, nets)), drawn]) / nets


def shares(a: Array, b: Array, mixed: Array, weights: Array) -> tuple[Array, Array]:
    """First-order and total indices, each (weights, groups), of the values on A and B, (futures,),
    and on A with each group from B, (groups, futures); futures stand net after net.

    Total: Jansen (1999). First order: the mean of f(B) f(mixed) as in Saltelli et al. (2010,
    Computer Physics Communications 181), less its part by chance, the mean of f(A) f(B)
    (zero in truth), as far as f(mixed) moves with f(A): 1 less the total index.
    """
    centre = (a.mean() + b.mean()) / 2
    a, b, mixed = a - centre, b - centre, mixed - centre
    variance = _means((a**2 + b**2) / 2, weights)[:, None]
    total = _means((a - mixed) ** 2 / 2, weights) / variance
    chance = _means(a * b, weights)[:, None]
    return (_means(b * mixed, weights) - (1 - total) * chance) / variance, total


def interval(estimates: Array) -> tuple[float, float, float]:
    """The first of the estimates, and the ends of its 95 % interval from the spread of the rest."""
    reach = REACH * float(estimates[1:].std())
    return float(estimates[0]), float(estimates[0]) - reach, float(estimates[0]) + reach


def _means(values: Array, weights: Array) -> Array:
    """Weighted means over the nets, (weights, ...) for values of shape (..., futures)."""
    nets = values.reshape(*values.shape[:-1], weights.shape[1], -1).mean(axis=-1)
    return np.moveaxis(nets @ weights.T, -1, 0)


def _explained(values: list[Array], found: list[list[str]], weights: Array) -> list[Row]:
    """The rows of one headline, from its values on A, on B, and on A with each group from B."""
    a, b, *mixed = values
    seen = _seen(np.concatenate([a, b]))
    if seen["unexplained"]:
        return [{"members": []} | seen]
    same = comparison.difference(np.stack(mixed), a) == 0  # where only rounding differs
    first, total = shares(a, b, np.where(same, a, np.stack(mixed)), weights)
    together = _ends("together", first.sum(axis=1))
    return [
        {"members": group, **_ends("first", first[:, i]), **_ends("total", total[:, i])}
        | together
        | seen
        for i, group in enumerate(found)
    ]


def _seen(values: Array) -> Row:
    """The share of futures unlike the commonest value, and why a headline is left unexplained."""
    if np.ptp(values) <= comparison.TIE * np.abs(values).max():
        return {"differs": 0.0, "unexplained": "never"}
    differs = 1 - float(np.unique(values, return_counts=True)[1].max()) / len(values)
    return {"differs": differs, "unexplained": "rare" if differs < RARE else ""}


def _ends(name: str, estimates: Array) -> Row:
    """An index and its interval as cells of a row."""
    value, low, high = interval(estimates)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _headlines(scenario: Scenario) -> list[one_way.Headline]:
    """The differences of the pair (cost and months of the only option), then the events of each."""
    options = comparison.pair(scenario) or tuple(scenario.options)
    dated = scenario.need.by_months is not None
    measures = one_way.MEASURES if dated else one_way.MEASURES[:1]
    events = EVENTS if dated else EVENTS[1:]
    both = [(measure, options) for measure in measures]
    return [*both, *((event, (option,)) for event in events for option in options)]


def _run(scenario: Scenario, option: str, futures: dict[str, Array]) -> dict[str, Array]:
    """What one option comes to by measure, each (futures,); an event is 1 or 0."""
    found = simulation.at(edits.with_options(scenario, [option]), futures)
    return {
        "cost_usd": comparison.compared_usd(found, option),
        "months": comparison.compared_months(found, option),
        "reaches": np.isfinite(found.scalars[option]["target_months"]).astype(float),
        "meets": comparison.meets(found, option).astype(float),
    }


def _number(runs: dict[str, dict[str, Array]], measure: str, options: tuple[str, ...]) -> Array:
    """A headline per future: of one option, or of the first less the second."""
    values = [runs[option][measure] for option in options]
    return values[0] if len(values) == 1 else comparison.difference(values[0], values[1])
