"""Which option is better and how sure that is: regret, the value of a month, another seed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.chapters.comparison import charts, future_charts, tables, two_runs
from analysis.chapters.comparison.two_runs import option_title
from analysis.chapters.shared.exhibit import (
    Columns,
    Exhibit,
    Row,
    line,
    paragraph,
    picture,
    side_by_side,
    table,
)
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import (
    BEYOND,
    ONLY_ONE,
    agree,
    listed,
    month_or_beyond,
    percent_of,
    spread,
    usd_size,
)
from analysis.decision.wording import estimate, figure, percent, usd, with_error
from analysis.model.simulation import Result


def cost_and_date(result: Result, month_usd: float | None = None) -> Exhibit:
    """The picture of cost against date; where a month has a value, with the line on which every
    point is worth as much as the best option."""
    return picture(
        tables.cost_and_date(result), charts.cost_and_date, look(result.scenario), month_usd
    )


def differences(result: Result) -> Exhibit:
    """The picture of how the two options of the question differ, future by future."""
    return _of_the_pair(result, tables.differences, future_charts.differences)


def quadrants(result: Result) -> Exhibit:
    """The picture of which option is cheaper and which earlier."""
    return _of_the_pair(result, tables.quadrants, future_charts.quadrants)


def winners(result: Result) -> Exhibit:
    """The picture of how often each option is best."""
    return picture(tables.winners(result), future_charts.winners, look(result.scenario))


def month_values(result: Result) -> Exhibit:
    """The picture of what a month's value makes of the options."""
    return _of_the_pair(result, tables.month_values, charts.month_values)


def _of_the_pair(
    result: Result, rows: Callable[[Result], pd.DataFrame], draw: Callable[..., Any]
) -> Exhibit:
    seen = look(result.scenario)
    return line(ONLY_ONE) if seen.pair is None else picture(rows(result), draw, seen)


def regret(result: Result) -> Exhibit:
    """By option, what choosing it costs over the best choice in hindsight, and one sentence."""
    columns: Columns = {
        "Option": "option",
        "Meets the need": percent_of("in_draws"),
        "Mean regret": lambda row: _money(row["mean_usd"], row["se_usd"]),
        "P50": lambda row: _money(row["p50_usd"]),
        "P90": lambda row: _money(row["p90_usd"]),
    }
    return table(tables.regret(result), columns, _regret_sentence)


def _money(amount: float | None, se: float | None = None) -> str:
    return "-" if amount is None or pd.isna(amount) else usd(amount, se)


def _regret_sentence(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["mean_usd"])
    if known.empty:
        return "No option meets the need in any future, so there is no cheapest one to regret."
    least = known[known["mean_usd"] == known["mean_usd"].min()]
    names = list(least["option"])
    mean = usd(float(least["mean_usd"].iloc[0]), float(least["se_usd"].iloc[0]))
    share = " and ".join(percent(x) for x in least["in_draws"])
    return (
        f"{listed(names)} {agree(names, 'has', 'have')} the least mean regret, {mean}; it is "
        "counted only over the futures in which an option meets the need itself, here "
        f"{share} of them."
    )


def break_even(headline: dict[str, Any]) -> Exhibit:
    """The value of a month at which each two options are equal on the mean, and one sentence."""
    columns: Columns = {
        "a": lambda pair: option_title(headline, pair["a"]),
        "b": lambda pair: option_title(headline, pair["b"]),
        "Mean cost, a less b": lambda pair: _with_error(pair["cost_difference_usd"]["mean"]),
        "Mean months, a less b": _months,
        "Either capped": lambda pair: percent(pair["capped"]["value"]),
        "Break-even value of a month": lambda pair: _worth(headline, pair),
    }
    pairs = headline["comparison"]["pairs"]
    shown = table(
        pd.DataFrame(pairs, dtype=object),
        columns,
        lambda _: _break_even_sentence(headline, pairs[0]),
        nothing=ONLY_ONE,
    )
    return replace(shown, frame=pd.json_normalize(pairs))


def _months(pair: Row) -> str:
    months = pair["months_difference"]["mean"]
    shown = figure(months["value"], months["se"])
    return f"{shown} (± {figure(months['se'], digits=1)})"


def _with_error(amount: dict[str, float]) -> str:
    return with_error(estimate(amount))


def _worth(headline: dict[str, Any], pair: dict[str, Any]) -> str:
    worth, better = pair["break_even_month_usd"], pair["better_at_every_value"]
    if better is not None:
        return f"none: {option_title(headline, better)} is better at every value"
    if worth["value"] is None:
        return "none: the two are equal in both"
    return _with_error(worth)


def _break_even_sentence(headline: dict[str, Any], pair: dict[str, Any]) -> str:
    a, b = option_title(headline, pair["a"]), option_title(headline, pair["b"])
    worth, better = pair["break_even_month_usd"], pair["better_at_every_value"]
    if better is not None:
        return (
            f"Of the two options of the question {option_title(headline, better)} is no dearer and "
            "no later on the mean, so no value of a month speaks for the other."
        )
    if worth["value"] is None:
        return f"{a} and {b} are equal on the mean, in cost and in time."
    early = a if pair["months_difference"]["mean"]["value"] < 0 else b
    return (
        f"{early} is the better one of {a} and {b} where a month is worth more than "
        f"{usd(worth['value'], worth['se'])}."
    )


