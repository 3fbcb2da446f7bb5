"""What the model is held against: figures that others have printed, and identities of its own."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.power.energy_tables import energy_by_source
from analysis.chapters.shared.rows import compared_parts
from analysis.decision import difference
from analysis.decision.attribution import Step
from analysis.model import comparison, cost, simulation
from analysis.model.comparison import Winners
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Option, Scenario
from analysis.validation import benchmarks, decisions, published

IDENTITY_DRAWS = 500
"""Futures on which the identities are tried."""


CASE = ("title", "publisher", "date", "url", "standing", "tolerance")


def published_figures() -> pd.DataFrame:
    """Every figure that others have printed beside ours, computed now: one row per figure.

    Columns case (short), title, publisher, date, url, standing, tolerance (in words: how near, and
    why they differ), quantity, unit, theirs (missing where a source gives an end only), ours, low
    and high (near enough lies between; infinite where open), near, ratio (ours over theirs) with
    ratio_low and ratio_high (missing where theirs is missing or 0).
    """
    return pd.DataFrame([row for name in published.names() for row in _figures(name, CASE)])


def published_decisions() -> pd.DataFrame:
    """The same of the decisions on rent or own that others published; with size, read_in (where, if
    not at its url), left_out (what could not be expressed), verdict and ours_cheaper (titles of
    options) and outside (why a figure is not near)."""
    about = (*CASE, "size", "read_in", "left_out", "verdict")
    return pd.DataFrame(
        row | {"ours_cheaper": decisions.cheapest(name)}
        for name in published.decisions()
        for row in _figures(name, about)
    )


def _figures(name: str, about: tuple[str, ...]) -> list[dict[str, object]]:
    """The figures of a case, each with what the case says of itself."""
    case, ours = published.case(name), benchmarks.ours(name)
    said = {key: case.get(key, "") for key in about} | {"case": case["short"]}
    return [said | _figure(figure, ours[key]) for key, figure in case["figures"].items()]


def _figure(printed: published.Case, ours: float) -> dict[str, object]:
    low, high = published.ends(printed)
    theirs = float(printed.get("printed", np.nan))
    scale = theirs or np.nan  # no ratio to nothing
    ratios = sorted((low / scale, high / scale))
    return {
        "quantity": printed["label"],
        "unit": printed["unit"],
        "theirs": theirs,
        "ours": ours,
        "low": low,
        "high": high,
        "near": low <= ours <= high,
        "outside": printed.get("outside", ""),
        "ratio": ours / scale,
        "ratio_low": ratios[0],
        "ratio_high": ratios[1],
    }


def identities(scenario: Scenario, number: int, seed: int) -> pd.DataFrame:
    """What must hold whatever the inputs, tried on so many futures, `IDENTITY_DRAWS` at most.

    Columns identity, compared (how many numbers), deviation (the largest, as a share of the larger
    of the two). One row less where there is no pair to swap.
    """
    result = simulation.simulate(scenario, min(number, IDENTITY_DRAWS), seed)
    rows = [_row(*one) for one in _identities(result)]
    return pd.DataFrame(rows, columns=["identity", "compared", "deviation"])


def _row(identity: str, one: Array, other: Array) -> tuple[str, int, float]:
    differ = one != other  # two infinite dates are equal
    apart = np.abs(one[differ] - other[differ])
    larger = np.maximum(np.abs(one[differ]), np.abs(other[differ]))
    return identity, one.size, float((apart / larger).max(initial=0.0))


def _identities(result: Result) -> Iterator[tuple[str, Array, Array]]:
    """(identity, the one side, the other), over all options and futures."""
    parts = np.concatenate([np.sum(list(x.values()), axis=0) for x in result.parts_usd.values()])
    yield "The parts add up to all cash, discounted, less end value", parts, _present(result)
    yield "Cash by year less end value is the cost at 0 %", *_cash(_without_discounting(result))
    added = np.concatenate([_added(result, option) for option in result.options])
    yield "With what is short and not delivered it is compared cost", added, _all(result, COMPARED)
    shares = np.stack([_sum(measure(result)) for measure in MEASURES])
    yield "Shares of who is best add up to 1", shares, np.ones_like(shares)
    yield "Energy by source adds up to the total", *_energy(result)
    asked = comparison.pair(result.scenario)
    if asked is not None:
        yield "Two options that swap names swap numbers", *_swapped(result, *asked)


COMPARED = "compared_cost_usd"


def _added(result: Result, option: str) -> Array:
    """Present cost with hours short, surplus and what is not delivered."""
    return sum(compared_parts(result, option).values(), result.scalars[option]["present_cost_usd"])


def _sum(won: Winners) -> Array:
    return sum(won.options.values(), won.none)


MEASURES = (
    comparison.first_to_target,
    comparison.lowest_compared_cost,
    comparison.lowest_usd_per_pflop_day,
)


def _all(result: Result, name: str) -> Array:
    """One number of every option and future."""
    return np.concatenate([result.scalars[option][name] for option in result.options])


def _present(result: Result) -> Array:
    """Present cost of every option and future, from its cash by month and its end value."""
    rate = result.scenario.choices.discount_rate_per_year.value
    spent = np.concatenate([result.bands[option]["spent_usd"] for option in result.options])
    cash, horizon = np.diff(spent, axis=1, prepend=0.0), spent.shape[1]
    end = _all(result, "end_value_usd") * cost.discount_factor(rate, np.array(horizon))
    return cost.present_usd(cash, cost.mid_month_factors(rate, horizon)) - end


def _without_discounting(result: Result) -> Result:
    """The same futures at a discount rate of nil."""
    free = edits.with_choice(result.scenario, "discount_rate_per_year", 0.0)
    return simulation.simulate(free, result.draws, result.seed)


def _cash(free: Result) -> tuple[Array, Array]:
    years = [np.sum(list(x.values()), axis=0) for x in free.cash_by_year_usd.values()]
    paid = np.concatenate(years)
    return paid - _all(free, "end_value_usd"), _all(free, "present_cost_usd")


def _energy(result: Result) -> tuple[Array, Array]:
    """The mean MWh of each option, by source and in all."""
    sources = energy_by_source(result).groupby("option")["mwh"].sum()
    titles = [result.scenario.options[option].title for option in result.options]
    means = [result.scalars[option]["energy_mwh"].mean() for option in result.options]
    return sources.reindex(titles).to_numpy(float), np.array(means)


def _swapped(result: Result, a: str, b: str) -> tuple[Array, Array]:
    """Every number of two options, and those of the same two under each other's names."""
    other_name = {a: b, b: a}
    options = {
        name: _with_fallback(result.scenario.options[other_name.get(name, name)], other_name)
        for name in result.options
    }
    scenario = edits.with_value(result.scenario, ("options",), options)
    other = simulation.simulate(scenario, result.draws, result.seed)
    ours = [*result.per_draw(a).values(), *result.per_draw(b).values()]
    theirs = [*other.per_draw(b).values(), *other.per_draw(a).values()]
    return np.concatenate(ours), np.concatenate(theirs)


def _with_fallback(option: Option, names: dict[str, str]) -> Option:
    """An option whose fallback goes by another name."""
    if option.instead is None:
        return option
    name = names.get(option.instead.option, option.instead.option)
    instead = option.instead.model_copy(update={"option": name})
    return option.model_copy(update={"instead": instead})


def steps(moved: list[Step]) -> pd.DataFrame:
    """The steps that moved the pair, those that moved its cost most first: columns label, changed
    (the value before and after, in words), cost_usd and months, each with its error `_se`."""
    rows = []
    for step in difference.moving(moved):
        row: dict[str, object] = {"label": "; ".join(dict.fromkeys(c.label for c in step.changes))}
        changed = [f"{c.before} to {c.after}" for c in step.changes if c.before != c.after]
        row |= {"changed": "; ".join(changed)}
        row |= {"cost_usd": step.cost_usd.value, "cost_se": step.cost_usd.se}
        rows.append(row | {"months": step.months.value, "months_se": step.months.se})
    columns = ["label", "changed", "cost_usd", "cost_se", "months", "months_se"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("cost_usd", key=abs, ascending=False, kind="stable", ignore_index=True)
