"""Which option is better: cost and date, future by future, the value of a month."""

from typing import Any

from analysis.chapters.comparison import charts, future_charts, tables
from analysis.chapters.shared.exhibit import Exhibit, answered, line, picture, side_by_side, stacked
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import (
    BELOW,
    BEYOND,
    ONLY_ONE,
    month_or_beyond,
    spread,
    usd_size,
)
from analysis.decision import limit_words, verdict, wording
from analysis.decision.wording import figure, percent, usd
from analysis.model.simulation import Result


def finding(headline: dict[str, Any]) -> Exhibit:
    """Who of the two of the question, and who is better than both."""
    said, pair = verdict.verdict(headline), headline["comparison"]["pair"]
    better = verdict.better_than_both(headline, said.option) if pair else ""
    return answered(said.decides, better)


def cost_and_date(result: Result, month_usd: float | None = None) -> Exhibit:
    """The picture of cost against date; where a month has a value, with the line on which every
    point is worth as much as the best option. Where nothing has a date, of cost alone."""
    frame = tables.cost_and_date(result)
    if result.scenario.run is None:
        return picture(frame, charts.costs, look(result.scenario))
    return picture(frame, charts.cost_and_date, look(result.scenario), month_usd)


def differences(result: Result) -> Exhibit:
    """The picture of how the two options of the question differ, future by future."""
    seen = look(result.scenario)
    return picture(tables.differences(result), future_charts.differences, seen, nothing=ONLY_ONE)


def _title(headline: dict[str, Any], option: str) -> str:
    return str(headline["options"][option]["title"])


def _marked(headline: dict[str, Any], option: str) -> str:
    """The title of an option, with a mark where it is not ranked."""
    ranked = headline["options"][option]["ranked"]
    return _title(headline, option) + BELOW * (not ranked)


DATES = {
    "First training": "first_training_months",
    "Full capacity": "full_capacity_months",
    "Target reached": "target_months",
}
"""What of an option is a date, and its key."""


def overview(headline: dict[str, Any]) -> Exhibit:
    """Every option beside the others, the ranked first: dates (P50), size, energy, compute, costs
    (mean), with P10 to P90; below, how often each of the ranked is best, and what it is regretted
    by."""
    word, size = usd_size(headline)
    order = sorted(headline["options"], key=lambda o: not headline["options"][o]["ranked"])
    run = "by_months" in headline["choices"]
    cells = {
        _marked(headline, o): _limit_cells(headline, o)
        | _overview_cells(headline["options"][o], word, size, run)
        for o in order
    }
    for label, key in DATES.items():
        if all(found[key]["p90"]["value"] == 0 for found in headline["options"].values()):
            for one in cells.values():
                one.pop(label, None)  # the first day for every option: tells nothing
    return stacked(side_by_side("", cells), _best(headline, run))


def _best(headline: dict[str, Any], run: bool) -> Exhibit:
    """How often each ranked option is best among those that meet the need, in which sums to 100 %
    with none; and its mean regret at each value of a month that is asked about."""
    measures = {"First to the target": "first_to_target"} if run else {}
    measures |= {"Lowest compared cost": "lowest_compared_cost"}
    measures |= {"Lowest USD per useful PFLOP-day": "lowest_usd_per_pflop_day"} if run else {}
    found, cells = headline["comparison"], {}
    for name in found["ranked"]:
        words = {
            label: percent(found[key]["options"][name]["value"]) for label, key in measures.items()
        }
        for regret in found["regret"]:
            mean = regret["options"][name]
            label = f"Mean regret, a month worth {usd(regret['month_usd'])}"
            words[label if run else "Mean regret"] = usd(mean["value"], mean["se"])
        cells[_title(headline, name)] = words
    if not cells:
        return line("No option meets the need in half of the futures, so none is ranked.")
    none = {label: percent(found[key]["none"]["value"]) for label, key in measures.items()}
    labels = next(iter(cells.values()))
    cells["none does"] = dict.fromkeys(labels, "") | none
    return side_by_side("Among the ranked that meet the need", cells)


def _limit_cells(headline: dict[str, Any], option: str) -> dict[str, str]:
    """In how many futures an option is over each limit that is stated, by label."""
    breaks = headline["options"][option].get("breaks", {})
    return {
        f"Over {limit_words.limit(name, headline['limits'][name])}": percent(one["value"])
        for name, one in breaks.items()
    }


def _overview_cells(
    option: dict[str, Any], usd_word: str, usd_size: float, run: bool
) -> dict[str, str]:
    """What is told of one option, by label, money in units of `usd_size`."""
    cells = {"Meets the need": percent(option["meets_need"]["value"])}
    for label, key in DATES.items() if run else ():
        cells[label] = _days(option[key])
    amounts = [
        (f"Compared cost, {usd_word}", "compared_cost_usd", usd_size),
        (f"Present cost, {usd_word}", "present_cost_usd", usd_size),
        ("H100-hours delivered, million", "h100_hours", 1e6),
        ("Peak power, MW", "peak_mw", 1),
        ("Energy, TWh", "energy_mwh", 1e6),
        ("Emissions, million tCO2", "emissions_tco2", 1e6),
    ]
    compute = [("Useful compute, million PFLOP-days", "pflop_days", 1e6)]
    for label, key, size in (*amounts, *(compute if run else ())):
        cells[label] = spread(option[key], size, "mean")
    units = [
        ("USD per energised GPU-hour", "usd_per_gpu_hour"),
        ("USD per H100-equivalent hour", "usd_per_h100_hour"),
    ]
    unit_compute = [("USD per useful PFLOP-day", "usd_per_pflop_day")]
    for label, key in (*units, *(unit_compute if run else ())):
        ratio = option[key]["ratio_of_means"]
        cells[label] = "-" if ratio["value"] is None else figure(ratio["value"], ratio["se"])
    return cells


def _days(dates: dict[str, Any]) -> str:
    """P50 (P10 to P90) of a date of the headline, as months."""
    mid, low, high = (month_or_beyond(dates[f"{q}_day"]) for q in ("p50", "p10", "p90"))
    share = dates["within_horizon"]["value"]
    if low == BEYOND:
        return "never" if share == 0 else f"within the horizon in {percent(share)} of futures"
    return wording.spread(low, mid, high)