def seeds(headline: dict[str, Any], again: dict[str, Any]) -> Exhibit:
    """The same figures of two runs that differ in their seed alone, each with its standard error,
    and one sentence on how far they lie apart."""
    first, second = (f"Seed {run['run']['seed']}" for run in (headline, again))
    columns: Columns = {
        "Figure": "figure",
        first: "first",
        second: "second",
        "Standard error of the first": "error",
        "Apart, in standard errors": lambda row: f"{row['apart']:.1f}" if row["both"] else "0",
    }
    frame = two_runs.figures(headline, again)
    return table(frame, columns, lambda frame: _seeds_sentence(headline, frame))


def _seeds_sentence(headline: dict[str, Any], frame: pd.DataFrame) -> str:
    draws = f"{headline['run']['draws']:,}"
    apart = [(row["apart"], row["figure"]) for row in rows_of(frame) if row["both"]]
    if not apart:
        return f"With {draws} futures the two runs give the same figures."
    most, label = max(apart)
    return (
        f"With {draws} futures the two runs lie furthest apart in \u201c{label}\u201d: by "
        f"{most:.1f} standard errors of the difference; chance alone keeps a figure within two in "
        "about 19 of 20."
    )


def overview(headline: dict[str, Any]) -> Exhibit:
    """Every option beside the others: dates, size, energy, compute, costs; P50 with P10 to P90;
    below, how often each is best.
    """
    word, size = usd_size(headline)
    options = headline["options"].values()
    cells = {option["title"]: _overview_cells(option, word, size) for option in options}
    shown = side_by_side("", cells)
    below = _winners(headline).html + paragraph(_winners_sentence(headline))
    return replace(shown, shown=shown.html + below)


def _winners_sentence(headline: dict[str, Any]) -> str:
    """Which option is most often first and which most often cheapest, if it meets the need."""
    words = []
    for label, key in (
        ("most often first to the target", "first_to_target"),
        ("most often the cheapest", "lowest_present_cost"),
    ):
        shares = {o: share["value"] for o, share in headline["comparison"][key]["options"].items()}
        most = max(shares.values())
        if most == 0:
            return "In no future does any option meet the need."
        names = [headline["options"][o]["title"] for o in shares if shares[o] == most]
        each = " each" if len(names) > 1 else ""
        words.append(f"{label}: {listed(names)} ({percent(most)}{each})")
    return f"Of the options that meet the need, {words[0]}; {words[1]}."


def _winners(headline: dict[str, Any]) -> Exhibit:
    """How often each option is best, among those that meet the need; rows sum to 100 %."""
    measures = {
        "First to the target": "first_to_target",
        "Lowest present cost": "lowest_present_cost",
        "Lowest USD per useful PFLOP-day": "lowest_usd_per_pflop_day",
    }
    found, cells = headline["comparison"], {}
    for name, option in headline["options"].items():
        shares = {label: found[key]["options"][name] for label, key in measures.items()}
        words = {label: percent(share["value"]) for label, share in shares.items()}
        mean = found["regret_usd"][name]["mean"]
        words["Mean regret where it meets the need"] = _money(mean["value"], mean["se"])
        cells[option["title"]] = words
    none = {label: percent(found[key]["none"]["value"]) for label, key in measures.items()}
    cells["none does"] = none | {"Mean regret where it meets the need": ""}
    return side_by_side("Among options that meet the need", cells)


def _overview_cells(option: dict[str, Any], usd_word: str, usd_size: float) -> dict[str, str]:
    """What is told of one option, by label, money in units of `usd_size`."""
    cells = {"Meets the need": percent(option["meets_need"]["value"])}
    for label, key in (
        ("First training", "first_training_months"),
        ("Full capacity", "full_capacity_months"),
        ("Target reached", "target_months"),
    ):
        cells[label] = _days(option[key])
    for label, key, size in (
        ("Peak power, MW", "peak_mw", 1),
        ("Energy, TWh", "energy_mwh", 1e6),
        ("Emissions, million tCO2", "emissions_tco2", 1e6),
        ("Useful compute, million PFLOP-days", "pflop_days", 1e6),
        (f"Present cost, {usd_word}", "present_cost_usd", usd_size),
    ):
        cells[label] = spread(option[key], size)
    for label, key in (
        ("USD per energised GPU-hour", "usd_per_gpu_hour"),
        ("USD per H100-equivalent hour", "usd_per_h100_hour"),
        ("USD per useful PFLOP-day", "usd_per_pflop_day"),
    ):
        ratio = option[key]["ratio_of_means"]
        cells[label] = "-" if ratio["value"] is None else figure(ratio["value"], ratio["se"])
    return cells


def _days(dates: dict[str, Any]) -> str:
    """P50 (P10 to P90) of a date of the headline, as months."""
    mid, low, high = (month_or_beyond(dates[f"{q}_day"]) for q in ("p50", "p10", "p90"))
    share = dates["within_horizon"]["value"]
    if low == BEYOND:
        return "never" if share == 0 else f"within the horizon in {percent(share)} of futures"
    return f"{mid} ({low} to {high})"
