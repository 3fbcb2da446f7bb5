"""Assumptions turned into sampled futures.

Each assumption has a stream of random numbers of its own, seeded by the run's seed, its name and
the number of the block; adding or removing another assumption moves nothing.
"""

import hashlib
from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.arrays import Array
from analysis.model.prices import YEARS
from analysis.scenario import references
from analysis.scenario.metalog import metalog
from analysis.scenario.references import terms
from analysis.scenario.schema import Assumption, Scenario
from analysis.scenario.units import Input

BLOCK_DRAWS = 4096
"""Draws per block. Part of the model: another size would give other random numbers."""


ALWAYS = ""
"""A constant in every set of futures: its length is their number, even if nothing is assumed."""


Draws = Mapping[str, Array]


def block(scenario: Scenario, seed: int, number: int, draws: int) -> dict[str, Array]:
    """`draws` futures of block `number`: assumption name -> values, each (draws,); `ALWAYS` too."""

    def rank(name: str) -> Array:
        return _rank(seed, name, number, draws)

    return futures(scenario, lambda name: ndtri(rank(name)), draws, rank)


def futures(
    scenario: Scenario,
    normal: Callable[[str], Array],
    draws: int,
    rank: Callable[[str], Array] | None = None,
) -> dict[str, Array]:
    """Futures from standard normals by the name of a stream, `cause:` or `assumption:` and a name,
    or that of a year of a price: assumption name -> values, and the normals of the prices that
    swing by the names of their streams, each (draws,); `ALWAYS` too. `rank` gives the ranks of
    these normals where they are known, which saves finding them for inputs without a cause."""
    causes = {name: normal(f"cause:{name}") for name in scenario.causes}
    loaded = {name for cause in scenario.causes.values() for name in cause.loadings}
    found = {ALWAYS: np.ones(draws)}
    for name, one in scenario.assumptions.items():
        stream_name = f"assumption:{name}"
        if not one.varies:
            found[name] = np.full(draws, mid_value(one))
        elif rank is not None and name not in loaded:
            found[name] = quantile(one, _inside(rank(stream_name)))
        else:
            own = _tied(scenario, name, causes, normal(stream_name))
            found[name] = quantile(one, _inside(ndtr(own)))
    return found | {
        name: value
        for path in references.swinging(scenario)
        for name, value in _price_normals(scenario, path, normal).items()
    }


def price_name(path: str, year: int) -> str:
    """The name of the normal of a year (1, 2, ...) of a price path, e.g. `price:h100:rent:1`."""
    return f"price:{path}:{year}"


def price_names(scenario: Scenario) -> list[str]:
    """The names of the normals of all years of the price paths that swing."""
    years = range(1, YEARS + 1)
    return [price_name(path, year) for path in references.swinging(scenario) for year in years]


def _price_normals(scenario: Scenario, path: str, normal: Callable[[str], Array]) -> Draws:
    """The normals of the years of a price path, through those of each year of its causes."""
    found = {}
    for year in range(1, YEARS + 1):
        causes = {
            name: normal(f"cause:{name}:{year}")
            for name, cause in scenario.causes.items()
            if path in cause.loadings
        }
        name = price_name(path, year)
        found[name] = _tied(scenario, path, causes, normal(name))
    return found


def mid(scenario: Scenario) -> dict[str, Array]:
    """One future in which every assumption is at its mid value, each (1,)."""
    return {name: np.array([mid_value(one)]) for name, one in scenario.assumptions.items()}


def one_at_a_time(scenario: Scenario) -> tuple[list[str], dict[str, Array]]:
    """Futures in which one assumption at a time goes to its low, then to its high end.

    Returns the names of the assumptions that vary, in order, and the values, each
    (1 + 2 x names,): row 0 is all mid, rows 1 + 2 i and 2 + 2 i are name i at its low and high.
    """
    names = [name for name, one in scenario.assumptions.items() if one.varies]
    rows = {
        name: np.full(1 + 2 * len(names), mid_value(one))
        for name, one in scenario.assumptions.items()
    }
    for i, name in enumerate(names):
        rows[name][1 + 2 * i], rows[name][2 + 2 * i] = ends(scenario.assumptions[name])
    return names, rows


def mid_value(one: Assumption) -> float:
    """P50 of a range; the most probable of a list (the first if tied); an event happens (1.0) if
    its probability is at least one half."""
    if one.values is not None and one.probabilities is not None:
        return one.values[int(np.argmax(one.probabilities))]
    if one.probability is not None:
        return float(one.probability >= 0.5)
    return float(one.value if one.mid is None else one.mid)  # type: ignore[arg-type]


def ends(one: Assumption) -> tuple[float, float]:
    """Low and high: P10 and P90 of a range, the ends of a list, an event not happening and
    happening, twice a fixed value."""
    if one.values is not None:
        return min(one.values), max(one.values)
    if one.probability is not None:
        return 0.0, 1.0
    if one.low is not None and one.high is not None:
        return one.low, one.high
    return mid_value(one), mid_value(one)


def quantile(one: Assumption, rank: Array) -> Array:
    """The value of an assumption at each rank in (0, 1), same shape as `rank`."""
    if one.values is not None and one.probabilities is not None:
        edges = np.cumsum(one.probabilities)[:-1]
        return np.asarray(one.values, dtype=float)[np.searchsorted(edges, rank, side="right")]
    if one.probability is not None:
        return (rank < one.probability).astype(float)
    if one.low is not None and one.mid is not None and one.high is not None:
        return metalog((one.low, one.mid, one.high), (one.min, one.max), rank)
    return np.full_like(rank, mid_value(one))


def stream(seed: int, name: str, number: int) -> np.random.Generator:
    """The random numbers of a name and a block."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, key, number])))


def _tied(scenario: Scenario, name: str, causes: Draws, own: Array) -> Array:
    """The normal of an input; where causes load on it, through their normals."""
    loadings = {c: one.loadings[name] for c, one in scenario.causes.items() if name in one.loadings}
    if loadings:
        rest = np.sqrt(1 - sum(x * x for x in loadings.values()))
        own = rest * own + sum(x * causes[cause] for cause, x in loadings.items())
    return own


def _inside(rank: Array) -> Array:
    """Ranks strictly between 0 and 1."""
    return np.clip(rank, 1e-15, 1 - 1e-15)


def _rank(seed: int, name: str, number: int, draws: int) -> Array:
    """Uniform ranks of one named stream and block, (draws,)."""
    return (stream(seed, name, number).integers(0, 2**52, draws) + 0.5) / 2**52


HOURS_PER_MONTH = 730.0


MONTHS_PER_YEAR = 12.0


DAYS_PER_MONTH = 365.0 / 12.0


def resolve(value: Input, draws: Draws) -> Array:
    """The values of an input in each draw, (draws,): names looked up, terms added."""
    size = len(next(iter(draws.values()))) if draws else 1
    total = np.zeros(size)
    for term in terms(value):
        total = total + (draws[term] if isinstance(term, str) else term)
    return total
